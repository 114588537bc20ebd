/** A page with the twelve slices of 64 x 64 mm (8 CSS pixels a millimetre in a viewport of 512), and a hand that draws on it. */
import assert from "node:assert/strict";
import { SERIES } from "./fixture.mjs";

/** Opens the series at slice 5, whose quadrants are 45, 95, 155 and 225. */
export async function opened(shared, options = {}, context = {}) {
  const page = await shared.open(undefined, context);
  await page.evaluate((given) => window.start(given), options);
  await page.evaluate((urls) => window.load(urls), SERIES);
  await page.evaluate(() => window.viewer.renderSlice(5));
  return page;
}

/** Where image coordinates are on the page. */
export const at = (column, row) => [(column + 0.5) * 8, (row + 0.5) * 8];

/** Puts a tool into the hand. */
export const take = (page, tool) => page.evaluate((name) => window.viewer.setTool(name), tool);

/** Drags from the first of the page's points through the others. */
export async function drag(page, [first, ...others], button = "left") {
  await page.mouse.move(...first);
  await page.mouse.down({ button });
  for (const point of others) await page.mouse.move(...point, { steps: 3 });
  await page.mouse.up({ button });
}

export const list = (page) => page.evaluate(() => window.viewer.annotations.list);

/** The newest annotation, when there are so many. */
export async function newest(page, count) {
  await page.waitForFunction((wanted) => window.viewer.annotations.list.length === wanted, count);
  return (await list(page)).at(-1);
}

/** The value of a measurement. */
export function numberOf(annotation, name) {
  const found = (annotation.measurements ?? []).find((measurement) => measurement.name === name);
  assert.ok(found, `${annotation.tool} has no ${name}: ${JSON.stringify(annotation.measurements)}`);
  return found.value;
}

export function assertNear(actual, expected, off = 1e-6, what = "") {
  assert.ok(Math.abs(actual - expected) <= off, `${what} ${actual} instead of ${expected}`);
}

/** Whether a pixel there is yellow, as annotations are that nobody has selected. */
export function isMark(picture, [x, y], reach = 2) {
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const [, green, blue] = picture.at(x + dx, y + dy);
      if (green - blue > 60) return true;
    }
  }
  return false;
}

/** Fingers on the page: `touch("touchMove", [x, y], …)`. */
export async function fingers(page) {
  const session = await page.context().newCDPSession(page);
  return (type, ...points) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
}
