/** A study from the modality to the lit pixel: real sender, receiver, gateway and page, on both GPU backends. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage } from "../browser/lib/browser.mjs";
import { readPng } from "../browser/lib/png.mjs";
import { phantom, reports, SENDERS, startStack } from "./lib/stack.mjs";

const SLICES = 40;
const WINDOWS = [
  { center: 50, width: 400 },
  { center: 500, width: 2500 },
];

let browser;
let folder;
let study;
const arrival = {};

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "noctis-phantom-"));
  study = await phantom(folder, { slices: SLICES, "slice-spacing": 3.75, tilt: 12 });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
  await writeFile(path.join(reports, "arrival.json"), JSON.stringify(arrival, null, 2));
});

/** Odd slices, then even ones: what comes later belongs between what is there. */
function shuffled(files) {
  const odd = files.filter((_, index) => index % 2 === 1).reverse();
  return [...odd, ...files.filter((_, index) => index % 2 === 0)];
}

/** Waits until the page has drawn a slice and knows of `count`. */
function showing(page, count) {
  return page.waitForFunction(
    (wanted) => window.noctisViewer?.state.phase === "showing" && window.noctisViewer.state.sliceCount === wanted,
    count,
  );
}

/** PS3.3 C.11.2.1.2.1, to 8 bits. */
function greyFromHu(hu, { center, width }) {
  const y = ((hu - (center - 0.5)) / (width - 1) + 0.5) * 255;
  return Math.floor(Math.min(255, Math.max(0, y)) + 0.5);
}

/** Inserts whose core, the inner half of the radius, holds the centre of a pixel of the nearest slice. */
function measurable({ inserts, couch_step_mm: step, spacing_mm: spacing }) {
  return inserts.flatMap((insert) => {
    const [slice, row, column] = insert.centre_index.map(Math.round);
    const [ds, dr, dc] = insert.centre_index.map((value, axis) => value - [slice, row, column][axis]);
    const off = Math.hypot(ds * step, Math.hypot(dr, dc) * spacing) + spacing;
    return off < insert.form.radius_mm / 2 ? [{ ...insert, slice, row, column }] : [];
  });
}

async function checkOrder(page) {
  const uids = await page.evaluate(
    (count) => Array.from({ length: count }, (_, index) => window.noctisViewer.instance(index).sopInstanceUid),
    SLICES,
  );
  const wanted = study.truth.instances.map(({ sop_instance_uid: uid }) => uid);
  assert.deepEqual(uids, wanted, "slices lie in the order of their positions");
}

async function checkGreys(page, name) {
  const inserts = measurable(study.truth);
  assert.ok(inserts.length >= 7, `only ${inserts.length} inserts can be measured`);
  let measured = 0;
  for (const wanted of WINDOWS) {
    for (const insert of inserts) {
      const [x, y] = await page.evaluate(
        async ({ wanted, slice, row, column }) => {
          const viewer = window.noctisViewer;
          viewer.applyWindowLevel(wanted);
          await viewer.renderSlice(slice);
          const [x, y] = viewer.elementFromImage(column, row);
          const box = document.getElementById("viewer").getBoundingClientRect();
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          return [box.x + x, box.y + y];
        },
        { wanted, ...insert },
      );
      const clip = { x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 };
      const found = readPng(await page.screenshot({ clip })).at(0, 0);
      const grey = greyFromHu(insert.hu, wanted);
      const message = `${name}: ${insert.name} at ${insert.hu} HU is ${found} instead of ${grey}`;
      assert.ok(
        found.every((value) => Math.abs(value - grey) <= 1),
        message,
      );
      measured += 1;
    }
  }
  assert.equal(measured, WINDOWS.length * inserts.length);
}

function percentile(sorted, share) {
  return sorted[Math.ceil(share * sorted.length) - 1];
}

/** Keeps the page's figures for the report; `line` is what the page printed when all slices were ready. */
async function keepArrival(page, name, line) {
  const samples = await page.evaluate(() => window.noctisArrival.samples);
  const sorted = samples.toSorted((a, b) => a - b);
  const [median, p95] = [percentile(sorted, 0.5), percentile(sorted, 0.95)].map(Math.round);
  arrival[name] = { median_ms: median, p95_ms: p95, slices: samples.length };
  console.log(`${name}: ${line}`);
  assert.equal(line, `arrival to drawable: median ${median} ms, p95 ${p95} ms, n=${SLICES}`);
}

for (const backend of ["webgpu", "webgl2"]) {
  for (const [sender, send] of Object.entries(SENDERS)) {
    test(`${sender} to ${backend}: slices appear while they arrive, in place, with the right greys`, async () => {
      const name = `${backend}-${sender}`;
      const stack = await startStack(name);
      const page = await openPage(browser, { viewport: { width: 1280, height: 860 } });
      try {
        await page.goto(`${stack.url}/?backend=${backend}`);
        await page.waitForFunction(() => window.noctisViewer !== undefined);
        // What comes before that is read from the list, and not measured.
        await page.waitForSelector('#connection[data-state="live"]');
        const printed = page.waitForEvent("console", (message) => message.text().endsWith(` n=${SLICES}`));
        await send(stack.port, shuffled(study.files), async () => {
          await showing(page, SLICES / 2);
          await page.screenshot({ path: path.join(reports, `${name}-half.png`) });
        });
        await showing(page, SLICES);
        assert.equal(await page.evaluate(() => window.noctisViewer.state.backend), backend);
        await keepArrival(page, name, (await printed).text());
        await checkOrder(page);
        await page.evaluate((slice) => window.noctisViewer.renderSlice(slice), SLICES / 2);
        await page.screenshot({ path: path.join(reports, `${name}.png`) });
        await page.evaluate(() => window.noctisViewer.setOverlay(false));
        await checkGreys(page, name);
        assert.deepEqual(page.complaints, []);
      } finally {
        await page.context().close();
        await stack.close();
      }
    });
  }
}

test("a page that is opened late shows the whole study", async () => {
  const stack = await startStack("late");
  const page = await openPage(browser);
  try {
    await SENDERS.storescu(stack.port, study.files, () => {});
    await page.goto(stack.url);
    await showing(page, SLICES);
    await checkOrder(page);
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.context().close();
    await stack.close();
  }
});
