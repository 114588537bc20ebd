import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { source } from "./source.mjs";

const wasm = new URL("../wasm/", import.meta.url);
/** A module, ready to be called. */
async function started(name) {
  const module = await import(new URL(`${name}.js`, wasm));
  await module.default({ module_or_path: await readFile(new URL(`${name}_bg.wasm`, wasm)) });
  return module;
}
const { Measuring, newUid, unitText } = await source("internal/measure/index.ts");
const { measurementText } = await source("internal/tools/labels.ts");
const { Reports } = await source("internal/tools/reports.ts");
const measuring = new Measuring(await started("noctis_measure"));
const reports = new Reports(await started("noctis_reports"));

const info = {
  studyInstanceUid: "1.2.3",
  modality: "CT",
  frames: 1,
  spacingMm: [2, 0.5],
  spacingSource: "PixelSpacing",
  hasRescale: true,
  patient: { name: "Doe^Jane" },
  study: { date: "20261124" },
};

/** A frame of 4 rows of 5 pixels, 0 to 19; 12 bits of 16, the others are to be cut. */
function frame(more = {}) {
  const pixels = Uint16Array.from({ length: 20 }, (_, index) => index | 0xa000);
  return {
    rows: 4,
    columns: 5,
    format: "r16uint",
    rescaleSlope: 2,
    rescaleIntercept: -1000,
    unusedAbove: 4,
    unused: 4,
    paddingLow: 7,
    paddingHigh: 7,
    luts: { modality: undefined, voi: [], presentation: undefined },
    pixels: new Uint8Array(pixels.buffer),
    ...more,
  };
}

const named = ({ measurements }, name) => measurements.find((found) => found.name === name)?.value;
const refuses = (what, kind) => assert.throws(what, (error) => error.kind === kind);

test("a frame is measured on its stored values", () => {
  const measured = measuring.frame(info, 0, frame());
  const { measurements } = measured.measure("length", [
    [0, 0],
    [6, 2],
  ]);
  assert.deepEqual(measurements, [
    { name: "length", value: 5, unit: "mm", method: "straight line", source: "PixelSpacing" },
  ]);
  const box = [
    [0.6, 0.6],
    [3.4, 2.4],
  ];
  const region = measured.measure("rectangle", box);
  assert.equal(named(region, "mean"), -980);
  assert.equal(named(region, "count"), 5);
  assert.deepEqual(region.notes, ["one pixel of padding is left out"]);
  assert.deepEqual(measured.histogram("rectangle", box, 2), {
    low: -988,
    high: -974,
    counts: [2, 3],
    unit: "[hnsf'U]",
  });
  assert.equal(measured.histogram("length", box), undefined);
  refuses(() => measured.measure("length", [[0, 0]]), "invalid-argument");
  refuses(() => measured.measure("spline", box), "invalid-argument");
  measured.free();
});

test("a frame without values has geometry, and one in colour says why", () => {
  const bare = measuring.frame(info, 0, undefined);
  assert.deepEqual(bare.measure("probe", [[1, 1]]), { measurements: [], notes: [] });
  bare.free();
  const color = measuring.frame(info, 0, frame({ format: "rgba8uint", pixels: new Uint8Array(80) }));
  assert.deepEqual(color.measure("probe", [[1, 1]]).notes, ["colour has no values"]);
  color.free();
});

test("a known length holds until it is forgotten", () => {
  const measured = measuring.frame(info, 0, undefined);
  assert.deepEqual(measured.calibration, {
    scale: { spacing: [2, 0.5], unit: "mm", source: "PixelSpacing" },
    regions: [],
  });
  measured.calibrate({ from: [0, 0], to: [10, 0], mm: 10 });
  assert.deepEqual(measured.calibration.scale, { spacing: [4, 1], unit: "mm", source: "user" });
  refuses(() => measured.calibrate({ from: [0, 0], to: [0, 0], mm: 10 }), "invalid-argument");
  measured.calibrate(undefined);
  assert.equal(measured.calibration.scale.source, "PixelSpacing");
  measured.free();
});

test("spacing is that of the frame", () => {
  const several = { ...info, frames: 2, planes: [{}, { spacingMm: [1, 1] }] };
  for (const [number, length] of [
    [0, 2],
    [1, 4],
  ]) {
    const measured = measuring.frame(several, number, undefined);
    const line = [
      [0, 0],
      [4, 0],
    ];
    assert.equal(named(measured.measure("length", line), "length"), length);
    measured.free();
  }
});

test("a plane takes the slices that it wants", () => {
  const layout = {
    size: [3, 4, 5],
    format: "r16uint",
    geometry: [
      [0, 0, 0],
      [0.5, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ],
    slices: [0, 1, 2].map((place) => ({ place, rescaleSlope: 1, rescaleIntercept: 100 * place })),
  };
  const coronal = { center: [1, 2, 3], right: [1, 0, 0], down: [0, 0, -1] };
  const plane = measuring.plane(layout, frame(), info, coronal);
  const box = [
    [-0.6, -3.1],
    [0.6, 0.1],
  ];
  assert.deepEqual(plane.wanted("rectangle", box), [1, 2]);
  assert.deepEqual(plane.measure("rectangle", box).notes, ["values are still to come"]);
  for (const slice of [1, 2]) plane.writeSlice(slice, frame());
  // row 1, columns 1 to 3: 6, 7, 8
  const measured = plane.measure("rectangle", box);
  assert.equal(named(measured, "mean"), 157);
  assert.equal(named(measured, "count"), 6);
  refuses(() => plane.writeSlice(3, frame()), "invalid-argument");
  plane.free();
});

/** A set with one length. */
function set(more = {}) {
  const annotation = {
    uid: "2.25.1",
    tool: "length",
    label: "lesion",
    created: "2026-11-24T12:00:00Z",
    revision: 1,
    anchor: {
      studyInstanceUid: "1.2.3",
      seriesInstanceUid: "1.2.3.4",
      sopClassUid: "1.2.840.10008.5.1.4.1.1.2",
      sopInstanceUid: "1.2.3.4.5",
    },
    points: [
      [0, 0],
      [46.76258848779988, 31.105918150284154],
    ],
    measurements: [{ name: "length", value: 5, unit: "mm" }],
    ...more,
  };
  return { schema: "noctis.annotations/1", annotations: [annotation] };
}

test("sets are checked, merged, and written as tables and reports", () => {
  assert.deepEqual(reports.check(set()), set());
  assert.deepEqual(reports.check(JSON.stringify(set())), set());
  refuses(() => reports.check(set({ points: [[0, 0]] })), "malformed");
  refuses(() => reports.check("{"), "malformed");
  const both = reports.merge(set(), set({ revision: 2, label: "changed" }));
  assert.deepEqual(
    both.annotations.map(({ revision, label }) => [revision, label]),
    [[2, "changed"]],
  );
  assert.match(reports.csv(set()), /2\.25\.1,length,lesion,.*,length,5,mm/);
  const file = reports.report(set(), info, { observer: "Doe^Jane", now: new Date(2026, 10, 24) });
  assert.equal(new TextDecoder().decode(file.subarray(128, 132)), "DICM");
  refuses(() => reports.report(set(), { ...info, studyInstanceUid: "1.2.4" }), "malformed");
  assert.deepEqual(reports.readReport(file), { set: set(), warnings: [] });
  refuses(() => reports.readReport(file.subarray(0, 700)), "truncated");
  refuses(() => reports.readReport(new Uint8Array(500)), "malformed");
});

test("UIDs are those of UUIDs, and units are as people write them", () => {
  const uids = Array.from({ length: 100 }, newUid);
  assert.equal(new Set(uids).size, 100);
  for (const uid of uids) assert.match(uid, /^2\.25\.[1-9]\d{30,38}$/);
  for (const [name, unit, text] of [
    ["length", "mm", "mm"],
    ["area", "mm2", "mm²"],
    ["area", "{pixels}", "px²"],
    ["length", "{pixels}", "px"],
    ["mean", "[hnsf'U]", "HU"],
    ["count", "1", ""],
    ["mean", "constructor", "constructor"],
  ]) {
    assert.equal(unitText({ name, unit }), text);
  }
  assert.equal(measurementText({ name: "toString", value: 2, unit: "mm" }), "toString 2 mm");
});
