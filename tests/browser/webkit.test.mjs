/** WebKit shows and measures what Chromium does, by each backend that it has. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, SERIES } from "./lib/fixture.mjs";
import { readPng } from "./lib/png.mjs";
import { launchWebKit } from "./lib/webkit.mjs";

/** Objects of most modules that decode. */
const OBJECTS = {
  jpeg: "/pydicom/SC_rgb_jpeg_dcmtk.dcm",
  "jpeg, 12 bits": "/pydicom/JPGExtended.dcm",
  jpegls: "/pydicom/MR_small_jpeg_ls_lossless.dcm",
  jpeg2000: "/pydicom/MR_small_jp2klossless.dcm",
  deflate: "/pydicom/image_dfl.dcm",
  rle: "/pydicom/MR_small_RLE.dcm",
  palette: "/pydicom/examples_palette.dcm",
};

const chromium = fixture();
let webkit;
before(async () => {
  webkit = await launchWebKit();
});
after(() => webkit?.close());

async function open(options) {
  await webkit.goto(`${chromium.server.url}/viewer.html`);
  await webkit.evaluate(async () => {
    while (!window.ready) await new Promise((done) => setTimeout(done, 20));
  });
  return webkit.evaluate((given) => window.start(given), options);
}

/** In a page: an object as a picture of 200 x 200, base64. */
async function pictureOf(url) {
  const outcome = await window.load(url);
  if (outcome.loaded !== 1) throw new Error(JSON.stringify(outcome));
  const bytes = new Uint8Array(await (await window.viewer.toPng({ width: 200, height: 200 })).arrayBuffer());
  return btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
}

const pixels = (png) => Buffer.from(readPng(Buffer.from(png, "base64")).pixels);

for (const backend of ["webgl2", "cpu"]) {
  describe(backend, () => {
    test("a series in the order of places, each slice with its own values", async () => {
      assert.equal((await open({ backend })).backend, backend);
      const result = await webkit.evaluate((urls) => window.load(urls), SERIES);
      assert.deepEqual(result, { loaded: 12, failed: [] });
      for (const index of [0, 7, 11]) {
        await webkit.evaluate((slice) => window.viewer.renderSlice(slice), index);
        await webkit.shows((picture) => assertQuadrants(picture, greysOf(index), {}, `slice ${index}`));
      }
    });

    test("planes through a volume, and a length on one", async () => {
      await open({ backend, overlay: false });
      await webkit.evaluate(async (urls) => {
        await window.load(urls);
        await window.viewer.setLayout("mpr");
        const isWhole = () =>
          window.viewer.viewports
            .slice(0, 3)
            .every(({ state: { plane } }) => plane && plane.progress.slices === plane.progress.of);
        while (!isWhole()) await new Promise((done) => requestAnimationFrame(done));
      }, SERIES);
      await webkit.shows((picture) => assertQuadrants(picture, greysOf(6), { size: 255 }, "axial"));
      const [length, report] = await webkit.evaluate(async () => {
        const { annotations } = window.viewer;
        const points = [
          [-10, 0],
          [10, 0],
        ];
        const { measurements } = await annotations.add({ tool: "length", points });
        const file = await window.viewer.exportAnnotation("sr");
        return [measurements[0], await file.slice(128, 132).text()];
      });
      assert.deepEqual([length.value, length.unit, report], [20, "mm", "DICM"]);
    });
  });
}

for (const [name, url] of Object.entries(OBJECTS)) {
  test(`${name}: Chromium's picture`, async () => {
    const page = await chromium.open({ backend: "cpu", overlay: false });
    const expected = pixels(await page.evaluate(pictureOf, url));
    await finish(page);
    await open({ backend: "cpu", overlay: false });
    const found = pixels(await webkit.evaluate(pictureOf, url));
    assert.ok(new Set(expected).size > 2);
    assert.ok(found.equals(expected));
  });
}
