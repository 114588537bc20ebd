/** A lost device or context: the picture comes back by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();

/** Remembers every WebGPU device of the page, so that a test can destroy it as a driver reset would. */
function keepDevices() {
  window.devices = [];
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...options) {
    const device = await request.apply(this, options);
    window.devices.push(device);
    return device;
  };
}

const LOSE = {
  webgpu: () => window.devices.at(-1).destroy(),
  webgl2: () => {
    const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
    shadowRoot.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
  },
};

async function lose(page, backend) {
  const before = await restored(page);
  await page.evaluate(LOSE[backend]);
  await page.waitForFunction((count) => window.seen.filter(({ type }) => type === "restored").length > count, before);
}

function restored(page) {
  return page.evaluate(() => window.seen.filter(({ type }) => type === "restored").length);
}

for (const backend of ["webgpu", "webgl2"]) {
  test(`${backend}: lost and restored, with view, window and slice as they were`, async () => {
    const page = await shared.open();
    await page.evaluate(keepDevices);
    await page.evaluate((options) => window.start(options), { backend });
    await page.evaluate((urls) => window.load(urls), SERIES);
    await page.evaluate(() => window.viewer.renderSlice(9));
    await page.evaluate(() => window.viewer.setView({ invert: true }));
    const greys = greysOf(9).map((grey) => 255 - grey);
    assertQuadrants(await screen(page), greys, {}, "before");
    await lose(page, backend);
    assertQuadrants(await screen(page), greys, {}, "after");
    await page.evaluate(() => window.viewer.renderSlice(2));
    assertQuadrants(await screen(page), greysOf(2).map((grey) => 255 - grey), {}, "another slice");
    const [lost] = await page.evaluate(() => window.seen.filter(({ type }) => type === "lost"));
    assert.equal(lost.event.backend, backend);
    assert.equal(await page.evaluate(() => window.viewer.state.backend), backend);
    await finish(page, /CONTEXT_LOST/i);
  });
}

test("a device that keeps getting lost is given up for the next backend", async () => {
  const page = await shared.open();
  await page.evaluate(keepDevices);
  await page.evaluate(() => window.start({}));
  await page.evaluate((url) => window.load(url), SERIES[1]);
  for (let loss = 0; loss < 3; loss += 1) await lose(page, "webgpu");
  const { backend, backendReason } = await page.evaluate(() => window.viewer.state);
  assert.equal(backend, "webgl2");
  assert.match(backendReason, /webgpu is not used: it was lost/);
  assertQuadrants(await screen(page), greysOf(0));
  await finish(page);
});
