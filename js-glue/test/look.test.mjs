import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { changedLook, firstLook, throughWindow, windowOf } = await source("internal/volume/look.ts");

/** A light and two points, as the module gives them. */
const tissue = (name) => {
  if (name === "marble") throw new Error("unknown preset");
  return Float64Array.of(0.3, 0.7, 0.2, 60, 0, -1, 1, 100, 1, 0.5, 0.25, 0, 500, 1, 1, 1, 0.9);
};
const POINTS = [
  { value: 100, color: [1, 0.5, 0.25], opacity: 0 },
  { value: 500, color: [1, 1, 1], opacity: 0.9 },
];

test("presets set mode, transfer function, light and background; a change by hand is none any more", () => {
  const bone = firstLook(tissue);
  assert.deepEqual([bone.preset, bone.mode, bone.background, bone.transfer], ["bone", "volume", [0, 0, 0], POINTS]);
  assert.deepEqual(bone.light, { ambient: 0.3, diffuse: 0.7, specular: 0.2, edgePerMm: 60, from: [0, -1, 1] });
  const pet = changedLook(bone, { preset: "pet" }, tissue);
  assert.deepEqual([pet.preset, pet.mode, pet.background], ["pet", "max", [255, 255, 255]]);
  const max = changedLook(bone, { mode: "max" }, tissue);
  assert.deepEqual([max.preset, max.mode, max.transfer], [undefined, "max", POINTS]);
  const cut = changedLook(max, { cuts: [{ point: [0, 0, 0], normal: [1, 0, 0] }], crop: null }, tissue);
  assert.deepEqual([cut.mode, cut.cuts.length], ["max", 1]);
  assert.throws(() => changedLook(bone, { preset: "marble" }, tissue), { kind: "invalid-argument" });
  assert.throws(() => changedLook(bone, { mode: "mean" }, tissue), { kind: "invalid-argument" });
});

test("bone removal has a threshold and layers of its own", () => {
  const bone = firstLook(tissue);
  assert.equal(bone.removeBone, false);
  assert.deepEqual(changedLook(bone, { removeBone: true }, tissue).removeBone, { threshold: 250, layers: 2 });
  const layers = changedLook(bone, { removeBone: { layers: 0 } }, tissue).removeBone;
  assert.deepEqual(layers, { threshold: 250, layers: 0 });
  const same = changedLook(changedLook(bone, { removeBone: true }, tissue), { mode: "max" }, tissue);
  assert.notEqual(same.removeBone, false);
});

test("a window moves and stretches a transfer function", () => {
  const own = windowOf(POINTS);
  assert.deepEqual([own.center, own.width], [300, 400]);
  const values = (center, width) => throughWindow(POINTS, { center, width }).map(({ value }) => value);
  assert.deepEqual(values(300, 400), [100, 500]);
  assert.deepEqual(values(350, 400), [150, 550]);
  assert.deepEqual(values(300, 200), [200, 400]);
  // A step is moved.
  const step = [
    { ...POINTS[0], value: 100 },
    { ...POINTS[1], value: 100 },
  ];
  assert.deepEqual(
    throughWindow(step, { center: 90, width: 50 }).map(({ value }) => value),
    [90, 90],
  );
});
