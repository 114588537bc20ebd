/** Every tool by mouse, by touch and by keys, on every backend: what is drawn is measured on the values of the picture. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { assertNear, at, drag, fingers, newest, numberOf, opened, take } from "./lib/annotating.mjs";
import { BACKENDS, finish, fixture } from "./lib/fixture.mjs";
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
          const presses = [
            [column > x ? "ArrowRight" : "ArrowLeft", Math.abs(column - x)],
            [row > y ? "ArrowDown" : "ArrowUp", Math.abs(row - y)],
          ];
          for (const [key, count] of presses) {
            for (let press = 0; press < count; press += 1) await page.keyboard.press(`Shift+${key}`);
          }
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
  });
}
