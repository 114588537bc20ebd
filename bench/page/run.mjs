/**
 * The same session on NoctisPro's page as the host of examples/django-noctis has it, before and after the adapter:
 * bytes, requests, long tasks and frames. `node run.mjs [--rounds N] [--slices N] [--backend cpu|webgpu|webgl2] [--only PARTS]`
 */
import { parseArgs } from "node:util";
import { launch } from "../../tests/browser/lib/browser.mjs";
import { openSite, rest, STUDY, site, taken } from "../../tests/browser/lib/site.mjs";
import { goals } from "./goals.mjs";
import { sessionOf, watch } from "./session.mjs";
import { traced } from "./tasks.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    slices: { type: "string", default: "130" },
    backend: { type: "string", default: "auto" },
    only: { type: "string", default: "slices,planes,large" },
  },
});

/** Without a GPU a browser draws canvases on the page's own thread: software in its place is what nobody has. */
const FLAGS = options.backend === "cpu" ? ["--disable-gpu"] : [];
/** Tasks that last longer are felt. */
const LONG_MS = 50;
/** What a person does not count as traffic of pictures. */
const NOT_PICTURES = ["static", "page", "other", "notes"];

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const at = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? 0;
const median = (numbers) => at(numbers, 0.5);

/** One session: for each step `{ bytes, requests, tasks, worst, own, median, p95, ms }`. */
async function session(url, adapter) {
  const found = new Map();
  for (const { study, steps, flags } of sessionOf(options.only.split(","))) {
    const browser = await launch({ flags: [...FLAGS, ...flags] });
    try {
      const tracing = await browser.newBrowserCDPSession();
      const page = await openSite(browser, url, {
        adapter,
        study: STUDY[study],
        setUp: (page) => page.addInitScript(watch),
      });
      await page.waitForFunction(() => lastLoadedImagePayload);
      if (adapter !== false) await page.evaluate(() => window.noctisAdapter.settled);
      for (const [name, step, argument] of steps) found.set(name, await measured(page, tracing, step, argument));
    } finally {
      await browser.close();
    }
  }
  return found;
}

/** One step, and what comes after it until the page is at rest. */
async function measured(page, tracing, step, argument) {
  const { given, tasks } = await traced(tracing, async () => {
    await page.evaluate(() => Object.assign(window.seen, { frames: [] }));
    const began = performance.now();
    const ms = await page.evaluate(step, argument);
    const took = performance.now() - began;
    const { frames } = await page.evaluate(() => window.seen);
    await rest(page, 1700);
    return { ms: typeof ms === "number" ? ms : took, frames };
  });
  const pictures = Object.entries(taken(page)).filter(([kind]) => !NOT_PICTURES.includes(kind));
  const sum = (key) => pictures.reduce((total, [, entry]) => total + entry[key], 0);
  return {
    bytes: sum("bytes"),
    requests: sum("requests"),
    tasks: tasks.filter(({ wall }) => wall > LONG_MS).length,
    worst: Math.max(0, ...tasks.map(({ wall }) => wall)),
    own: Math.max(0, ...tasks.map(({ cpu }) => cpu)),
    median: median(given.frames),
    p95: at(given.frames, 0.95),
    ms: given.ms,
  };
}

/** How much of a processor a busy program gets at this moment: less than 1 where others are busy, too, and tasks last longer. */
function share() {
  const [wall, used] = [performance.now(), process.cpuUsage()];
  let spent = 0;
  while (spent < 200_000) {
    const { user, system } = process.cpuUsage(used);
    spent = user + system;
  }
  return spent / 1000 / (performance.now() - wall);
}

/** The median of each number over the rounds. */
function middle(rounds) {
  const names = [...rounds[0].keys()];
  return new Map(
    names.map((name) => {
      const entries = rounds.map((round) => round.get(name));
      const keys = Object.keys(entries[0]);
      return [name, Object.fromEntries(keys.map((key) => [key, median(entries.map((entry) => entry[key]))]))];
    }),
  );
}

const COLUMNS = {
  bytes: (value) => `${(value / 1e6).toFixed(1)} MB`,
  requests: (value) => String(value),
  tasks: (value) => String(value),
  worst: (value) => `${value.toFixed(0)} ms`,
  own: (value) => `${value.toFixed(0)} ms`,
  median: (value) => `${value.toFixed(1)} ms`,
  p95: (value) => `${value.toFixed(1)} ms`,
  ms: (value) => `${value.toFixed(1)} ms`,
};

function print(before, after) {
  console.log("worst: longest task; own: most that a task takes of a processor; median, p95: time between frames;");
  console.log("ms: of the step, of a frame where it is one of windows\n");
  const cells = [["step", ...Object.keys(COLUMNS)]];
  for (const [name, one] of before) {
    const other = after.get(name);
    const cell = ([key, text]) => {
      const ratio = one[key] > 0 ? ` (${(other[key] / one[key]).toFixed(2)})` : "";
      return `${text(one[key])} > ${text(other[key])}${ratio}`;
    };
    cells.push([name, ...Object.entries(COLUMNS).map(cell)]);
  }
  table(cells);
  const rows = goals(before, after).map(([goal, found, isReached]) => [goal, found, isReached ? "" : "missed"]);
  console.log("");
  table([["goal", "found", ""], ...rows]);
}

function table(cells) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join("  "));
}

const host = await site(Number(options.slices));
try {
  const rounds = { before: [], after: [] };
  const shares = [share()];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    rounds.before.push(await session(host.url, false));
    rounds.after.push(await session(host.url, `backend=${options.backend}`));
    shares.push(share());
    console.log(`round ${round + 1} of ${options.rounds}`);
  }
  print(middle(rounds.before), middle(rounds.after));
  console.log(`\na busy program got ${median(shares).toFixed(2)} of a processor while this ran`);
} finally {
  await host.close();
}
