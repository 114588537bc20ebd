/** Runs the render modules by themselves, without the package. Driven by the tests through `window`. */

/** Those with volumes: they draw frames by the same code as those without. */
const MODULES = {
  webgpu: "noctis_viewer_volumes",
  webgl2: "noctis_viewer_webgl2_volumes",
  cpu: "noctis_viewer_cpu_volumes",
};

let wasm;
let memory;
let renderer;

/** Takes the fields of `given` that are `known`; an unknown one is an error, as in the Rust tests. */
function assign(target, given, known) {
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) throw new Error(`unknown field ${name}`);
    target[name] = value;
  }
}

function frameSpec({ columns, rows, format, window, padding, modalityLut, voiLuts = [], presentationLut, mask, shutterLevel, ...rest }) {
  const spec = new wasm.FrameSpec(rows, columns, format);
  const { center, width, function: voi = "LINEAR", ...unknown } = window;
  assign(spec, unknown, []);
  Object.assign(spec, { windowCenter: center, windowWidth: width, voiFunction: voi });
  if (modalityLut) spec.setModalityLut(...table(modalityLut));
  for (const lut of voiLuts) spec.addVoiLut(...table(lut));
  if (presentationLut) spec.setPresentationLut(...table(presentationLut));
  if (padding) [spec.paddingLow, spec.paddingHigh] = padding;
  assign(spec, rest, ["rescaleSlope", "rescaleIntercept", "inverted", "pixelAspect", "voiLut"]);
  return spec;
}

/** A view: what is not said is as in a new one. */
function viewOf({ zoom, pan, rotationDeg, flipHorizontal, flipVertical, invert, interpolation, overlays, window, ...unknown } = {}) {
  assign({}, unknown, []);
  const made = new wasm.View();
  made.setZoom(zoom ?? 1, ...(pan ?? [0, 0]));
  made.setTurn(rotationDeg ?? 0, flipHorizontal ?? false, flipVertical ?? false);
  made.setLook(interpolation ?? "linear", invert ?? false, overlays ?? true);
  if (window) made.setWindow(window.center, window.width, "LINEAR", window.voiLut);
  return made;
}

function view({ voiLut, ...rest } = {}, { window }) {
  return viewOf(voiLut === undefined ? rest : { ...rest, window: { ...window, voiLut } });
}

const table = ({ first, bits, entries }) => [first, bits, Uint16Array.from(entries)];

function volumeSpec(fields) {
  const { slices, rows, columns, format, geometry, places = [], rescaleSlope = 1, rescaleIntercept = 0, rescales = [], ...rest } = fields;
  const { missing, window, padding, presentationLut, inverted = false, ...unknown } = rest;
  assign({}, unknown, []);
  const spec = new wasm.VolumeSpec(slices, rows, columns, format);
  spec.setGeometry(Float64Array.from(geometry.flat()));
  for (let slice = 0; slice < slices; slice += 1) {
    const [slope, intercept] = rescales[slice] ?? [rescaleSlope, rescaleIntercept];
    spec.setSlice(slice, places[slice] ?? slice, slope, intercept);
  }
  spec.setWindow(window.center, window.width, window.function ?? "LINEAR");
  spec.setInverted(inverted);
  if (padding) spec.setPadding(...padding);
  if (presentationLut) spec.setPresentationLut(...table(presentationLut));
  return spec;
}

function planeView({ plane, zoom = 1, pan = [0, 0], slabMm = 0, projection = "max", interpolation = "linear", invert = false, ...unknown } = {}) {
  assign({}, unknown, []);
  const made = new wasm.PlaneView();
  if (plane) made.setPlane(Float64Array.from(plane.flat()));
  made.setZoom(zoom, ...pan);
  made.setSlab(slabMm, projection);
  made.setInterpolation(interpolation);
  made.setInvert(invert);
  return made;
}

/** The view and the mask of a volume in three dimensions; what the numbers mean is in tests/cases/README.md. */
function rayView(volume, { inverted = false, window }, rays, maskOf) {
  const { from = "anterior", camera, turn = [0, 0], zoom = 1, pan = [0, 0], field = 0, mode, preset = "bone", transfer, ...more } = rays;
  const { light, invert = false, crop, cuts = [], step = 0.6, resolution = 1, jitter = true, background = [0, 0, 0], arriving = false, mask, ...unknown } = more;
  assign({}, unknown, []);
  const made = new wasm.RayView();
  const around = renderer.cameraFrom(volume, from);
  const seen = camera ? Float64Array.from([...camera.flat(), around[9]]) : around;
  made.setCamera(wasm.RayView.turned(seen, ...turn));
  made.setZoom(zoom, ...pan);
  made.setField(field);
  if (mode) {
    made.setProjection(mode, window.center, window.width, window.function ?? "LINEAR", inverted !== invert);
  } else {
    const tissue = wasm.RayView.tissue(preset);
    const own = [tissue.subarray(7), tissue.subarray(0, 7)];
    made.setTransfer(transfer ? Float64Array.from(transfer.flat()) : own[0], light ? Float64Array.from(light) : own[1]);
  }
  if (crop) made.setCrop(Float64Array.from(crop.flat()));
  made.setCuts(Float64Array.from(cuts.flat(2)));
  made.setQuality(false, resolution);
  made.setSteps(step, jitter);
  made.setBackground(...background);
  made.setArriving(arriving);
  if (mask) made.setMask(maskOf(mask));
  return made;
}

/** The number of a mask of a volume that was written. */
function writtenMask(id, { slices, missing = [] }, pixels, { threshold, voxel, layers = 0, ...unknown }, geometry) {
  assign({}, unknown, []);
  const mask = renderer.beginMask(id, threshold);
  const bytes = pixels.length / slices;
  for (let slice = 0; slice < slices; slice += 1) {
    // Slices that have not arrived hold zeros.
    const own = pixels.subarray(slice * bytes, (slice + 1) * bytes);
    renderer.maskSlice(mask, slice, missing.includes(slice) ? new Uint8Array(bytes) : own);
  }
  const [first, column, row, step] = geometry;
  const at = voxel && first.map((mm, axis) => mm + voxel[2] * column[axis] + voxel[1] * row[axis] + voxel[0] * step[axis]);
  renderer.finishMask(mask, Float64Array.from(at ?? []), layers);
  return mask;
}

/** A volume whose slices were written, and its number. */
function writtenVolume(fields, pixels) {
  const id = renderer.createVolume(volumeSpec(fields));
  const bytes = pixels.length / fields.slices;
  for (let slice = 0; slice < fields.slices; slice += 1) {
    if (fields.missing?.includes(slice)) continue;
    renderer.writeSlice(id, slice, pixels.subarray(slice * bytes, (slice + 1) * bytes));
  }
  return id;
}

async function load(name) {
  const response = await fetch(`/cases/${name}/case.json`);
  const { about, input, frame, view: viewFields, volume, plane, rays, canvas, ...unknown } = await response.json();
  assign({}, unknown, []);
  const bytes = async (file) => new Uint8Array(await (await fetch(`/inputs/${file}`)).arrayBuffer());
  const pixels = await bytes(input);
  if (volume) return { volume, pixels, rays, view: rays ? undefined : planeView(plane), canvas };
  const spec = frameSpec(frame);
  if (frame.mask) spec.setMask(await bytes(frame.mask), frame.shutterLevel ?? 0);
  return { spec, pixels, view: view(viewFields, frame), canvas };
}

/** What an error looks like from outside. */
function describe(error) {
  return { isError: error instanceof Error, kind: error.kind, message: error.message };
}

/** Loads the backend's module and opens it on a new canvas. */
window.start = async (backend) => {
  wasm = await import(`/wasm/${MODULES[backend]}.js`);
  ({ memory } = await wasm.default({ module_or_path: `/wasm/${MODULES[backend]}_bg.wasm` }));
  document.body.replaceChildren(document.createElement("canvas"));
  renderer = await wasm.Renderer.create(document.querySelector("canvas"));
  return { backend: renderer.backend, adapter: renderer.adapter, maxFrameSize: renderer.maxFrameSize };
};

/** The RGBA of a case in three dimensions, drawn in two parts. */
async function runRays({ volume, rays, pixels, canvas }, show) {
  const id = writtenVolume(volume, pixels);
  let mask;
  const made = rayView(id, volume, rays, (fields) => {
    mask = writtenMask(id, volume, pixels, fields, volume.geometry);
    return mask;
  });
  const picture = renderer.beginRays(id, made, ...canvas);
  await renderer.prepareRays(picture);
  const lines = renderer.rayLines(picture);
  renderer.drawRays(picture, 0, Math.ceil(lines / 3));
  await renderer.finished();
  renderer.drawRays(picture, Math.ceil(lines / 3), lines);
  if (show) {
    renderer.resizeSurface(0, ...canvas);
    renderer.showRays(0, picture);
  }
  const rgba = await renderer.rayPixels(picture);
  renderer.dropRays(picture);
  renderer.dropVolume(id);
  if (mask !== undefined) renderer.dropMask(mask);
  return { width: canvas[0], height: canvas[1], rgba: Array.from(rgba) };
}

/** The RGBA of a case, drawn off screen; with `show`, it is drawn to the canvas as well. */
window.runCase = async (name, { show = false } = {}) => {
  const { spec, volume, rays, pixels, view, canvas } = await load(name);
  if (rays) return runRays({ volume, rays, pixels, canvas }, show);
  if (volume) {
    const id = writtenVolume(volume, pixels);
    if (show) {
      renderer.resizeSurface(0, ...canvas);
      renderer.renderPlane(0, id, view);
    }
    const rgba = await renderer.renderPlanePixels(id, view, ...canvas);
    renderer.dropVolume(id);
    return { width: canvas[0], height: canvas[1], rgba: Array.from(rgba) };
  }
  const id = renderer.upload(spec, pixels);
  if (show) {
    renderer.resizeSurface(0, ...canvas);
    renderer.render(0, id, view);
  }
  const rgba = await renderer.renderPixels(id, view, ...canvas);
  renderer.drop(id);
  return { width: canvas[0], height: canvas[1], rgba: Array.from(rgba) };
};

const small = () => new wasm.FrameSpec(2, 2, "r8uint");

/** What each misuse throws, and the picture that is drawn after all of them. */
window.misuse = async () => {
  const id = renderer.upload(small(), Uint8Array.of(0, 60, 120, 255));
  const attempts = {
    "unknown surface": () => renderer.render(99, id, new wasm.View()),
    "removed surface": () => {
      const surface = renderer.addSurface(document.createElement("canvas"));
      renderer.removeSurface(surface);
      renderer.removeSurface(surface);
      renderer.render(surface, id, new wasm.View());
    },
    "unknown frame": () => renderer.render(0, id + 1, new wasm.View()),
    "wrong length": () => renderer.upload(small(), new Uint8Array(5)),
    "no rows": () => renderer.upload(new wasm.FrameSpec(0, 2, "r8uint"), new Uint8Array(0)),
    "unknown format": () => new wasm.FrameSpec(2, 2, "r12uint"),
    "unknown interpolation": () => viewOf({ interpolation: "cubic" }),
    "zoom 0": () => renderer.render(0, id, viewOf({ zoom: 0 })),
    "zoom NaN": () => renderer.render(0, id, viewOf({ zoom: Number.NaN })),
    "zoom 1e30": () => renderer.render(0, id, viewOf({ zoom: 1e30 })),
    "width 0": () => renderer.render(0, id, viewOf({ window: { center: 0, width: 0 } })),
    "canvas 0": () => renderer.resizeSurface(0, 0, 5),
    "canvas too large": () => renderer.resizeSurface(0, 1_000_000, 5),
    "picture too large": () => renderer.renderPixels(id, new wasm.View(), 100_000, 100_000),
  };
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try {
      await attempt();
      outcomes[name] = { kind: "nothing thrown" };
    } catch (error) {
      outcomes[name] = describe(error);
    }
  }
  const rgba = Array.from(await renderer.renderPixels(id, new wasm.View(), 2, 2));
  renderer.drop(id);
  renderer.drop(id);
  return { outcomes, rgba };
};

/** A frame one column wider than the backend takes. */
window.tooLarge = () => {
  const columns = renderer.maxFrameSize + 1;
  try {
    renderer.upload(new wasm.FrameSpec(1, columns, "r8uint"), new Uint8Array(columns));
  } catch (error) {
    return describe(error);
  }
};

/** Bytes of wasm memory before and after a mammogram-sized frame, and one column of what is drawn of it. */
window.uploadLarge = async () => {
  const [rows, columns] = [4096, 3328];
  const values = new Uint16Array(rows * columns);
  for (let row = 0; row < rows; row += 1) values.fill(row, row * columns, (row + 1) * columns);
  const spec = new wasm.FrameSpec(rows, columns, "r16uint");
  Object.assign(spec, { windowCenter: 2048, windowWidth: 4096 });
  const before = memory.buffer.byteLength;
  const id = renderer.upload(spec, new Uint8Array(values.buffer));
  const after = memory.buffer.byteLength;
  const nearest = viewOf({ interpolation: "nearest" });
  const rgba = await renderer.renderPixels(id, nearest, 208, 256);
  renderer.drop(id);
  return { before, after, column: Array.from({ length: 256 }, (_, y) => rgba[(y * 208 + 104) * 4]) };
};

/** A canvas point, the image point under it, and the canvas point over that. */
window.roundTrip = (x, y) => {
  const id = renderer.upload(small(), new Uint8Array(4));
  renderer.resizeSurface(0, 200, 100);
  const turned = viewOf({ rotationDeg: 30, zoom: 2, pan: [5, 0] });
  const [column, row] = renderer.imageFromCanvas(0, id, turned, x, y);
  const plain = Array.from(renderer.imageFromCanvas(0, id, new wasm.View(), x, y));
  const back = Array.from(renderer.canvasFromImage(0, id, turned, column, row));
  renderer.drop(id);
  return { plain, back };
};

/** One frame on three more canvases of different sizes, each with its own view; greys at quarter points of each canvas. */
window.manySurfaces = () => {
  const canvases = [[40, 20], [30, 30], [20, 40]].map(([width, height]) =>
    Object.assign(document.createElement("canvas"), { width, height }),
  );
  document.body.replaceChildren(...canvases);
  const id = renderer.upload(small(), Uint8Array.of(10, 60, 120, 250));
  const views = [{}, { invert: true }, { rotationDeg: 90 }].map((fields) =>
    viewOf({ interpolation: "nearest", window: { center: 128, width: 256 }, ...fields }),
  );
  const surfaces = canvases.map((canvas) => renderer.addSurface(canvas));
  renderer.resizeSurface(surfaces[1], 50, 30);
  // Twice, in another order: what one draws must not be seen on another.
  for (const index of [0, 1, 2, 2, 1, 0]) renderer.render(surfaces[index], id, views[index]);
  const seen = canvases.map((canvas) => {
    const { width, height } = canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    const side = Math.min(width, height);
    const [left, top] = [(width - side) / 2, (height - side) / 2];
    const at = (x, y) => copy.getImageData(Math.floor(left + x * side), Math.floor(top + y * side), 1, 1).data[0];
    return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
  });
  for (const surface of surfaces) renderer.removeSurface(surface);
  renderer.drop(id);
  return seen;
};

/** Draws while a picture is being read back, then frees the renderer at once. */
window.freeInFlight = async () => {
  const id = renderer.upload(small(), Uint8Array.of(9, 9, 9, 9));
  const promise = renderer.renderPixels(id, new wasm.View(), 2, 2);
  renderer.render(0, id, new wasm.View());
  renderer.free();
  return Array.from(await promise);
};

/** Loses the WebGL2 context on purpose, then draws. */
window.loseContext = async () => {
  const canvas = document.querySelector("canvas");
  const id = renderer.upload(small(), new Uint8Array(4));
  const lost = new Promise((resolve) => canvas.addEventListener("webglcontextlost", resolve, { once: true }));
  canvas.getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
  await lost;
  const outcomes = [];
  const view = new wasm.View();
  const attempts = [
    () => renderer.render(0, id, view),
    () => renderer.upload(small(), new Uint8Array(4)),
    () => renderer.resizeSurface(0, 5, 5),
    () => renderer.renderPixels(id, view, 2, 2),
  ];
  for (const attempt of attempts) {
    try {
      await attempt();
      outcomes.push("nothing thrown");
    } catch (error) {
      outcomes.push(error.kind);
    }
  }
  renderer.drop(id);
  renderer.free();
  return outcomes;
};

/** Opens the backend on a canvas that another kind of context holds. */
window.takenCanvas = async (kind) => {
  const canvas = document.createElement("canvas");
  canvas.getContext(kind);
  try {
    await wasm.Renderer.create(canvas);
  } catch (error) {
    return describe(error);
  }
};

window.ready = true;
