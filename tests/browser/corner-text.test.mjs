/** Corner text of any attribute: what is loaded for it, what each frame says, and what goes with the patient. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { finish, fixture, SERIES } from "./lib/fixture.mjs";
import { dist, pydicomFiles, python, root } from "./lib/paths.mjs";

const shared = fixture();

/** A viewer that shows a file with this in its left upper corner. */
async function shown(lines, files) {
  const page = await shared.open({ backend: "cpu", overlayTemplate: { topLeft: lines } });
  await page.evaluate((urls) => window.load(urls), files);
  return page;
}

/** Waits until the page says this. */
async function until(page, read, wanted) {
  const isSaid = async () => JSON.stringify(await page.evaluate(read)) === JSON.stringify(wanted);
  for (let tries = 0; tries < 100 && !(await isSaid()); tries += 1) await page.waitForTimeout(50);
  assert.deepEqual(await page.evaluate(read), wanted);
}

/** Waits for the lines of the corner. */
const says = (page, ...lines) =>
  until(
    page,
    () => {
      const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
      return [...shadowRoot.querySelectorAll(".tl > span")].map(({ textContent }) => textContent);
    },
    lines,
  );

async function loadedOf(page, what = /attributes/) {
  const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  return names.map((name) => name.split("/").at(-1)).filter((name) => what.test(name));
}

test("any keyword: from the object's header, without reading all of it; nothing of it is loaded before", async () => {
  const page = await shown(["{PatientName}  {Modality}"], SERIES.slice(0, 1));
  assert.deepEqual(await loadedOf(page), []);
  await finish(page);
  const lines = [
    "{KVP} kV  {ConvolutionKernel}",
    "{Manufacturer}",
    "{NoSuchKeyword}",
    "{AcquisitionDate}  {StationName}",
  ];
  const second = await shown(lines, ["/pydicom/CT_small.dcm"]);
  await says(second, "120 kV  STANDARD", "GE MEDICAL SYSTEMS", "", "1997-04-30  CT01_OC0");
  assert.equal((await loadedOf(second)).length, 2);
  // What may tell who it is goes: dates, and the name of the station.
  await second.evaluate(() => window.viewer.setOverlay({ patient: false }));
  await says(second, "120 kV  STANDARD", "GE MEDICAL SYSTEMS", "", "");
  await finish(second);
});

test("what a frame says comes before the object, names are read in its character set, from wherever it was loaded", async () => {
  const lines = ["{ExposureTimeInms} ms  {DistanceSourceToDetector} mm", "{ProtocolName}  {OperatorsName}"];
  const page = await shown(lines, []);
  for (const given of ["url", "bytes", "file"]) {
    await page.evaluate(async (kind) => {
      const bytes = await window.bytesOf("/inputs/grouped.dcm");
      const inputs = { url: "/inputs/grouped.dcm", bytes, file: new File([bytes], "grouped.dcm") };
      await window.load([inputs[kind]]);
    }, given);
    for (const [frame, time] of [
      [1, 101],
      [2, 500],
      [0, 100],
    ]) {
      await page.evaluate((index) => window.viewer.renderSlice(index), frame);
      await says(page, `${time} ms  949.25 mm`, "Head  Yamada, Tarou");
    }
  }
  await page.evaluate(() => window.viewer.setOverlay({ patient: false }));
  await says(page, "100 ms  949.25 mm", "");
  await finish(page);
});

test("the scale bar: marked in projections, in the units of an ultrasound region; loaded only where it has to be asked for", async () => {
  const page = await shared.open({ backend: "cpu" });
  const bar = () => {
    const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
    const [line, words] = shadowRoot.querySelector(".scale").children;
    return [line.hidden ? 0 : Number.parseFloat(line.style.width), words.textContent];
  };
  const shows = (px, text) => until(page, bar, [Math.round(px * 10) / 10, text]);
  // The picture is 8 CSS pixels a pixel.
  for (const [name, px, text] of [
    ["ascending-00", 80, "1 cm"],
    ["detector", (2 / 0.14) * 8, "2 mm at the detector"],
    ["fiducial", 80, "1 mm calibrated by an object of known size (FIDUCIAL)"],
    ["magnified", 100, "1 mm divided by the estimated magnification"],
    ["unknown", 0, "No scale: the pixel spacing is not known"],
    ["ultrasound", 80, "5 mm"],
  ]) {
    await page.evaluate((file) => window.load([file]), `/inputs/${name}.dcm`);
    await shows(px, text);
    if (name.startsWith("asc")) assert.equal((await loadedOf(page, /legend|measure/)).length, 0);
  }
  await page.evaluate(() => window.viewer.setView({ pan: [-200, 0] }));
  await shows(80, "0.1 s");
  // Turned, the axis along the screen is the other one.
  await page.evaluate(() => window.viewer.setView({ rotation: 90, pan: [0, -200] }));
  await shows(80, "5 cm/s");
  assert.equal((await loadedOf(page)).length, 0);
  await finish(page);
});

test("the attributes of pydicom's files are what pydicom reads", async () => {
  const module = await import(path.join(dist, "noctis_attributes.js"));
  await module.default({ module_or_path: await readFile(path.join(dist, "noctis_attributes_bg.wasm")) });
  const script = path.join(root, "tests/browser/lib/attribute_texts.py");
  const output = execFileSync(python, [script, pydicomFiles()], { encoding: "utf8", maxBuffer: 2 ** 28 });
  let count = 0;
  for (const [file, texts] of Object.entries(JSON.parse(output))) {
    const { object } = JSON.parse(module.texts(await readFile(file), Object.keys(texts)));
    for (const [index, [keyword, text]] of Object.entries(texts).entries()) {
      const said = object[index] ?? "";
      // Numbers may be written with more digits.
      const numbers = (line) => line.split(", ").map((word) => Number(word).toPrecision(6));
      const isSame = said === text || numbers(said).join() === numbers(text).join();
      assert.ok(isSame, `${path.basename(file)} ${keyword}: ${said} instead of ${text}`);
      count += 1;
    }
  }
  assert.ok(count > 1500, `${count}`);
});
