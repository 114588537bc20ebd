import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { normalOf, sortSlices } = await source("internal/order.ts");
const AXIAL = [1, 0, 0, 0, 1, 0];

function slice(name, { position, orientation = AXIAL, instanceNumber, arrival = 0, frame = 0 }) {
  return { name, position, orientation: position && orientation, instanceNumber, arrival, frame };
}

function order(...slices) {
  return sortSlices(slices)
    .map(({ name }) => name)
    .join("");
}

test("slices lie along the normal, whatever their numbers and arrival", () => {
  const a = slice("a", { position: [0, 0, -5], instanceNumber: 9, arrival: 3 });
  const b = slice("b", { position: [0, 0, 0], instanceNumber: 1, arrival: 1 });
  const c = slice("c", { position: [0, 0, 5], instanceNumber: 5, arrival: 2 });
  assert.equal(order(c, a, b), "abc");
});

test("a tilted gantry sorts along the tilted normal", () => {
  const [cos, sin] = [Math.cos(0.35), Math.sin(0.35)];
  const orientation = [1, 0, 0, 0, cos, sin];
  // A table moves along z: the in-plane offset must not matter.
  const at = (name, z, y) => slice(name, { position: [0, y, z], orientation });
  assert.equal(
    order(at("c", 10, 400), at("b", 5, -30), at("a", 0, 0)),
    sortedByDot(orientation, { a: [0, 0, 0], b: [0, -30, 5], c: [0, 400, 10] }),
  );
});

function sortedByDot(orientation, places) {
  const normal = normalOf(orientation);
  const along = ([, position]) => position.reduce((sum, value, axis) => sum + value * normal[axis], 0);
  return Object.entries(places)
    .sort((a, b) => along(a) - along(b))
    .map(([name]) => name)
    .join("");
}

test("the normal is row x column", () => {
  assert.deepEqual(normalOf(AXIAL), [0, 0, 1]);
  assert.deepEqual(
    normalOf([0, 1, 0, 0, 0, -1]).map((value) => value + 0),
    [-1, 0, 0],
  );
  assert.equal(normalOf([1, 0, 0, 1, 0, 0]), undefined);
});

test("one slice without a position: instance numbers decide for all", () => {
  const a = slice("a", { instanceNumber: 1 });
  const b = slice("b", { position: [0, 0, -50], instanceNumber: 2 });
  const c = slice("c", { position: [0, 0, -90], instanceNumber: 3 });
  assert.equal(order(c, b, a), "abc");
});

test("planes that are not parallel have no common normal: instance numbers decide", () => {
  const a = slice("a", { position: [0, 0, 90], instanceNumber: 1 });
  const b = slice("b", { position: [0, 0, 0], orientation: [0, 1, 0, 0, 0, -1], instanceNumber: 2 });
  assert.equal(order(b, a), "ab");
});

test("same place: instance number, then arrival, then frame", () => {
  const at = [1, 2, 3];
  assert.equal(
    order(slice("b", { position: at, instanceNumber: 2 }), slice("a", { position: at, instanceNumber: 1 })),
    "ab",
  );
  assert.equal(order(slice("b", { arrival: 2 }), slice("a", { arrival: 1 })), "ab");
  assert.equal(order(slice("b", { frame: 1 }), slice("a", { frame: 0 })), "ab");
});

test("without a number a slice comes last", () => {
  assert.equal(order(slice("b", { arrival: 1 }), slice("a", { instanceNumber: 7, arrival: 2 })), "ab");
});
