/**
 * Damaged files through the page: each is shown or refused with an error that names its kind, the page lives on, and its
 * memory stays bounded. `NOCTIS_MUTATIONS=10000 node --test tests/browser/mutated.test.mjs` tries more than the usual 500.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { launch, openPage } from "./lib/chromium.mjs";
import { dist, pages, python, root } from "./lib/paths.mjs";
import { serve } from "./lib/server.mjs";

const MUTATIONS = Number(process.env.NOCTIS_MUTATIONS ?? 500);
/** Other seeds, other damage. */
const SEED = Number(process.env.NOCTIS_SEED ?? 1);
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

let folder;
let server;
let browser;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "noctis-mutated-"));
  const make =
    "import sys, pathlib; sys.path.insert(0, sys.argv[1]); import synthetic; synthetic.make_all(pathlib.Path(sys.argv[2]))";
  execFileSync(python, ["-c", make, path.join(root, "tests/conformance"), path.join(folder, "synthetic")]);
  server = await serve({ "/": pages, "/dist/": dist });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
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

test(`${MUTATIONS} damaged files are shown or named`, async (context) => {
  const names = (await readdir(path.join(folder, "synthetic"))).filter((name) => name.endsWith(".dcm")).sort();
  const next = random(SEED);
  const session = await browser.newBrowserCDPSession();
  const page = await openPage(browser);
  await page.goto(`${server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(() => window.start({ backend: "cpu", overlay: true, workers: 1 }));
  const counts = {};
  const bad = [];
  for (let number = 0; number < MUTATIONS; number += 1) {
    const name = names[Math.floor(next() * names.length)];
    const bytes = damaged(await readFile(path.join(folder, "synthetic", name)), next);
    const late = new Promise((resolve) => setTimeout(resolve, 30_000, { rejected: { kind: "HANG" } }).unref());
    const outcome = await Promise.race([
      page.evaluate(async (text) => {
        const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const { loaded, rejected } = await window.load(raw);
        const later = window.seen.filter(({ type }) => type === "error").map(({ event }) => event);
        window.seen.length = 0;
        return { loaded, rejected: rejected ?? later[0] };
      }, bytes.toString("base64")),
      late,
    ]);
    const kind = outcome.rejected?.kind ?? "shown";
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind === "shown" || NAMED.includes(kind)) continue;
    bad.push(`mutation ${number} of ${name}: ${kind}: ${outcome.rejected.message}`);
    if (kind === "HANG") break;
  }
  const peak = await peakMemory(session);
  context.diagnostic(`${JSON.stringify(counts)}; up to ${peak.toFixed(0)} MiB`);
  assert.deepEqual(bad, []);
  assert.ok(peak > 0 && peak <= MEMORY_MIB, `${peak} MiB`);
  assert.ok(Object.keys(counts).length >= 4, "damage of more than one kind was done");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
