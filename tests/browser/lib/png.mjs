/** Reads the PNGs that browsers write: 8 bits, RGB or RGBA, not interlaced. */
import { inflateSync } from "node:zlib";

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

const PREDICT = [() => 0, (left) => left, (_, up) => up, (left, up) => (left + up) >> 1, paeth];

function chunks(png) {
  const found = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return found;
}

/** `{ width, height, pixels, at(x, y): [r, g, b] }`. */
export function readPng(bytes) {
  const parts = chunks(Buffer.from(bytes));
  const header = parts.find(({ type }) => type === "IHDR").data;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const samples = { 2: 3, 6: 4 }[header[9]];
  if (header[8] !== 8 || !samples || header[12] !== 0) throw new Error("this kind of PNG is not read here");
  const raw = inflateSync(Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  const stride = width * samples;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const predict = PREDICT[raw[y * (stride + 1)]];
    for (let x = 0; x < stride; x += 1) {
      const to = y * stride + x;
      const left = x >= samples ? pixels[to - samples] : 0;
      const up = y > 0 ? pixels[to - stride] : 0;
      const corner = x >= samples && y > 0 ? pixels[to - stride - samples] : 0;
      pixels[to] = raw[y * (stride + 1) + 1 + x] + predict(left, up, corner);
    }
  }
  return {
    width,
    height,
    pixels,
    at(x, y) {
      const from = Math.round(y) * stride + Math.round(x) * samples;
      return [...pixels.subarray(from, from + 3)];
    },
  };
}
