/** Annotations in planes, in files, and what else is a tool: calibration, windows of regions, cine, corner text. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { assertNear, at, drag, isMark, list, newest, numberOf, opened, take } from "./lib/annotating.mjs";
import { assertGrey, BACKENDS, finish, fixture, SERIES, screen } from "./lib/fixture.mjs";
import { python, root } from "./lib/paths.mjs";
import { readPng } from "./lib/png.mjs";

const shared = fixture();
const shots = path.join(root, "target/screenshots");

async function keep(page, name) {
  await mkdir(shots, { recursive: true });
  await writeFile(path.join(shots, `${name}.png`), await page.screenshot());
}

/** Until all slices are in the volume. */
const whole = (page) =>
  page.waitForFunction(() => {
    const planes = window.viewer.viewports.map(({ state }) => state.plane).filter(Boolean);
    return planes.length > 0 && planes.every(({ progress }) => progress.slices === progress.of);
  });

/** Where a patient point is on the page. */
const seenAt = (page, viewport, point) =>
  page.evaluate(
    ([index, mm]) => {
      const { box } = window.viewer.viewports[index];
      const [x, y] = window.viewer.viewports[index].elementFromPatient(mm);
      return [box.x + x, box.y + y];
    },
    [viewport, point],
  );

/** Adds one of each on the slice that is shown. */
const addSome = (page) =>
  page.evaluate(async () => {
    const { annotations } = window.viewer;
    await annotations.add({
      tool: "length",
      points: [
        [7, 12],
        [22, 20],
      ],
      label: '=1+1, "quoted"',
    });
    await annotations.add({
      tool: "ellipse",
      points: [
        [10, 40],
        [20, 60],
      ],
    });
    await annotations.add({
      tool: "cobb",
      points: [
        [5, 5],
        [25, 5],
        [5, 10],
        [25, 30],
      ],
    });
    await annotations.add({ tool: "text", points: [[50, 50]], label: "words" });
  });

/** The bytes of an export. */
async function exported(page, format, options) {
  const bytes = await page.evaluate(
    async ([name, given]) => [
      ...new Uint8Array(await (await window.viewer.exportAnnotation(name, given)).arrayBuffer()),
    ],
    [format, options],
  );
  return Buffer.from(bytes);
}

/** Runs Python with a file, and gives what it prints. */
async function inPython(name, bytes, code) {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "noctis-export-")), name);
  await writeFile(file, bytes);
  return execFileSync(python, ["-c", code, file, root], { encoding: "utf8" }).trim();
}

for (const backend of BACKENDS) {
  describe(backend, () => {
    test("planes: what is made on a slice is seen on the plane through it, and the other way round", async () => {
      const page = await opened(shared, { backend, overlay: false });
      await page.evaluate(() => window.viewer.setLayout("mpr"));
      await whole(page);
      await page.evaluate(() => window.viewer.viewports[3].activate());
      await page.evaluate(() => window.viewer.viewports[3].renderSlice(6));
      await page.evaluate(() =>
        window.viewer.annotations.add({
          tool: "length",
          points: [
            [10, 20],
            [40, 20],
          ],
        }),
      );
      await page.evaluate(() => window.viewer.annotations.select(undefined));
      let picture = await screen(page);
      for (const [index, isThere] of [
        [0, true],
        [3, true],
        [2, false],
      ]) {
        const point = await seenAt(page, index, [20, 20, 15]);
        assert.equal(isMark(picture, point), isThere, `viewport ${index} at ${point}`);
      }
      // Half a slice away it is still there, further away it is not.
      await page.evaluate(() => window.viewer.setCrosshair([32, 32, 16.2]));
      assert.ok(isMark(await screen(page), await seenAt(page, 0, [20, 20, 15])));
      await page.evaluate(() => window.viewer.setCrosshair([32, 32, 17.5]));
      assert.ok(!isMark(await screen(page), await seenAt(page, 0, [20, 20, 15])));

      // Upright on the coronal plane, where a pixel is 1 mm by 2.5 mm: from one grey into another.
      await page.evaluate(() => window.viewer.setCrosshair([32, 20, 15]));
      await screen(page);
      await take(page, "length");
      await drag(page, [await seenAt(page, 2, [10, 20, 1]), await seenAt(page, 2, [34, 20, 19])]);
      const made = await newest(page, 2);
      // A mouse points to whole pixels, which are a quarter of a millimetre.
      assertNear(numberOf(made, "length"), 30, 0.4);
      assert.equal(made.plane.right.length, 3);
      for (const [index, mm] of [
        [10, 20, 1],
        [34, 20, 19],
      ].entries()) {
        for (const axis of [0, 1, 2]) assertNear(made.patientPoints[index][axis], mm[axis], 0.3);
      }
      await take(page, "rectangle");
      await drag(page, [await seenAt(page, 2, [4.5, 20, 6]), await seenAt(page, 2, [24.5, 20, 24])]);
      const region = await newest(page, 3);
      assertNear(numberOf(region, "area"), 20 * 18, 10);
      assert.ok(numberOf(region, "mean") > 41 && numberOf(region, "mean") < 51, `${numberOf(region, "mean")}`);
      await page.evaluate(() => window.viewer.annotations.select(undefined));
      picture = await screen(page);
      assert.ok(isMark(picture, await seenAt(page, 2, [4.5, 20, 15])));
      await keep(page, `annotations-mpr-${backend}`);
      await finish(page);
    });
  });
}

test("what comes from a file without places in the patient is seen on planes by its image", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  await page.evaluate(async () => {
    const { annotations } = window.viewer;
    await annotations.add({
      tool: "length",
      points: [
        [10, 20],
        [40, 20],
      ],
    });
    const set = JSON.parse(await (await window.viewer.exportAnnotation("json")).text());
    annotations.clear();
    for (const annotation of set.annotations) {
      delete annotation.patientPoints;
      delete annotation.anchor.frameOfReferenceUid;
    }
    await window.viewer.importAnnotations(set);
    await window.viewer.setLayout("mpr");
  });
  await whole(page);
  const [{ uid }] = await list(page);
  await page.evaluate((one) => window.viewer.annotations.select(one, { show: true }), uid);
  await page.evaluate(() => window.viewer.annotations.select(undefined));
  assert.deepEqual(await page.evaluate(() => [window.viewer.state.kind, ...window.viewer.crosshair]), [
    "plane",
    25,
    20,
    12.5,
  ]);
  assert.ok(isMark(await screen(page), await seenAt(page, 0, [20, 20, 12.5])));
  await finish(page);
});

test("select with show goes to the slice, or to a plane through it", async () => {
  const page = await opened(shared, { backend: "cpu" });
  await addSome(page);
  const [first] = await list(page);
  await page.evaluate(() => window.viewer.renderSlice(0));
  await page.evaluate((uid) => window.viewer.annotations.select(uid, { show: true }), first.uid);
  assert.equal(await page.evaluate(() => window.viewer.state.sliceIndex), 5);
  await page.evaluate(() => window.viewer.setPlane("coronal"));
  await whole(page);
  await page.evaluate((uid) => window.viewer.annotations.select(uid, { show: true }), first.uid);
  assert.deepEqual(
    (await page.evaluate(() => window.viewer.crosshair)).map((mm) => Math.round(mm * 10) / 10),
    [14.5, 16, 12.5],
  );
  await finish(page);
});

test("exports: JSON by the schema, CSV, a report that pydicom reads, a PNG; and all of it comes back", async () => {
  const page = await opened(shared, { backend: "cpu", overlay: false });
  await addSome(page);
  const all = await list(page);
  const json = await exported(page, "json");
  assert.deepEqual(JSON.parse(json).annotations, all);
  const check = `
import json, sys, pathlib, jsonschema
schema = json.loads((pathlib.Path(sys.argv[2]) / "schemas/annotations.v1.json").read_text())
jsonschema.Draft202012Validator(schema).validate(json.loads(open(sys.argv[1]).read()))
print("valid")`;
  assert.equal(await inPython("set.json", json, check), "valid");
  const one = JSON.parse(await exported(page, "json", { uids: [all[1].uid] }));
  assert.deepEqual(one.annotations, [all[1]]);

  const rows = (await exported(page, "csv")).toString().trim().split("\r\n");
  assert.match(rows[0], /^annotation,tool,label,/);
  assert.match(rows[1], /length,"'=1\+1, ""quoted"""/);
  assert.ok(rows.length > 8, `${rows.length} rows`);

  const report = await exported(page, "sr", { observer: "Doe^Jane" });
  const read = `
import sys, pydicom
ds = pydicom.dcmread(sys.argv[1])
print(ds.SOPClassUID.name, ds.ContentTemplateSequence[0].TemplateIdentifier, ds.PatientID, ds.Modality)`;
  assert.equal(await inPython("report.dcm", report, read), "Comprehensive 3D SR Storage 1500 Q-1 SR");

  const picture = readPng(await exported(page, "png"));
  assert.deepEqual([picture.width, picture.height], [512, 512]);
  assert.ok(isMark(picture, [14 * 8 + 4, 16 * 8]), "no line");
  assertGrey(picture, at(50, 20), 95);

  const again = (given) => page.evaluate((input) => window.viewer.importAnnotations(new Uint8Array(input)), given);
  assert.deepEqual(await again([...json]), { added: 0, known: 4, warnings: [] });
  await page.evaluate(() => window.viewer.annotations.clear());
  assert.deepEqual(await again([...json]), { added: 4, known: 0, warnings: [] });
  assert.deepEqual(await list(page), all);
  await page.evaluate(() => window.viewer.annotations.clear());
  assert.equal((await again([...report])).added, 4);
  const back = await list(page);
  assert.deepEqual(
    back.map(({ uid, tool }) => [uid, tool]),
    all.map(({ uid, tool }) => [uid, tool]),
  );
  for (const [index, { points }] of back.entries()) {
    for (const [number, point] of points.entries()) {
      for (const axis of [0, 1]) assertNear(point[axis], all[index].points[number][axis], 1e-3);
    }
  }
  const empty = await page.evaluate(() => {
    window.viewer.annotations.clear();
    return window.viewer.exportAnnotation("sr").catch(({ kind }) => kind);
  });
  assert.equal(empty, "invalid-argument");
  const refused = await page.evaluate(() => window.viewer.importAnnotations("{}").catch(({ kind }) => kind));
  assert.equal(refused, "malformed");
  const senseless = await page.evaluate(() => window.viewer.importAnnotations(42).catch(({ kind }) => kind));
  assert.equal(senseless, "invalid-argument");
  await finish(page);
});

test("autosave: once after a burst, and at once when the viewer goes", async () => {
  const page = await shared.open();
  await page.evaluate(() => {
    window.saved = [];
    const onAnnotationsChanged = ({ annotations }, revision) => window.saved.push([annotations.length, revision]);
    return window.start({ backend: "cpu", onAnnotationsChanged });
  });
  await page.evaluate((urls) => window.load(urls), SERIES);
  await addSome(page);
  await page.waitForFunction(() => window.saved.length > 0);
  assert.deepEqual(await page.evaluate(() => window.saved), [[4, 4]]);
  await page.evaluate(() => window.viewer.annotations.undo());
  await page.evaluate(() => window.viewer.destroy());
  assert.deepEqual(await page.evaluate(() => window.saved), [
    [4, 4],
    [3, 5],
  ]);
  await finish(page);
});

test("calibration by a known length: by the tool and by a call; measured again, and the scale bar follows", async () => {
  const page = await opened(shared, { backend: "cpu" });
  const bar = () =>
    page.evaluate(() => {
      const { shadowRoot } = document.querySelector("#viewer").firstElementChild;
      const scale = shadowRoot.querySelector(".scale");
      return [scale.querySelector("i").getBoundingClientRect().width, scale.innerText.trim()];
    });
  assert.deepEqual(await bar(), [80, "1 cm"]);
  await page.evaluate(() =>
    window.viewer.annotations.add({
      tool: "length",
      points: [
        [10, 10],
        [30, 10],
      ],
    }),
  );
  await take(page, "calibrate");
  await drag(page, [at(10, 40), at(20, 40)]);
  await page.keyboard.type("20");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.viewer.annotations.list[0].revision === 2);
  const [twice] = await list(page);
  assertNear(numberOf(twice, "length"), 40);
  assert.equal(twice.measurements[0].source, "user");
  await page.evaluate(() => window.viewer.setView({ zoom: 1.0001 }));
  await screen(page);
  const [width, text] = await bar();
  assert.ok(Math.abs(width - 80) < 0.1 && text.startsWith("2 cm"), `${width} ${text}`);
  // Taken back and made again, as what was measured with it.
  await page.keyboard.press("Control+z");
  assertNear(numberOf((await list(page))[0], "length"), 20);
  assert.equal((await bar())[1], "1 cm");
  await page.keyboard.press("Control+y");
  assertNear(numberOf((await list(page))[0], "length"), 40);
  assert.match((await bar())[1], /^2 cm/);
  // The same object, loaded anew.
  assert.equal((await page.evaluate((urls) => window.load(urls), SERIES)).loaded, SERIES.length);
  await page.evaluate(() => window.viewer.renderSlice(5));
  await screen(page);
  assert.match((await bar())[1], /^2 cm/);
  await page.evaluate(() => window.viewer.calibrate(undefined));
  assertNear(numberOf((await list(page))[0], "length"), 20);
  const refused = await page.evaluate(() =>
    window.viewer.calibrate({ from: [1, 1], to: [2, 1], mm: -3 }).catch(({ kind }) => kind),
  );
  assert.equal(refused, "invalid-argument");
  await finish(page);
});

test("a window for what is in a region", async () => {
  const page = await opened(shared, { backend: "cpu" });
  await take(page, "auto-window");
  await drag(page, [at(20, 10), at(44, 20)]);
  await page.waitForFunction(() => window.viewer.state.window.width !== 256);
  const { window: found } = await page.evaluate(() => window.viewer.state);
  assertNear(found.center, 70, 1);
  assertNear(found.width, 50, 1);
  assert.deepEqual(await list(page), []);
  await finish(page);
});

test("cine: plays as fast as was asked for, loops, and stops when somebody does anything", async () => {
  const page = await opened(shared, { backend: "cpu" });
  await page.evaluate(() => window.viewer.playCine({ framesPerSecond: 40 }));
  assert.deepEqual(await page.evaluate(() => window.viewer.state.cine), { framesPerSecond: 40, repeat: "loop" });
  await page.waitForFunction(() =>
    window.seen
      .filter(({ type }) => type === "drawn")
      .slice(-30)
      .map(({ event }) => event.sliceIndex)
      .join()
      .includes("11,0,1"),
  );
  await page.mouse.move(200, 200);
  await page.mouse.wheel(0, 100);
  await page.waitForFunction(() => !window.viewer.state.cine);
  await page.evaluate(() => window.viewer.playCine({ framesPerSecond: 100, repeat: "once" }));
  await page.waitForFunction(() => !window.viewer.state.cine && window.viewer.state.sliceIndex === 11);
  await page.evaluate(() => window.viewer.focus());
  await page.keyboard.press(" ");
  await page.waitForFunction(() => window.viewer.state.cine?.framesPerSecond === 10);
  await page.keyboard.press(" ");
  await page.waitForFunction(() => !window.viewer.state.cine);
  const refused = await page.evaluate(() => window.viewer.playCine({ framesPerSecond: 0 }).catch(({ kind }) => kind));
  assert.equal(refused, "invalid-argument");
  await finish(page);
});

test("corner text from a template; what identifies the patient goes with the patient", async () => {
  const overlayTemplate = { topLeft: ["{PatientName}  {PatientID}", "Series {SeriesNumber}"], topRight: [] };
  const page = await opened(shared, { backend: "cpu", overlayTemplate });
  const text = await page.evaluate(() => window.text());
  assert.match(text, /TEST, QUADRANT {2}Q-1\nSeries 1/);
  assert.doesNotMatch(text, /Browser tests/);
  assert.match(text, /Slice 6 \/ 12/);
  await page.evaluate(() => window.viewer.setOverlay({ patient: false }));
  const hidden = await page.evaluate(() => window.text());
  assert.match(hidden, /Series 1/);
  assert.doesNotMatch(hidden, /QUADRANT|Q-1/);
  await finish(page);
});

test("a small picture of any series", async () => {
  const page = await opened(shared, { backend: "cpu" });
  const bytes = await page.evaluate(async () => {
    const [{ seriesInstanceUid }] = window.viewer.series;
    const blob = await window.viewer.thumbnail(seriesInstanceUid, { width: 64, height: 64 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  const picture = readPng(Buffer.from(bytes));
  assertGrey(picture, [16, 16], 46);
  assertGrey(picture, [48, 48], 226);
  await finish(page);
});
