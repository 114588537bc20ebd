import assert from "node:assert/strict";
import { test } from "node:test";
import { source } from "./source.mjs";

const { changedView, checkedWindow, draggedWindow, initialView, presetWindow } = await source("internal/view.ts");
const { edgeLetters, letters } = await source("internal/overlay/orientation.ts");
const { corners, DEFAULT_TEMPLATE, dicomDate, dicomTime, personName, windowText } =
  await source("internal/overlay/text.ts");

test("settings of a view are checked and normalised", () => {
  const first = initialView("linear");
  assert.equal(changedView(first, { rotation: -90 }).rotation, 270);
  assert.equal(changedView(first, { zoom: 1e9 }).zoom, 64);
  assert.throws(() => changedView(first, { zoom: 0 }), { kind: "invalid-argument" });
  assert.throws(() => changedView(first, { pan: [Number.NaN, 0] }), { kind: "invalid-argument" });
});

test("windows obey PS3.3 C.11.2.1", () => {
  assert.deepEqual(checkedWindow({ center: 40, width: 1 }), { center: 40, width: 1, function: "LINEAR" });
  assert.throws(() => checkedWindow({ center: 40, width: 0.5 }), { kind: "invalid-argument" });
  assert.equal(checkedWindow({ center: 0.5, width: 0.5, function: "LINEAR_EXACT" }).width, 0.5);
  assert.throws(() => checkedWindow({ center: 0, width: 0, function: "SIGMOID" }), { kind: "invalid-argument" });
  assert.throws(() => checkedWindow({ center: 0, width: 5, function: "CUBIC" }), { kind: "invalid-argument" });
});

test("a drag follows the width at its start and never leaves what is allowed", () => {
  const start = { center: 40, width: 400, function: "LINEAR" };
  assert.deepEqual(draggedWindow(start, 100, 20), { center: 60, width: 500, function: "LINEAR" });
  assert.equal(draggedWindow(start, -1e6, 0).width, 1);
});

test("presets are an object's windows, then its VOI LUTs", () => {
  const info = {
    windows: [
      { center: 40, width: 400, function: "LINEAR", explanation: "SOFT" },
      { center: 1, width: 2, function: "SIGMOID" },
    ],
    voiLuts: [{}, { explanation: "SKIN" }],
  };
  const frame = { windowCenter: 40, windowWidth: 400, voiFunction: "LINEAR" };
  assert.deepEqual(presetWindow({ preset: 1 }, info, frame), { center: 1, width: 2, function: "SIGMOID", preset: 1 });
  const skin = { center: 40, width: 400, function: "LINEAR", explanation: "SKIN", voiLut: 1, preset: 3 };
  assert.deepEqual(presetWindow({ preset: 3 }, info, frame), skin);
  assert.equal(windowText(skin), "LUT SKIN");
  assert.equal("voiLut" in draggedWindow(skin, 1, 1), false, "a drag leaves the table");
  for (const preset of [4, -1, 0.5]) {
    assert.throws(() => presetWindow({ preset }, info, frame), { kind: "invalid-argument" });
  }
});

test("letters name where a direction goes", () => {
  assert.equal(letters([1, 0, 0]), "L");
  assert.equal(letters([-1, 0, 0]), "R");
  assert.equal(letters([0, 1, 0]), "P");
  assert.equal(letters([0, 0, 1]), "H");
  assert.equal(letters([0.6, -0.8, 0]), "AL");
  assert.equal(letters([0, 0, 0]), "");
});

test("an axial image has R on the left; flipped, L", () => {
  const info = { imageOrientationPatient: [1, 0, 0, 0, 1, 0], spacingMm: [0.5, 0.5] };
  assert.deepEqual(edgeLetters(info, [1, 0], [0, 1]), { top: "A", right: "L", bottom: "P", left: "R" });
  assert.equal(edgeLetters(info, [-1, 0], [0, 1]).left, "L");
  assert.equal(edgeLetters({}, [1, 0], [0, 1]), undefined);
});

test("values as people read them", () => {
  assert.equal(personName("DOE^JANE^Q=ideographic"), "DOE, JANE Q");
  assert.equal(personName(undefined), "");
  assert.equal(dicomDate("20261124"), "2026-11-24");
  assert.equal(dicomDate("soon"), "soon");
  assert.equal(dicomTime("101502.5"), "10:15");
  assert.equal(windowText({ center: 40, width: 80 }), "W 80  L 40");
  assert.equal(windowText({ center: 0.4567, width: 0.8 }), "W 0.8  L 0.4567");
});

test("without the patient, no corner names them", () => {
  const info = {
    rows: 4,
    columns: 4,
    frames: 1,
    windows: [],
    modality: "CT",
    patient: { name: "SECRET^NAME", id: "SECRETID", birthDate: "19000101", sex: "O" },
    study: { date: "20200202", accessionNumber: "SECRETACC", description: "SECRET HEAD" },
    series: { description: "SECRET THIN" },
    institution: "SECRET HOSPITAL",
  };
  const facts = {
    info,
    frame: 0,
    sliceIndex: 0,
    sliceCount: 2,
    window: { center: 1, width: 2 },
    isColor: false,
    zoom: 1,
    backend: "CPU",
  };
  const hidden = JSON.stringify(corners(facts, false, DEFAULT_TEMPLATE));
  for (const secret of ["SECRET", "1900", "2020"]) assert.ok(!hidden.includes(secret), secret);
  assert.ok(hidden.includes('"CT"') && hidden.includes("Slice 1 / 2"));
  assert.ok(JSON.stringify(corners(facts, true, DEFAULT_TEMPLATE)).includes("SECRET, NAME"));
});

test("corner text from a template: parts that say nothing are left out", () => {
  const info = {
    patient: { name: "A^B" },
    study: {},
    series: { number: 4 },
    modality: "MR",
    frames: 1,
    marks: { EchoTime: "12.5" },
  };
  const facts = {
    info,
    frame: 0,
    sliceIndex: 2,
    sliceCount: 9,
    window: { center: 1, width: 2 },
    zoom: 1,
    backend: "CPU",
    // Only what objects are not described by is asked for.
    more: (keyword) => `${keyword}?`,
  };
  const template = {
    ...DEFAULT_TEMPLATE,
    topLeft: ["{PatientName}  ID {PatientID}", "TE {EchoTime} ms  {StudyID}", "{StudyID}", "{KVP} kV  {Slab}"],
  };
  const said = (patient) => corners(facts, patient, template).tl.map(({ text }) => text);
  assert.deepEqual(said(true), ["A, B", "TE 12.5 ms", "", "KVP? kV"]);
  assert.deepEqual(said(false), ["", "TE 12.5 ms", "", "KVP? kV"]);
  assert.deepEqual(corners(facts, true, template).bl[1], { text: "Slice 3 / 9", look: "strong" });
});
