import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { cameraOf } = await source("adapters/noctis/bone.ts");

const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];
const rounded = (vector) => vector.map((part) => Math.round(part * 1000) / 1000 + 0);
/** Into the screen. */
const way = (rotX, rotY) => {
  const { right, down } = cameraOf(rotX, rotY, [0, 0, 0]);
  return rounded(cross(right, down));
};

test("the page's camera looks from the front, a little from the patient's left and from above", () => {
  const length = Math.hypot(0.25, 1, 0.15);
  assert.deepEqual(way(0, 0), rounded([-0.25 / length, 1 / length, -0.15 / length]));
  const { right, down } = cameraOf(0, 0, [1, 2, 3]);
  assert.ok(right[0] > 0.9 && right[2] === 0 && down[2] < -0.9, "the patient's left is to the right, the head is up");
  assert.deepEqual(cameraOf(0, 0, [1, 2, 3]).center, [1, 2, 3]);
});

test("it is turned about its height, then tilted, as a mesh is", () => {
  // Half a turn: from behind, and from the patient's right.
  const length = Math.hypot(0.25, 1, 0.15);
  assert.deepEqual(way(0, Math.PI), rounded([0.25 / length, -1 / length, -0.15 / length]));
  // Tilted by a right angle the head is near: what was above is in front.
  assert.deepEqual(way(Math.PI / 2, 0), rounded([-0.25 / length, -0.15 / length, -1 / length]));
});
