/** Mouse, wheel, touch and keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();

async function opened(context) {
  const page = await shared.open({}, context);
  await page.evaluate((urls) => window.load(urls), SERIES);
  await page.evaluate(() => window.viewer.renderSlice(5));
  return page;
}

const state = (page) => page.evaluate(() => window.viewer.state);

async function drag(page, from, to, button = "left") {
  await page.mouse.move(...from);
  await page.mouse.down({ button });
  await page.mouse.move(...to, { steps: 4 });
  await page.mouse.up({ button });
}

test("mouse: window, pan, zoom about the pointer, reset", async () => {
  const page = await opened();
  await drag(page, [200, 200], [300, 250]);
  const { window: dragged } = await state(page);
  assert.deepEqual([dragged.center, dragged.width], [160, 320]);

  await drag(page, [200, 200], [230, 180], "middle");
  assert.deepEqual((await state(page)).pan, [30, -20]);

  const under = () => page.evaluate(() => window.viewer.imageFromElement(120, 140));
  const before = await under();
  await drag(page, [120, 140], [120, 60], "right");
  const { zoom } = await state(page);
  assert.ok(zoom > 1.5, `zoom ${zoom}`);
  const after = await under();
  for (const axis of [0, 1]) assert.ok(Math.abs(after[axis] - before[axis]) < 0.02, `${after} instead of ${before}`);

  await page.mouse.dblclick(256, 256);
  const reset = await state(page);
  assert.deepEqual([reset.zoom, reset.pan, reset.window.center, reset.window.width], [1, [0, 0], 128, 256]);
  assertQuadrants(await screen(page), greysOf(5));
  await finish(page);
});

test("wheel: slices, and with ctrl zoom; the ends are the ends", async () => {
  const page = await opened();
  await page.mouse.move(256, 256);
  await page.mouse.wheel(0, 100);
  await page.waitForFunction(() => window.viewer.state.sliceIndex === 6);
  assertQuadrants(await screen(page), greysOf(6));
  for (let turn = 0; turn < 10; turn += 1) await page.mouse.wheel(0, 100);
  await page.waitForFunction(() => window.viewer.state.sliceIndex === 11);
  // A trackpad's small steps add up.
  for (let turn = 0; turn < 5; turn += 1) await page.mouse.wheel(0, -10);
  await page.waitForFunction(() => window.viewer.state.sliceIndex === 10);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await page.waitForFunction(() => window.viewer.state.zoom > 1.1);
  assert.equal((await state(page)).sliceIndex, 10);
  await finish(page);
});

const KEYS = [
  ["ArrowDown", ({ sliceIndex }) => sliceIndex === 6],
  ["ArrowUp", ({ sliceIndex }) => sliceIndex === 5],
  ["ArrowRight", ({ sliceIndex }) => sliceIndex === 6],
  ["ArrowLeft", ({ sliceIndex }) => sliceIndex === 5],
  ["PageDown", ({ sliceIndex }) => sliceIndex === 11],
  ["PageUp", ({ sliceIndex }) => sliceIndex === 1],
  ["End", ({ sliceIndex }) => sliceIndex === 11],
  ["Home", ({ sliceIndex }) => sliceIndex === 0],
  ["+", ({ zoom }) => zoom === 1.2],
  ["-", ({ zoom }) => Math.abs(zoom - 1) < 1e-9],
  ["i", ({ invert }) => invert],
  ["r", ({ rotation }) => rotation === 90],
  ["Shift+R", ({ rotation }) => rotation === 0],
  ["h", ({ flipHorizontal }) => flipHorizontal],
  ["v", ({ flipVertical }) => flipVertical],
  ["l", ({ interpolation }) => interpolation === "nearest"],
  ["0", ({ invert, flipHorizontal, interpolation }) => !invert && !flipHorizontal && interpolation === "linear"],
];

test("keys, after the viewer was reached with Tab", async () => {
  const page = await opened();
  await page.keyboard.press("Tab");
  const role = await page.evaluate(() => document.activeElement.shadowRoot.activeElement.getAttribute("role"));
  assert.equal(role, "application");
  for (const [key, holds] of KEYS) {
    await page.keyboard.press(key);
    const now = await state(page);
    assert.ok(holds(now), `${key}: ${JSON.stringify(now)}`);
  }
  assert.equal(KEYS.length, 17);
  await finish(page);
});

test("the table of bindings can be changed", async () => {
  const page = await opened();
  await page.evaluate(() => window.viewer.setBindings({ "drag:left": "pan", "key:x": "last-slice", wheel: "none" }));
  await drag(page, [200, 200], [210, 205]);
  assert.deepEqual((await state(page)).pan, [10, 5]);
  await page.keyboard.press("x");
  assert.equal((await state(page)).sliceIndex, 11);
  await page.mouse.wheel(0, -100);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  assert.equal((await state(page)).sliceIndex, 11);
  await finish(page);
});

test("what is said to screen readers", async () => {
  const page = await opened();
  await page.evaluate(() => window.viewer.renderSlice(2));
  const spoken = () =>
    document.querySelector("#viewer").firstElementChild.shadowRoot.querySelector("[role=status]").textContent;
  await page.waitForFunction(spoken);
  await page.waitForFunction(`(${spoken})().startsWith("Slice 3 of 12")`);
  assert.match(await page.evaluate(spoken), /^Slice 3 of 12, W 256 {2}L 128$/);
  await finish(page);
});

/** Fingers on the page: `touch("touchMove", [x, y], …)`. */
async function fingers(page) {
  const session = await page.context().newCDPSession(page);
  return (type, ...points) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
}

test("touch: one finger scrolls, two zoom and pan, a double tap resets", async () => {
  const page = await opened({ hasTouch: true });
  const touch = await fingers(page);
  await touch("touchStart", [256, 200]);
  await touch("touchMove", [256, 225]);
  await touch("touchMove", [256, 250]);
  await touch("touchEnd");
  assert.equal((await state(page)).sliceIndex, 7);

  await touch("touchStart", [206, 256], [306, 256]);
  await touch("touchMove", [156, 276], [356, 276]);
  await touch("touchEnd");
  const { zoom, pan } = await state(page);
  assert.ok(Math.abs(zoom - 2) < 0.05, `zoom ${zoom}`);
  const centre = await page.evaluate(() => window.viewer.imageFromElement(256, 276));
  for (const value of centre) assert.ok(Math.abs(value - 31.5) < 1, `${centre}, pan ${pan}`);

  for (let tap = 0; tap < 2; tap += 1) {
    await touch("touchStart", [256, 256]);
    await touch("touchEnd");
  }
  await page.waitForFunction(() => window.viewer.state.zoom === 1);
  await finish(page);
});

test("touch: one finger changes the window when there is one slice only", async () => {
  const page = await shared.open({}, { hasTouch: true });
  await page.evaluate((url) => window.load(url), SERIES[1]);
  const touch = await fingers(page);
  await touch("touchStart", [256, 200]);
  await touch("touchMove", [356, 200]);
  await touch("touchEnd");
  assert.equal((await state(page)).window.width, 320);
  await finish(page);
});
