/** Several viewports of one viewer: their pixels, what they share, what they do together, and what they leave behind. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage } from "./lib/browser.mjs";
import { assertGrey, assertQuadrants, BACKENDS, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();
const numbered = (name, count) => Array.from({ length: count }, (_, index) => `/inputs/${name}-${index}.dcm`);
const FOUR = [...SERIES, ...numbered("second", 3), ...numbered("thick", 6), ...numbered("elsewhere", 4)];
const SIDE = 512;
/** Where the viewports of a 2 x 2 layout are: 1 CSS pixel is between them. */
const CELLS = [0, 1, 2, 3].map((index) => ({ x: (index % 2) * 256.5, y: Math.floor(index / 2) * 256.5, size: 255.5 }));

/** A page on which graphics devices, contexts and canvases are counted; four series are loaded. */
async function open(backend, urls = FOUR) {
  const page = await openPage(shared.browser);
  await page.addInitScript(() => {
    window.made = { devices: 0, contexts: 0, canvases: 0 };
    const count = (target, name, what, counts = () => true) => {
      const original = target?.[name];
      if (!original) return;
      target[name] = function (...given) {
        if (counts(...given)) window.made[what] += 1;
        return original.apply(this, given);
      };
    };
    count(window.GPUAdapter?.prototype, "requestDevice", "devices");
    count(HTMLCanvasElement.prototype, "getContext", "contexts", (kind) => kind === "webgl2");
    count(HTMLCanvasElement.prototype, "getContext", "canvases");
  });
  await page.goto(`${shared.server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate((given) => window.start(given), { backend, overlay: false });
  const { loaded } = await page.evaluate((sources) => window.load(sources), urls);
  assert.equal(loaded, urls.length);
  return page;
}

/** Shows the series of these names and slices in the viewports, in turn. */
const showIn = (page, choices) =>
  page.evaluate(async (wanted) => {
    for (const [index, [name, slice]] of wanted.entries()) {
      const { seriesInstanceUid } = window.viewer.series.find(({ description }) => description === name);
      window.viewer.viewports[index].showSeries(seriesInstanceUid);
      await window.viewer.viewports[index].renderSlice(slice);
    }
  }, choices);

const slices = (page) => page.evaluate(() => window.viewer.viewports.map(({ state }) => state.sliceIndex));
const canvases = (page) =>
  page.evaluate(() => document.querySelector("#viewer").firstElementChild.shadowRoot.querySelectorAll("canvas").length);

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("2 x 2: each viewport shows its own slice with its own window and view, by one device", async () => {
      const page = await open(backend);
      await page.evaluate(() => window.viewer.setLayout("2x2"));
      const choices = [
        ["ascending", 7],
        ["thick", 3],
        ["ascending", 2],
        ["second", 1],
      ];
      await showIn(page, choices);
      await page.evaluate(() => window.viewer.viewports[2].setView({ flipHorizontal: true }));
      await page.evaluate(() => window.viewer.viewports[3].applyWindowLevel({ center: 128, width: 512 }));
      const expected = [greysOf(7), greysOf(3), [92, 42, 222, 152], [84, 109, 139, 173].map((grey) => grey + 0.5)];
      for (let turn = 0; turn < 2; turn += 1) {
        const picture = await screen(page);
        for (const [index, cell] of CELLS.entries())
          assertQuadrants(picture, expected[index], cell, `viewport ${index}`);
        // Once more, and from back to front.
        await page.evaluate(() => {
          for (const viewport of [...window.viewer.viewports].reverse()) viewport.setView({ zoom: 1 });
        });
      }
      const made = await page.evaluate(() => window.made);
      assert.equal(made.devices, backend === "webgpu" ? 1 : 0);
      assert.equal(made.contexts, backend === "webgl2" ? 1 : 0);
      assert.equal(await canvases(page), 4);
      const sizes = await page.evaluate(async () => {
        const { width, height } = await createImageBitmap(await window.viewer.viewports[3].toPng());
        return [width, height];
      });
      for (const side of sizes) assert.ok(Math.abs(side - 255.5) <= 0.5, `${sizes}`);
      await finish(page);
    });

    test("layouts keep what was shown and what is active, and free what has no place", async () => {
      const page = await open(backend);
      await page.evaluate(() => window.viewer.setLayout({ rows: 2, columns: 2 }));
      const names = await page.evaluate(() =>
        window.viewer.viewports.map(
          ({ state: { seriesInstanceUid: uid } }) =>
            window.viewer.series.find((series) => series.seriesInstanceUid === uid).description,
        ),
      );
      assert.deepEqual(new Set(names), new Set(["ascending", "second", "thick", "elsewhere"]));
      await showIn(page, [
        ["ascending", 7],
        ["second", 1],
        ["ascending", 3],
        ["thick", 5],
      ]);
      const gone = await page.evaluateHandle(() => window.viewer.viewports[1]);
      await page.evaluate(() => window.viewer.viewports[3].activate());
      await page.evaluate(() => window.viewer.setLayout("1x1"));
      assert.equal(await canvases(page), 1);
      assert.deepEqual(await slices(page), [5]);
      assertQuadrants(await screen(page), greysOf(5), {}, "the active one");
      const refusal = await page.evaluate((viewport) => {
        try {
          return String(viewport.state);
        } catch (error) {
          return error.kind;
        }
      }, gone);
      assert.equal(refusal, "invalid-argument");
      await page.evaluate(() => window.viewer.setLayout("2x2"));
      // The active one has taken the place of the first, which is where the active one was.
      assert.deepEqual(await slices(page), [5, 1, 3, 7]);
      const picture = await screen(page);
      for (const [index, slice] of [5, 1, 3, 7].entries()) assertQuadrants(picture, greysOf(slice), CELLS[index]);
      const { contexts, devices } = await page.evaluate(() => window.made);
      assert.ok(contexts <= 1 && devices <= 1, "still one device");
      await page.evaluate(() => window.viewer.setLayout("1x2"));
      await page.evaluate(() => window.viewer.clear());
      assert.deepEqual(await slices(page), [-1, -1]);
      const elements = await page.evaluate(() => {
        window.viewer.destroy();
        return document.querySelectorAll("#viewer *").length;
      });
      assert.equal(elements, 0);
      await finish(page);
    });

    test("a resize reaches every viewport", async () => {
      const page = await open(backend);
      await page.evaluate(() => window.viewer.setLayout("1x2"));
      await showIn(page, [
        ["ascending", 4],
        ["thick", 2],
      ]);
      await page.evaluate(() =>
        Object.assign(document.querySelector("#viewer").style, { width: "601px", height: "300px" }),
      );
      const picture = await screen(page);
      assertQuadrants(picture, greysOf(4), { x: 0, y: 0, size: 300 });
      assertQuadrants(picture, greysOf(2), { x: 301, y: 0, size: 300 });
      await finish(page);
    });
  });
}

test("compare: slices by place in the patient, zoom and pan together, windows apart, and no circles", async () => {
  const page = await open("cpu");
  await page.evaluate(() => window.viewer.setLayout("compare"));
  await showIn(page, [
    ["ascending", 0],
    ["thick", 0],
  ]);
  // 2.5 mm slices beside 5 mm slices.
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(8));
  assert.deepEqual(await slices(page), [8, 4]);
  await page.evaluate(() => window.viewer.viewports[1].renderSlice(1));
  assert.deepEqual(await slices(page), [2, 1]);
  await page.evaluate(() => {
    window.seen.length = 0;
  });
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(6));
  const told = await page.evaluate(() => window.seen.filter(({ type }) => type === "slice").map(({ event }) => event));
  assert.deepEqual(told, [
    { sliceIndex: 6, sliceCount: 12, viewport: 0 },
    { sliceIndex: 3, sliceCount: 6, viewport: 1 },
  ]);
  await page.evaluate(() => window.viewer.viewports[1].setView({ zoom: 2, pan: [10, 20] }));
  await page.evaluate(() => window.viewer.viewports[1].applyWindowLevel({ center: 50, width: 60 }));
  const states = () =>
    page.evaluate(() => window.viewer.viewports.map(({ state: { zoom, pan, window } }) => [zoom, pan, window.center]));
  assert.deepEqual(await states(), [
    [2, [10, 20], 128],
    [2, [10, 20], 50],
  ]);
  await page.evaluate(() => window.viewer.setSync({ window: true }));
  await page.evaluate(() => window.viewer.viewports[0].applyWindowLevel({ center: 70, width: 80 }));
  await page.evaluate(() => window.viewer.viewports[0].setView({ zoom: 3 }));
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(0));
  assert.deepEqual(await states(), [
    [3, [10, 20], 70],
    [2, [10, 20], 70],
  ]);
  assert.deepEqual(await slices(page), [0, 3]);
  await finish(page);
});

test("synchronised groups: only those that are in one, and only in one frame of reference", async () => {
  const page = await open("cpu");
  await page.evaluate(() => window.viewer.setLayout("2x2"));
  await showIn(page, [
    ["ascending", 0],
    ["thick", 0],
    ["elsewhere", 0],
    ["ascending", 0],
  ]);
  await page.evaluate(() => {
    const { viewports } = window.viewer;
    window.viewer.setSync([{ viewports: [viewports[0], viewports[1], viewports[2]], scroll: true }]);
  });
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(10));
  assert.deepEqual(await slices(page), [10, 5, 0, 0]);
  await page.evaluate(() => window.viewer.viewports[3].renderSlice(4));
  assert.deepEqual(await slices(page), [10, 5, 0, 4]);
  await page.evaluate(() => window.viewer.setSync([]));
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(1));
  assert.deepEqual(await slices(page), [1, 5, 0, 4]);
  await finish(page);
});

test("the viewport that is pressed, or reached by Tab, is active: keys and calls go there", async () => {
  const page = await open("cpu");
  await page.evaluate(() => window.viewer.setLayout("1x2"));
  await showIn(page, [
    ["ascending", 0],
    ["thick", 0],
  ]);
  await page.mouse.click(400, 256);
  assert.deepEqual(await page.evaluate(() => window.viewer.viewports.map(({ isActive }) => isActive)), [false, true]);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await slices(page), [0, 1]);
  await page.keyboard.press("Shift+Tab");
  assert.equal(await page.evaluate(() => window.viewer.activeViewport.index), 0);
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await slices(page), [1, 1]);
  assert.equal(await page.evaluate(() => window.viewer.state.sliceCount), 12);
  const label = await page.evaluate(() => document.activeElement.shadowRoot.activeElement.getAttribute("aria-label"));
  assert.equal(label, "DICOM images, viewport 1 of 2");
  const { x, width } = await page.evaluate(() => window.viewer.viewports[1].box.toJSON());
  assert.deepEqual([x, width], [256.5, 255.5]);
  const told = await page.evaluate(() => window.seen.filter(({ type }) => type === "active").map(({ event }) => event));
  assert.deepEqual(told.slice(-2), [{ viewport: 1 }, { viewport: 0 }]);
  await finish(page);
});

test("what arrives goes to the first viewport that is empty; the others say so", async () => {
  const page = await openPage(shared.browser);
  await page.goto(`${shared.server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(() => window.start({ backend: "cpu" }));
  await page.evaluate(() => window.viewer.setLayout("2x2"));
  await page.evaluate((urls) => window.load(urls), [...SERIES, ...numbered("second", 3)]);
  assert.equal(await page.evaluate(() => window.viewer.viewports.filter(({ state }) => state.kind).length), 2);
  await page.waitForFunction(() => window.text().match(/No series/g)?.length === 2);
  assert.equal(await page.evaluate(() => window.text().match(/QUADRANT/g).length), 2);
  await finish(page);
});

test("layouts that there are not are refused, and nothing changes", async () => {
  const page = await open("cpu", SERIES);
  const kinds = await page.evaluate(async () => {
    const tried = ["5x1", "0x1", "2", "grid", { rows: 1.5, columns: 1 }, { rows: 9, columns: 9 }, {}];
    return Promise.all(
      tried.map((layout) =>
        window.viewer.setLayout(layout).then(
          () => "taken",
          ({ kind }) => kind,
        ),
      ),
    );
  });
  assert.deepEqual(new Set(kinds), new Set(["invalid-argument"]));
  assert.deepEqual(await page.evaluate(() => window.viewer.layout), { rows: 1, columns: 1 });
  await page.evaluate(() => window.viewer.setLayout("4x4"));
  assert.equal(await canvases(page), 16);
  assertGrey(await screen(page), [SIDE - 40, SIDE - 40], 0, "an empty viewport");
  await finish(page);
});
