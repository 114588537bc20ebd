import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { asSeen, normalOfPlane, planeOf, through, turnedAbout } = await source("internal/volume/plane.ts");
const { middleOf, placeAt, spanAlong, stepAlong } = await source("internal/volume/span.ts");
const { nearestSlice, patientFromImage, imageFromPatient, placeOf } = await source("internal/place.ts");

const SLICES = [
  [0, 1, 0],
  [0, 0, -1],
];
const view = { rotation: 0, flipHorizontal: false, flipVertical: false };
const rounded = (value) =>
  JSON.parse(JSON.stringify(value), (_, one) => (typeof one === "number" ? Math.round(one * 1e6) / 1e6 + 0 : one));
const same = (actual, expected) => assert.deepEqual(rounded(actual), rounded(expected));

test("named planes look from where radiologists stand; directions are checked", () => {
  const normals = ["axial", "coronal", "sagittal", "acquisition"].map((name) =>
    normalOfPlane(planeOf(name, [1, 2, 3], SLICES)),
  );
  same(normals, [
    [0, 0, 1],
    [0, 1, 0],
    [-1, 0, 0],
    [-1, 0, 0],
  ]);
  const center = [0, 0, 0];
  for (const plane of [
    "transverse",
    { center, right: [1, 0, 0], down: [1, 0, 0] },
    { center, right: [2, 0, 0], down: [0, 1, 0] },
    { center: [0, 0, Number.NaN], right: [1, 0, 0], down: [0, 1, 0] },
  ]) {
    assert.throws(() => planeOf(plane, center, SLICES), { kind: "invalid-argument" });
  }
});

test("a picture that is flipped and then turned clockwise: what is right and down on the screen", () => {
  const axial = planeOf("axial", [0, 0, 0], SLICES);
  same(asSeen(axial, { ...view, rotation: 90 }), [
    [0, -1, 0],
    [1, 0, 0],
  ]);
  same(asSeen(axial, { ...view, flipHorizontal: true }), [
    [-1, 0, 0],
    [0, 1, 0],
  ]);
  same(asSeen(axial, { ...view, rotation: 90, flipHorizontal: true }), [
    [0, -1, 0],
    [-1, 0, 0],
  ]);
});

test("planes through points, and turned about them", () => {
  const coronal = planeOf("coronal", [10, 20, 30], SLICES);
  same(through(coronal, [-5, 27.5, 99]).center, [10, 27.5, 30]);
  // As reslice::Plane::turned, worked by hand there.
  const turned = turnedAbout(planeOf("coronal", [15, 0, 0], SLICES), [10, 0, 0], [0, 0, 1], Math.PI / 2);
  same(
    [turned.right, turned.down, turned.center],
    [
      [0, 1, 0],
      [0, 0, -1],
      [10, 5, 0],
    ],
  );
});

test("where a volume is along a direction: sheared, unevenly spaced", () => {
  const shape = {
    size: [3, 20, 30],
    // Slices lean by 1 mm in y for 5 mm in z.
    geometry: [
      [0, 0, 100],
      [0.5, 0, 0],
      [0, 0.8, 0],
      [0, 1, 5],
    ],
    slices: [0, 1, 2.5].map((place) => ({ place, rescaleSlope: 1, rescaleIntercept: 0 })),
  };
  same(spanAlong(shape, [0, 0, 1]), [100, 112.5]);
  same(spanAlong(shape, [0, 1, 0]), [0, 19 * 0.8 + 2.5]);
  same(spanAlong(shape, [-1, 0, 0]), [-14.5, 0]);
  same(stepAlong(shape, [0, 0, 1]), 5);
  same(stepAlong(shape, [0, 1, 0]), Math.hypot(0.8, 1));
  same(middleOf(shape), [7.5, 8 + 1, 105]);
  same(placeAt(shape, [3, 7, 112.5]), 2.5);
});

test("frames of an object have places of their own, or only the object has", () => {
  const info = {
    frameOfReferenceUid: "1.2",
    rows: 3,
    columns: 5,
    frames: 2,
    imagePositionPatient: [0, 0, 0],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    spacingMm: [2, 3],
  };
  const slices = [0, 1].map((frame) => ({ frame, object: { info } }));
  assert.equal(placeOf(slices[1]), undefined);
  const planes = [{ imagePositionPatient: [0, 0, 0] }, { imagePositionPatient: [10, 20, 30], spacingMm: [1, 1] }];
  const placed = slices.map(({ frame }) => ({ frame, object: { info: { ...info, planes } } }));
  same(placeOf(placed[0]), { frameOfReferenceUid: "1.2", point: [6, 2, 0], normal: [0, 0, 1] });
  same(patientFromImage(placed[1], [4, 2]), [14, 22, 30]);
  same(imageFromPatient(placed[0], [3, 2, 99]), [1, 1]);
  const at = (z, normal = [0, 0, 1], uid = "1.2") => ({ frameOfReferenceUid: uid, point: [0, 0, z], normal });
  assert.equal(nearestSlice(placed, at(16)), 1);
  assert.equal(nearestSlice(placed, at(14, [0, 0, -1])), 0);
  assert.equal(nearestSlice(placed, at(14, [0, 1, 0])), undefined);
  assert.equal(nearestSlice(placed, at(14, [0, 0, 1], "1.3")), undefined);
});
