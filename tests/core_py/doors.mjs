/**
 * The same work as test_core_doors.py does, through the wasm modules: `node doors.mjs jobs.json folder`.
 *
 * The jobs are `{ objects: [path], frames, measures, volume, reports }`; answers go into the folder, `answers.json` and bytes by
 * number. Objects are decoded, measured and assembled by the package's own code around the modules.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { source } from "../../js-glue/test/source.mjs";

const modules = new URL("../../js-glue/wasm/", import.meta.url);
const binary = (name) => readFile(new URL(`${name}_bg.wasm`, modules));

async function load(name) {
  const module = await import(new URL(`${name}.js`, modules));
  const { memory } = await module.default({ module_or_path: await binary(name) });
  return [module, memory];
}

// Pictures are drawn off screen; the renderer wants to see a canvas all the same.
globalThis.CanvasRenderingContext2D = class {};
const canvas = { width: 1, height: 1, getContext: () => new CanvasRenderingContext2D() };

const { Decoder } = await source("internal/decode/decoder.ts");
const { Codecs } = await source("internal/decode/codec.ts");
const { SlicePicture } = await source("internal/slice-picture.ts");
const { Assembler } = await source("internal/volume/assembler.ts");
const { Measuring } = await source("internal/measure/index.ts");
const { Reports } = await source("internal/tools/reports.ts");

const compile = async (name) => WebAssembly.compile(await binary(`noctis_codec_${name}`));
const decodeModule = await load("noctis_decode");
const decoder = new Decoder(decodeModule, new Codecs(compile));
const [drawing] = await load("noctis_viewer_cpu_volumes");
const renderer = await drawing.Renderer.create(canvas);
const measuring = new Measuring((await load("noctis_measure"))[0]);
const reports = new Reports((await load("noctis_reports"))[0]);
const assembler = new Assembler((await load("noctis_volume"))[0]);

const [, , jobsFile, folder] = process.argv;
const jobs = JSON.parse(await readFile(jobsFile, "utf8"));

let kept = 0;
/** Puts bytes into the folder; gives their number. */
async function keep(bytes) {
  await writeFile(path.join(folder, `${kept}.bin`), bytes);
  return kept++;
}

/** What `work` gives, or the error that it ends with. */
async function outcome(work) {
  try {
    return await work();
  } catch (error) {
    return { error: describe(error) };
  }
}

const describe = ({ kind, message, tag, frame }) => ({ kind, message, tag, frame });

async function answered(request) {
  const reply = await decoder.answer(request);
  if (reply.type === "failed") throw reply.error;
  return reply;
}

const bytesOf = async (file) => {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  return buffer.slice(byteOffset, byteOffset + byteLength);
};

let opened = 0;
/** A frame and what its object says, as the page gets them. */
async function decoded(file, frame) {
  const object = ++opened;
  const { info } = await answered({ type: "open", object, bytes: await bytesOf(file) });
  const { frame: found } = await answered({ type: "frame", object, frame, bytes: await bytesOf(file) });
  return { info, frame: found };
}

const WHOLE = { zoom: 1, pan: [0, 0], rotation: 0, flipHorizontal: false, flipVertical: false, overlays: true };

/** Draws a frame of pixels that are square where no size is asked for, as Python does. */
async function picture(frame, { window, inverted = false, interpolation = "linear", size }) {
  const shown = size ? frame : { ...frame, pixelAspect: 1 };
  const view = { ...WHOLE, window, invert: inverted, interpolation: size ? interpolation : "nearest" };
  const ids = [];
  const device = {
    view: new drawing.View(),
    texture: (_key, { pixels }, make) => ids[ids.push(renderer.upload(make(drawing), pixels)) - 1],
  };
  const [width, height] = size ?? [frame.columns, frame.rows];
  const target = { device, renderer, surface: 0, pixelRatio: 1, size: [width, height] };
  const rgba = await new SlicePicture("1:0", shown, view).pixels(target, width, height);
  for (const id of ids) renderer.drop(id);
  return keep(rgba);
}

async function frameJob({ file, frame, views }) {
  const { info, frame: found } = await decoded(file, frame);
  const { pixels, format, unused, warnings } = found;
  const pictures = [];
  for (const view of views) pictures.push(await picture(found, view));
  return { info, format, unused, warnings, pixels: await keep(pixels), pictures };
}

/** The streams of an object's frames; -1 for those that are none. */
async function streamsJob({ file }) {
  const [{ DicomObject }, memory] = decodeModule;
  const object = DicomObject.open(new Uint8Array(await bytesOf(file)));
  const { frames } = JSON.parse(object.describe());
  const streams = [];
  for (let number = 0; number < frames; number += 1) {
    const coded = object.codedFrame(number);
    streams.push(coded ? await keep(new Uint8Array(memory.buffer, coded.start, coded.length).slice()) : -1);
    coded?.free();
  }
  object.free();
  return streams;
}

async function measureJob({ file, frame, tools, known }) {
  const { info, frame: found } = await decoded(file, frame);
  const measured = measuring.frame(info, frame, found);
  const { calibration } = measured;
  if (known) measured.calibrate(known);
  const results = tools.map(({ tool, points, bins }) => ({
    measured: measured.measure(tool, points),
    histogram: measured.histogram(tool, points, bins) ?? null,
  }));
  measured.free();
  return { calibration, results };
}

/** A volume of files, planes through it as pictures, and measures on them. */
async function volumeJob({ files, planes, size }) {
  const objects = [];
  for (const file of files) objects.push(await decoded(file, 0));
  const slices = objects.map(({ info }, id) => ({ key: `${id}:0`, frame: 0, object: { id, info } }));
  const { volumes, findings } = assembler.assemble(slices);
  const [layout] = volumes;
  const frames = layout.sources.map(({ object }) => objects[object.id].frame);
  const spec = new drawing.VolumeSpec(...layout.size, layout.format);
  spec.setGeometry(Float64Array.from(layout.geometry.flat()));
  for (const [number, slice] of layout.slices.entries()) {
    spec.setSlice(number, slice.place, slice.rescaleSlope, slice.rescaleIntercept);
  }
  spec.setWindow(frames[0].windowCenter, frames[0].windowWidth, frames[0].voiFunction);
  if (layout.padding) spec.setPadding(...layout.padding);
  spec.setUnused(frames[0].unusedAbove, frames[0].unused);
  const id = renderer.createVolume(spec);
  for (const [number, { pixels }] of frames.entries()) renderer.writeSlice(id, number, pixels);
  const results = [];
  for (const { center, right, down, slabMm, projection, interpolation, zoom, window, tools } of planes) {
    const view = new drawing.PlaneView();
    view.setPlane(Float64Array.from([...center, ...right, ...down]));
    view.setZoom(zoom, 0, 0);
    view.setSlab(slabMm, projection);
    view.setInterpolation(interpolation);
    if (window) view.setWindow(window.center, window.width, window.function);
    const shown = await keep(await renderer.renderPlanePixels(id, view, ...size));
    const plane = measuring.plane(layout, frames[0], objects[0].info, { center, right, down });
    const measured = tools.map(({ tool, points }) => {
      for (const slice of plane.wanted(tool, points)) plane.writeSlice(slice, frames[slice]);
      return plane.measure(tool, points);
    });
    plane.free();
    results.push({ picture: shown, measured });
  }
  const { sources: _, ...described } = layout;
  return { volumes: volumes.length, layout: described, findings, planes: results };
}

async function annotationsJob({ set, newer, report }) {
  const read = reports.readReport(new Uint8Array(await bytesOf(report)));
  return { csv: reports.csv(set), merged: reports.merge(set, newer), read };
}

const work = { frames: frameJob, streams: streamsJob, measures: measureJob, volumes: volumeJob, annotations: annotationsJob };
const answers = {};
for (const [kind, job] of Object.entries(work)) {
  answers[kind] = [];
  for (const one of jobs[kind] ?? []) answers[kind].push(await outcome(() => job(one)));
}
await writeFile(path.join(folder, "answers.json"), JSON.stringify(answers));
