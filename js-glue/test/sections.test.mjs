import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { slicesByPlace } = await source("adapters/noctis/sections.ts");

/** A volume of slices at these heights, whose usual step is 1 mm. */
const at = (...heights) => ({
  frames: heights,
  steps: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  patientFromVoxel: (_column, _row, slice) => [0, 0, heights[slice]],
});

test("each step has the slice nearest to it, also where one is missing", () => {
  assert.deepEqual(slicesByPlace(at(5, 6, 7)), [0, 1, 2]);
  assert.deepEqual(slicesByPlace(at(5, 6, 9, 10)), [0, 1, 1, 2, 2, 3]);
});

test("slices that are too far apart are refused", () => {
  assert.throws(() => slicesByPlace(at(0, 1, 2, 1e9)), /too far apart/);
  assert.throws(() => slicesByPlace(at(0, 1, 2, Number.NaN)), /too far apart/);
});
