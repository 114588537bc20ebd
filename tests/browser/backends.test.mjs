/** Load, window, scroll, zoom, resize, device pixel ratio and destroy on each backend, judged by pixels. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { onlyChromium } from "./lib/browser.mjs";
import { assertGrey, assertQuadrants, BACKENDS, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";
import { readPng } from "./lib/png.mjs";

const shared = fixture();

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("shows a series in the order of places, each slice with its own values", async () => {
      const page = await shared.open({ backend });
      const result = await page.evaluate((urls) => window.load(urls), SERIES);
      assert.deepEqual(result, { loaded: 12, failed: [] });
      const state = await page.evaluate(() => window.viewer.state);
      assert.equal(state.backend, backend);
      assert.equal(state.sliceCount, 12);
      for (const index of [0, 7, 11]) {
        await page.evaluate((i) => window.viewer.renderSlice(i), index);
        assertQuadrants(await screen(page), greysOf(index), {}, `slice ${index}`);
        const at = await page.evaluate((i) => window.viewer.instance(i).imagePositionPatient, index);
        assert.deepEqual(at, [0, 0, 2.5 * index]);
      }
      await finish(page);
    });

    test("window, inversion, rotation and flips change the picture as they should", async () => {
      const page = await shared.open({ backend });
      await page.evaluate((url) => window.load(url), SERIES[1]);
      const steps = [
        [() => window.viewer.applyWindowLevel({ center: 128, width: 512 }), [84, 109, 139, 173]],
        [() => window.viewer.resetWindowLevel(), greysOf(0)],
        [() => window.viewer.setView({ invert: true }), greysOf(0).map((grey) => 255 - grey)],
        [() => window.viewer.setView({ invert: false, flipHorizontal: true }), [90, 40, 220, 150]],
        [() => window.viewer.setView({ flipHorizontal: false, rotation: 90 }), [150, 40, 220, 90]],
        [() => window.viewer.reset(), greysOf(0)],
      ];
      for (const [step, greys] of steps) {
        await page.evaluate(step);
        assertQuadrants(await screen(page), greys, {}, String(step));
      }
      await finish(page);
    });

    test("zoom and pan: points of the image and of the element correspond", async () => {
      const page = await shared.open({ backend });
      await page.evaluate((url) => window.load(url), SERIES[1]);
      const centre = await page.evaluate(() => window.viewer.imageFromElement(256, 256));
      assert.deepEqual(centre, [31.5, 31.5]);
      await page.evaluate(() => window.viewer.setView({ zoom: 4, pan: [300, 0] }));
      const [x, y] = await page.evaluate(() => window.viewer.elementFromImage(31.5, 31.5));
      assert.deepEqual([x, y], [556, 256]);
      const picture = await screen(page);
      assertGrey(picture, [256, 100], 40, "left half above");
      assertGrey(picture, [256, 400], 150, "left half below");
      await finish(page);
    });

    test("follows the element's size, letterboxed, and keeps what was in the middle", async () => {
      const page = await shared.open({ backend });
      await page.evaluate((url) => window.load(url), SERIES[1]);
      await page.evaluate(() =>
        Object.assign(document.querySelector("#viewer").style, { width: "600px", height: "300px" }),
      );
      let picture = await screen(page);
      assertQuadrants(picture, greysOf(0), { x: 150, y: 0, size: 300 }, "after the resize");
      assertGrey(picture, [140, 150], 0, "beside the image");
      await page.evaluate(() => window.viewer.setView({ zoom: 8, pan: [500, 0] }));
      const middle = await page.evaluate(() => window.viewer.imageFromElement(300, 150));
      await page.evaluate(() =>
        Object.assign(document.querySelector("#viewer").style, { width: "400px", height: "400px" }),
      );
      picture = await screen(page);
      const after = await page.evaluate(() => window.viewer.imageFromElement(200, 200));
      for (const axis of [0, 1])
        assert.ok(Math.abs(after[axis] - middle[axis]) < 0.01, `${after} instead of ${middle}`);
      assertGrey(picture, [200, 100], 40);
      await finish(page);
    });

    test("draws in device pixels, and follows a change of their ratio", onlyChromium, async () => {
      const page = await shared.open({ backend }, { deviceScaleFactor: 2 });
      await page.evaluate((url) => window.load(url), SERIES[1]);
      const size = () =>
        page.evaluate(async () => {
          const { width, height } = await createImageBitmap(await window.viewer.toPng());
          return [width, height];
        });
      assert.deepEqual(await size(), [1024, 1024]);
      const session = await page.context().newCDPSession(page);
      // The size changes too: the emulation tells the page of a new ratio only together with it.
      const metrics = { width: 890, height: 690, deviceScaleFactor: 3, mobile: false };
      await session.send("Emulation.setDeviceMetricsOverride", metrics);
      await page.waitForFunction(() => devicePixelRatio === 3);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      assert.deepEqual(await size(), [1536, 1536]);
      await finish(page);
    });

    test("each window and VOI LUT of the object can be chosen", async () => {
      const page = await shared.open({ backend });
      await page.evaluate(() => window.load("/inputs/choices.dcm"));
      const { windows, voiLuts } = await page.evaluate(() => window.viewer.instance(0));
      const names = [...windows, ...voiLuts].map(({ explanation }) => explanation);
      assert.deepEqual(names, ["All", "Narrow", "Negative"]);
      // ((40 - 89.5) / 100 + 0.5) * 255 = 1.3, ((90 - 89.5) / 100 + 0.5) * 255 = 128.8 (PS3.3 C.11.2.1.2.1); the table is 255 - x
      const pictures = [greysOf(0), [1, 129, 255, 255], [215, 165, 105, 35]];
      for (const preset of [2, 1, 0]) {
        await page.evaluate((n) => window.viewer.applyWindowLevel({ preset: n }), preset);
        assertQuadrants(await screen(page), pictures[preset], {}, names[preset]);
      }
      const refused = await page.evaluate(() => {
        try {
          window.viewer.applyWindowLevel({ preset: 3 });
        } catch (error) {
          return error.kind;
        }
      });
      assert.equal(refused, "invalid-argument");
      await finish(page);
    });

    test("gives the picture as PNG, exactly as drawn", async () => {
      const page = await shared.open({ backend });
      await page.evaluate((url) => window.load(url), SERIES[1]);
      const bytes = await page.evaluate(async () => {
        const png = await window.viewer.toPng({ width: 256, height: 256 });
        return [...new Uint8Array(await png.arrayBuffer())];
      });
      const picture = readPng(bytes);
      assert.deepEqual([picture.width, picture.height], [256, 256]);
      assertQuadrants(picture, greysOf(0), { size: 256 });
      await finish(page);
    });

    test("shows colour as colour", async () => {
      const page = await shared.open({ backend, overlay: false });
      const result = await page.evaluate(() => window.load("/pydicom/SC_rgb_rle.dcm"));
      assert.equal(result.loaded, 1);
      const picture = await screen(page);
      // The object's picture: bars of pure colours from the top, see pydicom's description of its files.
      assert.deepEqual(picture.at(256, 25), [255, 0, 0]);
      assert.deepEqual(picture.at(256, 130), [0, 255, 0]);
      assert.deepEqual(picture.at(256, 230), [0, 0, 255]);
      await finish(page);
    });

    test("destroy leaves nothing behind", async () => {
      const page = await shared.open({ backend });
      await page.evaluate((url) => window.load(url), SERIES[1]);
      await page.evaluate(() => {
        window.viewer.destroy();
        window.viewer.destroy();
      });
      assert.equal(await page.evaluate(() => document.querySelector("#viewer").childElementCount), 0);
      const after = await page.evaluate((url) => window.load(url), SERIES[0]);
      assert.equal(after.rejected.kind, "invalid-argument");
      await finish(page);
    });
  });
}

test("auto: the CPU draws the first picture, then WebGPU takes over here, and both say why", async () => {
  const page = await shared.open();
  const first = await page.evaluate(async (url) => {
    window.chosen = [];
    await window.start({});
    window.viewer.on("backend", (event) => window.chosen.push(event));
    await window.load(url);
    return window.viewer.state;
  }, SERIES[1]);
  assert.equal(first.backend, "cpu");
  assert.equal(first.backendReason, "the CPU draws until a GPU has been started");
  assertQuadrants(await screen(page), greysOf(0), {}, "by the CPU or after it");
  await page.waitForFunction(() => window.chosen.length > 0);
  assert.deepEqual(await page.evaluate(() => window.chosen), [{ backend: "webgpu", reason: "webgpu is available" }]);
  assert.equal(await page.evaluate(() => window.viewer.state.backend), "webgpu");
  assertQuadrants(await screen(page), greysOf(0), {}, "by WebGPU");
  const canvases = () =>
    document.querySelector("#viewer").firstElementChild.shadowRoot.querySelectorAll("canvas").length;
  assert.equal(await page.evaluate(canvases), 1);
  await finish(page);
});

test("without navigator.gpu auto takes WebGL2, without that the CPU, and says why", async () => {
  const page = await shared.open();
  await page.evaluate(() => Reflect.deleteProperty(Navigator.prototype, "gpu"));
  const settled = () => window.viewer.state.backendReason.includes("is not used");
  await page.evaluate(() => window.start({}));
  await page.waitForFunction(settled);
  const first = await page.evaluate(() => window.viewer.state);
  assert.equal(first.backend, "webgl2");
  assert.match(first.backendReason, /^webgpu is not used: navigator\.gpu is missing: this browser has no WebGPU$/);
  await page.evaluate(() => {
    window.viewer.destroy();
    Reflect.deleteProperty(window, "WebGL2RenderingContext");
  });
  await page.evaluate(() => window.start({}));
  await page.waitForFunction(settled);
  const second = await page.evaluate(() => window.viewer.state);
  assert.equal(second.backend, "cpu");
  assert.match(second.backendReason, /webgl2 is not used: this browser has no WebGL2/);
  await page.evaluate((url) => window.load(url), SERIES[1]);
  assertQuadrants(await screen(page), greysOf(0));
  await finish(page);
});

test("a forced backend that is not there is an error, not another backend", async () => {
  const page = await shared.open();
  const error = await page.evaluate(async () => {
    Reflect.deleteProperty(Navigator.prototype, "gpu");
    return window.start({ backend: "webgpu" }).catch(({ kind, message }) => ({ kind, message }));
  });
  assert.equal(error.kind, "unsupported-browser");
  assert.match(error.message, /navigator\.gpu is missing/);
  assert.equal(await page.evaluate(() => document.querySelector("#viewer").childElementCount), 0);
  await finish(page);
});
