/**
 * Every case of tests/cases through the three render modules in Chromium: the CPU module exactly, WebGPU and WebGL2
 * within one grey level, no outliers; in three dimensions within two, but for a thousandth of the pixels. And what the modules
 * do when they are misused.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, openPage } from "../lib/browser.mjs";
import { root } from "../lib/paths.mjs";
import { readPng } from "../lib/png.mjs";
import { serve } from "../lib/server.mjs";
import { compare, report } from "./pictures.mjs";

/** Change it with the cases: a case that is not run must not go unnoticed. */
const CASES = 106;
const TOLERANCE = { webgpu: 1, webgl2: 1, cpu: 0 };
/** In three dimensions (`ray-`): levels, and one of how many pixels may be further off. The CPU is exact there, too. */
const RAY_TOLERANCE = 2;
const RAY_OUTLIERS = 1000;
/** Cases that are looked at on the canvas as well. */
const SHOWN = ["format-rgba8uint", "voi-narrow-at-20000-linear", "invert-letterbox", "everything-at-once", "size-one-column", "lut-every-step", "mask", "volume-oblique", "volume-slab-max", "ray-bone", "ray-coarse"];

const folder = path.join(root, "tests/cases");
const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);

let server;
let browser;
before(async () => {
  server = await serve({
    "/": path.join(root, "tests/browser/render"),
    "/wasm/": path.join(root, "js-glue/wasm"),
    "/cases/": folder,
    "/inputs/": path.join(root, "tests/inputs"),
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A page with the backend's renderer on a canvas. */
async function open(backend) {
  const page = await openPage(browser);
  await page.goto(`${server.url}/page.html`);
  await page.waitForFunction(() => window.ready);
  const opened = await page.evaluate((name) => window.start(name), backend);
  assert.equal(opened.backend, backend);
  assert.ok(opened.maxFrameSize >= 4096, `${opened.maxFrameSize}`);
  return page;
}

async function close(page) {
  await page.context().close();
  assert.deepEqual(page.complaints, []);
}

test("no case is left out", () => assert.equal(names.length, CASES));

for (const [backend, tolerance] of Object.entries(TOLERANCE)) {
  describe(backend, () => {
    test(`draws every case within ${tolerance} of the golden`, async (context) => {
      const page = await open(backend);
      const failures = [];
      const worst = { max: 0, different: 0 };
      for (const name of names) {
        const expected = readPng(await readFile(path.join(folder, name, "expected.png")));
        const actual = await page.evaluate((one) => window.runCase(one), name);
        const isRay = name.startsWith("ray-") && tolerance > 0;
        const found = compare(expected, actual, isRay ? RAY_TOLERANCE : tolerance);
        const allowed = isRay ? Math.floor((actual.width * actual.height) / RAY_OUTLIERS) : 0;
        worst.max = Math.max(worst.max, found.max);
        worst.different += found.different;
        if (found.outliers.length > allowed) failures.push(await report(backend, name, expected, actual, found));
      }
      context.diagnostic(`${names.length} cases on ${backend}: up to ${worst.max} levels off, in ${worst.different} pixels`);
      assert.deepEqual(failures, [], "see target/render-diffs/");
      await close(page);
    });

    test("shows on the canvas what it draws off screen", async () => {
      const page = await open(backend);
      for (const name of SHOWN) {
        const drawn = await page.evaluate((one) => window.runCase(one, { show: true }), name);
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const clip = { x: 0, y: 0, width: drawn.width, height: drawn.height };
        const found = compare(readPng(await page.screenshot({ clip })), drawn, 0);
        assert.equal(found.different, 0, `${name}: up to ${found.max} levels`);
      }
      await close(page);
    });

    test("names what is wrong with what it is given, and goes on", async () => {
      const page = await open(backend);
      const { outcomes, rgba } = await page.evaluate(() => window.misuse());
      const kinds = Object.fromEntries(Object.entries(outcomes).map(([name, { kind }]) => [name, kind]));
      assert.deepEqual(kinds, {
        "unknown surface": "malformed",
        "removed surface": "malformed",
        "unknown frame": "malformed",
        "wrong length": "malformed",
        "no rows": backend === "cpu" ? "malformed" : "limit",
        "unknown format": "malformed",
        "unknown interpolation": "malformed",
        "zoom 0": "malformed",
        "zoom NaN": "malformed",
        "zoom 1e30": "limit",
        "width 0": "malformed",
        "canvas 0": "limit",
        "canvas too large": "limit",
        "picture too large": "limit",
      });
      for (const [name, { isError, message }] of Object.entries(outcomes)) assert.ok(isError && message, name);
      assert.deepEqual(rgba.filter((_, index) => index % 4 === 0), [0, 60, 120, 255]);
      await close(page);
    });

    test("draws one upload on many canvases, each with its own size and view", async () => {
      const page = await open(backend);
      assert.deepEqual(await page.evaluate(() => window.manySurfaces()), [
        [10, 60, 120, 250],
        [245, 195, 135, 5],
        [120, 10, 250, 60],
      ]);
      await close(page);
    });

    test("turns canvas points into image points and back", async () => {
      const page = await open(backend);
      const { plain, back } = await page.evaluate(() => window.roundTrip(150, 25));
      // 2 x 2 pixels on 200 x 100: 50 canvas pixels each, from 50 on.
      assert.deepEqual(plain, [1.5, 0]);
      assert.ok(Math.hypot(back[0] - 150, back[1] - 25) < 1e-9, `${back}`);
      await close(page);
    });

    test("takes a mammogram in bounded memory", async () => {
      const page = await open(backend);
      const { before, after, column } = await page.evaluate(() => window.uploadLarge());
      const grown = (after - before) / 2 ** 20;
      if (backend !== "cpu") assert.ok(grown <= 16, `wasm memory grew by ${grown} MiB for a frame of 26`);
      // Every sixteenth row, by the formula of the standard: c = 2048, w = 4096.
      const levels = column.map((_, y) => Math.floor(((y * 16 + 8 - 2047.5) / 4095 + 0.5) * 255 + 0.5));
      for (const [y, level] of levels.entries()) assert.ok(Math.abs(column[y] - level) <= 1, `row ${y}: ${column[y]}, ${level}`);
      await close(page);
    });

    test("may be freed while a picture is on its way", async () => {
      const page = await open(backend);
      assert.equal((await page.evaluate(() => window.freeInFlight())).length, 16);
      await close(page);
    });
  });
}

for (const backend of ["webgpu", "webgl2"]) {
  test(`${backend} refuses a frame beyond its textures and says what it takes`, async () => {
    const page = await open(backend);
    const { kind, message } = await page.evaluate(() => window.tooLarge());
    assert.equal(kind, "limit");
    assert.match(message, /1 to \d+ a side/);
    await close(page);
  });
}

for (const [backend, taken] of [["webgpu", "2d"], ["webgl2", "2d"], ["cpu", "webgl2"]]) {
  test(`${backend} says so when the canvas is taken`, async () => {
    const page = await open(backend);
    const outcome = await page.evaluate((kind) => window.takenCanvas(kind), taken);
    assert.equal(outcome?.kind, "device-lost");
    await close(page);
  });
}

test("webgl2 names a lost context instead of trapping", async () => {
  const page = await open("webgl2");
  assert.deepEqual(await page.evaluate(() => window.loseContext()), Array(4).fill("device-lost"));
  await close(page);
});
