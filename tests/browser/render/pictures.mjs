/** Comparing pictures, and leaving expected | actual | difference behind. The twin of tests/render/src/compare.rs. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { root } from "../lib/paths.mjs";

/** `{ max, different, outliers }` between a golden as `readPng` reads it and RGBA bytes. */
export function compare(expected, actual, tolerance) {
  const found = { max: 0, different: 0, outliers: [] };
  if (expected.width !== actual.width || expected.height !== actual.height) throw new Error("another size");
  for (let y = 0; y < actual.height; y += 1) {
    for (let x = 0; x < actual.width; x += 1) {
      const at = (y * actual.width + x) * 4;
      const by = Math.max(...expected.at(x, y).map((value, channel) => Math.abs(value - actual.rgba[at + channel])));
      found.max = Math.max(found.max, by);
      if (by > 0) found.different += 1;
      if (by > tolerance || actual.rgba[at + 3] !== 255) found.outliers.push([x, y]);
    }
  }
  return found;
}

/** Writes picture and numbers to target/render-diffs/browser-<backend>/ and gives the line for the test's report. */
export async function report(backend, name, expected, actual, found) {
  const folder = path.join(root, "target/render-diffs", `browser-${backend}`);
  await mkdir(folder, { recursive: true });
  const visible = (difference) => (difference === 0 ? 0 : Math.min(255, difference + 127));
  const { width, height } = actual;
  const rgb = Buffer.alloc(width * 3 * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const ours = actual.rgba.slice((y * width + x) * 4, (y * width + x) * 4 + 3);
      const theirs = expected.at(x, y);
      const differences = ours.map((value, channel) => visible(Math.abs(value - theirs[channel])));
      for (const [index, pixel] of [theirs, ours, differences].entries()) {
        rgb.set(pixel, (y * width * 3 + index * width + x) * 3);
      }
    }
  }
  await writeFile(path.join(folder, `${name}.png`), writePng(width * 3, height, rgb));
  const numbers = { backend, case: name, ...found, outliers: found.outliers.length, first_outliers: found.outliers.slice(0, 5) };
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(numbers, null, 2)}\n`);
  return `${name}: ${found.outliers.length} outliers, up to ${found.max} levels, the first at ${found.outliers[0]}`;
}

function writePng(width, height, rgb) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const lines = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) rgb.copy(lines, y * (width * 3 + 1) + 1, y * width * 3, (y + 1) * width * 3);
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(lines)), chunk("IEND", Buffer.alloc(0))]);
}
