/** Planes through volumes: their pixels and millimetres, the point they share, one upload, and what makes no volume. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openPage } from "./lib/browser.mjs";
import { assertGrey, assertQuadrants, BACKENDS, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();
const numbered = (name, count) => Array.from({ length: count }, (_, index) => `/inputs/${name}-${index}.dcm`);
/** Where the viewports of a 2 x 2 layout are: 1 CSS pixel is between them. */
const CELLS = [0, 1, 2, 3].map((index) => ({ x: (index % 2) * 256.5, y: Math.floor(index / 2) * 256.5, size: 255.5 }));

/** A page that counts textures of volumes, with the twelve slices of 64 x 64 mm, 2.5 mm apart: quadrants of greys that rise by 1 a slice. */
async function open(options, urls = SERIES) {
  const page = await openPage(shared.browser);
  await page.addInitScript(() => {
    window.made = 0;
    window.freed = 0;
    const destroy = window.GPUTexture?.prototype.destroy;
    if (destroy) {
      window.GPUTexture.prototype.destroy = function () {
        if (this.label === "volume") window.freed += 1;
        return destroy.call(this);
      };
    }
    const count = (target, name, counts) => {
      const original = target?.[name];
      if (!original) return;
      target[name] = function (...given) {
        if (counts(...given)) window.made += 1;
        return original.apply(this, given);
      };
    };
    count(window.GPUDevice?.prototype, "createTexture", ({ label }) => label === "volume");
    count(WebGL2RenderingContext.prototype, "texStorage3D", () => true);
  });
  await page.goto(`${shared.server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate((given) => window.start(given), { overlay: false, ...options });
  const { loaded } = await page.evaluate((sources) => window.load(sources), urls);
  assert.equal(loaded, urls.length);
  return page;
}

/** Until all slices are in the volume. */
const whole = (page) =>
  page.waitForFunction(() => {
    const planes = window.viewer.viewports.map(({ state }) => state.plane).filter(Boolean);
    return planes.length > 0 && planes.every(({ progress }) => progress.slices === progress.of);
  });

const near = (actual, expected, off = 1e-6) => {
  for (const [index, value] of expected.entries()) {
    assert.ok(Math.abs(actual[index] - value) <= off, `${actual} instead of ${expected}`);
  }
};

/** Where a patient point is on the screen. */
const seenAt = async (page, viewport, point) => {
  const [x, y] = await page.evaluate(
    ([index, mm]) => {
      const { box } = window.viewer.viewports[index];
      const [left, top] = window.viewer.viewports[index].elementFromPatient(mm);
      return [box.left + left, box.top + top];
    },
    [viewport, point],
  );
  return [x, y];
};

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("mpr: three planes of one upload, values and millimetres as in the slices", async () => {
      const page = await open({ backend });
      await page.evaluate(() => window.viewer.setLayout("mpr"));
      await whole(page);
      const states = await page.evaluate(() => window.viewer.viewports.map(({ state }) => state));
      assert.deepEqual(
        states.map(({ kind }) => kind),
        ["plane", "plane", "plane", "stack"],
      );
      assert.deepEqual(
        states.map(({ plane }) => plane?.name),
        ["axial", "sagittal", "coronal", undefined],
      );
      assert.deepEqual(
        states.map(({ sliceIndex, sliceCount }) => [sliceIndex, sliceCount]),
        [
          [6, 12],
          // Seen from the left: columns run from the last to the first.
          [31, 64],
          [32, 64],
          [6, 12],
        ],
      );
      assert.deepEqual(
        states.slice(0, 3).map(({ plane }) => plane.stepMm),
        [2.5, 1, 1],
      );
      const expectedTextures = backend === "cpu" ? 0 : 1;
      assert.equal(await page.evaluate(() => window.made), expectedTextures);
      // The slice in the middle, as the stack shows it.
      let picture = await screen(page);
      assertQuadrants(picture, greysOf(6), CELLS[0], "axial");
      assertQuadrants(picture, greysOf(6), CELLS[3], "stack");
      // Through the middle of known voxels of both other planes.
      for (const [x, y, z, grey] of [
        [10, 32, 5, 152],
        [50, 32, 20, 228],
      ]) {
        assertGrey(picture, await seenAt(page, 2, [x, y, z]), grey, `coronal at ${[x, y, z]}`);
      }
      for (const [x, y, z, grey] of [
        [32, 10, 5, 92],
        [32, 50, 20, 228],
      ]) {
        assertGrey(picture, await seenAt(page, 1, [x, y, z]), grey, `sagittal at ${[x, y, z]}`);
      }
      // Half way between two slices: half way between their greys, within a level.
      await page.evaluate(() => window.viewer.setCrosshair([20, 40, 8.75]));
      picture = await screen(page);
      assertQuadrants(picture, greysOf(3.5), CELLS[0], "between slices");
      // 20 mm are as long across as up and down, in every plane.
      for (const [index, a, b, c] of [
        [1, [0, 10, 10], [0, 30, 10], [0, 10, 30]],
        [2, [10, 0, 10], [30, 0, 10], [10, 0, 30]],
      ]) {
        const [from, across, up] = await Promise.all([a, b, c].map((point) => seenAt(page, index, point)));
        const [width, height] = [across[0] - from[0], from[1] - up[1]];
        assert.ok(Math.abs(Math.abs(width) - height) < 0.01 && height > 10, `${width} by ${height}`);
      }
      await finish(page);
    });

    test("oblique planes, slabs, zoom, rotation and windows", async () => {
      const page = await open({ backend });
      await page.evaluate(() => window.viewer.setPlane("axial"));
      await whole(page);
      const shown = async (greys, what) => assertQuadrants(await screen(page), greys, {}, what);
      await shown(greysOf(6), "plain");
      await page.evaluate(() => window.viewer.setSlab({ thicknessMm: 1000 }));
      await shown(greysOf(11), "largest of all");
      await page.evaluate(() => window.viewer.setSlab({ thicknessMm: 1000, projection: "min" }));
      await shown(greysOf(0), "smallest of all");
      await page.evaluate(() => window.viewer.setSlab({ thicknessMm: 1000, projection: "mean" }));
      await shown(greysOf(5.5), "mean of all");
      await page.evaluate(() => window.viewer.setSlab({ thicknessMm: 0 }));
      await page.evaluate(() => window.viewer.setView({ rotation: 90 }));
      await shown([156, 46, 226, 96], "turned");
      await page.evaluate(() => window.viewer.setView({ rotation: 90, flipHorizontal: true }));
      await shown([226, 96, 156, 46], "flipped, then turned");
      await page.evaluate(() => window.viewer.reset());
      await page.evaluate(() => window.viewer.setView({ invert: true }));
      await shown(
        greysOf(6).map((grey) => 255 - grey),
        "inverted",
      );
      await page.evaluate(() => window.viewer.reset());
      await page.evaluate(() => window.viewer.applyWindowLevel({ center: 128, width: 512 }));
      await shown([87, 112, 142, 177], "wider window");
      await page.evaluate(() => window.viewer.resetWindowLevel());
      // The point under the pointer stays there.
      const before = await page.evaluate(() => window.viewer.patientFromElement(300, 200));
      await page.mouse.move(300, 200);
      await page.keyboard.down("Control");
      await page.mouse.wheel(0, -300);
      await page.keyboard.up("Control");
      near(await page.evaluate(() => window.viewer.patientFromElement(300, 200)), before, 1e-3);
      assert.ok((await page.evaluate(() => window.viewer.state.zoom)) > 1.3);
      // The same plane said by directions, from the back: left and right change places.
      await page.evaluate(() => window.viewer.reset());
      await page.evaluate(() =>
        window.viewer.setPlane({ center: [31.5, 31.5, 15], right: [-1, 0, 0], down: [0, 1, 0] }),
      );
      await shown([96, 46, 226, 156], "from the head");
      assert.equal(await page.evaluate(() => window.viewer.state.plane.name), "oblique");
      await page.evaluate(() => window.viewer.setPlane(undefined));
      assert.equal(await page.evaluate(() => window.viewer.state.kind), "stack");
      await finish(page);
    });
  });
}

test("the point that planes share: scrolls, clicks, lines and turns", async () => {
  const page = await open({ backend: "cpu", bindings: { "drag:left": "crosshair" } });
  await page.evaluate(() => window.viewer.setLayout("mpr"));
  await whole(page);
  const crosshair = () => page.evaluate(() => window.viewer.crosshair);
  near(await crosshair(), [32, 32, 15]);
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(2));
  near(await crosshair(), [32, 32, 5]);
  // A click into the axial viewport lays the others through that point, and the stack goes along.
  await screen(page);
  await page.mouse.click(...(await seenAt(page, 0, [20, 40, 5])));
  near(await crosshair(), [20, 40, 5], 0.5);
  await page.evaluate(() => window.viewer.setCrosshair([20, 40, 10]));
  assert.deepEqual(
    await page.evaluate(() => window.viewer.viewports.map(({ state }) => state.sliceIndex)),
    [4, 43, 40, 4],
  );
  const told = await page.evaluate(() => window.seen.filter(({ type }) => type === "crosshair").at(-1).event.point);
  assert.deepEqual(told, [20, 40, 10]);
  await screen(page);
  // The coronal plane cuts the axial one in a level line at y = 40.
  const line = await page.evaluate(() => window.viewer.viewports[0].referenceLine(window.viewer.viewports[2]));
  const [, y] = await page.evaluate(() => window.viewer.viewports[0].elementFromPatient([20, 40, 10]));
  near([line[0][1], line[1][1]], [y, y], 1e-3);
  assert.ok(Math.abs(line[1][0] - line[0][0]) > 500);
  const drawn = await page.evaluate(() =>
    [...document.querySelector("#viewer").firstElementChild.shadowRoot.querySelectorAll(".frame")].map((frame) =>
      [...frame.querySelectorAll("line")].map(({ classList }) => classList[0]).sort(),
    ),
  );
  assert.deepEqual(drawn, [
    ["coronal", "sagittal"],
    ["axial", "coronal"],
    ["axial", "sagittal"],
    ["coronal", "sagittal"],
  ]);
  // However a plane lies, and whatever of the volume is on it: a millimetre stays as long as it was.
  const scales = () =>
    page.evaluate(() =>
      window.viewer.viewports.slice(0, 3).map((viewport) => {
        const [from, to] = [0, 10].map((x) => viewport.patientFromElement(x, 0));
        return Math.hypot(...from.map((value, index) => to[index] - value));
      }),
    );
  const before = await scales();
  await page.evaluate(() => window.viewer.rotateCrosshair(window.viewer.viewports[0], 35));
  near(await scales(), before, 1e-6);
  await page.evaluate(() => window.viewer.rotateCrosshair(window.viewer.viewports[0], -35));
  near(await scales(), before, 1e-6);
  // A quarter turn in the axial viewport: the coronal plane becomes a sagittal one through the same point.
  await page.evaluate(() => window.viewer.rotateCrosshair(window.viewer.viewports[0], 90));
  const planes = await page.evaluate(() => window.viewer.viewports.slice(0, 3).map(({ state }) => state.plane));
  near(planes[2].right, [0, 1, 0]);
  near(planes[2].down, [0, 0, -1]);
  near(planes[1].right, [-1, 0, 0]);
  assert.equal(planes[0].name, "axial");
  near(await crosshair(), [20, 40, 10]);
  await page.evaluate(() => window.viewer.setLayout("1x1"));
  await page.evaluate(() => window.viewer.setPlane(undefined));
  assert.equal(await crosshair(), undefined);
  await finish(page);
});

test("planes can be seen while slices arrive, and more come", async () => {
  const page = await open({ backend: "cpu" }, SERIES.slice(0, 6));
  await page.evaluate(() => window.viewer.setPlane("axial"));
  await whole(page);
  const rest = await page.evaluate((urls) => window.load(urls, { append: true }), SERIES.slice(6));
  assert.equal(rest.loaded, 6);
  await page.waitForFunction(() => window.viewer.state.plane.progress.of === 12);
  await whole(page);
  await page.evaluate(() => window.viewer.setCrosshair([31, 31, 27.5]));
  assertQuadrants(await screen(page), greysOf(11));
  await finish(page);
});

test("a volume that is made anew lets go of the one before, and planes show the middle of what there is", async () => {
  const page = await open({ backend: "webgpu", overlay: true }, SERIES.slice(0, 6));
  await page.evaluate(() => window.viewer.setLayout("mpr"));
  await whole(page);
  const centersOf = () =>
    page.evaluate(() => window.viewer.viewports.slice(0, 3).map(({ state }) => state.plane.center));
  const [axial] = await centersOf();
  await page.evaluate((urls) => window.load(urls, { append: true }), SERIES.slice(6));
  await page.waitForFunction(() => window.viewer.viewports[2].state.plane.progress.of === 12);
  await whole(page);
  await screen(page);
  const { made, freed } = await page.evaluate(() => ({ made: window.made, freed: window.freed }));
  assert.ok(made > 1 && made - freed === 1, `${made} made, ${freed} freed`);
  const centers = await centersOf();
  near(centers[0], axial);
  near([centers[1][2], centers[2][2]], [15, 15]);
  await finish(page);
});

test("a volume over the budget is reduced, and says so; millimetres stay", async () => {
  const page = await open({ backend: "cpu", overlay: true, volumeBytes: 20_000 });
  await page.evaluate(() => window.viewer.setPlane("axial"));
  await whole(page);
  const { reduction } = await page.evaluate(() => window.viewer.state.plane);
  assert.ok(reduction[1] >= 2 && reduction[2] >= 2, `${reduction}`);
  assert.match(await page.evaluate(() => window.text()), /Reduced \d × \d/);
  const [origin, right, down] = await Promise.all(
    [
      [10, 10, 15],
      [50, 10, 15],
      [10, 50, 15],
    ].map((point) => seenAt(page, 0, point)),
  );
  near([right[0] - origin[0]], [down[1] - origin[1]], 0.01);
  // Quadrants meet where they did, at 31.5 mm.
  const picture = await screen(page);
  for (const [x, y, grey] of [
    [26, 26, 46],
    [37, 26, 96],
    [26, 37, 156],
    [37, 37, 226],
  ]) {
    const [pixel] = picture.at(...(await seenAt(page, 0, [x, y, 15])));
    assert.ok(Math.abs(pixel - grey) <= 2, `${pixel} instead of ${grey} at ${x}, ${y}`);
  }
  await finish(page);
});

test("half of the budget is kept while objects are read, and given back when a load is cancelled", async () => {
  const page = await open({ backend: "cpu", volumeBytes: 120_000 });
  await page.evaluate(() => {
    window.stop = new AbortController();
    // A source that never comes.
    const sources = {
      async *[Symbol.asyncIterator]() {
        yield new Promise(() => {});
      },
    };
    window.loading = window.load(sources, { append: true, signal: window.stop.signal });
  });
  await page.evaluate(() => window.viewer.setPlane("axial"));
  await whole(page);
  const reduction = () => page.evaluate(() => window.viewer.state.plane.reduction);
  assert.ok((await reduction()).some((factor) => factor > 1));
  await page.evaluate(() => window.stop.abort());
  assert.equal((await page.evaluate(() => window.loading)).rejected.kind, "cancelled");
  await page.waitForFunction(() => window.viewer.state.plane.reduction.every((factor) => factor === 1));
  await whole(page);
  assertQuadrants(await screen(page), greysOf(6));
  await finish(page);
});

test("slices that make no volume are refused with the reason, and the layout stays", async () => {
  const page = await open({ backend: "cpu" }, ["/inputs/frames.dcm"]);
  const refused = await page.evaluate(() =>
    window.viewer.setLayout("mpr").catch(({ kind, message }) => ({ kind, message })),
  );
  assert.equal(refused.kind, "unsupported-geometry");
  assert.match(refused.message, /position|orientation/);
  assert.deepEqual(await page.evaluate(() => [window.viewer.layout, window.viewer.state.kind]), [
    { rows: 1, columns: 1 },
    "stack",
  ]);
  const warned = await page.evaluate(() =>
    window.seen.filter(({ type }) => type === "warning").map(({ event }) => event.kind),
  );
  assert.deepEqual(new Set(warned), new Set(["volume"]));
  await finish(page);
});

test("a lost context: planes are filled again", async () => {
  const page = await open({ backend: "webgl2" });
  await page.evaluate(() => window.viewer.setPlane("axial"));
  await whole(page);
  await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
    shadowRoot.querySelector("canvas").getContext("webgl2").getExtension("WEBGL_lose_context").loseContext();
  });
  await page.waitForFunction(() => window.seen.some(({ type }) => type === "restored"));
  await whole(page);
  assertQuadrants(await screen(page), greysOf(6));
  await finish(page, /CONTEXT_LOST/);
});

test("several series: each plane keeps its own, and destroying leaves nothing behind", async () => {
  const page = await open({ backend: "webgpu" }, [...SERIES, ...numbered("thick", 6)]);
  await page.evaluate(() => window.viewer.setLayout("1x2"));
  await page.evaluate(() => Promise.all(window.viewer.viewports.map((viewport) => viewport.setPlane("coronal"))));
  await whole(page);
  const steps = await page.evaluate(() =>
    window.viewer.viewports.map(({ state }) => [state.plane.progress.of, state.sliceIndex]),
  );
  assert.deepEqual(steps.map(([of]) => of).toSorted(), [12, 6]);
  await page.evaluate(() => window.viewer.destroy());
  assert.equal(await page.evaluate(() => document.querySelectorAll("#viewer *").length), 0);
  await finish(page);
});
