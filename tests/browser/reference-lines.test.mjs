/** Lines where the slices of other viewports cut what a viewport shows, in coordinates worked out by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { finish, fixture, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();
/** Of the slice in the plane y = z. */
const ROOT = Math.SQRT2;

/** The lines of each viewport by their ends, `[column, row, column, row]` of its picture, from left to right and from top to bottom. */
async function lines(page) {
  await screen(page);
  return page.evaluate(() => {
    const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
    return [...shadowRoot.querySelectorAll(".frame")].map((frame, index) =>
      [...frame.querySelectorAll("svg.lines > line")].map((line) => {
        const end = (n) => {
          const [x, y] = ["x", "y"].map((axis) => Number(line.getAttribute(`${axis}${n}`)));
          return window.viewer.viewports[index].imageFromElement(x, y);
        };
        return [end(1), end(2)].sort(([a, b], [c, d]) => (Math.abs(a - c) > 0.01 ? a - c : b - d)).flat();
      }),
    );
  });
}

function assertLines(actual, expected) {
  assert.deepEqual(
    actual.map(({ length }) => length),
    expected.map(({ length }) => length),
    JSON.stringify(actual),
  );
  const flat = [actual.flat(2), expected.flat(2)];
  const isNear = flat[0].every((value, index) => Math.abs(value - flat[1][index]) < 0.02);
  assert.ok(isNear, `${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

test("slices of other directions in the same frame of reference, as far as they reach", async () => {
  const page = await shared.open({ backend: "cpu", overlay: false });
  const more = ["/inputs/side.dcm", "/inputs/tilted.dcm", "/inputs/elsewhere-0.dcm"];
  await page.evaluate((urls) => window.load(urls), [...SERIES, ...more]);
  await page.evaluate(async () => {
    const { viewer } = window;
    await viewer.setLayout("2x2");
    const uid = (name) => viewer.series.find(({ description }) => description === name).seriesInstanceUid;
    for (const [index, name] of ["ascending", "side", "tilted", "elsewhere"].entries())
      viewer.viewports[index].showSeries(uid(name));
    await Promise.all(viewer.viewports.map((viewport, index) => viewport.renderSlice(index === 0 ? 5 : 0)));
  });
  await page.waitForFunction(() =>
    document.querySelector("#viewer").firstElementChild.shadowRoot.querySelector("svg.lines"),
  );
  // The axial slice lies at z = 12.5 mm. That from the side is at x = 20, y 15.75 to 47.75, z -11.75 to 20.25, its pixels half a millimetre;
  // the tilted one is 64 mm long from y = z = 0 on.
  const [near, far] = [-0.5 / ROOT, 63.5 / ROOT];
  const fromSide = (y, z) => [(y - 16) / 0.5, (20 - z) / 0.5];
  const across = (row) => [-0.5, row, 63.5, row];
  const tilted = [...fromSide(near, near), ...fromSide(far, far)];
  assertLines(await lines(page), [
    [[20, 15.75, 20, 47.75], across(12.5)],
    [[...fromSide(-0.5, 12.5), ...fromSide(63.5, 12.5)], tilted],
    [across(12.5 * ROOT), [20, 15.75 * ROOT, 20, 20.25 * ROOT]],
    [],
  ]);

  // Above where the one from the side ends.
  await page.evaluate(() => window.viewer.viewports[0].renderSlice(11));
  const above = [
    [across(27.5)],
    [[...fromSide(-0.5, 27.5), ...fromSide(63.5, 27.5)], tilted],
    [across(27.5 * ROOT), [20, 15.75 * ROOT, 20, 20.25 * ROOT]],
    [],
  ];
  assertLines(await lines(page), above);
  // They keep their place in the picture.
  await page.evaluate(() => window.viewer.viewports[1].setView({ zoom: 2, pan: [30, -20], rotation: 90 }));
  assertLines(await lines(page), above);

  await page.evaluate(() => window.viewer.setOverlay({ lines: false }));
  assertLines(await lines(page), [[], [], [], []]);
  await page.evaluate(() => window.viewer.setOverlay({ lines: true }));
  assertLines(await lines(page), above);
  await page.evaluate(() => window.viewer.setLayout("1x1"));
  assertLines(await lines(page), [[]]);
  await page.evaluate(() => window.viewer.setLayout("2x2"));
  assertLines(await lines(page), above);
  await page.evaluate(() => window.viewer.clear());
  assertLines(await lines(page), [[], [], [], []]);
  await finish(page);
});
