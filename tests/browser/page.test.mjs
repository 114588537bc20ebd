/** The page of examples/viewer over the real gateway: what arrives, what is dropped, what cannot be shown. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { openPage } from "./lib/browser.mjs";
import { finish, fixture } from "./lib/fixture.mjs";
import { startGateway } from "./lib/gateway.mjs";

const shared = fixture();
const SLICES = Array.from({ length: 12 }, (_, index) => `ascending-${String(index).padStart(2, "0")}.dcm`);
let gateway;

before(async () => {
  await shared.ready;
  gateway = await startGateway(shared.inputs);
});
after(() => gateway?.close());

async function open(query = "") {
  const page = await openPage(shared.browser, { viewport: { width: 1280, height: 800 } });
  page.said = [];
  page.on("console", (message) => page.said.push(message.text()));
  await page.goto(`${gateway.url}/${query}`);
  await page.waitForFunction(() => window.noctisViewer);
  await page.waitForSelector("#connection[data-state=live]");
  return page;
}

const file = (name) => path.join(shared.inputs, name);

test("empty: the page says what to do", async () => {
  const page = await open();
  await page.waitForSelector("#empty:not([hidden])");
  assert.match(await page.innerText("#empty"), /Waiting for a study/);
  await page.waitForFunction(() => document.querySelector("#backend").innerText === "WebGPU");
  await finish(page);
});

test("a study opens while it arrives, and the time from event to drawable frame is printed", async () => {
  const page = await open();
  await gateway.send(SLICES[0]);
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 1);
  for (const name of SLICES.slice(1)) await gateway.send(name);
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  await page.waitForFunction(() => document.querySelector(".study-state")?.textContent === "12 images");
  assert.match(await page.innerText(".study-head"), /TEST, QUADRANT/);
  assert.match(await page.innerText(".series"), /ascending\s*12/);
  await page.waitForFunction(() => window.noctisArrival.samples.length === 12);
  const samples = await page.evaluate(() => window.noctisArrival.samples);
  for (const ms of samples) assert.ok(ms >= -1 && ms < 60_000, `${samples}`);
  await page.waitForFunction(() => document.querySelector("#progress").hidden);
  const said = await waitFor(() => page.said.find((text) => text.endsWith("n=12")));
  assert.match(said, /^arrival to drawable: median \d+ ms, p95 \d+ ms, n=12$/);
  await finish(page);
});

async function waitFor(find) {
  for (let turn = 0; turn < 100; turn += 1) {
    const found = find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not come");
}

test("a stored study opens at its middle; another one that arrives is listed and does not take its place", async () => {
  const page = await open("?backend=webgl2");
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  const { backend, sliceIndex } = await page.evaluate(() => window.noctisViewer.state);
  assert.equal(backend, "webgl2");
  // Six objects are read at the same time, from the middle outwards: one of them is the first.
  assert.ok(sliceIndex >= 2 && sliceIndex <= 8, `slice ${sliceIndex}`);
  const study = "1.2.826.0.1.3680043.10.1";
  const { series_instance_uid: series, sop_instance_uid: sop } = gateway.events["second-0.dcm"];
  await gateway.send("second-0.dcm", {
    event_id: "00000000-0000-5000-8000-000000000001",
    study_instance_uid: study,
    path: `${study}/${series}/${sop}.dcm`,
    canary: true,
  });
  await page.waitForFunction(() => document.querySelectorAll(".study").length === 2);
  assert.equal(await page.evaluate(() => window.noctisViewer.state.sliceCount), 12);
  // The one is a test, the other a patient; both have a small picture of the gateway.
  await page.waitForSelector(`[data-study="${study}"] .canary:not([hidden])`);
  assert.equal(await page.locator(".canary:visible").count(), 1);
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll(".study-head .thumb img, .series:not([hidden]) .thumb img")];
    return pictures.length === 3 && pictures.every(({ src, naturalWidth }) => /dicomweb/.test(src) && naturalWidth > 0);
  });
  await page.click(`[data-study="${study}"] .study-head`);
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 1);
  await finish(page);
});

test("a gateway that draws no small pictures: those of what is open are made here", async () => {
  const page = await openPage(shared.browser, { viewport: { width: 1280, height: 800 } });
  await page.route(/\/thumbnail\?/, (route) => route.fulfill({ status: 501 }));
  await page.goto(`${gateway.url}/?backend=cpu&study=${gateway.events[SLICES[0]].study_instance_uid}`);
  // Of the study and of its series; the other study has letters.
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll(".thumb img")];
    return pictures.length === 2 && pictures.every(({ src }) => src.startsWith("blob:"));
  });
  await finish(page, /501/);
});

test("?study= opens that study", async () => {
  const page = await open("?study=1.2.826.0.1.3680043.10.1");
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 1);
  await finish(page);
});

test("what takes long can be stopped: what has been read stays", async () => {
  const page = await openPage(shared.browser, { viewport: { width: 1400, height: 900 } });
  let read = 0;
  // Four objects come, the others never.
  await page.route(/\/instances\/[^/]+\/file$/, (route) => {
    read += 1;
    if (read <= 4) void route.continue();
  });
  const { study_instance_uid: study } = gateway.events[SLICES[0]];
  await page.goto(`${gateway.url}/?backend=cpu&study=${study}`);
  await page.waitForFunction(() => window.noctisViewer?.state.sliceCount === 4);
  await page.click("#stop");
  await page.waitForSelector("#stop", { state: "hidden" });
  await page.waitForSelector("#progress", { state: "hidden" });
  assert.equal(await page.evaluate(() => window.noctisViewer.state.sliceCount), 4);
  await finish(page);
});

test("a gateway that goes away and comes back: the page says so, and misses nothing", async () => {
  const page = await open(`?study=${gateway.events[SLICES[0]].study_instance_uid}`);
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  await gateway.stop();
  await page.waitForSelector("#connection[data-state=lost]");
  await gateway.restart();
  await gateway.send("frames.dcm");
  await page.waitForSelector("#connection[data-state=live]");
  await page.waitForFunction(() => window.noctisViewer.series.length === 2);
  await finish(page, /ERR_|Failed to load/);
});

test("files of this computer: series are listed, and what cannot be shown is named", async () => {
  const page = await open("?study=none");
  const bad = ["text.dcm", "truncated.dcm", "no-pixels.dcm"];
  await page.setInputFiles("#file-input", [...SLICES, "second-0.dcm", "second-1.dcm", ...bad].map(file));
  await page.waitForFunction(
    () => window.noctisViewer.series.length === 2 && window.noctisViewer.state.sliceCount === 12,
  );
  await page.waitForFunction(() => document.querySelectorAll(".toast").length === 3);
  const kinds = await page.evaluate(() =>
    [...document.querySelectorAll(".toast")].map(({ dataset }) => dataset.kind).sort(),
  );
  assert.deepEqual(kinds, ["malformed", "no-pixel-data", "truncated"]);
  const said = await page.innerText("#toasts");
  assert.match(said, /malformed: /);
  assert.match(said, /are read by Import/);
  await page.waitForFunction(() => document.querySelector("#progress").hidden);
  await page.waitForFunction(() => document.querySelectorAll("[data-study^=local] .series button").length === 2);
  const rows = page.locator("[data-study^=local] .series button");
  await rows.nth(1).click();
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 2);
  await finish(page);
});

test("a folder that is dropped: all that is in it is read, however deep", async () => {
  const page = await open("?study=none&backend=cpu");
  const folder = await mkdtemp(path.join(tmpdir(), "noctis-dropped-"));
  await mkdir(path.join(folder, "series/more"), { recursive: true });
  for (const [index, name] of SLICES.slice(0, 6).entries())
    await cp(file(name), path.join(folder, index % 2 ? "series" : "series/more", name));
  const session = await page.context().newCDPSession(page);
  const drag = (type) =>
    session.send("Input.dispatchDragEvent", {
      type,
      x: 700,
      y: 400,
      data: { items: [], files: [folder], dragOperationsMask: 1 },
    });
  await drag("dragEnter");
  await drag("dragOver");
  await page.waitForSelector("#drop:not([hidden])");
  await drag("drop");
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 6);
  assert.ok(await page.isHidden("#drop"));
  await rm(folder, { recursive: true });
  await finish(page);
});

test("tools: presets, toggles and the slider act on the viewer and show its state", async () => {
  const page = await open();
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  await page.click('[data-tool="presets"]');
  await page.click('[data-preset="Bone"]');
  assert.deepEqual(
    await page.evaluate(() => [window.noctisViewer.state.window.center, window.noctisViewer.state.window.width]),
    [480, 2500],
  );
  await page.waitForSelector('[data-preset="Bone"][aria-pressed=true]', { state: "attached" });
  assert.match(await page.innerText('[data-tool="presets"]'), /Bone/);
  await page.keyboard.press("4");
  assert.equal(await page.evaluate(() => window.noctisViewer.state.window.width), 400);
  await page.click('[data-tool="invert"]');
  await page.waitForSelector('[data-tool="invert"][aria-pressed=true]');
  await page.click('[data-tool="reset"]');
  await page.waitForSelector('[data-tool="invert"][aria-pressed=false]');
  await page.fill("#slider", "11");
  await page.waitForFunction(() => window.noctisViewer.state.sliceIndex === 11);
  await page.keyboard.press("?");
  await page.waitForSelector("#help[open]");
  await finish(page);
});

test("layouts: series fill the viewports, go to the active one by a click and to any by a drop, and can be linked", async () => {
  const page = await open("?study=none");
  await page.click('[data-tool="layout-2x2"]');
  await page.waitForSelector('[data-tool="layout-2x2"][aria-pressed=true]');
  const thick = Array.from({ length: 6 }, (_, index) => `thick-${index}.dcm`);
  await page.setInputFiles("#file-input", [...SLICES, ...thick].map(file));
  const shown = () =>
    page.evaluate(() =>
      window.noctisViewer.viewports.map(
        ({ state }) =>
          window.noctisViewer.series.find(({ seriesInstanceUid: uid }) => uid === state.seriesInstanceUid)?.description,
      ),
    );
  await page.waitForFunction(
    () => window.noctisViewer.series.reduce((sum, { sliceCount }) => sum + sliceCount, 0) === 18,
  );
  assert.deepEqual((await shown()).toSorted(), ["ascending", "thick", undefined, undefined]);
  await page.waitForSelector("#waiting", { state: "hidden" });
  await page.waitForSelector("#empty", { state: "hidden" });
  // Viewports without a series say what to do about it.
  const hints = () =>
    page.evaluate(() => [...document.querySelectorAll(".hints > p")].map((hint) => hint.innerText !== ""));
  assert.deepEqual(
    await hints(),
    (await shown()).map((series) => series === undefined),
  );
  const row = page.locator("[data-study^=local] .series button", { hasText: "thick" });
  const { x, y, width, height } = await page.locator("#viewer").boundingBox();
  await page.mouse.click(x + width * 0.2, y + height * 0.8);
  await row.click();
  assert.equal((await shown())[2], "thick");
  await row.dragTo(page.locator("#viewer"), { targetPosition: { x: width * 0.8, y: height * 0.8 } });
  assert.equal((await shown())[3], "thick");
  await page.waitForSelector(".hints", { state: "hidden" });
  assert.equal(await page.evaluate(() => window.noctisViewer.activeViewport.index), 3);
  await page.click('[data-tool="link"]');
  await page.evaluate(() => window.noctisViewer.viewports[2].renderSlice(4));
  const indices = await page.evaluate(() => window.noctisViewer.viewports.map(({ state }) => state.sliceIndex));
  assert.deepEqual(indices.toSorted(), [4, 4, 4, 8]);
  await finish(page);
});

test("planes: of the series by a button and a key, and back again", async () => {
  const page = await open("?study=none");
  await page.setInputFiles("#file-input", SLICES.map(file));
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  await page.click('[data-tool="layout-mpr"]');
  await page.waitForSelector('[data-tool="layout-mpr"][aria-pressed=true]');
  const kinds = () =>
    page.evaluate(() => window.noctisViewer.viewports.map(({ state }) => state.plane?.name ?? state.kind));
  assert.deepEqual(await kinds(), ["axial", "sagittal", "coronal", "stack"]);
  await page.click('[data-tool="layout-1x1"]');
  await page.waitForSelector('[data-tool="layout-1x1"][aria-pressed=true]');
  assert.deepEqual(await kinds(), ["stack"]);
  await page.keyboard.press("m");
  await page.waitForSelector('[data-tool="layout-mpr"][aria-pressed=true]');
  await page.keyboard.press("m");
  await page.waitForSelector('[data-tool="layout-1x1"][aria-pressed=true]');
  assert.deepEqual(await kinds(), ["stack"]);
  await finish(page);
});

test("three dimensions: by a button and a key, with presets and without bone, and back again", async () => {
  const page = await open("?study=none");
  await page.setInputFiles("#file-input", SLICES.map(file));
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  const looks = page.locator('[aria-label="Three dimensions"]');
  assert.equal(await looks.isVisible(), false);
  await page.click('[data-tool="layout-3d"]');
  await page.waitForSelector('[data-tool="layout-3d"][aria-pressed=true]');
  await page.waitForSelector('[data-look="Bone"][aria-pressed=true]');
  assert.equal(await page.locator('[aria-label="CT presets"]').isVisible(), false);
  await page.click('[data-look="MIP"]');
  await page.waitForSelector('[data-look="MIP"][aria-pressed=true]');
  await page.waitForSelector('[data-look="Bone"][aria-pressed=false]');
  await page.click('[data-look="No bone"]');
  await page.waitForSelector('[data-look="No bone"][aria-pressed=true]');
  const { box, normal } = await page.evaluate(() => {
    const { activeViewport, state } = window.noctisViewer;
    const { left, top } = document.querySelector("#viewer").getBoundingClientRect();
    const { x, y, width, height } = activeViewport.box;
    return { box: [left + x + width / 2, top + y + height / 2], normal: state.volume.normal };
  });
  // The left button turns, whatever it does in two dimensions.
  await page.mouse.move(...box);
  await page.mouse.down();
  await page.mouse.move(box[0] + 60, box[1]);
  await page.mouse.up();
  assert.notDeepEqual(await page.evaluate(() => window.noctisViewer.state.volume.normal), normal);
  await page.keyboard.press("o");
  await page.waitForSelector('[data-tool="layout-3d"][aria-pressed=false]');
  assert.equal(await page.evaluate(() => window.noctisViewer.state.kind), "stack");
  assert.equal(await looks.isVisible(), false);
  // Beside planes it takes the place of the slices.
  await page.keyboard.press("m");
  await page.waitForSelector('[data-tool="layout-mpr"][aria-pressed=true]');
  await page.keyboard.press("o");
  await page.waitForFunction(() => window.noctisViewer.viewports[3].state.kind === "volume");
  await finish(page);
});

test("patient data: never in titles, and gone from the page when it is hidden", async () => {
  const page = await open();
  await page.waitForFunction(() => window.noctisViewer.state.sliceCount === 12);
  const everything = () =>
    page.evaluate(() => {
      const { innerText } = document.querySelector("#viewer").firstElementChild.shadowRoot.querySelector(".frame");
      return `${document.body.innerText}\n${innerText}`;
    });
  assert.doesNotMatch((await page.title()) + (await page.innerText("#title")), /QUADRANT|Q-1/);
  assert.match(await everything(), /QUADRANT/);
  await page.click("#privacy");
  await page.waitForSelector("#privacy[aria-pressed=true]");
  await page.waitForFunction(() => document.querySelector(".study-name").textContent === "Patient hidden");
  assert.doesNotMatch(await everything(), /QUADRANT|Q-1|2026-11-24/);
  await finish(page);
});
