// Decodes each frame with both sides in turn and gives the times to run.mjs.

import { ours } from "./ours.js";
import { peer } from "./peers.js";

/** Milliseconds of one decode: as many as fill `least` ms, at least two. */
async function time(decode, least) {
  let count = 0;
  const start = performance.now();
  let now = start;
  while (now - start < least || count < 2) {
    await decode();
    count += 1;
    now = performance.now();
  }
  return (now - start) / count;
}

/** Largest difference from the picture that was encoded. */
function difference(decoded, truth, bits) {
  const view = ({ buffer, byteOffset, byteLength }) =>
    bits > 8 ? new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength)) : new Uint8Array(buffer, byteOffset, byteLength);
  const [a, b] = [view(decoded), view(truth)];
  if (a.length !== b.length) return `${a.length} samples instead of ${b.length}`;
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

const bytesOf = async (address) => new Uint8Array(await (await fetch(address)).arrayBuffer());

/** Times of both sides, `rounds` of them, one after the other. */
window.measure = async (frame, rounds, least) => {
  const address = `/frames/${encodeURIComponent(frame.name)}`;
  const [bytes, truth] = [await bytesOf(address), await bytesOf(`${address}.raw`)];
  const sides = { ours: await ours(frame, bytes), peer: await peer(frame, bytes) };
  const result = { bytes: bytes.length, ours: [], peer: [], differences: {} };
  for (const [side, decode] of Object.entries(sides)) {
    if (!decode) continue;
    result.differences[side] = difference(await decode(), truth, frame.bits);
    await time(decode, least);
  }
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 ? ["peer", "ours"] : ["ours", "peer"];
    for (const side of order) if (sides[side]) result[side].push(await time(sides[side], least));
  }
  return result;
};
window.ready = true;
