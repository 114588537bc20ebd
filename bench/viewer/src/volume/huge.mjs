// A volume beyond every budget: slices that are made when they are asked for, and what it takes to see them.

import pngjs from "pngjs";
import { processesOf, residentMB } from "../processes.mjs";

/** Slices, rows, columns. */
const SIZE = [1000, 1024, 1024];
const SPACING_MM = 0.5;
/** A bright block, from its first to its last voxel, along columns, rows and slices. */
const BLOCK = [
  [200, 799],
  [300, 699],
  [250, 749],
];
const MIDDLE = BLOCK.map(([first, last]) => ((first + last) / 2) * SPACING_MM);
/** It is measured so far beside the middle, where the lines of the other planes and the scale bar are. */
const BESIDE_MM = 80;
const GREY = { outside: 100, inside: 900 };
const SAMPLE_MS = 200;
const LIMIT_MS = 30 * 60_000;
/** A voxel of the reduced volume, and half a pixel of the screen. */
const NEAR_MM = 1.5;

const UIDS = { study: "2.25.1000", series: "2.25.1001", place: "2.25.1002" };

/** An element of Explicit VR Little Endian. */
function element(group, number, vr, value) {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), "latin1");
  const odd = bytes.length % 2;
  const isLong = vr === "OW" || vr === "OB";
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, "latin1");
  if (isLong) head.writeUInt32LE(bytes.length + odd, 8);
  else head.writeUInt16LE(bytes.length + odd, 6);
  return Buffer.concat([head, bytes, Buffer.alloc(odd, vr === "UI" || vr === "OB" ? 0 : " ")]);
}

function short(group, number, value) {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return element(group, number, "US", bytes);
}

/** The pixels of slices with the block, or of those without. */
function pixelsOf(isInside) {
  const [, rows, columns] = SIZE;
  const pixels = new Uint16Array(rows * columns).fill(GREY.outside);
  if (isInside) {
    for (let row = BLOCK[1][0]; row <= BLOCK[1][1]; row += 1) {
      pixels.fill(GREY.inside, row * columns + BLOCK[0][0], row * columns + BLOCK[0][1] + 1);
    }
  }
  return Buffer.from(pixels.buffer);
}

const PIXELS = [pixelsOf(false), pixelsOf(true)];

/** The slice of a number, as a file. */
function sliceOf(number) {
  const [, rows, columns] = SIZE;
  const uid = `2.25.2000${number}`;
  const sopClass = "1.2.840.10008.5.1.4.1.1.2";
  const syntax = element(0x0002, 0x0010, "UI", "1.2.840.10008.1.2.1");
  const meta = Buffer.concat([element(0x0002, 0x0002, "UI", sopClass), element(0x0002, 0x0003, "UI", uid), syntax]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const isInside = number >= BLOCK[2][0] && number <= BLOCK[2][1];
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from("DICM"),
    element(0x0002, 0x0000, "UL", length),
    meta,
    element(0x0008, 0x0016, "UI", sopClass),
    element(0x0008, 0x0018, "UI", uid),
    element(0x0008, 0x0060, "CS", "CT"),
    element(0x0020, 0x000d, "UI", UIDS.study),
    element(0x0020, 0x000e, "UI", UIDS.series),
    element(0x0020, 0x0013, "IS", number + 1),
    element(0x0020, 0x0032, "DS", `0\\0\\${number * SPACING_MM}`),
    element(0x0020, 0x0037, "DS", "1\\0\\0\\0\\1\\0"),
    element(0x0020, 0x0052, "UI", UIDS.place),
    short(0x0028, 0x0002, 1),
    element(0x0028, 0x0004, "CS", "MONOCHROME2"),
    short(0x0028, 0x0010, rows),
    short(0x0028, 0x0011, columns),
    element(0x0028, 0x0030, "DS", `${SPACING_MM}\\${SPACING_MM}`),
    short(0x0028, 0x0100, 16),
    short(0x0028, 0x0101, 16),
    short(0x0028, 0x0102, 15),
    short(0x0028, 0x0103, 0),
    element(0x0028, 0x1050, "DS", "500"),
    element(0x0028, 0x1051, "DS", "1000"),
    element(0x0028, 0x1052, "DS", "0"),
    element(0x0028, 0x1053, "DS", "1"),
    element(0x7fe0, 0x0010, "OW", PIXELS[Number(isInside)]),
  ]);
}

const ADDRESS = /^\/objects\/huge\/(\d+)\.dcm$/;

/** What the server makes for an address. */
export function hugeObject(path) {
  const number = ADDRESS.exec(path)?.[1];
  return number === undefined ? undefined : sliceOf(Number(number));
}

/** The processes' memory, while something goes on: the most that renderer and GPU process had together. */
function watched(browserCdp) {
  let most = { sum: 0 };
  const look = async () => {
    const [renderer, gpu] = await Promise.all(
      ["renderer", "GPU"].map(async (type) =>
        (await processesOf(browserCdp, type)).map((pid) => residentMB(pid).now).reduce((all, one) => all + one, 0),
      ),
    );
    if (renderer + gpu > most.sum) most = { sum: renderer + gpu, renderer, gpu };
  };
  // A process may be gone when it is looked at.
  const timer = setInterval(() => look().catch(() => {}), SAMPLE_MS);
  return async () => {
    clearInterval(timer);
    await look();
    return most;
  };
}

/** Where a line of a picture, from a dark end to the other, climbs and falls through the middle grey; in pixels. */
function edgesOf(line) {
  const middle = (Math.min(...line) + Math.max(...line)) / 2;
  const crossings = [];
  for (let at = 1; at < line.length; at += 1) {
    const [before, after] = [line[at - 1] - middle, line[at] - middle];
    if (before < 0 !== after < 0) crossings.push(at - 0.5 + before / (before - after));
  }
  return crossings.length < 2 ? undefined : [crossings[0] + 0.5, crossings.at(-1) + 0.5];
}

/** How long the block is on the screen along each axis, mm: measured in the picture, by what the viewer says of places. */
async function measured(page) {
  const picture = pngjs.PNG.sync.read(await page.screenshot());
  const seen = (viewport, point) => page.evaluate(([index, at]) => globalThis.bench.ready.then((shower) => shower.placeOf(index, at)), [viewport, point]);
  const lengths = [];
  for (const [axis, viewport] of [[0, 0], [1, 0], [2, 2]]) {
    const ends = await Promise.all(
      [0, SIZE[2 - axis] - 1].map((voxel) => seen(viewport, MIDDLE.map((mm, own) => (own === axis ? voxel * SPACING_MM : mm + BESIDE_MM)))),
    );
    const across = Math.abs(ends[1].x - ends[0].x) > Math.abs(ends[1].y - ends[0].y);
    const [from, to] = ends.map(({ x, y }) => (across ? x : y)).sort((a, b) => a - b);
    const fixed = Math.floor(across ? ends[0].y : ends[0].x);
    const line = [];
    for (let at = Math.ceil(from); at <= Math.floor(to); at += 1) {
      const [x, y] = across ? [at, fixed] : [fixed, at];
      line.push(picture.data[4 * (y * picture.width + x)]);
    }
    const edges = edgesOf(line);
    const mmPerPx = ((SIZE[2 - axis] - 1) * SPACING_MM) / (to - from);
    lengths.push(edges ? (edges[1] - edges[0]) * mmPerPx : 0);
  }
  return lengths;
}

/**
 * Shows it: renderer's and GPU process's memory at its most, the reduction, and the block's millimetres.
 *
 * @returns {Promise<{seconds: number, most: {sum: number, renderer: number, gpu: number}, reduction: number[], text: string,
 *   lengths: {measured: number, expected: number, isNear: boolean}[]}>}
 */
export async function visitHuge({ browser, browserCdp, server }) {
  const context = await browser.newContext({ viewport: { width: 1024, height: 1024 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  let crash = "";
  page.on("crash", () => (crash = "the page's process died"));
  page.on("pageerror", (error) => (crash ||= error.message));
  await page.goto(`${server.origin}/volume-noctis/?layout=planes&overlay`);
  const stop = watched(browserCdp);
  const begun = Date.now();
  await page.evaluate(async (count) => {
    await globalThis.bench.ready;
    globalThis.bench.files = Array.from({ length: count }, (_, number) => new URL(`/objects/huge/${number}.dcm`, location.href).href);
    await globalThis.bench.show();
  }, SIZE[0]);
  const described = () => page.evaluate(async () => (await globalThis.bench.ready).describe());
  let state = await described();
  while (!(state.planes.length === 3 && state.planes.every(({ progress }) => progress.slices === SIZE[0]))) {
    if (crash || Date.now() - begun > LIMIT_MS) throw new Error(crash || `not there in ${LIMIT_MS / 60_000} minutes`);
    await page.waitForTimeout(500);
    state = await described();
  }
  const seconds = (Date.now() - begun) / 1000;
  await page.waitForTimeout(3000);
  const most = await stop();
  await page.evaluate((point) => globalThis.bench.ready.then((shower) => shower.passThrough(point)), MIDDLE);
  await page.waitForTimeout(3000);
  const found = await measured(page);
  const lengths = found.map((length, axis) => {
    const expected = (BLOCK[axis][1] - BLOCK[axis][0] + 1) * SPACING_MM;
    return { measured: length, expected, isNear: Math.abs(length - expected) < NEAR_MM };
  });
  const png = await page.screenshot();
  await context.close();
  return { seconds, most, reduction: state.planes[0].reduction, text: state.text, backend: state.backend, lengths, png };
}
