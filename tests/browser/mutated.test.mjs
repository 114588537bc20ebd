/**
 * Damaged files of every transfer syntax through the page: each is shown or refused with an error that names its kind, the
 * viewer goes on, and its memory stays bounded. 500 of them; `cargo xtask fuzz --in-browser 10000` tries more.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage } from "./lib/browser.mjs";
import { dist, pages, python, root } from "./lib/paths.mjs";
import { serve } from "./lib/server.mjs";

const MUTATIONS = Number(process.env.NOCTIS_MUTATIONS ?? 500);
/** Other seeds, other damage. */
const SEED = Number(process.env.NOCTIS_SEED ?? 1);
/** After so many, a sound file is shown. */
const SOUND_EVERY = 50;
/** Those that the viewer decodes, but Part 2 of JPEG 2000: streams of Part 1 may go by its name. */
const SYNTAXES = 21;
/** The page with its workers: what a small file may never need, however it is damaged. */
const MEMORY_MIB = 1500;
/** "internal" is a panic or a defect of the package. */
const NAMED = [
  "malformed",
  "truncated",
  "no-pixel-data",
  "unsupported-transfer-syntax",
  "unsupported-photometric",
  "unsupported-geometry",
  "limit",
];

/** The synthetic files, where `tests/conformance` makes them as well. */
const folder = path.resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "conformance/synthetic");
let server;
let browser;
before(async () => {
  const make =
    "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import synthetic; synthetic.make_all(pathlib.Path(sys.argv[2]))";
  execFileSync(python, ["-c", make, path.join(root, "tests/conformance"), folder]);
  server = await serve({ "/": pages, "/dist/": dist });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The transfer syntax that a file states. */
function syntaxOf(bytes) {
  const at = bytes.indexOf(Buffer.from([0x02, 0x00, 0x10, 0x00, 0x55, 0x49])) + 6;
  return bytes.toString("latin1", at + 2, at + 2 + bytes.readUInt16LE(at)).replace("\0", "");
}

/** A copy with some damage: bits, bytes, words, an end cut off, a part taken out or doubled. */
function damaged(bytes, next) {
  const pick = (count) => Math.floor(next() * count);
  const made = Buffer.from(bytes);
  const kind = pick(6);
  if (kind === 0) return made.subarray(0, pick(made.length));
  if (kind === 1) {
    const from = pick(made.length);
    return Buffer.concat([made.subarray(0, from), made.subarray(Math.min(made.length, from + 1 + pick(64)))]);
  }
  if (kind === 2) {
    const from = pick(made.length);
    return Buffer.concat([made.subarray(0, from), made.subarray(Math.max(0, from - pick(64)))]);
  }
  // Half of the damage where the header is, which is where it hurts.
  const times = 1 + pick(8);
  for (let time = 0; time < times; time += 1) {
    const at = next() < 0.5 ? Math.min(132 + pick(700), made.length - 4) : pick(made.length - 4);
    if (kind === 3) made[at] ^= 1 << pick(8);
    else if (kind === 4) made[at] = pick(256);
    else made.writeUInt32LE([0, 0xffffffff, 0x7fffffff, 0x80000000, 0xffff, 0x00010000][pick(6)], at);
  }
  return made;
}

/** Peak memory of all processes below the browser that run pages, in MiB. */
async function peakMemory(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  let most = 0;
  for (const { type, id } of processInfo) {
    if (type !== "renderer") continue;
    const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
    most = Math.max(most, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
  }
  return most;
}

/**
 * Loads bytes: how many slices were loaded, why none was, and an error that was told beside it, which may be of a frame of
 * the file before. An error of its own when nothing comes of it.
 */
function load(page, bytes) {
  const late = new Promise((resolve) => setTimeout(resolve, 30_000, { rejected: { kind: "HANG" } }).unref());
  const outcome = page.evaluate(async (text) => {
    const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const { loaded, rejected } = await window.load(raw);
    const later = window.seen.filter(({ type }) => type === "error").map(({ event }) => event);
    window.seen.length = 0;
    return { loaded, rejected, later: later[0] };
  }, bytes.toString("base64"));
  return Promise.race([outcome, late]);
}

test(`${MUTATIONS} damaged files are shown or named`, { timeout: 120_000 + MUTATIONS * 1000 }, async (context) => {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".dcm")).sort();
  const bySyntax = new Map();
  for (const name of names) {
    const bytes = await readFile(path.join(folder, name));
    const syntax = syntaxOf(bytes);
    bySyntax.set(syntax, [...(bySyntax.get(syntax) ?? []), { name, bytes }]);
  }
  const syntaxes = [...bySyntax.keys()].sort();
  assert.ok(syntaxes.length >= SYNTAXES, `${syntaxes.length} transfer syntaxes: ${syntaxes.join(", ")}`);
  const next = random(SEED);
  const session = await browser.newBrowserCDPSession();
  const page = await openPage(browser);
  await page.goto(`${server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(() => window.start({ backend: "cpu", overlay: true, workers: 1 }));
  const counts = {};
  const bad = [];
  let started = performance.now();
  for (let number = 0; number < MUTATIONS; number += 1) {
    const files = bySyntax.get(syntaxes[number % syntaxes.length]);
    const { name, bytes } = files[Math.floor(next() * files.length)];
    const outcome = await load(page, damaged(bytes, next));
    const error = outcome.rejected ?? outcome.later;
    const kind = error?.kind ?? "shown";
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind !== "shown" && !NAMED.includes(kind)) {
      bad.push(`mutation ${number} of ${name}: ${kind}: ${error.message}`);
    }
    if (kind === "HANG") break;
    if (number % SOUND_EVERY === SOUND_EVERY - 1) {
      const { loaded, rejected } = await load(page, bytes);
      if (loaded !== 1 || rejected) bad.push(`after mutation ${number}: ${name} as it is: ${rejected?.message}`);
    }
    if (performance.now() - started > 60_000) {
      started = performance.now();
      context.diagnostic(`${number + 1} files: ${JSON.stringify(counts)}`);
    }
  }
  const peak = await peakMemory(session);
  context.diagnostic(`${syntaxes.length} transfer syntaxes, ${JSON.stringify(counts)}; up to ${peak.toFixed(0)} MiB`);
  assert.deepEqual(bad, []);
  assert.ok(peak > 0 && peak <= MEMORY_MIB, `${peak} MiB`);
  assert.ok(Object.keys(counts).length >= 4, "damage of more than one kind was done");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
