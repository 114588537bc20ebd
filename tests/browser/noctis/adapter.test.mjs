/** The adapter on the host pages: what stays as it is, what costs less, and what comes out right. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { requests, rest, STUDY, siteOfTests, taken } from "../lib/site.mjs";

const SLICES = 24;
const site = siteOfTests(SLICES);

/** A page whose adapter draws, at rest. */
async function open(options = {}) {
  const page = await site.open(options);
  await page.evaluate(() => window.noctisAdapter?.settled);
  await page.waitForFunction(() => typeof lastLoadedImagePayload === "undefined" || lastLoadedImagePayload !== null);
  await rest(page, 600);
  return page;
}

/** Elements but our own, with attributes, computed styles and boxes. */
const everything = () => {
  const ours = (element) => element.id === "noctis-adapter" || element.matches("script[type=module]");
  return [...document.querySelectorAll("*")]
    .filter((element) => !ours(element))
    .map((element) => {
      const style = getComputedStyle(element);
      const { x, y, width, height } = element.getBoundingClientRect();
      return {
        name: `${element.tagName}#${element.id}.${element.className}`,
        attributes: [...element.attributes].map(({ name, value }) => (name === "content" ? name : `${name}=${value}`)),
        text: element.childElementCount === 0 ? element.textContent : "",
        style: [...style].map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"),
        box: [x, y, width, height],
      };
    });
};

/** Names of elements that differ, and in what. */
function differences(before, after) {
  const names = [before, after].map((elements) => elements.map(({ name }) => name).join("\n"));
  if (names[0] !== names[1]) return ["the elements themselves", ...names];
  return before.flatMap((one, i) =>
    Object.keys(one)
      .filter((key) => JSON.stringify(one[key]) !== JSON.stringify(after[i][key]))
      .map(
        (key) =>
          `${one.name} ${key}: ${JSON.stringify(one[key]).slice(0, 60)} is ${JSON.stringify(after[i][key]).slice(0, 60)}`,
      ),
  );
}

/** What is on a canvas, as numbers that differ when a pixel does. */
const canvasSum = (id) => {
  const canvas = document.getElementById(id);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [sum, weighted] = [0, 0];
  for (let i = 0; i < data.length; i += 1) {
    sum += data[i];
    weighted = (weighted * 31 + data[i]) % 1_000_003;
  }
  return [sum, weighted];
};
const frames = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** What is on the main canvas after each step. */
async function picturesOf(steps, options) {
  const page = await open(options);
  const found = [];
  for (const [name, step] of steps) {
    await page.evaluate(step);
    await frames(page);
    // A large picture that has just changed is drawn again when it has come to rest.
    if (options.study === STUDY.large) await new Promise((done) => setTimeout(done, 1000));
    await frames(page);
    found.push([name, await page.evaluate(canvasSum, "dicomCanvas")]);
  }
  // The server makes no volume of one image.
  await finish(page, /400/);
  return found;
}

describe("what stays", () => {
  test("the page of 2025: elements, computed styles and boxes are identical", async () => {
    const pages = [await open({ adapter: false, page: "v1/" }), await open({ page: "v1/" })];
    for (const [name, step] of [
      [
        // Without pixels, the page has no window of the object to tell of.
        "single, by one window",
        () => {
          [windowWidth, windowLevel] = [400, 40];
          redrawCurrentImage();
        },
      ],
      ["planes", () => document.querySelector('[data-tool="mpr"]').click()],
    ]) {
      const found = [];
      for (const page of pages) {
        await page.evaluate(step);
        await rest(page, 600);
        found.push(await page.evaluate(everything));
      }
      assert.ok(found[0].length > 40);
      assert.deepEqual(differences(...found), [], name);
    }
    for (const page of pages) await finish(page);
  });

  test("elements, computed styles and boxes are identical in every view", async () => {
    const pages = [await open({ adapter: false }), await open()];
    for (const [name, step, settled] of [
      ["single", () => {}, () => true],
      ["compare", () => toggleCompareMode(), () => document.getElementById("cmpSliceLabel").textContent !== ""],
      [
        "planes",
        () => {
          toggleCompareMode();
          toggleMprView();
        },
        () => mprState.renderMeta.coronal && !document.querySelector(".loading.active"),
      ],
      [
        "bone in three dimensions, turned",
        () => {
          boneRotate(0, 1);
          document.querySelector('[data-bone="in"]').click();
        },
        () => bone3D.zoom > 1.15,
      ],
    ]) {
      const found = [];
      for (const page of pages) {
        await page.evaluate(step);
        await page.waitForFunction(settled);
        await rest(page, 300);
        found.push(await page.evaluate(everything));
      }
      assert.ok(found[0].length > 80);
      assert.deepEqual(differences(...found), [], name);
    }
    for (const page of pages) await finish(page);
  });

  const VIEWS = [
    ["as it opens", () => {}],
    [
      "a window of odd width",
      () => {
        updateWindowWidth(333);
        updateWindowLevel(17.5);
      },
    ],
    ["inverted", () => handleToolClick("invert")],
    [
      "turned and flipped",
      () => {
        handleToolClick("rotate");
        handleToolClick("flip");
      },
    ],
    [
      "zoomed and moved",
      () => {
        [zoom, panX, panY] = [2.3, 31, -12.5];
        redrawCurrentImage();
      },
    ],
    [
      "by an odd angle",
      () => {
        [zoom, rotation] = [0.7, 33];
        redrawCurrentImage();
      },
    ],
  ];
  let before;
  for (const backend of ["cpu", "webgpu", "webgl2"]) {
    test(`${backend}: a CT is the same picture, pixel by pixel`, async () => {
      before ??= await picturesOf(VIEWS, { adapter: false });
      assert.deepEqual(await picturesOf(VIEWS, { adapter: `backend=${backend}` }), before);
    });
  }

  test("so is a large radiograph, with the page's gamma and its way to make pictures smaller", async () => {
    const [first, second] = [{ adapter: false }, {}].map((options) => ({ ...options, study: STUDY.large }));
    assert.deepEqual(await picturesOf(VIEWS.slice(0, 3), second), await picturesOf(VIEWS.slice(0, 3), first));
  });
});

describe("what costs less", () => {
  test("one request a slice, half the bytes, and none for windows, planes and the crosshair", async () => {
    const page = await open();
    const opened = taken(page);
    assert.equal(requests(opened, "values") + requests(opened, "picture") + requests(opened, "volume"), 0);
    assert.equal(requests(opened, "object"), 4, "the first and the three beside it that there are");
    // Somebody who looks at each slice.
    await page.evaluate(async () => {
      const now = performance.now();
      for (let i = 1; i < 12; i += 1) {
        performance.now = () => now + 1000 * i;
        updateSlice(i);
        await new Promise((done) => setTimeout(done, 30));
      }
      Reflect.deleteProperty(performance, "now");
    });
    await rest(page);
    const read = taken(page);
    assert.deepEqual([requests(read, "values"), requests(read, "picture")], [0, 0]);
    assert.ok(requests(read, "object") <= 11, "each object once, and those beside the last");
    assert.ok(read.object.bytes / requests(read, "object") < 0.55 * 1_048_576);
    // Somebody who passes by: small pictures, and objects where it ends.
    await page.evaluate(() => {
      for (let i = 12; i < imageData.length; i += 1) updateSlice(i);
    });
    await rest(page);
    const passed = taken(page);
    assert.equal(requests(passed, "values"), 0);
    assert.ok(requests(passed, "picture") <= 2, "the first, and the last if it comes before its object");
    assert.equal(requests(passed, "object"), 1, "nothing beside it follows the last slice");
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => mprState.renderMeta.coronal);
    const entered = taken(page);
    const objects = [opened, read, passed, entered].reduce((sum, tally) => sum + requests(tally, "object"), 0);
    assert.equal(objects, SLICES, "each object once");
    await page.evaluate(() => updateWindowWidth(900));
    await page.evaluate(() => moveCrosshair("axial", { x: 100, y: 120 }));
    await page.evaluate(() => generateMIP());
    await rest(page);
    await page.evaluate(() => {
      boneRotate(1, 1);
      updateBoneThreshold(500);
      toggleMprView();
      updateSlice(3);
      toggleCine();
    });
    await rest(page, 1000);
    const { static: _, notes: __, ...others } = taken(page);
    assert.deepEqual(others, {}, "nothing after all slices are here");
    await finish(page);
  });

  test("to reset the view asks for nothing", async () => {
    const page = await open();
    taken(page);
    await page.keyboard.press("r");
    await rest(page);
    const { static: _, notes: __, ...others } = taken(page);
    assert.deepEqual(others, {});
    await finish(page);
  });

  test("what planes are made of is not asked for again, though there is room for little else", async () => {
    const page = await open({ adapter: "backend=cpu cacheBytes=1200000" });
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => mprState.renderMeta.coronal);
    await rest(page);
    taken(page);
    await page.evaluate(async () => {
      toggleMprView();
      for (let i = 0; i < imageData.length; i += 3) {
        updateSlice(i);
        await loadCurrentImage();
      }
    });
    await rest(page);
    const { object, values, picture } = taken(page);
    assert.deepEqual([object, values, picture], [undefined, undefined, undefined]);
    await finish(page);
  });

  test("a public link has its values by the page's own address, once each, also for planes and bone", async () => {
    const page = await open({ who: "public" });
    const opened = taken(page);
    assert.equal(requests(opened, "picture") + requests(opened, "volume") + requests(opened, "object"), 0);
    assert.equal(requests(opened, "values"), 4, "the first and the three beside it");
    await page.evaluate(() => updateSlice(2));
    await rest(page);
    assert.equal(requests(taken(page), "values"), 2, "those beside it that are not here");
    await page.click('[data-tool="mpr"]');
    await page.waitForFunction(() => mprState.renderMeta.coronal);
    await rest(page);
    const { static: _, notes: __, ...others } = taken(page);
    assert.deepEqual(Object.keys(others), ["values"]);
    assert.equal(requests(others, "values"), SLICES - 6);
    assert.equal(await page.evaluate(() => noctisAdapter.state), "ready");
    await finish(page);
  });
});
