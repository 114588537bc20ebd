// One visit of a browser to an app: what is measured, and when.

import { processesOf, processorMs, residentMB } from "./processes.mjs";
import { Screen, isLike, look } from "./screen.mjs";
import { mainThreadMs, record } from "./trace.mjs";

export const WINDOW_SIDE = 1024;
const STEPS = 60;
const STEPS_LIMIT_MS = 6000;
/** The pointer goes round in a circle, so that no position is the window of the one before. */
const DRAG = { middle: WINDOW_SIDE / 2, radius: 60, turn: 0.7 };
/** A new window keeps the browser busy with its own frame and menus; nobody reads an address into one of that age. */
const WINDOW_AT_REST_MS = 1200;

/**
 * Opens a page in a fresh context, does `action`, closes it.
 *
 * @param {{browser: object, browserCdp: object, server: object}} setting
 * @param {(page: object, cdp: object, screen: Screen) => Promise<object>} action
 */
async function inFreshPage(setting, action) {
  const context = await setting.browser.newContext({
    viewport: { width: WINDOW_SIDE, height: WINDOW_SIDE },
    deviceScaleFactor: 1,
  });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const screen = new Screen(cdp);
    page.on("console", (message) => {
      const [line] = message.text().split("\n", 1);
      if (message.type() === "error" && line.startsWith("bench:")) screen.giveUp(line);
    });
    page.on("pageerror", (error) => screen.giveUp(error.message));
    return await action(page, cdp, screen);
  } finally {
    await context.close();
  }
}

const FLOOR_SAMPLES = 9;

/**
 * How long a frame takes from a 2-D canvas through the compositor and out of the browser: the part of every
 * "shown" that is no viewer's.
 *
 * @returns {Promise<{floorMs: number[]}>}
 */
export function visitFloor(setting) {
  return inFreshPage(setting, async (page, _cdp, screen) => {
    await page.setContent(`<body style="margin:0"><canvas width="${WINDOW_SIDE}" height="${WINDOW_SIDE}"></canvas>`);
    await screen.start();
    await page.waitForTimeout(500);
    const floorMs = [];
    for (let sample = 0; sample < FLOOR_SAMPLES; sample += 1) {
      screen.frames.length = 0;
      const called = await page.evaluate((grey) => {
        const context = document.querySelector("canvas").getContext("2d");
        context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
        context.fillRect(0, 0, context.canvas.width, context.canvas.height);
        return performance.timeOrigin + performance.now();
      }, 20 * sample);
      floorMs.push((await screen.next()) - called);
      await page.waitForTimeout(200);
    }
    return { floorMs };
  });
}

/**
 * What a window step costs in a page without a viewer, which draws nothing, or one triangle by hand (of one colour, or of the samples
 * of a mammogram): the part of every step that no viewer can do without.
 *
 * @param {"nothing" | "webgl2" | "webgpu" | "webgpu-frame"} draw
 * @returns {Promise<{stepMainThreadMs: number[]}>}
 */
export function visitBare(setting, draw) {
  return inFreshPage(setting, async (page) => {
    await page.goto(`${setting.server.origin}/bare/?draw=${draw}`);
    await page.evaluate(() => globalThis.bench.ready);
    await page.waitForTimeout(1000);
    const { stepMainThreadMs } = await windowSteps(page, setting.browserCdp, { window: { center: 0, width: 1 } });
    return { stepMainThreadMs };
  });
}

/**
 * Navigation to shown, bytes until then, memory at rest after it, then window steps.
 *
 * @returns {Promise<object>} figures; times in ms, sizes in bytes or MB as named
 */
export function visitByNavigation(setting, column, object) {
  const { server, browserCdp } = setting;
  return inFreshPage(setting, async (page, cdp, screen) => {
    const gpuBefore = await gpuResidentMB(browserCdp);
    server.sent.length = 0;
    await page.waitForTimeout(WINDOW_AT_REST_MS);
    await screen.start();
    await page.goto(`${server.origin}/${column.app}/?file=${object.url}${column.query}`, { waitUntil: "commit" });
    const shown = await screen.shows(object.expected);
    await screen.stop();
    const sent = server.sent.filter(({ time }) => time <= shown);
    const bytes = (wanted) => sent.filter(({ path }) => wanted(path)).reduce((sum, file) => sum + file.bytes, 0);
    const origin = await page.evaluate(() => performance.timeOrigin);
    const marks = await page.evaluate(async () => {
      const { loaded, ready } = globalThis.bench;
      await loaded;
      const described = (await ready).describe?.() ?? {};
      const at = (name) => performance.getEntriesByName(name)[0]?.startTime;
      return { described, ready: at("bench:ready"), loaded: at("bench:loaded") };
    });
    await page.waitForTimeout(1000);
    const { png, likeness } = await look(cdp, object.expected);
    if (!isLike(likeness)) throw new Error(`another picture at rest: ${JSON.stringify(likeness)}`);
    return {
      shownMs: shown - origin,
      readyMs: marks.ready,
      loadedMs: marks.loaded,
      described: marks.described,
      codeBytes: bytes((path) => !path.startsWith("/objects/")),
      objectBytes: bytes((path) => path.startsWith("/objects/")),
      files: sent.map(({ path, bytes: size }) => `${path} ${size}`),
      ...(await memory(cdp, browserCdp, gpuBefore)),
      ...(await windowSteps(page, browserCdp, object)),
      likeness,
      png,
    };
  });
}

/** Bytes in memory to shown: the first image of a page, then the second (its negative). */
export function visitFromMemory(setting, column, object) {
  const { server } = setting;
  return inFreshPage(setting, async (page, _cdp, screen) => {
    await page.goto(`${server.origin}/${column.app}/?${column.query.slice(1)}`);
    const urls = [object.url, object.negative.url];
    await page.evaluate(async (list) => {
      await globalThis.bench.ready;
      for (const url of list) await globalThis.bench.keep(url);
    }, urls);
    await page.waitForTimeout(700);
    await screen.start();
    await page.waitForTimeout(200);
    const times = [];
    for (const [url, expected] of [
      [object.url, object.expected],
      [object.negative.url, object.negative.expected],
    ]) {
      const called = await page.evaluate((address) => globalThis.bench.show(address), url);
      times.push((await screen.shows(expected)) - called);
      await page.waitForTimeout(500);
    }
    await screen.stop();
    return { firstMs: times[0], secondMs: times[1] };
  });
}

/**
 * What a drag of the mouse over the picture costs, which the library's own tool turns into windows: from the browser's input on, a
 * step for each move.
 *
 * @returns {Promise<{dragMainThreadMs: number[]}>}
 */
export function visitByDrag(setting, column, object) {
  const { server, browserCdp } = setting;
  return inFreshPage(setting, async (page, cdp) => {
    await page.goto(`${server.origin}/${column.app}/?file=${object.url}${column.query}&drag`);
    await page.evaluate(() => globalThis.bench.stepWithPointer());
    await page.waitForTimeout(1000);
    const mouse = (type, angle, buttons) => {
      const [x, y] = [Math.cos(angle), Math.sin(angle)].map((way) => DRAG.middle + DRAG.radius * way);
      return cdp.send("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons, clickCount: 1 });
    };
    let angle = 0;
    // Each is answered when the page has dealt with it, once a frame.
    const drag = async (steps) => {
      const begun = performance.now();
      for (let step = 0; step < steps && (step < 5 || performance.now() - begun < STEPS_LIMIT_MS); step += 1) {
        angle += DRAG.turn;
        await mouse("mouseMoved", angle, 1);
      }
    };
    const before = await page.screenshot();
    await mouse("mouseMoved", angle, 0);
    await mouse("mousePressed", angle, 1);
    await drag(STEPS);
    if (before.equals(await page.screenshot())) throw new Error("a drag changes nothing");
    const events = await record(browserCdp, () => drag(STEPS + 1));
    await mouse("mouseReleased", angle, 0);
    return { dragMainThreadMs: mainThreadMs(events) };
  });
}

async function gpuResidentMB(browserCdp) {
  const [pid] = await processesOf(browserCdp, "GPU");
  return pid === undefined ? 0 : residentMB(pid).now;
}

async function memory(cdp, browserCdp, gpuBefore) {
  await cdp.send("HeapProfiler.collectGarbage");
  const renderers = await processesOf(browserCdp, "renderer");
  if (renderers.length !== 1) throw new Error(`${renderers.length} renderer processes instead of one`);
  const resident = residentMB(renderers[0]);
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return {
    rendererMB: resident.now,
    rendererPeakMB: resident.peak,
    heapMB: usedSize / 2 ** 20,
    gpuGrowthMB: (await gpuResidentMB(browserCdp)) - gpuBefore,
  };
}

async function windowSteps(page, browserCdp, { window }) {
  const from = { center: window.center, width: window.width };
  const to = { center: window.center * 1.25, width: window.width * 1.5 };
  const pids = (await Promise.all(["renderer", "GPU"].map((type) => processesOf(browserCdp, type)))).flat();
  const used = () => pids.reduce((sum, pid) => sum + processorMs(pid), 0);
  const run = (steps) =>
    page.evaluate(([n, limit, a, b]) => globalThis.bench.stepWindow(n, limit, a, b), [steps, STEPS_LIMIT_MS, from, to]);
  await run(5);
  // The processor time without the trace, which costs some itself.
  const before = used();
  const { calls, intervals } = await run(STEPS);
  const processor = used() - before;
  const events = await record(browserCdp, () => run(STEPS));
  return {
    stepCallMs: calls,
    stepIntervalMs: intervals,
    stepMainThreadMs: mainThreadMs(events),
    stepProcessorMs: processor / calls.length,
  };
}
