// `cargo xtask bench volume`: one generated CT of 512 x 512 as a volume, in Chromium, through noctis-viewer, cornerstone3D and
// niivue. What is measured and how: README.md, "Volumes".

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startBrowser } from "./src/browser.mjs";
import { buildApps } from "./src/build.mjs";
import { output } from "./src/paths.mjs";
import { median } from "./src/report.mjs";
import { serve } from "./src/serve.mjs";
import { hugeObject, visitHuge } from "./src/volume/huge.mjs";
import { readStudy } from "./src/volume/study.mjs";
import { visitLoading, visitSteps } from "./src/volume/visit.mjs";

const COLUMNS = [
  { name: "noctis", label: "noctis", app: "volume-noctis", query: "" },
  { name: "noctis-webgl2", label: "noctis WebGL2", app: "volume-noctis", query: "&backend=webgl2" },
  { name: "cornerstone", label: "cornerstone3D", app: "volume-cornerstone3d", query: "" },
  { name: "niivue", label: "niivue", app: "volume-niivue", query: "", format: "nifti", arranges: true },
  { name: "noctis-cpu", label: "noctis CPU", app: "volume-noctis", query: "&backend=cpu" },
  // Of three dimensions it has nothing on the CPU.
  { name: "cornerstone-cpu", label: "cornerstone3D CPU", app: "volume-cornerstone3d", query: "&backend=cpu", of: "noctis-cpu", lacks: "3d" },
];

const ROWS = [
  ["first", "memory to first axial picture, ms"],
  ["all", "memory to all three planes, ms"],
  ["renderer", "page's process, growth, MB"],
  ["rendererPeak", "page's process, most above that, MB"],
  ["gpu", "GPU process, growth, MB"],
  ["gpuSinceEmpty", "GPU process, growth since an empty page, MB"],
  ["gpuSmall", "GPU process, growth with 64 x 64 x 32 voxels, MB"],
  ["window", "window step, ms from frame to frame"],
  ["scroll", "axial step, ms from frame to frame"],
  ["oblique", "oblique step, ms from frame to frame"],
  ["slab", "20 mm slab step, ms from frame to frame"],
  ["obliqueSlab", "oblique 20 mm slab step, ms from frame to frame"],
  ["turn", "3-D turn, ms from frame to frame"],
  ["windowProcessor", "window step, ms of all threads"],
  ["scrollProcessor", "axial step, ms of all threads"],
  ["obliqueProcessor", "oblique step, ms of all threads"],
  ["slabProcessor", "20 mm slab step, ms of all threads"],
  ["obliqueSlabProcessor", "oblique 20 mm slab step, ms of all threads"],
  ["turnProcessor", "3-D turn, ms of all threads"],
];

/** Visits of a round to a column, by the names of `--parts`. */
const PARTS = {
  async planes(setting, column) {
    const { firstMs, allMs, rendererMB, rendererPeakMB, gpuMB, gpuSinceEmptyMB, png } = await visitLoading(setting, column);
    const memory = { renderer: rendererMB, rendererPeak: rendererPeakMB, gpu: gpuMB, gpuSinceEmpty: gpuSinceEmptyMB };
    return { png, figures: { first: firstMs, all: allMs, ...memory } };
  },
  async small(setting, column) {
    const { gpuMB, png } = await visitLoading({ ...setting, study: setting.small }, column);
    return { png, figures: { gpuSmall: gpuMB } };
  },
  axial: (setting, column) => steps(setting, column, "axial", ["window", "scroll", "oblique", "obliqueSlab", "slab"]),
  "3d": (setting, column) => steps(setting, column, "3d", ["turn"]),
};

async function steps(setting, column, layout, names) {
  const { figures, png } = await visitSteps(setting, column, layout, names);
  const found = Object.entries(figures).flatMap(([name, { intervalMs, processorMs }]) => [
    [name, median(intervalMs)],
    [`${name}Processor`, processorMs],
  ]);
  return { png, figures: Object.fromEntries(found) };
}

function options() {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "3" },
      slices: { type: "string", default: "128" },
      only: { type: "string" },
      parts: { type: "string" },
      huge: { type: "boolean", default: false },
    },
  });
  const chosen = (what, all, given) => {
    const wanted = given?.split(",") ?? all;
    const unknown = wanted.filter((name) => !all.includes(name));
    if (unknown.length > 0) throw new Error(`no ${what} ${unknown.join(", ")}: ${all.join(", ")}`);
    return wanted;
  };
  const names = COLUMNS.map(({ name }) => name);
  const wanted = chosen("viewer", names, values.only);
  return {
    runs: Number(values.runs),
    slices: Number(values.slices),
    huge: values.huge,
    parts: chosen("part", Object.keys(PARTS), values.parts),
    columns: COLUMNS.filter(({ name }) => wanted.includes(name)),
  };
}

let version = "";

/** The figures of one visit to each page of an app. */
async function figuresOf(setting, column, parts, pictures) {
  const all = {};
  for (const part of parts.filter((name) => name !== column.lacks)) {
    // A browser of its own: what one visit leaves in the GPU process burdens no other.
    const { browser, browserCdp } = await startBrowser();
    version = browser.version();
    try {
      const { png, figures } = await PARTS[part]({ ...setting, browser, browserCdp }, column);
      if (png) writeFileSync(join(pictures, `volume-${column.name}-${part}.png`), png);
      Object.assign(all, figures);
    } catch (error) {
      console.error(`  ${column.label}, ${part}: ${error.message}`);
    } finally {
      await browser.close();
    }
  }
  return all;
}

function table(columns, rounds) {
  const lines = [["", ...columns.map(({ label }) => label)]];
  const firstOf = ({ of }) => Math.max(0, columns.findIndex(({ name }) => name === of));
  for (const [key, label] of ROWS) {
    const middles = columns.map(({ name }) => {
      const values = rounds.map((round) => round[name][key]).filter((value) => value !== undefined);
      return values.length > 0 ? median(values) : undefined;
    });
    if (middles.every((middle) => middle === undefined)) continue;
    const cells = middles.map((middle, index) => {
      if (middle === undefined) return "-";
      const first = firstOf(columns[index]);
      const ratio = index !== first && middles[first] > 0 ? ` x${(middle / middles[first]).toPrecision(2)}` : "";
      return `${middle.toFixed(middle < 20 ? 1 : 0)}${ratio}`;
    });
    lines.push([label, ...cells]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) => line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2))).join(""))
    .join("\n");
}

/** Renderer and GPU process together, MB. */
const HUGE_LIMIT_MB = 1500;

/** 2 GB of voxels in noctis-viewer alone: what the processes had at most, and whether the millimetres are right. */
async function huge() {
  await buildApps(["volume-noctis"]);
  const server = await serve(new Map(), hugeObject);
  const { browser, browserCdp } = await startBrowser();
  const { seconds, most, reduction, text, backend, lengths, png } = await visitHuge({ browser, browserCdp, server });
  await browser.close();
  server.close();
  mkdirSync(join(output, "pictures"), { recursive: true });
  writeFileSync(join(output, "pictures", "volume-huge.png"), png);
  const said = /Reduced [\d ×]+/.exec(text)?.[0].trim() ?? "nothing said of a reduction";
  const checks = [
    [`renderer ${most.renderer.toFixed(0)} MB and GPU process ${most.gpu.toFixed(0)} MB, together ${most.sum.toFixed(0)} MB`, most.sum < HUGE_LIMIT_MB],
    [`${said} (columns, rows, slices: ${[...reduction].reverse().join(", ")})`, said.startsWith("Reduced")],
    ...lengths.map(({ measured, expected, isNear }, axis) => [
      `the block is ${measured.toFixed(1)} mm long along ${["columns", "rows", "slices"][axis]}, by its edges in the picture; it has ${expected} mm`,
      isNear,
    ]),
  ];
  console.log(`\n1024 x 1024 x 1000, 2 GB of voxels, on ${backend}: all three planes whole after ${seconds.toFixed(0)} s`);
  for (const [line, isRight] of checks) console.log(`  ${isRight ? "✓" : "✗"} ${line}`);
  if (checks.some(([, isRight]) => !isRight)) process.exitCode = 1;
}

const { runs, slices, columns, parts, huge: isHuge } = options();
if (isHuge) {
  await huge();
  process.exit();
}
await buildApps([...new Set(columns.map(({ app }) => app))]);
const study = readStudy(slices);
const small = readStudy(32, 64);
const server = await serve(new Map([study, small].flatMap(({ dicom, nifti }) => [...dicom, ...nifti])));
const pictures = join(output, "pictures");
mkdirSync(pictures, { recursive: true });
const load = loadavg()[0];
const rounds = [];
for (let round = 0; round < runs; round += 1) {
  const figures = {};
  for (const column of columns) figures[column.name] = await figuresOf({ server, study, small }, column, parts, pictures);
  rounds.push(figures);
  console.log(`  round ${round + 1} of ${runs} done`);
}
server.close();
writeFileSync(join(output, `volume-${slices}.json`), `${JSON.stringify({ runs, slices, rounds }, null, 1)}\n`);
console.log(`\n${cpus().length} x ${cpus()[0]?.model}, Chromium ${version}, SwiftShader (software); load at the start ${load.toFixed(1)}`);
const ofWhat = columns.some(({ of }) => of) ? "of the first column, on the CPU of the first one there" : "of the first column";
console.log(`512 x 512 x ${slices}, ${study.voxelsMB.toFixed(0)} MB of voxels; medians of ${runs}; x: ${ofWhat}\n`);
console.log(table(columns, rounds));
console.log(`\nAll figures: target/bench/volume-${slices}.json; what each viewer showed: target/bench/pictures/volume-*.png`);
