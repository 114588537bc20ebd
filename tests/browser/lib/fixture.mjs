/** What the browser tests share: a server with the package and DICOM files, a browser, and a page with a viewer. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before } from "node:test";
import { launch, openPage } from "./browser.mjs";
import { dist, pages, pydicomFiles, python, root } from "./paths.mjs";
import { readPng } from "./png.mjs";
import { serve } from "./server.mjs";

export const BACKENDS = ["webgpu", "webgl2", "cpu"];

/** The addresses of the twelve slices, in an order of arrival that is neither that of places nor of numbers. */
export const SERIES = [5, 0, 11, 3, 8, 1, 10, 2, 9, 4, 7, 6].map(
  (i) => `/inputs/ascending-${String(i).padStart(2, "0")}.dcm`,
);

/**
 * Sets up server and browser for the tests of a file; hooks that need them wait for `shared.ready`.
 * `more` are mounts beside the usual ones.
 */
export function fixture(more = {}) {
  const shared = {};
  const setUp = async () => {
    shared.inputs = await mkdtemp(path.join(tmpdir(), "noctis-inputs-"));
    execFileSync(python, [path.join(root, "tests/browser/lib/make_inputs.py"), shared.inputs]);
    const mounts = { "/": pages, "/dist/": dist, "/inputs/": shared.inputs, "/pydicom/": pydicomFiles(), ...more };
    shared.server = await serve(mounts);
    shared.browser = await launch();
  };
  shared.ready = setUp();
  before(() => shared.ready);
  after(async () => {
    await shared.browser?.close();
    await shared.server?.close();
    await rm(shared.inputs, { recursive: true, force: true });
  });
  shared.open = async (options, context) => {
    const page = await openPage(shared.browser, context);
    await page.goto(`${shared.server.url}/viewer.html`);
    await page.waitForFunction(() => window.ready);
    if (options) await page.evaluate((given) => window.start(given), options);
    return page;
  };
  return shared;
}

/** The page as it is on the screen. */
export async function screen(page) {
  // Two frames: one to draw, one to be shown.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return readPng(await page.screenshot());
}

/** Asserts a grey on the screen, within one level. */
export function assertGrey(picture, [x, y], grey, what = "") {
  const pixel = picture.at(x, y);
  for (const value of pixel) {
    assert.ok(Math.abs(value - grey) <= 1, `${what} at ${x}, ${y}: ${pixel} instead of ${grey}`);
  }
}

/** Asserts the four quadrants of a picture that fills a square, away from text and edges. */
export function assertQuadrants(picture, greys, { x = 0, y = 0, size = 512 } = {}, what = "") {
  const places = [
    [0.3, 0.35],
    [0.7, 0.35],
    [0.3, 0.65],
    [0.7, 0.65],
  ];
  for (const [index, [px, py]] of places.entries()) {
    assertGrey(picture, [x + px * size, y + py * size], greys[index], `${what} quadrant ${index}`);
  }
}

/** The greys of a slice's quadrants. */
export const greysOf = (slice) => [40, 90, 150, 220].map((grey) => grey + slice);

/** Closes the page, after it had nothing to complain about but what matches `allowed`. */
export async function finish(page, allowed = /^$/) {
  const complaints = page.complaints.filter((text) => !allowed.test(text));
  await page.context().close();
  assert.deepEqual(complaints, []);
}
