/** The page's known faults, with the adapter in place: they come out right. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { drag } from "../lib/hand.mjs";
import { pydicomFiles } from "../lib/paths.mjs";
import { rest, STUDY, siteOfTests, taken } from "../lib/site.mjs";

const site = siteOfTests(8);

async function open(options = {}) {
  const page = await site.open(options);
  await page.evaluate(() => window.noctisAdapter.settled);
  if (!options.page) await page.waitForFunction(() => lastLoadedImagePayload);
  await rest(page, 400);
  return page;
}

/** The grey of a canvas at a share of its width and height. */
const greyAt = (page, id, x, y) =>
  page.evaluate(
    ([id, x, y]) => {
      const canvas = document.getElementById(id);
      const context = canvas.getContext("2d");
      return context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[0];
    },
    [id, x, y],
  );
/** Lengths from the origin, as the page writes them. */
const lengths = (page, ends) =>
  page.evaluate(
    (ends) => ends.map(([endX, endY]) => calculateDistance({ startX: 0, startY: 0, endX, endY }).text),
    ends,
  );
const settle = (page) => page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50)));

describe("slices", () => {
  test("a window that was dragged stays with the next slices; a preset of the page gives it back", async () => {
    const page = await open();
    await drag(page, "#dicomCanvas", [
      [200, 200],
      [260, 230],
    ]);
    const dragged = await page.evaluate(() => [windowWidth, windowLevel]);
    await page.evaluate(() => updateSlice(5));
    await rest(page, 400);
    assert.deepEqual(await page.evaluate(() => [windowWidth, windowLevel]), dragged);
    await page.selectOption("#presetSelect", "lung");
    await page.selectOption("#presetSelect", "default");
    await page.evaluate(() => updateSlice(7));
    await rest(page, 400);
    assert.equal(await page.evaluate(() => windowWidth === lastLoadedImagePayload.window_width), true);
    await finish(page);
  });

  test("a slice that the page gave up is not shown when it comes", async () => {
    const page = await open();
    let send;
    const asked = new Promise((done) => {
      send = done;
    });
    const address = await page.evaluate(() => imageData[5].sop_instance_uid);
    let released;
    await page.route(`**/instances/${address}`, async (route) => {
      await new Promise((done) => {
        released = done;
        send();
      });
      await route.continue();
    });
    await page.evaluate(() => {
      // Nobody comes to rest.
      scheduleLoadCurrentImage = () => {};
      lastStep = 0;
      updateSlice(5);
    });
    await asked;
    await page.evaluate(() => updateSlice(6));
    await rest(page, 300);
    released();
    await rest(page, 300);
    const [shown, id] = await page.evaluate(() => [lastLoadedImageId, imageData[5].id]);
    assert.notEqual(shown, id);
    await finish(page);
  });

  test("on the way from slices that are here to others these have their small pictures", async () => {
    const page = await open();
    await rest(page, 500);
    // Nobody comes to rest.
    await page.evaluate(() => {
      scheduleLoadCurrentImage = () => {};
    });
    const passTo = (index) =>
      page.evaluate((to) => {
        lastStep = performance.now();
        updateSlice(to);
      }, index);
    const isServed = (index) => _serverRendered.imageId === imageData[index].id;
    await passTo(1);
    await rest(page, 300);
    assert.equal(await page.evaluate(isServed, 1), false, "drawn here");
    await passTo(7);
    await page.waitForFunction(isServed, 7);
    await finish(page);
  });

  test("every frame is its own, without a request, in the object's time", async () => {
    const page = await open({ study: STUDY.frames });
    assert.equal(await page.evaluate(() => currentFrameCount), 5);
    taken(page);
    for (const frame of [3, 1, 4]) {
      await page.evaluate((index) => updateFrame(index), frame);
      await page.waitForFunction((index) => currentFrameIndex === index, frame);
      await settle(page);
      assert.equal(await page.evaluate(() => lastLoadedImagePayload.pixel_data[0]), 500 * (frame + 1));
      // 0 to 4096 by the page's arithmetic and its gamma for XA.
      const level = Math.floor((500 * (frame + 1) * 255) / 4096 + 0.5);
      assert.equal(await greyAt(page, "dicomCanvas", 0.5, 0.5), Math.round(255 * (level / 255) ** 0.65));
    }
    const { values, object } = taken(page);
    assert.deepEqual([values, object], [undefined, undefined]);
    assert.equal(await page.evaluate(() => cineFps), 20);
    await finish(page, /400/);
  });

  test("MONOCHROME1: true values, white for the lowest, and the same while scrolling", async () => {
    const page = await open({ study: STUDY.mono1 });
    const [first, last] = await page.evaluate(() => {
      const { pixel_data: values, columns } = lastLoadedImagePayload;
      return [values[0], values[columns - 1]];
    });
    assert.ok(first < -1000 && last > 3000, `${first} to ${last}`);
    const [left, right] = [await greyAt(page, "dicomCanvas", 0.1, 0.5), await greyAt(page, "dicomCanvas", 0.9, 0.5)];
    assert.ok(left > 230 && right < 90, `${left} to ${right}`);
    await page.evaluate(() => _loadServerRenderedFrameFast(imageData[0].id));
    assert.equal(await greyAt(page, "dicomCanvas", 0.1, 0.5), left);
    const response = await page.evaluate(async () => {
      const bitmap = await createImageBitmap(await (await fetch(previewUrl(imageData[0].id))).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      return [bitmap.width, bitmap.height, context.getImageData(5, 5, 1, 1).data[0] > 230];
    });
    assert.deepEqual(response, [320, 256, true], "the second picture beside it");
    await finish(page, /400/);
  });
});

for (const backend of ["webgpu", "cpu"])
  test(`${backend}: planes have true shape, millimetres and values`, async () => {
    const page = await open({ study: STUDY.tall, adapter: `backend=${backend}` });
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => mprState.renderMeta.sagittal && mprState.renderMeta.coronal);
    const sizes = await page.evaluate(() =>
      Object.fromEntries(Object.entries(mprState.renderMeta).map(([plane, { w, h }]) => [plane, [w, h]])),
    );
    // 128 x 96 pixels of 0.5 mm, 6 slices 5 mm apart: 64 x 48 x 30 mm.
    assert.deepEqual(sizes, { axial: [128, 96], sagittal: [96, 60], coronal: [128, 60] });
    // Higher slices are brighter; the lowest one is at the bottom.
    const [top, bottom] = [
      await greyAt(page, "coronalCanvas", 0.5, 0.4),
      await greyAt(page, "coronalCanvas", 0.5, 0.6),
    ];
    assert.ok(top > bottom, `${top} over ${bottom}`);
    assert.deepEqual(await lengths(page, [[0, 60]]), ["3.00 cm"]);
    const [found, expected] = await page.evaluate(async () => {
      const { hu } = await (await fetch(mprHuUrl("sagittal", "x=10&y=59"))).json();
      const id = imageData[0].id;
      const { pixel_data: values, columns } = await _fetchImagePayloadBinary(id);
      return [hu, values[10 * columns + mprState.index.sagittal]];
    });
    assert.equal(found, Math.round(expected * 10) / 10, "the lowest slice is at the bottom");
    await page.evaluate(() => {
      crosshairRotation = 30;
      return _fetchAndRenderAllMPRPlanes();
    });
    assert.ok((await greyAt(page, "axialCanvas", 0.5, 0.45)) > 0, "turned planes are drawn");
    await page.evaluate(() => generateMIP());
    const projected = await page.evaluate(async () => {
      const values = await Promise.all(
        imageData.map(async ({ id }) => (await _fetchImagePayloadBinary(id)).pixel_data),
      );
      const at = 40 * 128 + 64;
      const largest = Math.max(...values.map((slice) => slice[at]));
      const context = new OffscreenCanvas(128, 96).getContext("2d");
      context.drawImage(mprState.lastImage.axial, 0, 0);
      const { data } = context.getImageData(64, 40, 1, 1);
      return [data[0], Math.floor(((largest - (windowLevel - windowWidth / 2)) * 255) / windowWidth + 0.5)];
    });
    assert.equal(projected[0], projected[1], "the largest value, by the page's window");
    const { plane, hu } = taken(page);
    assert.deepEqual([plane, hu], [undefined, undefined]);
    await finish(page);
  });

test("files from the disk: compressed, in colour, of several frames, as true values and in order", async () => {
  const page = await open();
  const files = ["JPEG2000.dcm", "MR_small_RLE.dcm", "SC_rgb_rle_2frame.dcm"].map((name) =>
    path.join(pydicomFiles(), name),
  );
  await page.setInputFiles("#localDicomInput", files);
  await page.waitForFunction(() => window._localDicomSeries.length === 3);
  const images = await page.evaluate(() => window._localDicomSeries.map(({ images }) => images.length));
  assert.deepEqual(images.toSorted(), [1, 1, 2], "a slice for each frame");
  await settle(page);
  const [least, largest] = await page.evaluate(() => {
    const { pixel_data: values } = lastLoadedImagePayload;
    return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  });
  assert.ok(largest > least, "values, not noise of a stream");
  await page.evaluate(() =>
    window._loadLocalSeries(window._localDicomSeries.find(({ images }) => images.length === 2).id),
  );
  await page.evaluate(() => updateSlice(1));
  await settle(page);
  const isColour = await page.evaluate(() => {
    const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, i) => i % 4 === 0 && Math.abs(value - data[i + 1]) > 100);
  });
  assert.equal(isColour, true);
  await finish(page);
});

/** The greys of pixels of planes as they are drawn, by plane. */
const planeGreys = (page, points) =>
  page.evaluate(
    (points) =>
      Object.fromEntries(
        Object.entries(points).map(([plane, places]) => {
          const image = mprState.lastImage[plane];
          const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
          context.drawImage(image, 0, 0);
          return [plane, places.map(([x, y]) => context.getImageData(x, y, 1, 1).data[0])];
        }),
      ),
    points,
  );

/** 50 rows 0.8 mm apart of 100 columns 0.5 mm apart, 8 slices 2 mm apart; a block of 1000 HU in water. */
const UNEVEN = { axial: [100, 80], sagittal: [80, 32], coronal: [100, 32] };

/** Enters the planes of what is shown, from -1000 to 1000; gives the sizes of their pictures. */
async function enterPlanes(page) {
  await page.click('[data-tool="mpr"]');
  await page.waitForFunction(
    () => mprState.renderMeta.axial && mprState.renderMeta.sagittal && mprState.renderMeta.coronal,
  );
  await page.evaluate(() => {
    updateWindowWidth(2000);
    updateWindowLevel(0);
    return _fetchAndRenderAllMPRPlanes();
  });
  return page.evaluate(() =>
    Object.fromEntries(Object.entries(mprState.renderMeta).map(([plane, { w, h }]) => [plane, [w, h]])),
  );
}

/** Enters the planes of what is shown, and checks their shape, millimetres and values by hand-worked numbers. */
async function assertUneven(page) {
  assert.deepEqual(await enterPlanes(page), UNEVEN);
  // Columns 20 to 60, rows 10 to 40, slices 2 to 6: in half millimetres, from above.
  const greys = await planeGreys(page, {
    coronal: [
      [40, 16],
      [40, 3],
      [40, 28],
      [10, 16],
      [23, 16],
      [17, 16],
    ],
    sagittal: [
      [40, 16],
      [19, 16],
      [13, 16],
      [61, 16],
      [67, 16],
    ],
    axial: [
      [40, 40],
      [40, 12],
      [40, 68],
      [40, 20],
    ],
  });
  const [inside, outside] = [255, 128];
  assert.deepEqual(greys, {
    coronal: [inside, outside, outside, outside, inside, outside],
    sagittal: [inside, inside, outside, inside, outside],
    axial: [inside, outside, outside, inside],
  });
  const ends = [
    [0, 10],
    [10, 0],
    [30, 40],
  ];
  assert.deepEqual(await lengths(page, ends), ["5.0 mm", "5.0 mm", "2.50 cm"]);
  const corners = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 20 },
  ];
  assert.equal(await page.evaluate((corners) => calculateArea(corners).mm2, corners), 25);
  await page.evaluate(() => moveCrosshair("coronal", { x: 40, y: 2 }));
  assert.deepEqual(await page.evaluate(() => [mprCrosshairVoxel.x, mprCrosshairVoxel.z]), [40, 7]);
  await page.evaluate(() => {
    mprState.index.axial = 3;
    return finishMprRoi({ plane: "axial", slice: 3, cx: 40, cy: 40, rx: 5, ry: 8 });
  });
  const { mean, std } = await page.evaluate(() => measurements.at(-1).stats);
  assert.deepEqual([mean, std], [1000, 0]);
  assert.equal(await page.textContent("#toast"), "ROI mean: 1000.0 HU");
}

for (const [name, options, study] of [
  ["pixels that are not square", {}, STUDY.uneven],
  ["pixels that are not square, without a GPU", { adapter: "backend=cpu" }, STUDY.uneven],
  ["the frames of one object", { adapter: "backend=cpu" }, STUDY.enhanced],
  ["a public link", { who: "public", adapter: "backend=cpu" }, STUDY.uneven],
])
  test(`${name}: planes have true shape, millimetres and values`, async () => {
    const page = await open({ ...options, study });
    await assertUneven(page);
    const { plane, hu, mip, bone, volume } = taken(page);
    assert.deepEqual([plane, hu, mip, bone, volume], Array(5).fill(undefined));
    await page.click('[data-tool="mpr"]');
    const ends = [
      [0, 10],
      [10, 0],
    ];
    assert.deepEqual(await lengths(page, ends), ["8.0 mm", "5.0 mm"]);
    await finish(page, /400/);
  });

/** What the server is asked of a value in a plane. */
const valueIn = (page, plane, x, y) =>
  page.evaluate(
    async ([plane, x, y]) => (await (await fetch(mprHuUrl(plane, `x=${x}&y=${y}`))).json()).hu,
    [plane, x, y],
  );

/** Which pixels of a plane's picture are bone. */
const bright = async (page, plane, points) =>
  (await planeGreys(page, { [plane]: points }))[plane].map((grey) => grey > 200);

/** The same of the values that are given for them. */
const dense = (page, plane, points) =>
  Promise.all(points.map(async ([x, y]) => (await valueIn(page, plane, x, y)) === 1000));

test("where a slice is missing the others stay in their places", async () => {
  const page = await open({ study: STUDY.gap, adapter: "backend=cpu" });
  assert.deepEqual(await enterPlanes(page), UNEVEN);
  assert.equal(await page.evaluate(() => mprState.counts.axial), 8);
  // The block is slices 2 to 6, of four pixels each from below; slice 4 is not there.
  const points = [5, 9, 13, 22, 27].map((y) => [40, y]);
  const expected = [false, true, true, true, false];
  assert.deepEqual(await bright(page, "coronal", points), expected);
  assert.deepEqual(await dense(page, "coronal", points), expected);
  await page.evaluate(() => generateMIP());
  assert.deepEqual(await bright(page, "coronal", points), expected);
  await finish(page);
});

test("behind a tilted gantry planes show what lies in them, and so do their values", async () => {
  const page = await open({ study: STUDY.leaning, adapter: "backend=cpu" });
  assert.deepEqual(await enterPlanes(page), UNEVEN);
  // Each slice lies 0.8 mm, 1.6 pixels, farther back than the one below: the block leans, about the middle of the volume.
  const points = [
    [15, 20],
    [15, 10],
    [64, 10],
    [64, 20],
    [40, 16],
    [40, 2],
  ];
  const expected = [true, false, true, false, true, false];
  assert.deepEqual(await bright(page, "sagittal", points), expected);
  assert.deepEqual(await dense(page, "sagittal", points), expected);
  await finish(page);
});

test("planes are the patient's, however the slices were acquired", async () => {
  const page = await open({ study: STUDY.sagittal, adapter: "backend=cpu" });
  const counts = () =>
    page.evaluate(async () => {
      const address = `/dicom-viewer/api/series/${currentSeries.id}/mpr/?meta_only=1`;
      return (await (await fetch(address)).json()).counts;
    });
  const expected = { axial: 8, sagittal: 20, coronal: 50 };
  assert.deepEqual(await counts(), expected, "before there is a volume");
  // Pixels of 0.8 mm, as the columns: 50 mm to the left, 40 to the back, 16 upwards.
  assert.deepEqual(await enterPlanes(page), { axial: [63, 50], sagittal: [50, 20], coronal: [63, 20] });
  assert.deepEqual(await counts(), expected);
  // The block: from 10 to 30 mm to the left, 8 to 24 to the back, 2 to 10 upwards.
  const side = [
    [20, 12],
    [20, 16],
    [20, 4],
    [45, 12],
  ];
  const points = {
    axial: [
      [20, 20],
      [45, 20],
      [20, 35],
    ],
    sagittal: side,
    coronal: side,
  };
  const bone = { axial: [true, false, false], sagittal: [true, true, false, false] };
  for (const [plane, places] of Object.entries(points)) {
    assert.deepEqual(await bright(page, plane, places), bone[plane] ?? bone.sagittal, plane);
    assert.deepEqual(await dense(page, plane, places), bone[plane] ?? bone.sagittal, plane);
  }
  assert.deepEqual(await lengths(page, [[25, 0]]), ["2.00 cm"]);
  await page.evaluate(() => moveCrosshair("axial", { x: 20, y: 20 }));
  assert.deepEqual(await page.evaluate(() => mprCrosshairVoxel), { x: 6, y: 20, z: 4 });
  await page.evaluate(() => generateMIP());
  assert.deepEqual(await bright(page, "coronal", side), bone.sagittal);
  assert.deepEqual(await bright(page, "axial", points.axial), bone.axial);
  await finish(page);
});

test("files from the disk: planes, projections, values and bone, without a request", async () => {
  const page = await open({ adapter: "backend=cpu" });
  const folder = path.join(site.studies, "06-uneven");
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  await page.setInputFiles("#localDicomInput", files);
  await page.waitForFunction(() => currentSeries?.isLocal);
  await rest(page, 800);
  taken(page);
  await assertUneven(page);
  await page.evaluate(() => generateMIP());
  const projected = await page.evaluate(() => {
    const image = mprState.lastImage.coronal;
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    return [image.width, image.height, context.getImageData(40, 16, 1, 1).data[0]];
  });
  assert.deepEqual(projected, [100, 32, 255]);
  const value = await page.evaluate(() => {
    mprState.index.coronal = 25;
    const { x, y, scale } = mprState.renderMeta.coronal;
    _scheduleMPRHU("coronal", x + 40.5 * scale, y + 16.5 * scale);
    return document.getElementById("hounsfield").textContent;
  });
  assert.equal(value, "1000");
  await page.waitForFunction(() => {
    const canvas = document.getElementById("bone3DCanvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((level, i) => i % 4 === 0 && level > 60);
  });
  const { static: _, notes: __, ...others } = taken(page);
  assert.deepEqual(others, {});
  await finish(page);
});

test("by the standard, where that is asked for: windows of LINEAR, and no gamma of the page", async () => {
  const adapter = "parity=dicom backend=cpu";
  const page = await open({ study: STUDY.frames, adapter });
  // ((500 - 2047.5) / 4095 + 0.5) * 255 is 31.1; by the page's gamma for XA it would be 65.
  assert.equal(await greyAt(page, "dicomCanvas", 0.5, 0.5), 31);
  await finish(page, /400/);
  const planes = await open({ study: STUDY.uneven, adapter });
  await planes.click('[data-tool="mpr"]');
  await planes.waitForFunction(() => mprState.renderMeta.axial);
  await planes.evaluate(() => {
    updateWindowWidth(20);
    updateWindowLevel(5);
    return _fetchAndRenderAllMPRPlanes();
  });
  // ((0 - 4.5) / 19 + 0.5) * 255 is 67.1; the page has (0 + 5) * 255 / 20, which is 63.75.
  const grey = await planes.evaluate(() => {
    const context = new OffscreenCanvas(100, 80).getContext("2d");
    context.drawImage(mprState.lastImage.axial, 0, 0);
    return context.getImageData(5, 5, 1, 1).data[0];
  });
  assert.equal(grey, 67);
  await finish(planes);
});

test("a public link: windows, lengths, and every frame its own, each asked for once", async () => {
  const page = await open({ who: "public", study: STUDY.frames });
  for (const frame of [3, 1, 3, 0, 1]) {
    await page.evaluate((index) => updateFrame(index), frame);
    await page.waitForFunction((index) => currentFrameIndex === index, frame);
    await settle(page);
    assert.equal(await page.evaluate(() => lastLoadedImagePayload.pixel_data[0]), 500 * (frame + 1));
    const level = Math.floor((500 * (frame + 1) * 255) / 4096 + 0.5);
    assert.equal(await greyAt(page, "dicomCanvas", 0.5, 0.5), Math.round(255 * (level / 255) ** 0.65));
  }
  assert.equal(taken(page).values.requests, 3);
  await page.evaluate(() => {
    updateWindowWidth(2000);
    updateWindowLevel(1000);
  });
  await settle(page);
  const level = Math.floor((1000 * 255) / 2000 + 0.5);
  assert.equal(await greyAt(page, "dicomCanvas", 0.5, 0.5), Math.round(255 * (level / 255) ** 0.65));
  assert.deepEqual(await lengths(page, [[30, 40]]), ["2.50 cm"]);
  await page.evaluate(() => handleToolClick("cine"));
  await page.waitForFunction(() => currentFrameIndex === 4);
  await page.evaluate(() => handleToolClick("cine"));
  assert.ok(taken(page).values.requests <= 2, "the two that nobody has seen");
  await finish(page, /400/);
});

/** How wide the lit part of a canvas is on the screen, of its height. */
const shapeOf = (page, id) =>
  page.evaluate((id) => {
    const canvas = document.getElementById(id);
    const { width, height, clientWidth, clientHeight } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const [columns, rows] = [new Set(), new Set()];
    for (let i = 0; i < width * height; i += 1) {
      if (data[4 * i] === 0) continue;
      columns.add(i % width);
      rows.add(Math.floor(i / width));
    }
    return (columns.size * clientWidth * height) / (rows.size * clientHeight * width);
  }, id);

describe("the page of 2025", () => {
  test("pictures are not stretched with its canvases, which are square wherever they are shown", async () => {
    const page = await open({ page: "v1/", study: STUDY.uneven, adapter: "backend=cpu" });
    const assertShape = async (id, expected) => {
      const found = await shapeOf(page, id);
      assert.ok(Math.abs(found - expected) < 0.03 * expected, `${id}: ${found} instead of ${expected}`);
    };
    await page.waitForFunction(() => ctx.getImageData(256, 256, 1, 1).data[0] > 0);
    await assertShape("dicomCanvas", 100 / 50);
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(
      () => document.getElementById("sagittalCanvas").getContext("2d").getImageData(128, 128, 1, 1).data[0],
    );
    await settle(page);
    await assertShape("axialCanvas", 100 / 80);
    await assertShape("sagittalCanvas", 80 / 32);
    await finish(page);
  });

  test("measures the millimetres of the picture, however it is zoomed and moved", async () => {
    const page = await open({ page: "v1/", study: STUDY.uneven, adapter: "backend=cpu" });
    await page.waitForFunction(() => ctx.getImageData(256, 256, 1, 1).data[0] > 0);
    const measured = (isLeft = false) =>
      page.evaluate((isLeft) => {
        if (isLeft) {
          currentImageIndex += 1;
          redrawCurrentImage();
        }
        // The picture fills the canvas across: 100 columns of 0.5 mm.
        const [startX, startY] = [canvas.width / 3, canvas.height / 2];
        return calculateDistance({ startX, startY, endX: startX + (zoom * canvas.width) / 5, endY: startY }).text;
      }, isLeft);
    assert.equal(await measured(), "10 mm");
    await page.evaluate(() => {
      [zoom, panX] = [2, 30];
      redrawCurrentImage();
    });
    await settle(page);
    assert.equal(await measured(), "10 mm");
    const [area, degrees] = await page.evaluate(() => {
      const stretch = (canvas.clientWidth * canvas.height) / (canvas.clientHeight * canvas.width);
      const side = (zoom * canvas.width) / 100;
      // 16 columns of 0.5 mm and 10 rows of 0.8 mm.
      const points = [
        { x: 100 + 16 * side, y: 100 },
        { x: 100, y: 100 },
        { x: 100 + 16 * side, y: 100 + 10 * side * stretch },
      ];
      return [calculatePolygonArea(points), calculateAngle(...points).degrees];
    });
    assert.ok(Math.abs(area - 32) < 0.1, `${area}`);
    assert.ok(Math.abs(degrees - 45) < 0.1, `${degrees}`);
    // While the page draws by itself it measures by itself: nothing is known of its picture.
    assert.equal(await measured(true), "133.12 mm");
    await finish(page);
  });

  test("shows slices, windows, zoom and planes", async () => {
    const page = await open({ page: "v1/" });
    await page.waitForFunction(() => ctx.getImageData(256, 256, 1, 1).data[0] > 0);
    const before = await greyAt(page, "dicomCanvas", 0.5, 0.5);
    taken(page);
    await page.evaluate(() => {
      windowLevel = 500;
      redrawCurrentImage();
    });
    await settle(page);
    assert.ok((await greyAt(page, "dicomCanvas", 0.5, 0.5)) < before);
    await page.evaluate(() => {
      [windowLevel, zoom] = [40, 3];
      redrawCurrentImage();
    });
    await settle(page);
    assert.deepEqual(taken(page), {}, "a redraw asks for nothing");
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => {
      const { data } = document.getElementById("coronalCanvas").getContext("2d").getImageData(128, 128, 1, 1);
      return data[0] > 0;
    });
    await page.click('[data-tool="mip"]');
    await rest(page, 300);
    assert.ok((await greyAt(page, "axialCanvas", 0.5, 0.5)) > 0);
    await finish(page);
  });
});
