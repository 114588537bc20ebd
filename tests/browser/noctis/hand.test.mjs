/** What the hand does on the page with the adapter in place: measures, notes, tools, windows, and what is written beside them. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { click, drag, written } from "../lib/hand.mjs";
import { requests, rest, STUDY, siteOfTests, taken } from "../lib/site.mjs";

const site = siteOfTests(8);

async function open(options = {}) {
  const page = await site.open({ adapter: "backend=cpu", ...options });
  await page.evaluate(() => window.noctisAdapter?.settled);
  await page.waitForFunction(() => lastLoadedImagePayload);
  await rest(page, 400);
  return page;
}

/** How many pixels of the main canvas are of the colour of the crosshair. */
const crossed = (page) =>
  page.evaluate(() => {
    const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i + 1] > data[i] + 60) count += 1;
    return count;
  });
const settle = (page) => page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 50)));

describe("measurements", () => {
  test("an angle and an area are made of three clicks, a Cobb angle of four", async () => {
    const page = await open();
    await page.click('[data-tool="angle"]');
    await click(page, "#dicomCanvas", [
      [300, 200],
      [300, 300],
      [400, 300],
    ]);
    await page.waitForFunction(() => measurements.length === 1);
    assert.equal(await page.evaluate(() => measurements[0].value), 90);
    await page.click('[data-tool="area"]');
    await click(page, "#dicomCanvas", [
      [300, 200],
      [300, 300],
      [400, 300],
    ]);
    await page.waitForFunction(() => measurements.length === 2);
    const [found, expected] = await page.evaluate(() => {
      const side = (100 / (_lastRenderMeta.baseScale * zoom)) * currentPixelSpacing.col;
      return [measurements[1].value, (side * side) / 2];
    });
    assert.ok(Math.abs(found - expected) < 0.01 * expected, `${found} instead of ${expected}`);
    await page.evaluate(() => {
      [zoom, rotation] = [0.7, 90];
    });
    const expectedText = await page.evaluate(() => calculateArea(measurements[1].points).text);
    assert.deepEqual(await written(page), ["90.0°", expectedText], "however it is zoomed");
    await page.evaluate(() => {
      [zoom, rotation] = [1, 0];
      redrawCurrentImage();
    });
    await settle(page);
    await page.click('[data-tool="cobb_angle"]');
    const saved = page.waitForRequest((request) => request.postData()?.includes("cobb_angle") ?? false);
    await click(page, "#dicomCanvas", [
      [300, 200],
      [400, 200],
      [300, 300],
      [400, 400],
    ]);
    const body = JSON.parse((await saved).postData());
    assert.equal(JSON.parse(body.points).length, 4);
    assert.ok(Math.abs(body.value - 45) < 0.2, `${body.value}`);
    assert.equal(await page.evaluate(() => activeTool), "windowing");
    await finish(page);
  });

  test("a length is stored with its ends; it and a text are there again when the study is opened again", async () => {
    const page = await open();
    await page.click('[data-tool="measure"]');
    await drag(page, "#dicomCanvas", [
      [300, 300],
      [350, 300],
      [400, 300],
    ]);
    await rest(page, 300);
    const stored = await page.evaluate(async () => {
      const { measurements: all } = await (await fetch(`/dicom-viewer/measurements/${imageData[0].id}/`)).json();
      return all.filter(({ type }) => type === "length").at(-1).points;
    });
    assert.equal(stored.length, 2);
    await page.evaluate(() => saveAnnotation({ x: 100, y: 120, text: "Here" }));
    await finish(page);
    const again = await open();
    await rest(again, 700);
    const isRed = () =>
      again.evaluate(([a, b]) => {
        redrawCurrentImage();
        return new Promise((done) =>
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              const at = imagePxToCanvasPoint({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
              const [red, green] = ctx.getImageData(Math.round(at.x), Math.round(at.y), 1, 1).data;
              done(red > 200 && green < 60);
            }),
          ),
        );
      }, stored);
    assert.equal(await isRed(), true);
    assert.ok((await written(again)).includes("Here"));
    assert.equal(await again.evaluate(() => measurements.length), 0, "the page's own list is the page's");
    await again.keyboard.press("Delete");
    assert.equal(await isRed(), false);
    await finish(again);
  });

  test("an angle in pixels that are not square is that in the patient, however it is turned", async () => {
    const page = await open({ study: STUDY.uneven });
    const texts = await page.evaluate(() => {
      const points = [
        { x: 18, y: 10 },
        { x: 10, y: 10 },
        { x: 18, y: 15 },
      ];
      measurements = [{ type: "angle", points }];
      return calculateAngle(...points).degrees.toFixed(1);
    });
    assert.equal(texts, "45.0");
    for (const turned of [0, 90]) {
      await page.evaluate((turned) => {
        rotation = turned;
      }, turned);
      assert.deepEqual(await written(page), ["45.0°"]);
    }
    await finish(page);
  });
});

test("the crosshair is drawn where it is wanted, and what is under the lens stays there when the page draws again", async () => {
  const page = await open();
  assert.equal(await crossed(page), 0);
  await page.click('[data-tool="crosshair"]');
  await settle(page);
  assert.ok((await crossed(page)) > 300);
  await page.click('[data-tool="magnify"]');
  const box = await page.locator("#dicomCanvas").boundingBox();
  await page.mouse.move(box.x + 300, box.y + 300);
  const lit = () =>
    page.evaluate(() => {
      const lens = document.getElementById("magnifierCanvas");
      return [
        lens.style.left,
        lens
          .getContext("2d")
          .getImageData(0, 0, 180, 180)
          .data.some((level) => level > 0),
      ];
    });
  const before = await lit();
  assert.deepEqual(before, ["316px", true]);
  await page.evaluate(() => redrawCurrentImage());
  await settle(page);
  assert.deepEqual(await lit(), before);
  await finish(page);
});

test("the page of 2025 has points of its canvas alone: they are not stored as those of an image", async () => {
  const setUp = (page) =>
    page.addInitScript(() => {
      window.saveMeasurement = (given) => given.points;
    });
  const page = await site.open({ page: "v1/", adapter: "backend=cpu", setUp });
  await page.evaluate(() => noctisAdapter.settled);
  const points = await page.evaluate(() =>
    saveMeasurement({ type: "distance", startX: 1, startY: 2, endX: 3, endY: 4 }),
  );
  assert.equal(points, undefined);
  await finish(page);
});

describe("tools", () => {
  /** Which tool is in the hand, and which buttons are marked. */
  const tools = (page) =>
    page.evaluate(() => [
      activeTool,
      [...document.querySelectorAll(".tool-btn.active")].map(({ dataset }) => dataset.tool),
    ]);

  test("turning back turns once, and buttons that are no tools leave the tool", async () => {
    const page = await open();
    await page.click('[data-tool="zoom"]');
    await page.click('[data-tool="rotate-ccw"]');
    await settle(page);
    assert.equal(await page.evaluate(() => rotation), 270);
    await page.click('[data-tool="flipv"]');
    await settle(page);
    assert.equal(await page.evaluate(() => flipV), true);
    assert.deepEqual(await tools(page), ["zoom", ["zoom"]]);
    await page.click("#keysBtn");
    await settle(page);
    assert.deepEqual(await tools(page), ["zoom", ["zoom"]]);
    await page.click('[data-tool="compare"]');
    await settle(page);
    assert.deepEqual(await tools(page), ["zoom", ["zoom", "compare"]], "which the page marks itself");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.getElementById("kbHelpModal").hidden), true);
    await finish(page);
  });
});

test("what is drawn downwards is drawn, a click writes a text, and Alt with a click puts the crosshair there", async () => {
  const page = await open();
  page.on("dialog", (dialog) => dialog.accept("Here"));
  await page.click('[data-tool="measure"]');
  await drag(page, "#dicomCanvas", [
    [300, 200],
    [300, 240],
    [300, 300],
  ]);
  assert.deepEqual(
    await page.evaluate(() => [
      measurements.length,
      measurements[0].startX === measurements[0].endX,
      currentImageIndex,
    ]),
    [1, true, 0],
  );
  await page.click('[data-tool="annotate"]');
  await click(page, "#dicomCanvas", [[350, 350]]);
  await page.click('[data-tool="windowing"]');
  await page.click('[data-tool="crosshair"]');
  await page.keyboard.down("Alt");
  await click(page, "#dicomCanvas", [[350, 350]]);
  await page.keyboard.up("Alt");
  const [annotation, at] = await page.evaluate(() => [annotations[0], crosshairImagePx]);
  assert.deepEqual([annotation.text, annotation.x, annotation.y], ["Here", at.x, at.y]);
  await finish(page);
});

test("on planes an angle and an area are made of three clicks, which leave the crosshair where it is", async () => {
  const page = await open({ study: STUDY.uneven });
  await page.click('[data-tool="mpr"]');
  await page.waitForFunction(() => mprState.renderMeta.axial);
  const at = (points) =>
    page.evaluate((points) => {
      const ratio = mprCanvases.axial.clientWidth / mprCanvases.axial.width;
      return points.map(([x, y]) => {
        const { x: right, y: down } = _mprSlicePxToCanvasPoint("axial", x, y);
        return [right * ratio, down * ratio];
      });
    }, points);
  const crosshair = await page.evaluate(() => mprCrosshairVoxel);
  const corners = [
    [20, 10],
    [20, 50],
    [60, 50],
  ];
  for (const [tool, expected] of [
    ["angle", 90],
    ["area", 200],
  ]) {
    await page.click(`[data-tool="${tool}"]`);
    await click(page, "#axialCanvas", await at(corners.slice(0, 1)));
    await page.keyboard.press("Escape");
    await click(page, "#axialCanvas", await at(corners));
    const [count, value] = await page.evaluate(() => [measurements.length, measurements.at(-1)?.value]);
    assert.equal(count, tool === "angle" ? 1 : 2);
    assert.ok(Math.abs(value - expected) < 0.02 * expected, `${tool}: ${value}`);
  }
  assert.deepEqual(await page.evaluate(() => mprCrosshairVoxel), crosshair);
  await finish(page);
});

test("taps make the points of an angle; swipes and two fingers do what they do otherwise", async () => {
  const page = await open({ hasTouch: true });
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const { x, y } = await page.locator("#dicomCanvas").boundingBox();
  await page.tap('[data-tool="angle"]');
  for (const [right, down] of [
    [300, 200],
    [300, 300],
    [400, 300],
  ]) {
    await page.touchscreen.tap(x + right, y + down);
  }
  await page.waitForFunction(() => measurements.length === 1);
  assert.equal(await page.evaluate(() => measurements[0].value), 90);

  await page.tap('[data-tool="angle"]');
  await touch("touchStart", [x + 300, y + 200]);
  await touch("touchMove", [x + 300, y + 215]);
  await touch("touchMove", [x + 300, y + 235]);
  await touch("touchEnd");
  assert.equal(await page.evaluate(() => currentImageIndex), 1, "turned over");
  await touch("touchStart", [x + 250, y + 200], [x + 350, y + 200]);
  await touch("touchMove", [x + 240, y + 200], [x + 360, y + 200]);
  await touch("touchEnd");
  assert.ok((await page.evaluate(() => zoom)) > 1.1, "zoomed");
  await touch("touchStart", [x + 300, y + 200]);
  await touch("touchMove", [x + 340, y + 200]);
  await touch("touchMove", [x + 380, y + 200]);
  await touch("touchEnd");
  assert.deepEqual(await page.evaluate(() => [measurements.length, activeTool]), [1, "angle"]);
  await finish(page);
});

describe("windows", () => {
  test("one that was dragged on a plane stays with the slices", async () => {
    const page = await open();
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => mprState.renderMeta.coronal);
    await drag(page, "#axialCanvas", [
      [100, 100],
      [140, 130],
    ]);
    const dragged = await page.evaluate(() => [windowWidth, windowLevel]);
    await page.click('[data-tool="mpr"]');
    await page.evaluate(() => updateSlice(5));
    await rest(page, 400);
    assert.deepEqual(await page.evaluate(() => [windowWidth, windowLevel]), dragged);
    await finish(page);
  });

  test("one that was chosen is there when the series is opened again", async () => {
    const page = await open();
    await page.selectOption("#presetSelect", "lung");
    await page.reload();
    await page.waitForFunction(() => lastLoadedImagePayload);
    await rest(page, 400);
    assert.deepEqual(await page.evaluate(() => [windowWidth, windowLevel]), [1500, -600]);
    await finish(page);
  });

  test("beside it another series has its own, and MONOCHROME1 is no negative there", async () => {
    const page = await open({ study: STUDY.mono1 });
    await page.click('[data-tool="compare"]');
    await page.waitForFunction(() => _cmpWW === 4096);
    await rest(page, 300);
    const greys = () =>
      page.evaluate(() => {
        const compared = document.getElementById("compareCanvas");
        const y = compared.height / 2;
        const at = (x) => compared.getContext("2d").getImageData(x, y, 1, 1).data[0];
        return [at(10), at(compared.width - 10)];
      });
    const [left, right] = await greys();
    assert.ok(left > 230 && right < 90, `${left} to ${right}`);
    await page.evaluate(() => {
      [_cmpWW, _cmpWL] = [500, 3500];
      return _cmpRenderSlice(0);
    });
    assert.ok((await greys())[1] > 230, "of a window that begins above all values");
    assert.equal(requests(taken(page), "picture"), 0);
    await finish(page, /400/);
  });
});

test("what has colours is shown in them, and so is its picture beside another", async () => {
  const page = await site.open({ study: STUDY.colour, adapter: "backend=cpu" });
  await page.evaluate(() => noctisAdapter.settled);
  await rest(page, 400);
  const sides = (id) =>
    page.evaluate((id) => {
      const of = document.getElementById(id);
      const at = (share) =>
        [...of.getContext("2d").getImageData(share * of.width, of.height / 2, 1, 1).data].slice(0, 3);
      return [at(0.4), at(0.6)];
    }, id);
  const expected = [
    [200, 0, 0],
    [0, 200, 0],
  ];
  assert.deepEqual(await sides("dicomCanvas"), expected);
  await page.evaluate(() => handleToolClick("flip"));
  await settle(page);
  assert.deepEqual(await sides("dicomCanvas"), expected.toReversed());
  await page.click('[data-tool="compare"]');
  await rest(page, 400);
  assert.deepEqual(await sides("compareCanvas"), expected);
  await finish(page, /400/);
});

test("of a loop in colour every frame is shown, by the page's own controls", async () => {
  const page = await site.open({ study: STUDY.loop, adapter: "backend=cpu" });
  await page.evaluate(() => noctisAdapter.settled);
  await rest(page, 400);
  const shown = () =>
    page.evaluate(() => {
      const { data } = ctx.getImageData(0.4 * canvas.width, canvas.height / 2, 1, 1);
      const [controls, slider] = ["frameControls", "frameSlider"].map((id) => document.getElementById(id));
      return [controls.hidden, slider.value, slider.max, data[0]];
    });
  assert.deepEqual(await shown(), [false, "0", "2", 80]);
  await page.evaluate(() => updateFrame(2));
  await rest(page, 400);
  assert.deepEqual(await shown(), [false, "2", "2", 240]);
  await finish(page, /400/);
});

test("names and descriptions are text: in messages, in the list, beside the second picture and on paper", async () => {
  const page = await open({ study: STUDY.resonance });
  const [name, description] = ["A<b>B</b>&C", 'S" class="other'];
  assert.equal(await page.textContent("#toast"), `Loaded ${name}`);
  const titles = await page.evaluate(() =>
    [...document.querySelectorAll(".series-item *")].map(({ className, title, textContent }) => [
      className,
      title,
      textContent,
    ]),
  );
  assert.deepEqual(titles, [["series-title", description, description]]);
  assert.equal(await page.evaluate(() => studySeriesList[0].description), description);
  await page.click('[data-tool="compare"]');
  await page.waitForFunction(() => document.getElementById("cmpSliceLabel").textContent !== "");
  assert.equal(await page.textContent("#cmpOverlayTL"), `MR ${description}`);
  const opened = page.waitForEvent("popup");
  await page.click('[data-tool="print"]');
  const sheet = await opened;
  await sheet.waitForSelector("img");
  assert.deepEqual([await sheet.textContent("#patient"), await sheet.textContent("#series")], [name, description]);
  assert.equal(await sheet.locator("b").count(), 0);
  assert.equal(await page.evaluate(() => currentStudy.patient_name), name, "what the page knows is as it was");
  await sheet.close();
  await finish(page);
});

describe("units", () => {
  /** Draws an ellipse over the middle; gives what is written of it on the canvas, in the message, and of the pixel under the pointer. */
  async function ellipse(page) {
    await page.click('[data-tool="roi"]');
    await drag(page, "#dicomCanvas", [
      [200, 200],
      [250, 230],
      [260, 280],
    ]);
    await settle(page);
    const probe = await page.evaluate(() => document.getElementById("hounsfield").parentElement.textContent);
    const [beside] = (await written(page)).filter((text) => /^-?\d+\.\d( HU)?$/.test(text));
    return [beside, await page.textContent("#toast"), probe];
  }

  test("values of a CT are Hounsfield units", async () => {
    const page = await open();
    const [beside, message, probe] = await ellipse(page);
    assert.match(beside, /^-?\d+\.\d HU$/);
    assert.match(message, /^ROI mean: -?\d+\.\d HU$/);
    assert.match(probe, /^HU -?\d/);
    await finish(page);
  });

  test("those of MR are not, also on planes", async () => {
    const page = await open({ study: STUDY.resonance });
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => mprState.renderMeta.axial);
    await page.evaluate(() =>
      finishMprRoi({ plane: "axial", slice: mprState.index.axial, cx: 40, cy: 40, rx: 5, ry: 8 }),
    );
    assert.equal(await page.textContent("#toast"), "ROI mean: 2000.0");
    assert.deepEqual(await written(page, "axialCanvas", "redrawMPRPlane", "axial"), ["2000.0"]);
    await finish(page);
  });

  test("those of a radiograph are not", async () => {
    const page = await open({ study: STUDY.mono1 });
    const [beside, message, probe] = await ellipse(page);
    assert.match(beside, /^-?\d+\.\d$/);
    assert.match(message, /^ROI mean: -?\d+\.\d$/);
    assert.match(probe, /^ -?\d/);
    await page.evaluate(() => noctisAdapter.restore());
    assert.match(await page.evaluate(() => document.getElementById("hounsfield").parentElement.textContent), /^HU /);
    await finish(page, /400/);
  });
});
