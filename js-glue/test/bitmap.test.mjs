import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { greyBmpOf, resized } = await source("adapters/noctis/bitmap.ts");
const { greysOf } = await source("adapters/noctis/look.ts");

test("a picture is made larger by straight lines between the middles of its pixels", () => {
  const small = { width: 2, height: 2, greys: Uint8Array.of(0, 100, 200, 40) };
  assert.deepEqual([...resized(small, [2, 4]).greys], [0, 100, 50, 85, 150, 55, 200, 40]);
  assert.deepEqual([...resized(small, [4, 2]).greys], [0, 25, 75, 100, 200, 160, 80, 40]);
  assert.equal(resized(small, [2, 2]).greys, small.greys);
});

test("a grey file has a palette, and lines of whole words", async () => {
  const bytes = new Uint8Array(
    await greyBmpOf({ width: 3, height: 2, greys: Uint8Array.of(1, 2, 3, 4, 5, 6) }).arrayBuffer(),
  );
  const view = new DataView(bytes.buffer);
  const head = 54 + 1024;
  assert.deepEqual([view.getUint32(2, true), view.getUint32(10, true), view.getUint16(28, true)], [head + 8, head, 8]);
  assert.deepEqual([...bytes.subarray(54 + 4 * 200, 54 + 4 * 201)], [200, 200, 200, 0]);
  assert.deepEqual([...bytes.subarray(head)], [1, 2, 3, 0, 4, 5, 6, 0]);
});

test("grey of values is the page's, or the standard's", () => {
  const values = Float32Array.of(-200, 0, 41, 239, 241, 5000);
  const look = { center: 40, width: 400 };
  // (v + 160) * 255 / 400, rounded half up.
  assert.deepEqual([...greysOf(values, look, false, "page")], [0, 102, 128, 254, 255, 255]);
  assert.deepEqual([...greysOf(values, look, true, "page")], [255, 153, 127, 1, 0, 0]);
  // ((v - 39.5) / 399 + 0.5) * 255.
  assert.deepEqual([...greysOf(values, look, false, "dicom")], [0, 102, 128, 255, 255, 255]);
});
