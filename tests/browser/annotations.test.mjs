/** What hands and keys do with annotations; where they are seen; and what can be taken back. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { assertNear, at, drag, fingers, isMark, list, newest, numberOf, opened, take } from "./lib/annotating.mjs";
import { BACKENDS, finish, fixture, screen } from "./lib/fixture.mjs";
import { root } from "./lib/paths.mjs";

const shared = fixture();
const shots = path.join(root, "target/screenshots");

/** Keeps what the page looks like, to be looked at. */
async function keep(page, name) {
  await mkdir(shots, { recursive: true });
  await writeFile(path.join(shots, `${name}.png`), await page.screenshot());
}

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("zoom, rotation, flips and windows change no value; marks stay where they are in the picture", async () => {
      const page = await opened(shared, { backend, overlay: false });
      await take(page, "rectangle");
      await drag(page, [at(9.5, 9.5), at(19.5, 24.5)]);
      const made = await newest(page, 1);
      await page.evaluate(() => window.viewer.annotations.select(undefined));
      for (const view of [
        { zoom: 1.5, pan: [90, 60] },
        { rotation: 90 },
        { rotation: 33, flipHorizontal: true },
        { flipVertical: true, invert: true },
      ]) {
        await page.evaluate((settings) => {
          window.viewer.reset();
          window.viewer.setView(settings);
        }, view);
        const picture = await screen(page);
        const corner = await page.evaluate(() => window.viewer.elementFromImage(9.5, 17));
        assert.ok(isMark(picture, corner), `${JSON.stringify(view)}: nothing at ${corner}`);
        const inside = await page.evaluate(() => window.viewer.elementFromImage(14.5, 17));
        assert.ok(!isMark(picture, inside, 1), `${JSON.stringify(view)}: something at ${inside}`);
      }
      await page.evaluate((uid) => window.viewer.annotations.update(uid, { label: "same" }), made.uid);
      const [after] = await list(page);
      assert.deepEqual(after, { ...made, label: "same", revision: 2 });
      await finish(page);
    });
  });
}

test("drawn in any view, at any device pixel ratio, it measures the same", async () => {
  // Views by a fixed series of numbers between 0 and 1.
  let seed = 7;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  for (const deviceScaleFactor of [1, 1.5, 2]) {
    const page = await opened(shared, { backend: "cpu", overlay: false }, { deviceScaleFactor });
    for (let view = 0; view < 8; view += 1) {
      const settings = {
        zoom: 0.6 + random(),
        pan: [40 * random() - 20, 40 * random() - 20],
        rotation: 360 * random(),
        flipHorizontal: random() < 0.5,
        flipVertical: random() < 0.5,
        invert: random() < 0.5,
      };
      const corners = await page.evaluate((given) => {
        window.viewer.setView(given);
        return [
          [23.5, 25.5],
          [38.5, 35.5],
        ].map(([column, row]) => window.viewer.elementFromImage(column, row));
      }, settings);
      const what = `${deviceScaleFactor} ${JSON.stringify(settings)}`;
      await take(page, "length");
      await drag(page, corners);
      assertNear(numberOf(await newest(page, 1), "length"), Math.hypot(15, 10), 1e-3, what);
      await page.evaluate(() => window.viewer.annotations.clear());
      await take(page, "rectangle");
      await drag(page, corners);
      const region = await newest(page, 1);
      assertNear(numberOf(region, "area"), 150, 0.02, what);
      // All four quadrants, by their pixels.
      assert.equal(numberOf(region, "count"), 150, what);
      assertNear(numberOf(region, "mean"), (48 * 45 + 42 * 95 + 32 * 155 + 28 * 225) / 150, 1e-9, what);
      await page.evaluate(() => window.viewer.annotations.clear());
    }
    await finish(page);
  }
});

test("text: what is typed is the label; Escape makes nothing; a double click changes it", async () => {
  const page = await opened(shared, { backend: "cpu" });
  await take(page, "text");
  await page.mouse.click(...at(20, 20));
  await page.keyboard.type("Nodule");
  await page.keyboard.press("Enter");
  assert.equal((await newest(page, 1)).label, "Nodule");
  await page.mouse.click(...at(50, 50));
  await page.keyboard.type("no");
  await page.keyboard.press("Escape");
  await page.mouse.dblclick(...at(20, 20));
  await page.keyboard.type("Node");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.viewer.annotations.list[0].label === "Node");
  assert.equal((await list(page)).length, 1);
  // A double click with a tool that draws does not reset the view.
  await page.evaluate(() => window.viewer.setView({ zoom: 2 }));
  await page.mouse.dblclick(...at(50, 30));
  assert.equal(await page.evaluate(() => window.viewer.state.zoom), 2);
  await finish(page);
});

test("handles and whole annotations are moved by the mouse, and all of it is taken back and made again", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  await take(page, "length");
  await drag(page, [at(10, 10), at(30, 10)]);
  await newest(page, 1);
  await take(page, "window");
  const { window: before } = await page.evaluate(() => window.viewer.state);
  await drag(page, [at(30, 10), at(10, 25)]);
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 2);
  assertNear(numberOf((await list(page))[0], "length"), 15);
  await drag(page, [at(10, 18), at(14, 20)]);
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 3);
  const [moved] = await list(page);
  assert.deepEqual(moved.points.flat().map(Math.round), [14, 12, 14, 27]);
  assertNear(numberOf(moved, "length"), 15);
  assert.deepEqual((await page.evaluate(() => window.viewer.state)).window, before);
  // Away from it the drag is the window's.
  await drag(page, [at(50, 50), at(55, 50)]);
  assert.notDeepEqual((await page.evaluate(() => window.viewer.state)).window, before);

  const lengths = () => page.evaluate(() => window.viewer.annotations.list.map(({ points }) => points.flat()[2]));
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  assert.deepEqual((await lengths()).map(Math.round), [30]);
  await page.keyboard.press("Control+z");
  assert.deepEqual(await lengths(), []);
  assert.equal(await page.evaluate(() => window.viewer.annotations.canUndo), false);
  await page.keyboard.press("Control+Shift+Z");
  await page.keyboard.press("Control+y");
  assert.deepEqual((await lengths()).map(Math.round), [10]);
  const told = await page.evaluate(() =>
    window.seen.filter(({ type }) => type === "annotation").map(({ event }) => event.change),
  );
  assert.deepEqual(
    told.filter((change) => change !== "selected"),
    ["added", "changed", "changed", "changed", "changed", "removed", "added", "changed"],
  );
  await finish(page);
});

test("a text box is put where a person wants it, keeps its place in the picture, and comes back from a file", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  await take(page, "length");
  await drag(page, [at(10, 10), at(30, 10)]);
  await newest(page, 1);
  // It stands beside the line; the tool that draws is still in the hand.
  await drag(page, [at(36, 10), at(36, 30)]);
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 2);
  const [moved] = await list(page);
  assert.equal((await list(page)).length, 1);
  assert.deepEqual(moved.points.flat().map(Math.round), [10, 10, 30, 10]);
  assertNear(moved.textBox[0], 31.5, 1);
  assertNear(moved.textBox[1], 28, 1.5);
  await keep(page, "annotation-text-box");
  // A tool that draws begins on the box of what is not selected; the whole takes its box along.
  await take(page, "window");
  await drag(page, [at(20, 10), at(22, 15)]);
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 3);
  const [whole] = await list(page);
  for (const [axis, way] of [2, 5].entries()) assertNear(whole.textBox[axis] - moved.textBox[axis], way, 0.01);
  // By keys: the two points, then the box.
  for (let step = 0; step < 3; step += 1) await page.keyboard.press(" ");
  await page.keyboard.press("Shift+ArrowDown");
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 4);
  const [nudged] = await list(page);
  assertNear(nudged.textBox[1] - whole.textBox[1], 10 / 8, 0.01);
  assert.deepEqual(nudged.points, whole.points);
  for (const format of ["json", "sr"]) {
    const back = await page.evaluate(async (name) => {
      const file = await window.viewer.exportAnnotation(name);
      window.viewer.annotations.clear();
      await window.viewer.importAnnotations(file);
      return window.viewer.annotations.list;
    }, format);
    assert.deepEqual(back, [nudged], format);
  }
  const freed = await page.evaluate((uid) => window.viewer.annotations.update(uid, { textBox: null }), nudged.uid);
  assert.equal(freed.textBox, undefined);
  const refused = await page.evaluate(
    (uid) => window.viewer.annotations.update(uid, { textBox: [1] }).catch(({ kind }) => kind),
    nudged.uid,
  );
  assert.equal(refused, "invalid-argument");
  await finish(page);
});

test("the points of a freehand region: one is moved, one more, one less, by hand and by keys", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  const { uid } = await page.evaluate(() =>
    window.viewer.annotations.add({
      tool: "freehand",
      points: [
        [10, 10],
        [20, 10],
        [20, 20],
        [10, 20],
      ],
    }),
  );
  const after = async (revision) => {
    await page.waitForFunction((wanted) => window.viewer.annotations.list[0].revision === wanted, revision);
    const [{ points, measurements }] = await list(page);
    return { points: points.map((point) => point.map(Math.round)), measurements };
  };
  await drag(page, [at(20, 20), at(25, 25)]);
  assert.deepEqual((await after(2)).points, [
    [10, 10],
    [20, 10],
    [25, 25],
    [10, 20],
  ]);
  // Beside its handles the line moves the whole.
  await drag(page, [at(15, 10), at(16, 10)]);
  assert.deepEqual((await after(3)).points[2], [26, 25]);
  await page.mouse.dblclick(...at(16, 10));
  assert.deepEqual((await after(4)).points.slice(0, 3), [
    [11, 10],
    [16, 10],
    [21, 10],
  ]);
  await drag(page, [at(16, 10), at(16, 4)]);
  const wider = await after(5);
  assert.deepEqual(wider.points[1], [16, 4]);
  assertNear(numberOf(wider, "area"), 180, 1e-6);
  await keep(page, "annotation-freehand-points");
  await page.mouse.dblclick(...at(16, 4));
  assert.equal((await after(6)).points.length, 4);
  // By keys: the second point is held, another comes after it, and goes.
  await page.evaluate((name) => window.viewer.annotations.select(name), uid);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => window.viewer.focus());
  for (let step = 0; step < 2; step += 1) await page.keyboard.press(" ");
  await page.keyboard.press("Shift+Enter");
  assert.equal((await after(7)).points.length, 5);
  await page.keyboard.press("Shift+Delete");
  assert.equal((await after(8)).points.length, 4);
  await page.keyboard.press("Control+z");
  assert.equal((await after(9)).points.length, 5);
  // Three are the fewest.
  await page.evaluate(async (name) => {
    const points = [
      [10, 10],
      [40, 10],
      [40, 40],
    ];
    await window.viewer.annotations.update(name, { points });
  }, uid);
  await page.mouse.dblclick(...at(40, 10));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  assert.equal((await after(10)).points.length, 3);
  await finish(page);
});

test("a drawn line bends between its handles", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  const made = await page.evaluate(() => {
    const points = Array.from({ length: 120 }, (_, index) => {
      const angle = (index / 120) * 2 * Math.PI;
      return [32 + 16 * Math.cos(angle), 32 + 16 * Math.sin(angle)];
    });
    return window.viewer.annotations.add({ tool: "freehand", points });
  });
  await drag(page, [at(48, 32), at(52, 32)]);
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 2);
  const [{ points }] = await list(page);
  const moved = points.map(([column], index) => column - made.points[index][0]);
  assertNear(moved[0], 4, 0.01);
  // The next points follow, the less the further, and most stay.
  assert.ok(moved[1] > moved[2] && moved[2] > 0 && moved[119] > moved[118]);
  assert.ok(moved.filter((way) => Math.abs(way) < 1e-9).length > 100);
  await finish(page);
});

test("a line of very many points is drawn by those that can be told apart", async () => {
  const page = await opened(shared, { backend: "cpu" });
  const drawn = await page.evaluate(async () => {
    await window.viewer.annotations.add({
      tool: "freehand",
      points: Array.from({ length: 20_000 }, (_, step) => {
        const angle = (step / 20_000) * 2 * Math.PI;
        return [32 + 20 * Math.cos(angle), 32 + 20 * Math.sin(angle)];
      }),
    });
    let count = 0;
    const { lineTo } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.lineTo = function (...to) {
      count += 1;
      return lineTo.apply(this, to);
    };
    window.viewer.annotations.select(undefined);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    CanvasRenderingContext2D.prototype.lineTo = lineTo;
    return count;
  });
  // 1005 CSS pixels around, as a dark and a bright line
  assert.ok(drawn > 1000 && drawn < 8100, `${drawn} points`);
  await finish(page);
});

test("what a reader must know of a region comes back with it", async () => {
  const page = await opened(shared, { backend: "cpu" });
  const lines = () => page.evaluate(() => window.viewer.annotations.text(window.viewer.annotations.list[0].uid));
  const note = "the line crosses itself: its area is not given";
  const crossing = [
    [10, 10],
    [30, 30],
    [30, 10],
    [10, 30],
  ];
  await page.evaluate(async ([a, b, c, d]) => {
    const { annotations } = window.viewer;
    const { uid } = await annotations.add({ tool: "freehand", points: [a, c, b, d] });
    await annotations.update(uid, { points: [a, b, c, d] });
    await annotations.update(uid, { label: "name" });
  }, crossing);
  assert.equal((await lines()).at(-1), note);
  await page.evaluate(() => window.viewer.annotations.undo());
  assert.equal((await lines()).at(-1), note);
  await page.evaluate(() => window.viewer.annotations.undo());
  assert.ok(!(await lines()).includes(note), "after it was taken back");
  await page.evaluate(() => window.viewer.annotations.redo());
  assert.equal((await lines()).at(-1), note);
  await finish(page);
});

test("the longer of two axes comes first, whichever a caller gives first", async () => {
  const page = await opened(shared, { backend: "cpu" });
  const [short, long] = [
    [
      [20, 15],
      [20, 25],
    ],
    [
      [10, 20],
      [40, 20],
    ],
  ];
  const [added, changed] = await page.evaluate(
    async (points) => {
      const { annotations } = window.viewer;
      const made = await annotations.add({ tool: "bidirectional", points });
      return [made, await annotations.update(made.uid, { points: [...points.slice(2), ...points.slice(0, 2)] })];
    },
    [...short, ...long],
  );
  for (const made of [added, changed]) {
    assert.deepEqual(made.points, [...long, ...short]);
    assert.equal(made.patientPoints[1][0] - made.patientPoints[0][0], 30);
    assert.deepEqual([numberOf(made, "longAxis"), numberOf(made, "shortAxis")], [30, 10]);
  }
  await finish(page);
});

test("how the values of a region are distributed", async () => {
  const page = await opened(shared, { backend: "cpu" });
  const found = await page.evaluate(async () => {
    const { annotations } = window.viewer;
    const points = [
      [29.5, 9.5],
      [33.5, 19.5],
    ];
    const { uid } = await annotations.add({ tool: "rectangle", points });
    const line = await annotations.add({ tool: "length", points });
    const unknown = await annotations.histogram("2.25.1").catch(({ kind }) => kind);
    return [await annotations.histogram(uid, 5), await annotations.histogram(line.uid), unknown];
  });
  assert.deepEqual(
    found,
    [{ low: 45, high: 95, unit: "[hnsf'U]", counts: [20, 0, 0, 0, 20] }, null, "invalid-argument"].map(
      (value) => value ?? undefined,
    ),
  );
  await finish(page);
});

test("by keys alone: placed, moved, chosen, deleted; the focus can leave", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  await take(page, "length");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  for (let step = 0; step < 8; step += 1) await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  for (let step = 0; step < 16; step += 1) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");
  assertNear(numberOf(await newest(page, 1), "length"), 20);
  // Its second point, one CSS pixel at a time.
  await page.keyboard.press(" ");
  await page.keyboard.press(" ");
  for (let step = 0; step < 8; step += 1) await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 2);
  assertNear(numberOf((await list(page))[0], "length"), 21);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => window.viewer.annotations.selected), undefined);
  // The slice keys are themselves again.
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => window.viewer.state.sliceIndex), 6);
  await page.keyboard.press("ArrowUp");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => window.viewer.annotations.selected));
  const spoken = await page.waitForFunction(() => {
    const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
    const { textContent } = shadowRoot.querySelector("[role=status]");
    return textContent.startsWith("Length") && textContent;
  });
  assert.equal(await spoken.jsonValue(), "Length, 21 mm");
  await page.keyboard.press("Delete");
  assert.deepEqual(await list(page), []);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
  await finish(page);
});

test("touch: one finger draws, a tap selects, what is selected can be moved, two fingers zoom instead", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false }, { hasTouch: true });
  const touch = await fingers(page);
  const swipe = async (from, to) => {
    await touch("touchStart", from);
    await touch("touchMove", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
    await touch("touchMove", to);
    await touch("touchEnd");
  };
  await take(page, "length");
  await swipe(at(10, 10), at(30, 10));
  assertNear(numberOf(await newest(page, 1), "length"), 20);
  await touch("touchStart", at(10, 40));
  await touch("touchStart", at(10, 40), at(30, 40));
  await touch("touchMove", at(5, 40), at(45, 40));
  await touch("touchEnd");
  assert.equal((await list(page)).length, 1);
  assert.ok((await page.evaluate(() => window.viewer.state.zoom)) > 1.5);
  await page.evaluate(() => window.viewer.reset());
  await take(page, "slice-or-window");
  await page.evaluate(() => window.viewer.annotations.select(undefined));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  // A finger that begins to scroll on it moves nothing.
  await swipe(at(20, 10), at(20, 12));
  assert.equal((await list(page))[0].revision, 1);
  await page.evaluate(() => window.viewer.renderSlice(5));
  await touch("touchStart", at(20, 11));
  await touch("touchEnd");
  assert.ok(await page.evaluate(() => window.viewer.annotations.selected));
  await swipe(at(30, 11), at(40, 10));
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 2);
  assertNear(numberOf((await list(page))[0], "length"), 30, 1.5);
  await finish(page);
});

test("bindings: any button with any modifier can have a tool, and what makes no sense is refused", async () => {
  const page = await opened(shared, { backend: "cpu", bindings: { "drag:alt+left": "length", "key:Delete": "undo" } });
  await page.waitForFunction(() =>
    performance.getEntriesByType("resource").some(({ name }) => /tools\.js$/.test(name)),
  );
  await page.evaluate(() => window.viewer.setTool("pan"));
  await page.keyboard.down("Alt");
  await drag(page, [at(10, 10), at(30, 10)]);
  await page.keyboard.up("Alt");
  assertNear(numberOf(await newest(page, 1), "length"), 20);
  const refused = await page.evaluate(() => window.viewer.setTool("ruler").catch(({ kind }) => kind));
  assert.equal(refused, "invalid-argument");
  const wrong = await page.evaluate(() =>
    window.viewer.annotations.add({ tool: "length", points: [[1, 2]] }).catch(({ kind }) => kind),
  );
  assert.equal(wrong, "invalid-argument");
  await finish(page);
});

test("a page that only shows pictures loads nothing of it", async () => {
  const page = await opened(shared, { backend: "cpu" });
  assert.deepEqual(await page.evaluate(() => window.viewer.annotations.list), []);
  assert.equal(await page.evaluate(() => window.viewer.annotations.undo()), false);
  const loaded = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  assert.deepEqual(
    loaded.filter((name) => /tools|measure/.test(name)),
    [],
  );
  await finish(page);
});

test("a drag before the tool is there is made up for", async () => {
  const page = await opened(shared, { backend: "cpu" });
  await page.route(/noctis_measure_bg\.wasm/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.evaluate(() => window.viewer.setBindings({ "drag:left": "length" }));
  await drag(page, [at(10, 10), at(30, 10)]);
  assertNear(numberOf(await newest(page, 1), "length"), 20);
  await finish(page);
});
