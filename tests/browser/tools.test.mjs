/** Every tool by mouse, by touch and by keys, on every backend: what is drawn is measured on the values of the picture. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { assertNear, at, drag, fingers, newest, numberOf, opened, take } from "./lib/annotating.mjs";
import { assertGrey, BACKENDS, finish, fixture, screen } from "./lib/fixture.mjs";
import { root } from "./lib/paths.mjs";

const shared = fixture();
const shots = path.join(root, "target/screenshots");

/** Keeps what the page looks like, to be looked at. */
async function keep(page, name) {
  await mkdir(shots, { recursive: true });
  await writeFile(path.join(shots, `${name}.png`), await page.screenshot());
}

/**
 * Tools, the points through which they are drawn or at which they are placed, and what comes of it: slice 5 has 45, 95, 155 and
 * 225 in its quadrants, and a pixel is 1 mm.
 */
const TOOLS = [
  ["length", "drag", [at(7, 12), at(22, 20)], { length: 17 }],
  ["length", "place", [at(7, 12), at(22, 20)], { length: 17 }],
  ["angle", "place", [at(10, 10), at(20, 10), at(20, 25)], { angle: 90 }],
  ["cobb", "place", [at(5, 5), at(25, 5), at(5, 10), at(25, 30)], { cobbAngle: 45 }],
  ["bidirectional", "drag", [at(10, 10), at(30, 10)], { longAxis: 20, shortAxis: 10 }],
  ["rectangle", "drag", [at(9.5, 9.5), at(19.5, 24.5)], { area: 150, perimeter: 50, mean: 45, sd: 0, count: 150 }],
  // Half in one quadrant, half in the other.
  [
    "rectangle",
    "drag",
    [at(29.5, 9.5), at(33.5, 19.5)],
    { mean: 70, sd: 25 * Math.sqrt(40 / 39), min: 45, max: 95, count: 40 },
  ],
  ["ellipse", "drag", [at(10, 40), at(20, 60)], { area: Math.PI * 50, mean: 155, sd: 0, max: 155 }],
  ["circle", "drag", [at(48, 48), at(48, 54)], { area: Math.PI * 36, mean: 225, min: 225 }],
  ["freehand", "drag", [at(10, 10), at(20, 10), at(20, 20), at(10, 20), at(10, 11)], { mean: 45, sd: 0 }],
  ["probe", "place", [at(48, 48)], { value: 225 }],
  ["arrow", "drag", [at(10, 10), at(20, 20)], {}],
];

/** The same by keys: steps of ten CSS pixels to the right and down from the middle of the picture to each point. */
const BY_KEYS = [
  [
    "length",
    [
      [-8, 0],
      [8, 0],
    ],
    { length: 20 },
  ],
  [
    "angle",
    [
      [-8, 0],
      [0, 0],
      [0, 8],
    ],
    { angle: 90 },
  ],
  [
    "cobb",
    [
      [-8, -8],
      [8, -8],
      [-8, 0],
      [0, 8],
    ],
    { cobbAngle: 45 },
  ],
  [
    "bidirectional",
    [
      [-8, 0],
      [8, 0],
    ],
    { longAxis: 20, shortAxis: 10 },
  ],
  [
    "rectangle",
    [
      [-16, -16],
      [-8, -8],
    ],
    { area: 100, mean: 45 },
  ],
  [
    "ellipse",
    [
      [-16, -16],
      [-8, -8],
    ],
    { area: Math.PI * 25, mean: 45 },
  ],
  [
    "circle",
    [
      [12, 12],
      [12, 16],
    ],
    { area: Math.PI * 25, mean: 225 },
  ],
  // Its last point said twice closes it.
  [
    "freehand",
    [
      [-16, -16],
      [-8, -16],
      [-8, -8],
      [-8, -8],
    ],
    { area: 50, mean: 45 },
  ],
  ["probe", [[8, 8]], { value: 225 }],
  [
    "arrow",
    [
      [-4, 0],
      [4, 0],
    ],
    {},
  ],
];

/** What drags do that draw nothing, and what is then another in the state of the viewer. */
const VIEW_TOOLS = [
  ["window", ({ window: { center, width } }) => [center, width]],
  ["slice", ({ sliceIndex }) => sliceIndex],
  ["zoom", ({ zoom }) => zoom],
  ["pan", ({ pan }) => pan],
  ["rotate", ({ rotation }) => rotation],
];

const stateOf = (page) => page.evaluate(() => window.viewer.state);

/** A mouse, or a finger: through points without a stop, or at one after the other. */
function hands(page, touch) {
  const finger = {
    drag: async ([first, ...others]) => {
      await touch("touchStart", first);
      let last = first;
      for (const point of others) {
        await touch("touchMove", [(last[0] + point[0]) / 2, (last[1] + point[1]) / 2]);
        await touch("touchMove", point);
        last = point;
      }
      await touch("touchEnd");
    },
    place: async (points) => {
      for (const point of points) {
        await touch("touchStart", point);
        await touch("touchEnd");
      }
    },
  };
  const mouse = {
    drag: (points) => drag(page, points),
    place: async (points) => {
      for (const point of points) await page.mouse.click(...point);
    },
  };
  return { mouse, finger };
}

/** Shift and arrows, ten CSS pixels each, from one place to another. */
async function walk(page, [fromX, fromY], [toX, toY]) {
  for (const [key, count] of [
    [toX > fromX ? "ArrowRight" : "ArrowLeft", Math.abs(toX - fromX)],
    [toY > fromY ? "ArrowDown" : "ArrowUp", Math.abs(toY - fromY)],
  ]) {
    for (let press = 0; press < count; press += 1) await page.keyboard.press(`Shift+${key}`);
  }
}

/** A mouse and a finger that go down at a place, to another, and let go there when it is said. */
const holds = (page, touch) => ({
  mouse: {
    hold: async (from, to) => {
      await page.mouse.move(...from);
      await page.mouse.down();
      await page.mouse.move(...to, { steps: 2 });
    },
    letGo: () => page.mouse.up(),
  },
  finger: {
    hold: async (from, to) => {
      await touch("touchStart", from);
      await touch("touchMove", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
      await touch("touchMove", to);
    },
    letGo: () => touch("touchEnd"),
  },
});

/** What was made is what was asked for, and is taken away. */
async function measured(page, tool, expected) {
  const made = await newest(page, 1);
  assert.equal(made.tool, tool);
  assert.match(made.uid, /^2\.25\.\d+$/);
  assert.match(made.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  for (const [name, value] of Object.entries(expected))
    assertNear(numberOf(made, name), value, 1e-6, `${tool} ${name}`);
  assert.equal(made.patientPoints.length, made.points.length);
  for (const [index, [column, row]] of made.points.entries()) {
    for (const axis of [0, 1, 2]) assertNear(made.patientPoints[index][axis], [column, row, 12.5][axis]);
  }
}

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("by mouse and by finger", async () => {
      const page = await opened(shared, { backend }, { hasTouch: true });
      for (const [name, hand] of Object.entries(hands(page, await fingers(page)))) {
        for (const [tool, how, points, expected] of TOOLS) {
          await take(page, tool);
          await hand[how](points);
          await measured(page, tool, expected);
          if (name === "mouse") await keep(page, `annotation-${tool}-${backend}`);
          await page.evaluate(() => window.viewer.annotations.clear());
        }
        for (const [tool, what] of VIEW_TOOLS) {
          await page.evaluate(() => window.viewer.reset());
          const before = what(await stateOf(page));
          await take(page, tool);
          await hand.drag([at(40, 20), at(42, 35)]);
          assert.notDeepEqual(what(await stateOf(page)), before, `${tool} by ${name}`);
        }
        await page.evaluate(async () => {
          window.viewer.reset();
          await window.viewer.renderSlice(5);
        });
        await take(page, "auto-window");
        const { window: own } = await stateOf(page);
        await hand.drag([at(4, 4), at(60, 28)]);
        await page.waitForFunction((center) => window.viewer.state.window.center !== center, own.center);
        await page.evaluate(() => window.viewer.reset());
      }
      await finish(page);
    });

    test("by keys", async () => {
      const page = await opened(shared, { backend, overlay: false });
      await page.keyboard.press("Tab");
      for (const [tool, points, expected] of BY_KEYS) {
        await take(page, tool);
        await page.keyboard.press("Enter");
        let [x, y] = [0, 0];
        for (const [column, row] of points) {
          await walk(page, [x, y], [column, row]);
          await page.keyboard.press("Enter");
          [x, y] = [column, row];
        }
        await measured(page, tool, expected);
        await page.keyboard.press("Delete");
      }
      await take(page, "text");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => {
        const { activeElement } = document.activeElement.shadowRoot;
        return activeElement.tagName === "INPUT";
      });
      await page.keyboard.type("words");
      await page.keyboard.press("Enter");
      assert.equal((await newest(page, 1)).label, "words");
      await finish(page);
    });

    test("a known length: by mouse, by finger and by keys, and taken back", async () => {
      const page = await opened(shared, { backend, overlay: false }, { hasTouch: true });
      const hands = holds(page, await fingers(page));
      await page.evaluate(() =>
        window.viewer.annotations.add({
          tool: "length",
          points: [
            [10, 10],
            [30, 10],
          ],
        }),
      );
      const length = async (mm) => {
        await page.waitForFunction((wanted) => {
          const [{ measurements }] = window.viewer.annotations.list;
          return Math.abs(measurements[0].value - wanted) < 1e-6;
        }, mm);
      };
      const byHand =
        ({ hold, letGo }) =>
        async () => {
          await hold(at(10, 40), at(30, 40));
          await letGo();
        };
      const byKeys = async () => {
        await page.keyboard.press("Enter");
        await walk(page, [0, 0], [-8, 4]);
        await page.keyboard.press("Enter");
        await walk(page, [-8, 4], [8, 4]);
        await page.keyboard.press("Enter");
      };
      for (const draw of [byHand(hands.mouse), byHand(hands.finger), byKeys]) {
        await page.evaluate(() => window.viewer.annotations.select(undefined));
        await page.evaluate(() => window.viewer.focus());
        await take(page, "calibrate");
        await length(20);
        await draw();
        await page.waitForFunction(() => document.activeElement.shadowRoot.activeElement.tagName === "INPUT");
        await page.keyboard.type("40");
        await page.keyboard.press("Enter");
        await length(40);
        await page.keyboard.press("Control+z");
      }
      await length(20);
      await finish(page);
    });

    test("the glass: larger by two and a half, by mouse, by finger and by keys", async () => {
      const page = await opened(shared, { backend, overlay: false }, { hasTouch: true });
      const { mouse, finger } = holds(page, await fingers(page));
      const glasses = () =>
        page.evaluate(
          () => document.querySelector("#viewer").firstElementChild.shadowRoot.querySelectorAll(".glass canvas").length,
        );
      const keys = {
        hold: async () => {
          await page.evaluate(() => window.viewer.focus());
          await page.keyboard.press("Enter");
          await walk(page, [0, 0], [-2, 0]);
        },
        letGo: () => page.keyboard.press("Escape"),
      };
      await take(page, "magnifier");
      for (const [name, { hold, letGo }] of Object.entries({ mouse, finger, keys })) {
        // 35 pixels to the right of column 29 are 1.75 columns in the glass, and still the left half; 4.4 without it.
        await hold([200, 200], [236, 256]);
        const picture = await screen(page);
        assert.equal(await glasses(), 1, name);
        assertGrey(picture, [271, 236], 45, name);
        assertGrey(picture, [201, 290], 155, name);
        if (name === "mouse") await keep(page, `magnifier-${backend}`);
        await letGo();
        assert.equal(await glasses(), 0, name);
        assertGrey(await screen(page), [271, 236], 95, name);
      }
      // It is put down with the keys.
      await keys.hold();
      await page.evaluate(() => document.activeElement.shadowRoot.activeElement.blur());
      assert.equal(await glasses(), 0);
      await finish(page);
    });

    test("the crosshair: by mouse, by finger and by keys", async () => {
      const page = await opened(shared, { backend, overlay: false }, { hasTouch: true });
      const { mouse, finger } = holds(page, await fingers(page));
      await page.evaluate(() => window.viewer.setLayout("mpr"));
      await take(page, "crosshair");
      const isAt = async (expected, name) => {
        const [point, x] = await page.evaluate(() => {
          const { crosshair, viewports } = window.viewer;
          return [crosshair, viewports[1].patientFromElement(100, 100)[0]];
        });
        for (const axis of [0, 1, 2]) assertNear(point[axis], expected[axis], 1e-6, name);
        assertNear(x, expected[0], 1e-6, `sagittal plane by ${name}`);
      };
      const under = (point) => page.evaluate((xy) => window.viewer.viewports[0].patientFromElement(...xy), point);
      for (const [name, { hold, letGo }, to] of [
        ["mouse", mouse, [100, 120]],
        ["finger", finger, [150, 90]],
      ]) {
        await hold([60, 70], to);
        await letGo();
        await isAt(await under(to), name);
      }
      await page.evaluate(() => window.viewer.viewports[0].focus());
      await page.keyboard.press("Enter");
      await walk(page, [0, 0], [3, -2]);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await isAt(await under([180, 71]), "keys");
      const before = await stateOf(page);
      await page.keyboard.press("ArrowDown");
      assert.equal((await stateOf(page)).sliceIndex, before.sliceIndex + 1);
      await finish(page);
    });
  });
}

test("a pen: tip, button and other end have bindings of their own, and a palm beside it does nothing", async () => {
  const page = await opened(shared, { backend: "cpu" }, { hasTouch: true });
  const touch = await fingers(page);
  const session = await page.context().newCDPSession(page);
  const BUTTONS = { left: 1, right: 2 };
  const pen = (type, [x, y], button, buttons = BUTTONS[button]) =>
    session.send("Input.dispatchMouseEvent", { type, x, y, button, buttons, clickCount: 1, pointerType: "pen" });
  const stroke = async (from, to, button = "left", between = () => {}) => {
    await pen("mousePressed", from, button);
    await between();
    await pen("mouseMoved", [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], button);
    await pen("mouseMoved", to, button);
    await pen("mouseReleased", to, button, 0);
  };
  const annotations = () => page.evaluate(() => window.viewer.annotations.list.length);

  // As the left button, and as the right one.
  await stroke([200, 200], [300, 250]);
  assert.deepEqual(await page.evaluate(() => window.viewer.state.window.width), 320);
  await stroke([200, 200], [200, 120], "right");
  assert.ok((await stateOf(page)).zoom > 1.5);
  await page.evaluate(() => window.viewer.reset());

  await page.evaluate(() =>
    window.viewer.setBindings({ "pen:tip": "length", "pen:shift+tip": "pan", "pen:barrel": "slice" }),
  );
  await take(page, "window");
  await stroke(at(7, 12), at(22, 20));
  await measured(page, "length", { length: 17 });
  await stroke([200, 300], [200, 360], "right");
  assert.ok((await stateOf(page)).sliceIndex > 5);
  await page.evaluate(() => window.viewer.renderSlice(5));
  await drag(page, [at(40, 40), at(50, 40)]);
  assert.equal(await annotations(), 1);
  assert.equal(await page.evaluate(() => window.viewer.state.window.width), 307.2);

  // The palm comes after the pen, and before it.
  const palm = [at(50, 55), at(55, 60)];
  await stroke(at(7, 42), at(22, 50), "left", () => touch("touchStart", ...palm));
  await touch("touchEnd");
  assertNear(numberOf(await newest(page, 2), "length"), 17);
  await touch("touchStart", ...palm);
  await stroke(at(7, 52), at(22, 60));
  await touch("touchMove", at(50, 50), at(55, 40));
  await touch("touchEnd");
  assertNear(numberOf(await newest(page, 3), "length"), 17);
  assert.equal((await stateOf(page)).zoom, 1);

  // No event of the browser's protocol has the other end of a pen.
  await page.evaluate(
    ([x]) => {
      const frame = document.querySelector("#viewer").firstElementChild.shadowRoot.querySelector(".frame");
      const end = { pointerId: 1, pointerType: "pen", button: 5, buttons: 32, bubbles: true };
      frame.dispatchEvent(new PointerEvent("pointerdown", { ...end, clientX: x, clientY: 10 }));
      for (let clientY = 10; clientY < 512; clientY += 4)
        frame.dispatchEvent(new PointerEvent("pointermove", { ...end, clientX: x, clientY }));
      frame.dispatchEvent(new PointerEvent("pointerup", { ...end, buttons: 0, clientX: x, clientY: 512 }));
    },
    at(15, 0),
  );
  assert.equal(await annotations(), 0);
  await page.evaluate(() => window.viewer.annotations.undo());
  assert.equal(await annotations(), 1);
  await finish(page);
});
