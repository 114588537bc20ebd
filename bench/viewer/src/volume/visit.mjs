// One visit of a browser to an app of the volume benchmark.

import { processesOf, processorMs, residentMB } from "../processes.mjs";
import { Screen, cellsOf } from "../screen.mjs";
import { GRID } from "../objects.mjs";

const STEPS = 40;
const STEPS_LIMIT_MS = 6000;
/** A region that varies by so many grey levels shows something. */
const CONTENT = 8;
/** Regions that differ by less, on the average, are the same. */
const SAME = 0.5;
/** No frame for so long after the library says that all is loaded, and something is to be seen: nothing more comes. */
const QUIET_MS = 2500;
/** A page has come to rest. */
const SETTLED_MS = 700;
const LOAD_LIMIT_MS = 180_000;

const HALF = GRID / 2;
const REGIONS = { axial: [0, 0], sagittal: [0, HALF], coronal: [HALF, 0] };

async function inFreshPage({ browser }, side, action) {
  const context = await browser.newContext({ viewport: { width: side, height: side }, deviceScaleFactor: 1 });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const complaints = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text().split("\n", 1)[0]);
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    const crashed = new Promise((_, reject) => page.on("crash", () => reject(new Error("the page's process died"))));
    return await Promise.race([action(page, cdp, complaints), crashed]);
  } finally {
    await context.close();
  }
}

async function open(page, setting, column, layout) {
  const { server, study } = setting;
  await page.goto(`${server.origin}/${column.app}/?layout=${layout}${column.query}`);
  const urls = (column.format === "nifti" ? study.nifti : study.dicom).map(([url]) => url);
  await page.evaluate(async (list) => {
    await globalThis.bench.ready;
    await globalThis.bench.keep(list);
  }, urls);
  await page.waitForTimeout(SETTLED_MS);
}

async function loaded(page, complaints) {
  const late = new Promise((resolve) => setTimeout(resolve, LOAD_LIMIT_MS, "late").unref());
  const outcome = await Promise.race([page.evaluate(() => globalThis.bench.loaded.then(() => "")), late]);
  const failure = complaints.find((line) => line.startsWith("bench:"));
  if (failure || outcome) throw new Error(failure ?? `not loaded in ${LOAD_LIMIT_MS / 1000} s`);
}

async function memoryMB(browserCdp) {
  const sum = async (type, pick) =>
    (await processesOf(browserCdp, type)).map((pid) => residentMB(pid)[pick]).reduce((all, one) => all + one, 0);
  return {
    renderer: await sum("renderer", "now"),
    rendererPeak: await sum("renderer", "peak"),
    gpu: await sum("GPU", "now"),
  };
}

/**
 * Bytes in memory to the first axial picture, and to the last change of any of the three planes; memory then.
 *
 * @returns {Promise<object>} ms and MB; memory is what has come since the files were in memory
 */
export function visitLoading(setting, column) {
  return inFreshPage(setting, 1024, async (page, cdp, complaints) => {
    const screen = new Screen(cdp);
    await page.waitForTimeout(SETTLED_MS);
    const empty = await memoryMB(setting.browserCdp);
    await open(page, setting, column, "planes");
    const before = await memoryMB(setting.browserCdp);
    await screen.start();
    const called = await page.evaluate(() => globalThis.bench.show());
    await loaded(page, complaints);
    const frames = [];
    const region = column.arranges ? undefined : "axial";
    const deadline = Date.now() + LOAD_LIMIT_MS;
    for (let seen = -1; seen !== frames.length || !firstContent(frames, region); ) {
      if (Date.now() > deadline) throw new Error("no picture came");
      await page.waitForTimeout(QUIET_MS);
      seen = frames.length;
      const come = screen.frames.slice(seen);
      frames.push(...come.map(({ data, time }) => ({ time, cells: cellsOf(Buffer.from(data, "base64")) })));
    }
    await screen.stop();
    const after = await memoryMB(setting.browserCdp);
    const png = await page.screenshot();
    return {
      firstMs: firstContent(frames, region).time - called,
      allMs: lastChange(frames) - called,
      rendererMB: after.renderer - before.renderer,
      rendererPeakMB: after.rendererPeak - before.renderer,
      gpuMB: after.gpu - before.gpu,
      gpuSinceEmptyMB: after.gpu - empty.gpu,
      described: await describe(page),
      png,
    };
  });
}

const describe = (page) => page.evaluate(async () => (await globalThis.bench.ready).describe?.() ?? {});

function regionOf(cells, name) {
  const [top, left] = REGIONS[name];
  return Array.from({ length: HALF * HALF }, (_, index) => {
    const [row, column] = [Math.floor(index / HALF), index % HALF];
    return cells[(top + row) * GRID + left + column];
  });
}

/** The first frame that shows something: of a library that arranges its planes by itself, in the whole window. */
function firstContent(frames, name) {
  return frames.find(({ cells }) => {
    const region = name ? regionOf(cells, name) : Array.from(cells);
    const mean = region.reduce((sum, value) => sum + value, 0) / region.length;
    return Math.sqrt(region.reduce((sum, value) => sum + (value - mean) ** 2, 0) / region.length) > CONTENT;
  });
}

/** The first frame that is as the last one. */
function lastChange(frames) {
  const last = frames.at(-1);
  const isAsLast = ({ cells }) => cells.reduce((sum, value, cell) => sum + Math.abs(value - last.cells[cell]), 0) / cells.length < SAME;
  let found = last;
  for (const frame of frames.toReversed()) {
    if (!isAsLast(frame)) break;
    found = frame;
  }
  return found.time;
}

const wave = (step) => (Math.sin(step / 3) + 1) / 2;

/** What each interaction is called with, step by step; each step is another picture. A slab is an oblique one, then an axial one. */
const INTERACTIONS = {
  window: { kind: "setWindow", of: (step, { center, width }) => [center * (1 + wave(step) / 4), width * (1 + wave(step) / 2)] },
  scroll: { kind: "scroll", of: (step) => [0.2 + 0.6 * wave(step)] },
  oblique: { kind: "turnPlane", of: (step) => [15 + 20 * wave(step)] },
  obliqueSlab: { kind: "setSlab", of: (step) => [20 + (step % 2) / 100] },
  slab: { kind: "setSlab", of: (step) => [20 + (step % 2) / 100], before: ["turnPlane", [[0]]] },
  turn: { kind: "turnView", of: (step) => [4 * step] },
};

/**
 * Interactions with one viewport of 512 x 512: the axial plane, or in three dimensions.
 *
 * @param {"axial" | "3d"} layout
 * @param {string[]} names of INTERACTIONS
 * @returns {Promise<Record<string, {intervalMs: number[], processorMs: number}>>} what an app cannot do is left out
 */
export function visitSteps(setting, column, layout, names) {
  return inFreshPage(setting, 512, async (page, _cdp, complaints) => {
    await open(page, setting, column, layout);
    await page.evaluate(() => globalThis.bench.show());
    await loaded(page, complaints);
    await page.waitForTimeout(QUIET_MS);
    const figures = {};
    for (const name of names) {
      const { kind, of, before: first } = INTERACTIONS[name];
      const can = await page.evaluate(async (call) => (await globalThis.bench.ready)[call] !== undefined, kind);
      if (!can) continue;
      const steps = Array.from({ length: STEPS }, (_, step) => of(step, setting.study.window));
      const call = (what, list) => page.evaluate(([own, all, limit]) => globalThis.bench.steps(own, all, limit), [what, list, STEPS_LIMIT_MS]);
      const run = (list) => call(kind, list);
      if (first) await call(...first);
      await run(steps.slice(0, 5));
      const pids = (await Promise.all(["renderer", "GPU"].map((type) => processesOf(setting.browserCdp, type)))).flat();
      const used = () => pids.reduce((sum, pid) => sum + processorMs(pid), 0);
      const before = used();
      const intervalMs = await run(steps);
      figures[name] = { intervalMs, processorMs: (used() - before) / intervalMs.length };
      await page.waitForTimeout(300);
    }
    // Of a page whose GPU is still busy there may be none.
    return { figures, png: await page.screenshot().catch(() => undefined), described: await describe(page) };
  });
}
