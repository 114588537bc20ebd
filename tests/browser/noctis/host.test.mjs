/** The host page by itself: it must cost what NoctisPro's page costs, so that what is measured against it is honest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { requests, rest, STUDY, siteOfTests, taken } from "../lib/site.mjs";

const SLICES = 24;
const site = siteOfTests(SLICES);

/** Within 10 %. */
function assertAbout(found, expected, what) {
  assert.ok(Math.abs(found - expected) <= 0.1 * expected, `${what}: ${found} instead of ${expected}`);
}

const drag = async (page, selector, [x0, y0], steps) => {
  const box = await page.locator(selector).boundingBox();
  await page.mouse.move(box.x + x0, box.y + y0);
  await page.mouse.down();
  for (const [x, y] of steps) await page.mouse.move(box.x + x, box.y + y);
  await page.mouse.up();
};

test("requests and sizes are those of the page", async () => {
  const page = await site.open({ adapter: false });
  await rest(page, 1700);
  const opened = taken(page);
  assert.equal(requests(opened, "list"), 2, "study and images");
  assert.equal(requests(opened, "values"), 4, "the first and the three beside it that there are");
  assertAbout(requests(opened, "picture"), SLICES, "a picture of each slice");
  assert.equal(requests(opened, "volume"), 1, "the server makes a volume of each series that is opened");
  assertAbout(opened.values.bytes / 4, 1.05e6, "float32 of 512 x 512");
  await page.evaluate(() => updateSlice(12));
  await rest(page);
  assert.equal(requests(taken(page), "values"), 6, "a slice and five neighbours");

  // At another window all pictures are useless: one a step, at rest those of the neighbours, and values.
  await page.evaluate(() => updateWindowWidth(1234));
  const scroll = () => {
    // A clock of our own: a busy machine scrolls as fast as any.
    const now = performance.now();
    for (let i = 0; i < 9; i += 1) {
      performance.now = () => now + 1000 + 60 * i;
      updateSlice(currentImageIndex + 1);
    }
  };
  await page.evaluate(scroll);
  await rest(page);
  const scrolled = taken(page);
  assertAbout(
    requests(scrolled, "picture"),
    8,
    "one for each step: at rest the window is back, whose pictures are kept",
  );
  assert.equal(requests(scrolled, "values"), 5, "of the place of rest and the four beside it");

  await page.click('[data-tool="mpr"]');
  await rest(page);
  const entered = taken(page);
  assert.deepEqual([requests(entered, "volume"), requests(entered, "plane")], [1, 3]);
  await page.evaluate(() => updateWindowWidth(900));
  await rest(page);
  assert.equal(requests(taken(page), "plane"), 3, "a step of the window");
  await page.evaluate(() => moveCrosshair("axial", { x: 170, y: 160 }));
  await rest(page);
  assert.equal(requests(taken(page), "plane"), 2, "a step of the crosshair, for the planes that move");
  await page.click("#mipBtn");
  await rest(page);
  assert.equal(requests(taken(page), "mip"), 1);

  const size = async (query) =>
    (await (await page.request.get(`${site.url}/dicom-viewer/api/image/${query}`)).body()).length;
  assertAbout(await size("1/data/?packed=bin"), 1.05e6, "float32");
  assertAbout(await size("1/data/?packed=1"), 1.4e6, "base64");
  assertAbout(await size("1/data/"), 2.0e6, "list of numbers");
  const study = await (await page.request.get(`${site.url}/dicom-viewer/api/study/${STUDY.large}/data/`)).json();
  assertAbout(await size(`${study.series[0].images[0].id}/data/?packed=bin`), 16.8e6, "2048 x 2048");
  const mesh = await (
    await page.request.get(`${site.url}/dicom-viewer/api/series/1/bone/?threshold=300&mesh=true&quality=high`)
  ).text();
  const { vertex_count: vertices, face_count: faces } = JSON.parse(mesh).mesh;
  assertAbout(faces / vertices, 2, "faces for each vertex");
  assert.ok(mesh.length / vertices <= 27.9e6 / 330e3, "bytes of JSON for each vertex are not more than there");
  await finish(page);
});

test("the faults that are to be put right are there", async () => {
  const page = await site.open({ adapter: false });
  await rest(page);
  // A window that somebody dragged is gone with the next slice.
  await drag(page, "#dicomCanvas", [200, 200], [[260, 230]]);
  const dragged = await page.evaluate(() => windowWidth);
  await page.evaluate(() => updateSlice(20));
  await rest(page);
  assert.notEqual(await page.evaluate(() => windowWidth), dragged);
  // An angle's corner is where it begins.
  await page.click('[data-tool="angle"]');
  await drag(
    page,
    "#dicomCanvas",
    [200, 200],
    [
      [210, 200],
      [211, 200],
      [300, 300],
    ],
  );
  const [first, corner] = await page.evaluate(() => measurements.at(-1).points);
  const side = await page.evaluate(() => 11 / _lastRenderMeta.baseScale);
  assert.ok(Math.hypot(first.x - corner.x, first.y - corner.y) < side);
  // The text beside an area is as large as it is zoomed.
  const areas = await page.evaluate(() => {
    const points = [
      { x: 100, y: 100 },
      { x: 140, y: 100 },
      { x: 140, y: 130 },
    ];
    const texts = [];
    ctx.fillText = (text) => texts.push(text);
    [measurements, zoom] = [[{ type: "area", points }], 2];
    drawMeasurements();
    Reflect.deleteProperty(ctx, "fillText");
    zoom = 1;
    return [...texts, calculateArea(points).text];
  });
  assert.notEqual(areas[0], areas[1]);
  // A length is stored without its points.
  await page.click('[data-tool="measure"]');
  await drag(
    page,
    "#dicomCanvas",
    [200, 200],
    [
      [250, 200],
      [300, 200],
    ],
  );
  await rest(page);
  const stored = await page.evaluate(async () =>
    (await fetch(`/dicom-viewer/measurements/${imageData[20].id}/`)).json(),
  );
  assert.deepEqual(stored.measurements.at(-1).points, []);
  // Turning back turns twice.
  await page.click('[data-tool="rotate-ccw"]');
  assert.equal(await page.evaluate(() => rotation), 180);
  await finish(page);
});

test("frames: every one is the first", async () => {
  const page = await site.open({ adapter: false, study: STUDY.frames });
  await rest(page);
  await page.evaluate(() => updateFrame(3));
  await rest(page);
  assert.deepEqual(await page.evaluate(() => [currentFrameIndex, lastLoadedImagePayload.pixel_data[0]]), [0, 500]);
  await finish(page);
});

test("MONOCHROME1: values are those of a negative, past the rescale", async () => {
  const page = await site.open({ adapter: false, study: STUDY.mono1 });
  await rest(page);
  const [least, largest] = await page.evaluate(() => {
    const { pixel_data: values } = lastLoadedImagePayload;
    return [Math.min(...values.slice(0, 5000)), Math.max(...values.slice(0, 5000))];
  });
  assert.ok(largest > 5000 && least >= 1024, `${least} to ${largest}`);
  await finish(page);
});

test("a public link may not ask DICOMweb, and the page works all the same", async () => {
  const page = await site.open({ adapter: false, who: "public" });
  await rest(page);
  assert.equal(await page.evaluate(async () => (await fetch("/dicomweb/studies/")).status), 403);
  assert.ok(await page.evaluate(() => lastLoadedImagePayload.pixel_data.length === 512 * 512));
  await finish(page, /403/);
});

test("the page of 2025 shows nothing by itself", async () => {
  const page = await site.open({ adapter: false, page: "v1/" });
  await rest(page);
  const lit = await page.evaluate(() =>
    ctx.getImageData(0, 0, 512, 512).data.some((value, i) => i % 4 < 3 && value > 0),
  );
  assert.equal(lit, false);
  await finish(page);
});
