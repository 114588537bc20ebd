import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { source } from "./source.mjs";

const wasm = new URL("../wasm/", import.meta.url);
const module = await import(new URL("noctis_volume.js", wasm));
await module.default({ module_or_path: await readFile(new URL("noctis_volume_bg.wasm", wasm)) });
const { Assembler } = await source("internal/volume/assembler.ts");
const { Reducer, fits } = await source("internal/volume/reducer.ts");

/** A slice of 2 x 3 pixels of 0.5 mm at height z. */
function slice(id, z, more = {}) {
  const info = {
    sopInstanceUid: `1.2.${id}`,
    frameOfReferenceUid: "1.2.3",
    photometricInterpretation: "MONOCHROME2",
    rows: 2,
    columns: 3,
    frames: 1,
    pixelFormat: "r16sint",
    instanceNumber: id,
    imagePositionPatient: [-10, -20, z],
    imageOrientationPatient: [1, 0, 0, 0, 1, 0],
    spacingMm: [0.5, 0.5],
    spacingSource: "PixelSpacing",
    rescaleSlope: 1,
    rescaleIntercept: -1024,
    ...more,
  };
  return { key: `${id}:0`, frame: 0, object: { id, info } };
}

test("slices become a volume, by position, and more may come", () => {
  const assembler = new Assembler(module);
  const first = [slice(3, 4), slice(1, 0)];
  assert.deepEqual(assembler.assemble(first).volumes[0].size, [2, 2, 3]);
  const slices = [...first, slice(2, 2, { pixelPadding: [-2000, -2000] })];
  const { volumes, findings } = assembler.assemble(slices);
  assert.deepEqual(findings, []);
  const [{ sources, ...volume }] = volumes;
  assert.deepEqual(sources, [slices[1], slices[2], slices[0]]);
  const rescale = { rescaleSlope: 1, rescaleIntercept: -1024 };
  assert.deepEqual(volume, {
    plane: "axial",
    label: "",
    size: [3, 2, 3],
    format: "r16sint",
    geometry: [
      [-10, -20, 0],
      [0.5, 0, 0],
      [0, 0.5, 0],
      [0, 0, 2],
    ],
    slices: [0, 1, 2].map((place) => ({ place, ...rescale })),
    padding: [-2000, -2000],
    frameOfReferenceUid: "1.2.3",
    tiltDeg: 0,
  });
  // an object gave way to another
  const changed = [slices[0], slices[1], slice(9, 2)];
  assert.deepEqual(assembler.assemble(changed).volumes[0].sources, [slices[1], changed[2], slices[0]]);
  assembler.free();
});

test("frames are where they say, and findings are in words", () => {
  const info = slice(1, 0).object.info;
  const planes = [0, 5, 1].map((z) => ({ imagePositionPatient: [-10, -20, z], marks: { EchoTime: `${z}` } }));
  const object = { id: 7, info: { ...info, frames: 3, planes } };
  const slices = [0, 1, 2].map((frame) => ({ key: `7:${frame}`, frame, object }));
  const { volumes, findings } = new Assembler(module).assemble([...slices, slice(8, 1, { rows: 9 })]);
  assert.deepEqual(
    volumes[0].sources.map(({ frame }) => frame),
    [0, 2, 1],
  );
  assert.deepEqual(
    findings.map(({ kind, volume }) => [kind, volume]),
    [
      ["mixed", undefined],
      ["gap", 0],
      ["single-slice", 1],
    ],
  );
  assert.match(findings[1].message, /4 mm between slices 2 and 3/);
});

test("a volume is made to fit, and its millimetres stay", () => {
  const [volume] = new Assembler(module).assemble([slice(1, 0), slice(2, 1), slice(3, 2)]).volumes;
  assert.ok(fits(volume, { maxSide: 3, maxBytes: 36 }));
  assert.ok(!fits(volume, { maxSide: 2, maxBytes: 36 }) && !fits(volume, { maxSide: 3, maxBytes: 35 }));
  const reducer = new Reducer(module, volume, { maxSide: 2, maxBytes: 36 });
  assert.deepEqual(reducer.shape.reduction, [2, 1, 2]);
  assert.match(reducer.shape.finding.message, /^3 x 2 x 3 voxels are too many/);
  assert.deepEqual(reducer.shape.geometry[0], [-9.75, -20, 0.5]);
  const pixels = (...values) => new Uint8Array(Int16Array.from(values).buffer);
  assert.equal(reducer.write(0, pixels(0, 2, 5, 10, 10, -3)), undefined);
  const { number, pixels: means } = reducer.write(1, pixels(2, 4, 5, 10, 11, -4));
  assert.equal(number, 0);
  assert.deepEqual([...new Int16Array(means.buffer)], [2, 5, 10, -3]);
  assert.equal(reducer.write(2, pixels(1, 1, 1, 1, 1, 1)).number, 1);
  assert.deepEqual([...reducer.rest()], []);
  assert.throws(() => reducer.write(5, pixels(1)), { kind: "malformed" });
  assert.throws(() => new Reducer(module, volume, { maxSide: 2, maxBytes: 0 }), { kind: "limit" });
});

test("the four corners of a volume in three dimensions are those of a template", async () => {
  const { solidCorners } = await source("internal/volume/solid-text.ts");
  const { DEFAULT_TEMPLATE } = await source("internal/overlay/text.ts");
  const facts = {
    info: { patient: { name: "A^B" }, study: {}, series: { description: "Thorax" }, modality: "CT" },
    window: { center: 300, width: 900 },
    state: {
      preset: "bone",
      mode: "volume",
      removeBone: true,
      removed: 12,
      progress: { slices: 3, of: 8 },
      reduction: [1, 2, 2],
    },
    zoom: 1.5,
    backend: "WebGPU",
    more: (keyword) => `<${keyword}>`,
  };
  const said = (template, patient = true) =>
    Object.values(solidCorners(facts, patient, { ...DEFAULT_TEMPLATE, ...template })).map((lines) =>
      lines.map(({ text }) => text).filter(Boolean),
    );
  assert.deepEqual(said({}), [
    ["A, B"],
    [],
    ["CT  Thorax", "3-D  Bone  Without bone"],
    ["W 900  L 300", "Zoom 150 %", "Loading 3 / 8", "Reduced 2 × 2 × 1 : 1", "WebGPU"],
  ]);
  const template = { bottomLeft: ["{KVP} kV", "{SeriesDescription}"], bottomRight: ["{Volume}  {Window}"] };
  assert.deepEqual(said(template, false), [[], [], ["<KVP> kV"], ["3-D  Bone  Without bone  W 900  L 300"]]);
});
