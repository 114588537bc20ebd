import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), "../dist");

test("the package exports exactly this, and importing it without a browser does nothing", async () => {
  const names = Object.keys(await import("noctis-viewer")).sort();
  assert.deepEqual(names, ["NoctisError", "createPainter", "createViewer"]);
  const { adapter } = await import("noctis-viewer/adapters/noctis");
  assert.equal(adapter, undefined);
});

test("the types export exactly this", async () => {
  const types = await readFile(path.join(dist, "noctis-viewer.d.ts"), "utf8");
  const exported = [...types.matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, names]) => names.split(","))
    .map((name) => name.replace("type ", "").trim())
    .filter(Boolean)
    .sort();
  assert.deepEqual(exported, [
    "Annotation",
    "AnnotationAnchor",
    "AnnotationChange",
    "AnnotationEvent",
    "AnnotationFormat",
    "AnnotationSet",
    "AnnotationTool",
    "Annotations",
    "Backend",
    "Bindings",
    "BoneRemoval",
    "CineEvent",
    "CineOptions",
    "CineState",
    "CommandAction",
    "CropBox",
    "CutPlane",
    "DragAction",
    "ErrorKind",
    "ErrorPlace",
    "ExportOptions",
    "FrameLook",
    "FrameMoment",
    "FramePlane",
    "GridLayout",
    "GridSide",
    "ImageFrame",
    "ImageObject",
    "ImageSolid",
    "ImageVolume",
    "ImportInput",
    "ImportResult",
    "InstanceInfo",
    "Interpolation",
    "KnownLength",
    "LayoutName",
    "Levels",
    "LoadInput",
    "LoadOptions",
    "LoadProgress",
    "LoadResult",
    "LoadSource",
    "Measurement",
    "NamedWindow",
    "NewAnnotation",
    "NoctisError",
    "OfViewport",
    "OverlayLine",
    "OverlayLook",
    "OverlayParts",
    "OverlayTemplate",
    "Painter",
    "PainterOptions",
    "PatientSide",
    "PinchAction",
    "PixelScale",
    "PixelSource",
    "PlaneGeometry",
    "PlaneLook",
    "PlaneName",
    "PlaneState",
    "PresetChoice",
    "Projection",
    "Region",
    "SeriesSummary",
    "ShownWindow",
    "Slab",
    "SolidLook",
    "SyncGroup",
    "TransferPoint",
    "UltrasoundRegion",
    "ValueHistogram",
    "Vector",
    "ViewSettings",
    "Viewer",
    "ViewerEvents",
    "ViewerOptions",
    "ViewerState",
    "ViewerWarning",
    "Viewport",
    "ViewportCalls",
    "ViewportKind",
    "ViewportState",
    "VoiFunction",
    "VolumeCamera",
    "VolumeLight",
    "VolumeMode",
    "VolumeOptions",
    "VolumePreset",
    "VolumeState",
    "WadoInstance",
    "WarningKind",
    "WarningRecord",
    "WheelAction",
    "WindowLevel",
  ]);
});

test("no type is any, and nothing internal is declared", async () => {
  const files = ["noctis-viewer.d.ts", ...(await readdir(path.join(dist, "public"))).map((name) => `public/${name}`)];
  assert.ok(files.length >= 7);
  for (const file of files) {
    const text = await readFile(path.join(dist, file), "utf8");
    assert.doesNotMatch(text, /\bany\b(?![^\n]*\*\/)(?=[;,)\]>|&=])/, file);
    assert.doesNotMatch(text, /internal\//, file);
  }
});

test("the worker is one file: bundlers with classic workers cannot carry imports", async () => {
  const worker = await readFile(path.join(dist, "decode-worker.js"), "utf8");
  assert.doesNotMatch(worker, /\bimport\b|\bexport\b|import\.meta/);
});

test("what comes later takes the error class from the first file: there is one", async () => {
  for (const part of ["volume", "tools", "painter", "legend"]) {
    const name = `noctis-viewer-${part}.js`;
    const later = await readFile(path.join(dist, name), "utf8");
    assert.match(later, /from"\.\/noctis-viewer\.js"/, name);
    assert.doesNotMatch(later, /extends Error/, name);
  }
});

test("the adapter waits for nothing before it has replaced the page's functions: it imports nothing at once", async () => {
  const adapter = await readFile(path.join(dist, "noctis-adapter.js"), "utf8");
  assert.doesNotMatch(adapter, /\bfrom"/);
  assert.ok(adapter.includes('import("./noctis-viewer.js")'));
  for (const name of ["windowWidth", "currentImageIndex", "_lastRenderMeta"]) {
    assert.match(adapter, new RegExp(`\\b${name}\\b`), "variables of the page keep their names");
  }
  assert.match(await readFile(path.join(dist, "noctis-adapter.d.ts"), "utf8"), /from "\.\/public\/adapter\.js"/);
});

test("bundlers find every file by a literal address", async () => {
  const files = (await readdir(dist)).filter((name) => /^noctis-viewer.*\.js$/.test(name));
  const main = (await Promise.all(files.map((name) => readFile(path.join(dist, name), "utf8")))).join("\n");
  for (const module of [
    "noctis_viewer",
    "noctis_viewer_webgl2",
    "noctis_viewer_cpu",
    "noctis_decode",
    "noctis_volume",
    "noctis_measure",
    "noctis_attributes",
    "noctis_reports",
    "noctis_viewer_volumes",
    "noctis_viewer_webgl2_volumes",
    "noctis_viewer_cpu_volumes",
  ]) {
    assert.ok(main.includes(`new URL("./${module}_bg.wasm",import.meta.url)`), module);
  }
  for (const module of ["noctis_viewer", "noctis_viewer_webgl2", "noctis_viewer_cpu_volumes"]) {
    assert.ok(main.includes(`import("./${module}.js")`), module);
  }
  for (const name of ["volume", "tools", "painter", "remote", "legend"])
    assert.ok(main.includes(`import("./noctis-viewer-${name}.js")`), name);
  assert.ok(main.includes('new Worker(new URL("./decode-worker.js",import.meta.url),{type:"module"})'));
});
