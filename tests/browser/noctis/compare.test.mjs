/** The page's second picture with the adapter in place: what is measured and written in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { click, drag, written } from "../lib/hand.mjs";
import { rest, STUDY, siteOfTests, taken } from "../lib/site.mjs";

const site = siteOfTests(8);
const PANE = "#compareCanvas";

/** A page with the same series in both of its panes. */
async function open() {
  const page = await site.open({ adapter: "backend=cpu", study: STUDY.uneven });
  await page.evaluate(() => window.noctisAdapter?.settled);
  await page.waitForFunction(() => lastLoadedImagePayload);
  await page.click('[data-tool="compare"]');
  await page.waitForFunction(() => _cmpBaseScale > 0 && _cmpWW !== null);
  await rest(page, 900);
  return page;
}

/** Points of the image on the pane, CSS pixels. */
const onPane = (page, points) =>
  page.evaluate((points) => {
    const pane = document.getElementById("compareCanvas");
    const box = pane.getBoundingClientRect();
    return points.map(([x, y]) => {
      const at = _cmpImagePxToCanvasPoint({ x, y });
      return [(at.x * box.width) / pane.width, (at.y * box.height) / pane.height];
    });
  }, points);

/** What its server is given to keep while something is done. */
async function saved(page, doing) {
  const request = page.waitForRequest((one) => /\/(measurements|annotations)\/save\/$/.test(one.url()));
  await doing();
  const body = (await request).postDataJSON();
  return { ...body, points: body.points && JSON.parse(body.points) };
}

const isRed = (page, point) =>
  page.evaluate(([x, y]) => {
    _cmpRedraw();
    const at = _cmpImagePxToCanvasPoint({ x, y });
    const context = document.getElementById("compareCanvas").getContext("2d");
    const [red, green] = context.getImageData(Math.round(at.x), Math.round(at.y), 1, 1).data;
    return red > 200 && green < 60;
  }, point);

const near = (found, expected, tolerance) =>
  assert.ok(Math.abs(found - expected) < tolerance, `${found} instead of ${expected}`);

test("measurements are made point by point, in the millimetres of the image, and come back", async () => {
  const page = await open();
  const points = await onPane(page, [
    [18, 10],
    [10, 10],
    [18, 15],
    [26, 10],
    [34, 15],
  ]);
  const [right, corner, below, third, fourth] = points;
  await page.click('[data-tool="measure"]');
  const length = await saved(page, () => drag(page, PANE, [corner, right, below]));
  // 8 columns of 0.5 mm, 5 rows of 0.8 mm.
  near(length.value, 4 * Math.SQRT2, 0.1);
  const { startX, points: ends } = length.points;
  assert.deepEqual([ends.length, ends[0].x], [2, startX], "the ends of a line are kept with it");
  await page.click('[data-tool="angle"]');
  const angle = await saved(page, () => click(page, PANE, [right, corner, below]));
  near(angle.value, 45, 1);
  near(angle.points.points[1].x, 10, 0.3);
  await page.click('[data-tool="area"]');
  const area = await saved(page, () => click(page, PANE, [right, corner, below]));
  near(area.value, 8, 0.3);
  await page.click('[data-tool="cobb_angle"]');
  const cobb = await saved(page, () => click(page, PANE, [corner, right, third, fourth]));
  near(cobb.value, 45, 1);
  assert.deepEqual([cobb.measurement_type, cobb.points.length], ["cobb_angle", 4]);
  const texts = await written(page, "compareCanvas", "_cmpRedraw");
  for (const [i, expected] of [4 * Math.SQRT2, 45, 8, 45].entries()) near(Number.parseFloat(texts[i]), expected, 1);
  await finish(page);

  const again = await open();
  assert.equal(await again.evaluate(() => _cmpMeasurements.length), 0, "the page's own list is the page's");
  assert.ok(await isRed(again, [14, 12.5]), "the line");
  assert.ok(await isRed(again, [30, 12.5]), "the second line of the Cobb angle");
  assert.ok(!(await isRed(again, [22, 10])), "its lines are not joined");
  const kept = await written(again, "compareCanvas", "_cmpRedraw");
  assert.deepEqual(kept.map((text) => text.replace(/^[\d.]+/, "")).sort(), [" mm", " mm²", "°", "°"]);
  await finish(again);
});

test("a text is stored, and is there again", async () => {
  const page = await open();
  page.once("dialog", (dialog) => dialog.accept("Old fracture"));
  await page.click('[data-tool="annotate"]');
  const [at] = await onPane(page, [[50, 25]]);
  const text = await saved(page, () => click(page, PANE, [at]));
  assert.deepEqual([text.text, text.color], ["Old fracture", "#ffff00"]);
  near(text.position_x, 50, 0.3);
  near(text.position_y, 25, 0.3);
  await page.evaluate(() => _loadCompareSeriesImages(currentSeries.id));
  await rest(page, 900);
  assert.ok(
    (await written(page, "compareCanvas", "_cmpRedraw")).includes("Old fracture"),
    "also with its series again",
  );
  await finish(page);
});

test("its values have the unit of its own images", async () => {
  const page = await open();
  await page.evaluate(async (study) => {
    const { series } = await getJson(`/dicom-viewer/api/study/${study}/data/`);
    await _loadCompareSeriesImages(series[0].id);
    await _cmpRenderSlice(3);
  }, STUDY.resonance);
  await page.click('[data-tool="roi"]');
  const points = await onPane(page, [
    [30, 20],
    [35, 22],
    [40, 25],
  ]);
  await drag(page, PANE, points);
  await page.waitForFunction(() => _cmpMeasurements.length === 1);
  assert.equal(await page.textContent("#toast"), "ROI mean: 2000.0");
  assert.deepEqual(await written(page, "compareCanvas", "_cmpRedraw"), ["2000.0"]);
  await page.evaluate(() => showToast("ROI mean: 1000.0 HU"));
  assert.equal(await page.textContent("#toast"), "ROI mean: 1000.0 HU", "the first picture is of CT");
  await finish(page);
});

test("what is half made ends with Escape", async () => {
  const page = await open();
  const points = await onPane(page, [
    [18, 10],
    [10, 10],
  ]);
  for (const tool of ["angle", "cobb_angle"]) {
    await page.click(`[data-tool="${tool}"]`);
    await click(page, PANE, points);
    await page.keyboard.press("Escape");
    await click(page, PANE, points);
  }
  assert.deepEqual(await page.evaluate(() => [_cmpMeasurements.length, _cmpCurrentMeasurement]), [0, null]);
  await finish(page);
});

test("values of its images are true, without a request", async () => {
  const page = await open();
  taken(page);
  const stats = await page.evaluate(async () => {
    const address = `/dicom-viewer/api/hu/?mode=series&image_id=${imageData[3].id}&shape=ellipse&cx=40&cy=25&rx=5&ry=5`;
    return (await (await fetch(address)).json()).stats;
  });
  assert.deepEqual(stats, { mean: 1000, std: 0, min: 1000, max: 1000, n: 81 });
  assert.equal(taken(page).hu, undefined);
  await finish(page);
});
