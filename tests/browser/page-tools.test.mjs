/** The tools of examples/viewer: rail, list of annotations, export, cine, help; and that everybody can use them (axe). */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { openPage } from "./lib/browser.mjs";
import { finish, fixture } from "./lib/fixture.mjs";
import { startGateway } from "./lib/gateway.mjs";
import { root } from "./lib/paths.mjs";

const shared = fixture();
const shots = path.join(root, "target/screenshots");
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SLICES = Array.from({ length: 12 }, (_, index) => `ascending-${String(index).padStart(2, "0")}.dcm`);
let gateway;

before(async () => {
  await shared.ready;
  gateway = await startGateway(shared.inputs);
});
after(() => gateway?.close());

async function open(context = {}) {
  const page = await openPage(shared.browser, { viewport: { width: 1400, height: 900 }, ...context });
  await page.goto(`${gateway.url}/?study=none&backend=webgl2`);
  await page.waitForFunction(() => window.noctisViewer);
  await page.waitForSelector("#connection[data-state=live]");
  return page;
}

async function withStudy(context) {
  const page = await open(context);
  await page.setInputFiles(
    "#file-input",
    SLICES.map((name) => path.join(shared.inputs, name)),
  );
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  await page.waitForSelector("#progress", { state: "hidden" });
  return page;
}

/** Drags over the picture, between shares of its width and height. */
async function drag(page, from, to) {
  const { x, y, width, height } = await page.locator("#viewer").boundingBox();
  const at = ([across, down]) => [x + across * width, y + down * height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 4 });
  await page.mouse.up();
}

/** Keeps what the page looks like, and asserts that axe finds nothing serious in it (WCAG 2.2 AA). */
async function check(page, state) {
  await page.waitForTimeout(300);
  await mkdir(shots, { recursive: true });
  await writeFile(path.join(shots, `page-${state}.png`), await page.screenshot());
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await window.axe.run(document, { runOnly: tags });
    return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ target }) => target.join(" ")) }));
  });
  const serious = found.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious, [], state);
}

test("everybody can use it: axe finds nothing serious in any state", async () => {
  const page = await open();
  await check(page, "empty");
  await page.setInputFiles(
    "#file-input",
    ["text.dcm", ...SLICES].map((name) => path.join(shared.inputs, name)),
  );
  await page.waitForSelector(".toast");
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  await check(page, "error");
  await page.click(".toast .button");
  await page.waitForSelector(".series img");
  await page.click('[data-drag="length"]');
  await drag(page, [0.3, 0.3], [0.6, 0.4]);
  await page.click('[data-drag="ellipse"]');
  await drag(page, [0.4, 0.6], [0.55, 0.8]);
  await page.waitForFunction(() => document.querySelectorAll(".annotation").length === 2);
  await check(page, "list");
  await page.click('[data-tool="presets"]');
  await check(page, "presets");
  await page.keyboard.press("Escape");
  await page.click('[data-tool="export"]');
  await check(page, "export");
  await page.keyboard.press("Escape");
  await page.click('[data-tool="cine"]');
  await check(page, "cine");
  await page.keyboard.press("Escape");
  await page.click('[data-tool="layout-2x2"]');
  await page.waitForSelector(".hints");
  await check(page, "viewports");
  await page.click('[data-tool="layout-mpr"]');
  await page.waitForSelector('[data-tool="layout-mpr"][aria-pressed=true]');
  await check(page, "mpr");
  await page.keyboard.press("?");
  await check(page, "help");
  await page.keyboard.press("Escape");
  await page.click('[data-tool="layout-3d"]');
  await page.waitForSelector('[data-look="Bone"][aria-pressed=true]');
  await page.click('[data-look="MIP"]');
  await page.waitForFunction(() => window.noctisViewer.state.volume?.quality === "fine");
  await check(page, "volume");
  await finish(page);
});

test("the list: values, jump, name, remove, take back; and it outlives a reload", async () => {
  const page = await withStudy();
  await page.evaluate(() => window.noctisViewer.renderSlice(3));
  await page.keyboard.press("n");
  await page.waitForSelector('[data-drag="length"][aria-pressed=true]');
  await drag(page, [0.3, 0.3], [0.6, 0.3]);
  const entry = page.locator(".annotation");
  await entry.waitFor();
  assert.match(await entry.innerText(), /Length\s+\d+(\.\d+)? mm/);
  await page.evaluate(() => window.noctisViewer.renderSlice(9));
  await entry.locator(".annotation-head").click();
  await page.waitForFunction(() => window.noctisViewer.state.sliceIndex === 3);
  await entry.locator('[data-tool="edit"]').click();
  await page.keyboard.type("Lesion 1");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.noctisViewer.annotations.list[0].label === "Lesion 1");
  await page.locator(".annotation", { hasText: "Lesion 1" }).waitFor();
  await page.waitForFunction(() => sessionStorage.getItem("noctis.annotations")?.includes("Lesion 1"));
  await page.reload();
  await page.waitForFunction(() => window.noctisViewer?.annotations.list[0]?.label === "Lesion 1");
  // There is room for it beside the picture.
  await page.waitForSelector(".annotation");
  await page.click('.annotation [data-tool="close"]');
  await page.waitForFunction(() => window.noctisViewer.annotations.list.length === 0);
  await page.waitForSelector("#panel-empty:not([hidden])");
  await page.click('[data-tool="undo"]');
  await page.waitForSelector(".annotation");
  await finish(page);
});

test("exports are saved as files, and come back from one", async () => {
  const page = await withStudy();
  await page.evaluate(() =>
    window.noctisViewer.annotations.add({
      tool: "length",
      points: [
        [5, 5],
        [25, 5],
      ],
    }),
  );
  await page.waitForSelector(".annotation");
  const saved = new Map();
  for (const format of ["json", "csv", "sr", "png"]) {
    await page.click('[data-tool="export"]');
    const [download] = await Promise.all([page.waitForEvent("download"), page.click(`[data-format="${format}"]`)]);
    saved.set(format, await readFile(await download.path()));
  }
  assert.equal(JSON.parse(saved.get("json")).schema, "noctis.annotations/1");
  assert.match(saved.get("csv").toString(), /,length,20,mm,/);
  assert.equal(saved.get("sr").toString("latin1", 128, 132), "DICM");
  assert.equal(saved.get("png").toString("latin1", 1, 4), "PNG");
  await page.click('#panel-actions [data-tool="trash"]');
  await page.waitForFunction(() => window.noctisViewer.annotations.list.length === 0);
  await page.setInputFiles("#annotation-input", {
    name: "annotations.json",
    mimeType: "application/json",
    buffer: saved.get("json"),
  });
  await page.waitForFunction(() => window.noctisViewer.annotations.list.length === 1);
  await finish(page);
});

test("cine: plays by a button and by the space bar, as fast as was chosen", async () => {
  const page = await withStudy();
  await page.click('[data-tool="cine"]');
  await page.fill(".speed input", "30");
  await page.keyboard.press("Escape");
  await page.click('[data-tool="play"]');
  await page.waitForSelector('[data-tool="play"][aria-pressed=true]');
  assert.equal(await page.evaluate(() => window.noctisViewer.state.cine.framesPerSecond), 30);
  assert.match(await page.innerText('[data-tool="cine"]'), /30 fps/);
  await page.evaluate(() => window.noctisViewer.focus());
  await page.keyboard.press(" ");
  await page.waitForSelector('[data-tool="play"][aria-pressed=false]');
  await finish(page);
});

test("after a click the keys are those of the picture, after a key those of the button", async () => {
  const page = await withStudy();
  const { sliceIndex: before } = await page.evaluate(() => window.noctisViewer.state);
  await page.click('[data-tool="invert"]');
  await page.keyboard.press("ArrowDown");
  await page.click('[data-drag="length"]');
  await page.keyboard.press("ArrowDown");
  await page.click('[data-tool="presets"]');
  await page.click('[data-preset="Bone"]');
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction((index) => window.noctisViewer.state.sliceIndex === index, before + 3);
  await page.focus('[data-tool="flip-h"]');
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.tool), "flip-h");
  await finish(page);
});

test("who wants less motion gets none that is not needed", async () => {
  const page = await open({ reducedMotion: "reduce" });
  const moving = () => {
    const inside = document.querySelector("#viewer").firstElementChild.shadowRoot;
    return [document, inside].flatMap((root) =>
      [...root.querySelectorAll("*")].filter(
        (element) => Number.parseFloat(getComputedStyle(element).transitionDuration) > 0,
      ),
    ).length;
  };
  assert.equal(await page.evaluate(moving), 0);
  await page.emulateMedia({ reducedMotion: "no-preference" });
  assert.ok((await page.evaluate(moving)) > 0);
  await finish(page);
});

test("the tool in the hand is told from the others in the colours of the system as well", async () => {
  const page = await open({ forcedColors: "active" });
  const ink = (tool) => page.locator(`[data-drag="${tool}"]`).evaluate((button) => getComputedStyle(button).color);
  await page.waitForSelector('[data-drag="window"][aria-pressed=true]');
  assert.notEqual(await ink("window"), await ink("pan"));
  await finish(page);
});

test("on a phone: tools are a row, the list lies over the picture, a finger measures", async () => {
  const page = await withStudy({ viewport: { width: 412, height: 860 }, hasTouch: true });
  await page.tap('[data-drag="length"]');
  await page.waitForSelector('[data-drag="length"][aria-pressed=true]');
  const { x, y, width, height } = await page.locator("#viewer").boundingBox();
  const session = await page.context().newCDPSession(page);
  let timestamp = Date.now() / 1000;
  const touch = (type, ...points) => {
    timestamp += 0.02;
    const touchPoints = points.map(([across, down], id) => ({ x: x + across * width, y: y + down * height, id }));
    return session.send("Input.dispatchTouchEvent", { type, timestamp, touchPoints });
  };
  // A quick finger, of 20 ms between one point and the next: the tap that follows is not lost.
  await touch("touchStart", [0.3, 0.4]);
  for (const across of [0.4, 0.5, 0.6, 0.7]) await touch("touchMove", [across, 0.5]);
  await touch("touchEnd");
  await page.waitForFunction(() => window.noctisViewer.annotations.list.length === 1);
  // What is asked at the edge is asked within it.
  await page.tap('[data-drag="calibrate"]');
  await page.waitForSelector('[data-drag="calibrate"][aria-pressed=true]');
  await touch("touchStart", [0.5, 0.2]);
  await touch("touchMove", [0.7, 0.2]);
  await touch("touchMove", [0.95, 0.2]);
  await touch("touchEnd");
  await page.waitForSelector(".prompt");
  const asked = await page.locator(".prompt").boundingBox();
  assert.ok(asked.x >= x && asked.x + asked.width <= x + width, `${asked.x}, ${asked.width}`);
  await check(page, "phone-question");
  await page.keyboard.press("Escape");
  await page.click('[data-tool="list"]');
  await page.waitForSelector(".annotation");
  await check(page, "phone");
  await page.click("#panel-close");
  // Help is read from the top down.
  await page.click('[data-tool="help"]');
  assert.ok(await page.evaluate(() => document.querySelector("#keys").scrollWidth <= innerWidth));
  await page.keyboard.press("Escape");
  // On its side the picture has most of the screen.
  await page.setViewportSize({ width: 860, height: 412 });
  await check(page, "phone-aside");
  const aside = await page.locator("#viewer").boundingBox();
  assert.ok(aside.height > 0.6 * 412 && aside.width > 0.6 * 860, `${aside.width} x ${aside.height}`);
  await finish(page);
});
