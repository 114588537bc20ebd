// The browser benchmark: `node run.mjs [--runs 5] [--only noctis,dwv] [--objects ct,mg]`. See README.md.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startBrowser } from "./src/browser.mjs";
import { buildApps, sizeOnServer } from "./src/build.mjs";
import { readObjects } from "./src/objects.mjs";
import { bench, output } from "./src/paths.mjs";
import { report } from "./src/report.mjs";
import { serve } from "./src/serve.mjs";
import { visitBare, visitByDrag, visitByNavigation, visitFloor, visitFromMemory } from "./src/visit.mjs";

/** The columns of the table. The first one measured is what the others are divided by. */
const COLUMNS = [
  // As a page gets it: the CPU first, then the best backend.
  { name: "noctis", label: "noctis", app: "noctis", query: "" },
  { name: "noctis-webgpu", label: "noctis WebGPU", app: "noctis", query: "&backend=webgpu" },
  { name: "noctis-webgl2", label: "noctis WebGL2", app: "noctis", query: "&backend=webgl2" },
  { name: "noctis-cpu", label: "noctis CPU", app: "noctis", query: "&backend=cpu" },
  { name: "cornerstone", label: "cornerstone3D", app: "cornerstone3d", query: "", package: "@cornerstonejs/core" },
  { name: "dwv", label: "dwv", app: "dwv", query: "", package: "dwv" },
  { name: "dicom.ts", label: "dicom.ts", app: "dicomts", query: "", package: "dicom.ts", hasTools: false },
];

function options() {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "5" },
      dropped: { type: "string", default: "1" },
      only: { type: "string" },
      objects: { type: "string", default: "ct,mg" },
    },
  });
  const wanted = values.only?.split(",") ?? COLUMNS.map(({ name }) => name);
  const columns = COLUMNS.filter(({ name }) => wanted.includes(name));
  const unknown = wanted.filter((name) => !COLUMNS.some((column) => column.name === name));
  const [runs, dropped] = [Number(values.runs), Number(values.dropped)];
  if (unknown.length > 0) throw new Error(`no viewer ${unknown.join(", ")}: ${COLUMNS.map(({ name }) => name).join(", ")}`);
  if (!(runs >= 1) || !(dropped >= 0)) throw new Error("--runs is at least 1, --dropped at least 0");
  return { runs, dropped, columns, objects: values.objects.split(",") };
}

const versionOf = (name) => JSON.parse(readFileSync(join(bench, "node_modules", name, "package.json"), "utf8")).version;

function machine(browser) {
  return {
    processor: cpus()[0]?.model,
    processors: cpus().length,
    memoryMB: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${release()}`,
    browser: browser.version(),
    graphics: "SwiftShader (software)",
    load: loadavg()[0],
  };
}

/** All visits, interleaved: in each round every viewer in turn. */
async function measure(setting, { runs, dropped, columns }, objects) {
  const results = [];
  const pictures = join(output, "pictures");
  mkdirSync(pictures, { recursive: true });
  for (let round = -dropped; round < runs; round += 1) {
    const floor = await visitFloor(setting);
    if (round >= 0) results.push({ round, kind: "floor", figures: floor });
    for (const draw of ["nothing", "webgl2", "webgpu", "webgpu-frame"]) {
      const figures = await visitBare(setting, draw);
      if (round >= 0) results.push({ round, kind: "bare", draw, figures });
    }
    for (const object of objects) {
      for (const [visit, kind] of [
        [visitByNavigation, "navigation"],
        [visitFromMemory, "memory"],
        [visitByDrag, "drag"],
      ]) {
        for (const column of columns) {
          if (kind === "drag" && column.hasTools === false) continue;
          const result = { round, object: object.name, column: column.name, kind };
          try {
            const { png, ...figures } = await visit(setting, column, object);
            if (png) writeFileSync(join(pictures, `${column.name}-${object.name}.png`), png);
            result.figures = figures;
          } catch (error) {
            result.error = error.message;
            console.error(`  ${column.label}, ${object.label}, ${kind}: ${error.message}`);
          }
          if (round >= 0) results.push(result);
        }
      }
    }
    console.log(round < 0 ? "  warm-up round done (not counted)" : `  round ${round + 1} of ${runs} done`);
  }
  return results;
}

async function main() {
  const chosen = options();
  await buildApps(["bare", ...new Set(chosen.columns.map(({ app }) => app))]);
  const objects = readObjects(chosen.objects);
  const bodies = objects.flatMap(({ url, bytes, negative }) => [[url, bytes], [negative.url, negative.bytes]]);
  const server = await serve(new Map(bodies));
  const { browser, browserCdp } = await startBrowser();
  try {
    const about = machine(browser);
    const results = await measure({ browser, browserCdp, server }, chosen, objects);
    const columns = chosen.columns.map((column) => ({
      ...column,
      version: column.package ? versionOf(column.package) : undefined,
      size: sizeOnServer(column.app),
    }));
    const { text, summary, floorMs } = report(results, columns, objects);
    const json = { machine: about, runs: chosen.runs, columns, summary, floorMs, results };
    writeFileSync(join(output, "viewer.json"), `${JSON.stringify(json, null, 1)}\n`);
    const { processor, processors, browser: version, graphics, load } = about;
    console.log(`\n${processors} x ${processor}, Chromium ${version}, ${graphics}; load at the start ${load.toFixed(1)}`);
    console.log(`median (least-most) of ${chosen.runs}; x: of the first column`);
    console.log(`every "shown" is less the ${floorMs.toFixed(0)} ms that a frame takes from a 2-D canvas to here\n\n${text}`);
    console.log(`\nAll figures: target/bench/viewer.json; what each viewer showed: target/bench/pictures/`);
    if (results.some(({ error }) => error)) process.exitCode = 1;
  } finally {
    await browser.close();
    server.close();
  }
}

await main();
