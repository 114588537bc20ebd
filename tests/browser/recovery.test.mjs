/** A lost device or context: the picture comes back by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();
const NOISE = /CONTEXT_LOST|GPU process|external Instance|WebGPU Context Provider/i;

/** Shows slice 9, inverted, loses the graphics by `lose`, and expects it again. */
async function survive(page, backend, lose) {
  await page.evaluate((urls) => window.load(urls), SERIES);
  await page.evaluate(() => window.viewer.renderSlice(9));
  await page.evaluate(() => window.viewer.setView({ invert: true }));
  const greys = greysOf(9).map((grey) => 255 - grey);
  assertQuadrants(await screen(page), greys, {}, "before");
  await lose(page);
  assertQuadrants(await screen(page), greys, {}, "after");
  await page.evaluate(() => window.viewer.renderSlice(2));
  assertQuadrants(
    await screen(page),
    greysOf(2).map((grey) => 255 - grey),
    {},
    "another slice",
  );
  const [lost] = await page.evaluate(() => window.seen.filter(({ type }) => type === "lost"));
  assert.equal(lost.event.backend, backend);
}

async function restoredAfter(page, act) {
  const count = () => page.evaluate(() => window.seen.filter(({ type }) => type === "restored").length);
  const before = await count();
  await act();
  await page.waitForFunction((n) => window.seen.filter(({ type }) => type === "restored").length > n, before);
}

/** Ends the browser's GPU process, as a driver that fails does. A browser bears that only a few times. */
async function crashGpu(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  await restoredAfter(page, () => session.send("Browser.crashGpuProcess"));
}

test("webgl2: a lost context is restored, with view, window and slice as they were", async () => {
  const page = await shared.open({ backend: "webgl2" });
  await survive(page, "webgl2", () =>
    restoredAfter(page, () =>
      page.evaluate(() => {
        const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
        shadowRoot.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
      }),
    ),
  );
  assert.equal(await page.evaluate(() => window.viewer.state.backend), "webgl2");
  await finish(page, NOISE);
});

test("webgpu: a lost device is restored; when it cannot be, the next backend that works takes over", async () => {
  const page = await shared.open({});
  await page.waitForFunction(() => window.viewer.state.backend === "webgpu");
  await survive(page, "webgpu", crashGpu);
  assert.equal(await page.evaluate(() => window.viewer.state.backend), "webgpu");
  // After a second crash this browser gives no graphics at all.
  await crashGpu(page);
  const { backend, backendReason } = await page.evaluate(() => window.viewer.state);
  assert.equal(backend, "cpu");
  assert.match(backendReason, /webgpu is not used: .*; webgl2 is not used: /);
  assertQuadrants(
    await screen(page),
    greysOf(2).map((grey) => 255 - grey),
    {},
    "on the next backend",
  );
  await finish(page, NOISE);
});
