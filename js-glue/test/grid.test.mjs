import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { axesOf, axesOfSlices } = await source("adapters/noctis/axes.ts");
const { Grid } = await source("adapters/noctis/grid.ts");
const { laid } = await source("adapters/noctis/sections.ts");

/** Millimetres of a head: to the left, to the back, upwards. */
const [FIRST, LAST] = [
  [-2, 10, 100],
  [2, 16, 108],
];
/** What is at a place: each coordinate has digits of its own. */
const codeOf = ([x, y, z]) => (x + 2) / 2 + 10 * ((y - 10) / 2) + 100 * ((z - 100) / 2);

const plus = (a, b, n) => a.map((at, axis) => at + b[axis] * n);

/** The same voxels, 2 mm apart, in an array whose columns, rows and slices run along these axes of the patient. */
function acquired(directions, { missing = -1, lean = [0, 0, 0] } = {}) {
  const corner = [0, 1, 2].map((axis) => (directions.some((step) => step[axis] < 0) ? LAST : FIRST)[axis]);
  const count = (step) =>
    1 + Math.abs(step.reduce((total, at, axis) => total + (at * (LAST[axis] - FIRST[axis])) / 2, 0));
  const [columns, rows, slices] = directions.map(count);
  const steps = directions.map((step) => step.map((at) => 2 * at));
  steps[2] = plus(steps[2], lean, 1);
  const places = Array.from({ length: slices }, (_, place) => place).filter((place) => place !== missing);
  const point = (column, row, place) => plus(plus(plus(corner, steps[0], column), steps[1], row), steps[2], place);
  const frameOf = (down, across, value) => ({
    rows: down,
    columns: across,
    values: () => Float32Array.from({ length: down * across }, (_, i) => value(i % across, Math.floor(i / across))),
  });
  const at = (column, row, slice) => codeOf(point(column, row, places[slice]));
  const most = (n, value) => Math.max(...Array.from({ length: n }, (_, i) => value(i)));
  return {
    size: [places.length, rows, columns],
    frames: places.map((_, slice) => frameOf(rows, columns, (column, row) => at(column, row, slice))),
    findings: missing < 0 ? [] : ["a slice is missing"],
    steps,
    patientFromVoxel: (column, row, slice) => point(column, row, places[slice]),
    section: (across, index) =>
      across === "column"
        ? frameOf(places.length, rows, (row, slice) => at(index, row, slice))
        : frameOf(places.length, columns, (column, slice) => at(column, index, slice)),
    largest: async () => [
      frameOf(rows, columns, (column, row) => most(places.length, (slice) => at(column, row, slice))),
      frameOf(places.length, columns, (column, slice) => most(rows, (row) => at(column, row, slice))),
      frameOf(places.length, rows, (row, slice) => most(columns, (column) => at(column, row, slice))),
    ],
  };
}

const [L, P, H] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const back = (axis) => axis.map((at) => 0 - at);

const ACQUIRED = {
  axial: [L, P, H],
  "axial, counted downwards": [L, P, back(H)],
  "axial, the patient prone": [back(L), back(P), H],
  coronal: [L, back(H), P],
  "coronal, counted forwards": [L, back(H), back(P)],
  sagittal: [P, back(H), L],
  "sagittal, counted to the right": [P, back(H), back(L)],
  "sagittal, lying": [H, P, L],
};

for (const [name, directions] of Object.entries(ACQUIRED)) {
  test(`${name}: planes are those of the patient, seen from where they are usually seen`, async () => {
    const grid = new Grid(acquired(directions));
    assert.deepEqual(grid.size, [3, 4, 5]);
    assert.deepEqual(grid.mm, [2, 2, 2]);
    assert.deepEqual(
      grid.directions.map((axis) => axis.map((at) => at + 0)),
      [L, P, H],
    );
    assert.deepEqual(grid.point([1, 2, 3]), [0, 14, 106]);
    assert.equal(grid.valueAt([0.4, 13.6, 106.2]), 321);
    assert.equal(grid.valueAt([0, 14, 110]), undefined);
    // Left is at the right, behind is below.
    const axial = grid.section(2, 1);
    assert.deepEqual([axial.rows, axial.columns], [4, 3]);
    assert.deepEqual([...axial.values.subarray(0, 4)], [100, 101, 102, 110]);
    // Behind is at the right, the head above.
    const sagittal = grid.section(0, 2);
    assert.deepEqual([sagittal.rows, sagittal.columns], [5, 4]);
    assert.deepEqual([...sagittal.values.subarray(0, 5)], [402, 412, 422, 432, 302]);
    // Left is at the right, the head above.
    const coronal = grid.section(1, 3);
    assert.deepEqual([coronal.rows, coronal.columns], [5, 3]);
    assert.deepEqual([...coronal.values.subarray(0, 4)], [430, 431, 432, 330]);
    assert.deepEqual([...(await grid.projection(2)).values.subarray(0, 4)], [400, 401, 402, 410]);
    assert.deepEqual([...(await grid.projection(0)).values.subarray(0, 5)], [402, 412, 422, 432, 302]);
    assert.deepEqual([...(await grid.projection(1)).values.subarray(0, 4)], [430, 431, 432, 330]);
    const box = grid.boxOf([
      [0, 1],
      [2, 3],
      [3.5, 4],
    ]);
    const corners = [0, 1].map((end) =>
      plus(
        plus(
          plus(acquired(directions).patientFromVoxel(0, 0, 0), directions[0], 2 * box[0][end]),
          directions[1],
          2 * box[1][end],
        ),
        directions[2],
        2 * box[2][end],
      ),
    );
    const ends = [0, 1, 2].map((axis) => corners.map((corner) => corner[axis]).sort((a, b) => a - b));
    assert.deepEqual(ends, [
      [-2, 0],
      [14, 16],
      [107, 108],
    ]);
  });
}

test("a missing slice keeps its place, whichever way it lies", async () => {
  const grid = new Grid(acquired(ACQUIRED["coronal, counted forwards"], { missing: 1 }));
  assert.deepEqual([grid.size, grid.isUpright], [[3, 4, 5], false]);
  // Of the neighbours, that which the array has first: the one behind.
  assert.deepEqual([...grid.section(2, 0).values], [0, 1, 2, 10, 11, 12, 30, 31, 32, 30, 31, 32]);
  assert.deepEqual([...grid.section(1, 2).values.subarray(12)], [30, 31, 32]);
  assert.deepEqual([...(await grid.projection(2)).values.subarray(6, 9)], [430, 431, 432]);
});

test("slices that lie beside each other have the values of their places", () => {
  const grid = new Grid(acquired(ACQUIRED.coronal, { lean: [0, 0, 1] }));
  assert.deepEqual([grid.isLeaning, grid.isUpright], [true, false]);
  assert.deepEqual(grid.mm, [2, 2, 2]);
  const [x, y, z] = [2, 12, 105];
  assert.equal(grid.valueAt([x, y, z]), codeOf([x, y, z]));
});

test("axes of slanting slices are the nearest; of two that are as near, the array's own order", () => {
  const of = (axes) => axes.map(({ of: axis, isTurned }) => (isTurned ? -1 : 1) * (axis + 1));
  // Across a heart: along its short axis.
  assert.deepEqual(of(axesOfSlices([0.7, 0.6, -0.387, -0.3, -0.24, -0.923])), [1, 3, -2]);
  const half = Math.SQRT1_2;
  assert.deepEqual(of(axesOfSlices([1, 0, 0, 0, half, -half])), [1, 2, 3]);
  assert.deepEqual(of(axesOf([back(L), back(P), H])), [-1, -2, 3]);
});

test("a section is laid: its rows become columns, then it is counted from the other ends", () => {
  const section = { rows: 2, columns: 3, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const as = (isTransposed, isTurnedAcross, isTurnedDown) => {
    const { rows, columns, values } = laid(section, { isTransposed, isTurnedAcross, isTurnedDown });
    return [rows, columns, ...values];
  };
  assert.equal(laid(section, { isTransposed: false, isTurnedAcross: false, isTurnedDown: false }), section);
  assert.deepEqual(as(true, false, false), [3, 2, 1, 4, 2, 5, 3, 6]);
  assert.deepEqual(as(false, true, false), [2, 3, 3, 2, 1, 6, 5, 4]);
  assert.deepEqual(as(false, false, true), [2, 3, 4, 5, 6, 1, 2, 3]);
  assert.deepEqual(as(true, true, true), [3, 2, 6, 3, 5, 2, 4, 1]);
});
