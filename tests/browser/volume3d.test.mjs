/** Volumes in three dimensions: pictures on every backend, turning, presets, windows, what is cut and left out, and errors. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage } from "./lib/browser.mjs";
import { assertGrey, BACKENDS, finish, fixture, SERIES, screen } from "./lib/fixture.mjs";
import { readPng } from "./lib/png.mjs";

const shared = fixture();
/** Points of the patient in the middle of each quadrant: 40, 90, 150 and 220, plus the number of the slice. */
const QUADRANTS = [
  [16, 16],
  [48, 16],
  [16, 48],
  [48, 48],
].map(([x, y]) => [x, y, 13.75]);
/** Opaque white from 120 on, without light: the lower two quadrants. */
const STEP = [
  { value: 120, color: [1, 1, 1], opacity: 0 },
  { value: 120, color: [1, 1, 1], opacity: 1 },
];

/** A page with the twelve slices of 64 x 64 mm, 2.5 mm apart. */
async function open(options, urls = SERIES) {
  const page = await shared.open({ overlay: false, ...options });
  const { loaded } = await page.evaluate((sources) => window.load(sources), urls);
  assert.equal(loaded, urls.length);
  return page;
}

/** Shows the volume with these options, and waits until the picture is as good as it gets. */
async function show(page, options) {
  await page.evaluate((given) => window.viewer.set3d(given), options);
  await page.waitForFunction(() => window.viewer.state.volume.quality === "fine");
}

const state = (page) => page.evaluate(() => window.viewer.state.volume);

/** The greys over the middles of the quadrants, as they are on the screen. */
async function quadrants(page, greys, what) {
  const points = await page.evaluate(
    (patients) => patients.map((point) => window.viewer.elementFromPatient(point)),
    QUADRANTS,
  );
  const picture = await screen(page);
  for (const [index, point] of points.entries()) assertGrey(picture, point, greys[index], `${what}, quadrant ${index}`);
}

const near = (actual, expected, off = 1e-6) => {
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs(actual[index] - value) <= off, `${actual} instead of ${expected}`);
  }
};

const refused = (page, options) =>
  page.evaluate(
    (given) =>
      window.viewer.set3d(given).then(
        () => undefined,
        ({ kind, message }) => ({ kind, message }),
      ),
    options,
  );

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("volume rendering and projections show the voxels where they are", async () => {
      const page = await open({ backend });
      await show(page, { from: "inferior", transfer: STEP, light: false });
      const shown = await page.evaluate(() => window.viewer.state);
      assert.deepEqual([shown.kind, shown.sliceIndex, shown.sliceCount, shown.backend], ["volume", 0, 1, backend]);
      assert.deepEqual(shown.volume.progress, { slices: 12, of: 12 });
      assert.ok(shown.volume.drawMs > 0);
      await quadrants(page, [0, 0, 255, 255], "opaque from 120 on");
      await show(page, { mode: "max" });
      await quadrants(page, [51, 101, 161, 231], "the largest values");
      await show(page, { mode: "min" });
      await quadrants(page, [40, 90, 150, 220], "the smallest values");
      // From the head, left is on the left.
      await show(page, { mode: "max", from: "superior" });
      near((await state(page)).right, [-1, 0, 0]);
      await quadrants(page, [51, 101, 161, 231], "from the head");
      await page.evaluate(() => window.viewer.applyWindowLevel({ center: 128, width: 512 }));
      await page.waitForFunction(() => window.viewer.state.volume.quality === "fine");
      await quadrants(page, [89, 114, 144, 179], "a wider window");
      await finish(page);
    });

    test("presets, light, and what is left out", async () => {
      const page = await open({ backend });
      for (const preset of ["bone", "skin", "vessels", "lung", "soft-tissue", "airways", "pet"]) {
        await page.evaluate((given) => window.viewer.set3d({ preset: given }), preset);
        const now = await state(page);
        assert.deepEqual([now.preset, now.mode], [preset, preset === "pet" ? "max" : "volume"]);
        assert.deepEqual(now.background, preset === "pet" ? [255, 255, 255] : [0, 0, 0]);
        assert.notEqual(now.quality, "none");
      }
      // Dark on white.
      await show(page, { from: "inferior" });
      await quadrants(page, [204, 154, 94, 24], "PET");
      await show(page, { preset: "bone", transfer: STEP, light: false, removeBone: { threshold: 200, layers: 0 } });
      const removed = await state(page);
      assert.deepEqual(removed.removeBone, { threshold: 200, layers: 0 });
      assert.equal(removed.removed, 32 * 32 * 12);
      assert.equal(removed.preset, undefined);
      await quadrants(page, [0, 0, 255, 0], "without the densest part");
      await show(page, { removeBone: false, crop: { columns: [31.5, 99] } });
      await quadrants(page, [0, 0, 0, 255], "the left half");
      await show(page, { crop: null, cuts: [{ point: [31.5, 0, 0], normal: [-1, 0, 0] }], background: [0, 0, 80] });
      const picture = await screen(page);
      const [x, y] = await page.evaluate(() => window.viewer.elementFromPatient([48, 48, 13.75]));
      assert.deepEqual([...picture.at(x, y)].slice(0, 3), [0, 0, 80]);
      await finish(page);
    });
  });
}

test("a drag, keys and the wheel turn and zoom; what is asked for again comes back", async () => {
  const page = await open({ backend: "cpu" });
  await show(page, { preset: "bone" });
  near((await state(page)).normal, [0, 1, 0]);
  await page.mouse.move(250, 250);
  await page.mouse.down();
  await page.mouse.move(250 + 180, 250, { steps: 4 });
  await page.mouse.up();
  // Half a degree a pixel: the near side went to the right, and the patient's right is seen.
  near((await state(page)).normal, [1, 0, 0]);
  await page.keyboard.press("ArrowDown");
  near((await state(page)).normal, [Math.cos(Math.PI / 12), 0, -Math.sin(Math.PI / 12)]);
  await page.mouse.wheel(0, -300);
  await page.waitForFunction(() => window.viewer.state.zoom > 1.3);
  await page.keyboard.down("Shift");
  await page.mouse.down();
  await page.mouse.move(400, 250);
  await page.mouse.up();
  await page.keyboard.up("Shift");
  assert.ok((await page.evaluate(() => window.viewer.state.pan[0])) !== 0);
  await page.waitForFunction(() => window.viewer.state.volume.quality === "fine");
  // A window moves and stretches the transfer function.
  await page.keyboard.down("Control");
  await page.mouse.down();
  await page.mouse.move(400, 350);
  await page.mouse.up();
  await page.keyboard.up("Control");
  const { window: moved, volume } = await page.evaluate(() => window.viewer.state);
  assert.ok(moved.center > 815 && Math.abs(moved.width - 1370) < 1e-9, `${moved.center}, ${moved.width}`);
  near([volume.transfer[0].value, volume.transfer.at(-1).value], [moved.center - 685, moved.center + 685]);
  await page.evaluate(() => window.viewer.reset());
  const home = await page.evaluate(() => window.viewer.state);
  near(home.volume.normal, [0, 1, 0]);
  near([home.zoom, ...home.pan, home.window.center], [1, 0, 0, 815]);
  // Never mirrored.
  await page.evaluate(() => window.viewer.setView({ flipHorizontal: true, rotation: 90 }));
  assert.equal(await page.evaluate(() => window.viewer.state.flipHorizontal), false);
  await finish(page);
});

test("layouts, slices again, text and pictures as files", async () => {
  const page = await open({ backend: "cpu", overlay: true });
  await show(page, { preset: "bone", from: "left" });
  assert.match(await page.evaluate(() => window.text()), /3-D {2}Bone/);
  await page.evaluate(() => window.viewer.setLayout("1x2"));
  await page.evaluate(() => window.viewer.viewports[1].showSeries(window.viewer.state.seriesInstanceUid));
  const kinds = () => page.evaluate(() => window.viewer.viewports.map(({ state }) => state.kind));
  assert.deepEqual(await kinds(), ["volume", "stack"]);
  near((await state(page)).right, [0, 1, 0]);
  const bytes = await page.evaluate(async () => [
    ...new Uint8Array(await (await window.viewer.toPng({ width: 80, height: 60 })).arrayBuffer()),
  ]);
  const picture = readPng(Buffer.from(bytes));
  assert.deepEqual([picture.width, picture.height], [80, 60]);
  assert.ok(
    [...picture.at(40, 30)].slice(0, 3).every((level) => level > 20),
    `${[...picture.at(40, 30)]}`,
  );
  await page.evaluate(() => window.viewer.set3d(undefined));
  assert.deepEqual(await kinds(), ["stack", "stack"]);
  assert.equal(await state(page), undefined);
  await finish(page);
});

test("what makes no volume, and options that make no picture, are refused with the reason", async () => {
  const none = await open({ backend: "cpu" }, ["/inputs/frames.dcm"]);
  assert.equal((await refused(none, {})).kind, "unsupported-geometry");
  assert.equal(await none.evaluate(() => window.viewer.state.kind), "stack");
  await finish(none);
  const page = await open({ backend: "cpu" });
  await show(page, {});
  for (const options of [
    { preset: "marble" },
    { mode: "mean" },
    { from: "above" },
    { from: { center: [0, 0, 0], right: [1, 0, 0], down: [1, 0, 0] } },
    { transfer: [] },
    { transfer: [...STEP, { ...STEP[0], value: 0 }] },
    { perspective: 170 },
    { cuts: Array(7).fill({ point: [0, 0, 0], normal: [1, 0, 0] }) },
  ]) {
    const { kind, message } = (await refused(page, options)) ?? {};
    assert.equal(kind, "invalid-argument", JSON.stringify(options));
    assert.ok(message);
  }
  assert.equal((await state(page)).preset, "bone");
  // No point of the part that is to be left out.
  const { kind } = await refused(page, { removeBone: { threshold: 200, at: [16, 16, 13.75] } });
  assert.equal(kind, "malformed");
  await show(page, { removeBone: false });
  await finish(page);
});

test("a lost context: the picture comes back, without what was left out", async () => {
  const page = await open({ backend: "webgl2" });
  const removal = { threshold: 200, layers: 0 };
  await show(page, { from: "inferior", transfer: STEP, light: false, removeBone: removal });
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
    shadowRoot.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
  });
  await page.waitForFunction(() => window.seen.some(({ type }) => type === "restored"));
  await page.waitForFunction(
    () => window.viewer.state.volume.removed > 0 && window.viewer.state.volume.quality === "fine",
  );
  await quadrants(page, [0, 0, 255, 0], "restored");
  await finish(page, /CONTEXT_LOST/);
});

test("a device that cannot draw them gives way to the next, and the state says why", async () => {
  const page = await openPage(shared.browser);
  await page.addInitScript(() => {
    delete Navigator.prototype.gpu;
    // A driver that does not take the program.
    const { shaderSource } = WebGL2RenderingContext.prototype;
    WebGL2RenderingContext.prototype.shaderSource = function (shader, text) {
      shaderSource.call(this, shader, text.includes("RayPicture") ? `${text} no` : text);
    };
  });
  await page.goto(`${shared.server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(() => window.start({ overlay: false }));
  await page.evaluate((sources) => window.load(sources), SERIES);
  await show(page, { from: "inferior", transfer: STEP, light: false });
  await quadrants(page, [0, 0, 255, 255], "by the CPU");
  const { backend, backendReason } = await page.evaluate(() => window.viewer.state);
  assert.equal(backend, "cpu");
  assert.match(backendReason, /webgl2 is not used: volumes cannot be drawn: the graphics driver refused a program/);
  await finish(page);
});
