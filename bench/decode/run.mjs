// The decoding benchmark: see README.md.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { serve } from "./src/serve.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "../..");
const output = join(repository, "target/bench");
const frameFolder = join(output, "frames");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    least: { type: "string", default: "60" },
    only: { type: "string", default: "" },
    native: { type: "string" },
  },
});

/** The frames, made anew; those of HTJ2K by the encoder of cornerstone's OpenJPH. */
async function makeFrames() {
  const python = join(repository, ".venv/bin/python");
  execFileSync(python, [join(here, "make_frames.py"), frameFolder], { stdio: ["ignore", "ignore", "inherit"] });
  const frames = JSON.parse(readFileSync(join(frameFolder, "frames.json"), "utf8"));
  const openjph = await createRequire(import.meta.url)("@cornerstonejs/codec-openjph/wasmjs")();
  for (const frame of frames.filter(({ kind }) => kind === "htj2k")) {
    const raw = readFileSync(join(frameFolder, `${frame.name}.raw`));
    const encoder = new openjph.HTJ2KEncoder();
    const { columns: width, rows: height, bits: bitsPerSample, components: componentCount } = frame;
    const size = { width, height, bitsPerSample, componentCount, isSigned: false, isUsingColorTransform: componentCount > 1 };
    encoder.getDecodedBuffer(size).set(raw);
    encoder.setQuality(true, 0);
    encoder.encode();
    writeFileSync(join(frameFolder, frame.name), encoder.getEncodedBuffer());
  }
  const wanted = values.only.split(",").filter(Boolean);
  return frames.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
}

/** What the ratio of a kind of frame is meant to be at least. */
const GOALS = { native: 2, rle: 2, "jpeg-lossless": 2, jpeg2000: 1, jpegls: 0.8, jpeg: 0.8, "jpeg-12": 0.8, htj2k: 0.5 };

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds of each frame in a native program, by name. */
function nativeTimes() {
  if (!values.native) return {};
  return JSON.parse(execFileSync(values.native, [frameFolder, values.rounds], { encoding: "utf8" }));
}

mkdirSync(output, { recursive: true });
const frames = await makeFrames();
const server = await serve({
  "/": join(here, "page"),
  "/node_modules/": join(here, "node_modules"),
  "/wasm/": join(repository, "js-glue/dist"),
  // In the package the glue of the decode module is part of the worker.
  "/glue/": join(repository, "js-glue/wasm"),
  "/frames/": frameFolder,
});
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const results = [];
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(server.origin);
  await page.waitForFunction(() => window.ready);
  const native = nativeTimes();
  const head = ["frame", "bytes", "ours", "peer", "ratio", "goal", "native", "differs"];
  const line = (cells) => console.log(cells.map((cell, i) => (i ? cell.padStart(11) : cell.padEnd(20))).join(""));
  console.log("Msample/s, medians; ratio above 1: we are faster");
  line(head);
  for (const frame of frames) {
    const { rounds, least } = values;
    const run = ([f, r, l]) => window.measure(f, r, l);
    const result = await page.evaluate(run, [frame, Number(rounds), Number(least)]);
    const samples = (frame.rows * frame.columns * frame.components) / 1e6;
    const speed = (times) => (times?.length ? samples / (median(times) / 1000) : undefined);
    const [a, b, c] = [speed(result.ours), speed(result.peer), speed(native[frame.name] && [native[frame.name]])];
    const number = (value, digits) => (value === undefined ? "-" : value.toFixed(digits));
    const differs = Object.values(result.differences).join(" ");
    const wrong = typeof result.differences.ours !== "number" || result.differences.ours > frame.tolerance;
    line([frame.name, String(result.bytes), number(a, 1), number(b, 1), number(b && a / b, 2), number(GOALS[frame.kind], 1), number(c, 1), differs]);
    if (wrong) throw new Error(`${frame.name}: our picture differs by ${result.differences.ours}`);
    results.push({ ...frame, ...result, native: native[frame.name] });
  }
} finally {
  await browser.close();
  server.close();
}
writeFileSync(join(output, "decode.json"), JSON.stringify(results, null, 1));
