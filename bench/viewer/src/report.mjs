// From figures to a table.

/** What is printed: from the figures of one visit to one number, and how it is written. */
const ROWS = [
  { key: "shown", kind: "navigation", label: "navigation to shown, ms", of: (f, floor) => f.shownMs - floor },
  { key: "ready", kind: "navigation", label: "  of it: library ready, ms", of: (f) => f.readyMs },
  { key: "first", kind: "memory", label: "memory to shown, first image, ms", of: (f, floor) => f.firstMs - floor },
  { key: "second", kind: "memory", label: "memory to shown, second image, ms", of: (f, floor) => f.secondMs - floor },
  { key: "code", kind: "navigation", label: "code on the wire until shown, kB", of: (f) => f.codeBytes / 1000 },
  { key: "object", kind: "navigation", label: "DICOM on the wire until shown, kB", of: (f) => f.objectBytes / 1000 },
  { key: "stepCall", kind: "navigation", label: "window step: the call, ms", of: (f) => median(f.stepCallMs), digits: 2 },
  {
    key: "stepMain",
    kind: "navigation",
    label: "window step: main thread in the frame, ms",
    of: (f) => median(f.stepMainThreadMs),
    digits: 2,
  },
  {
    key: "stepProcessor",
    kind: "navigation",
    label: "window step: all threads with software GPU, ms",
    of: (f) => f.stepProcessorMs,
    digits: 1,
  },
  {
    key: "stepInterval",
    kind: "navigation",
    label: "window step: from frame to frame, ms",
    of: (f) => median(f.stepIntervalMs),
    digits: 1,
  },
  {
    key: "drag",
    kind: "drag",
    label: "dragged window: main thread in the frame, ms",
    of: (f) => median(f.dragMainThreadMs),
    digits: 2,
  },
  { key: "renderer", kind: "navigation", label: "page's process, resident, MB", of: (f) => f.rendererMB },
  { key: "rendererPeak", kind: "navigation", label: "page's process, peak, MB", of: (f) => f.rendererPeakMB },
  { key: "heap", kind: "navigation", label: "JavaScript heap, MB", of: (f) => f.heapMB, digits: 1 },
  { key: "gpu", kind: "navigation", label: "GPU process, growth, MB", of: (f) => f.gpuGrowthMB },
];

const GOALS = [
  { label: "navigation to shown, at most a third of cornerstone3D", key: "shown", peer: "cornerstone", limit: 1 / 3 },
  { label: "work in the frame of a dragged window, at most half of cornerstone3D", key: "drag", peer: "cornerstone", limit: 1 / 2 },
  { label: "the same, at most half of dwv", key: "drag", peer: "dwv", limit: 1 / 2 },
  { label: "memory to shown (first image), no slower than dicom.ts", key: "first", peer: "dicom.ts", limit: 1 },
  { label: "memory to shown (second image), no slower than dicom.ts", key: "second", peer: "dicom.ts", limit: 1 },
];

/** The middle value; of an even count the mean of the two middle ones. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Summarises counted visits.
 *
 * @returns {{text: string, summary: object, floorMs: number}} the table, the same numbers (object -> row -> column),
 *   and what was subtracted from each "shown"
 */
export function report(results, columns, objects) {
  const floorMs = median(results.filter(({ kind }) => kind === "floor").flatMap(({ figures }) => figures.floorMs));
  const summary = {};
  const blocks = [];
  for (const object of objects) {
    const rows = {};
    for (const row of ROWS) rows[row.key] = summarise(results, columns, object, row, floorMs);
    summary[object.name] = rows;
    blocks.push(table(object.label, rows, columns), goals(rows), "");
  }
  blocks.push(bare(results), "", sizes(columns));
  return { text: blocks.flat().join("\n"), summary, floorMs };
}

function summarise(results, columns, object, { kind, of }, floorMs) {
  const cells = {};
  for (const { name } of columns) {
    const values = results
      .filter((visit) => visit.object === object.name && visit.column === name && visit.kind === kind && visit.figures)
      .map((visit) => of(visit.figures, floorMs));
    if (values.length === 0) continue;
    cells[name] = { median: median(values), least: Math.min(...values), most: Math.max(...values), count: values.length };
  }
  return cells;
}

function table(title, rows, columns) {
  const lines = [[title, ...columns.map(({ label }) => label)]];
  for (const { key, label, digits = 0 } of ROWS) {
    const base = rows[key][columns[0].name]?.median;
    const cells = columns.map(({ name, hasTools }, index) => {
      const cell = rows[key][name];
      if (!cell) return key === "drag" && hasTools === false ? "no tools" : "failed";
      const [middle, least, most] = [cell.median, cell.least, cell.most].map((value) => value.toFixed(digits));
      const spread = least === most ? "" : ` (${least}-${most})`;
      const ratio = index > 0 && base > 0 ? ` x${(cell.median / base).toPrecision(2)}` : "";
      return `${middle}${spread}${ratio}`;
    });
    lines.push([label, ...cells]);
  }
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column] + 2))).join(""),
  );
}

/** What a step costs where there is no viewer. */
function bare(results) {
  const cost = (draw) => {
    const steps = results.filter((visit) => visit.kind === "bare" && visit.draw === draw);
    return median(steps.map(({ figures }) => median(figures.stepMainThreadMs))).toFixed(2);
  };
  return (
    "main thread in the frame of a page without a viewer, ms: " +
    `nothing drawn ${cost("nothing")}, a triangle by WebGL2 ${cost("webgl2")}, by WebGPU ${cost("webgpu")}, ` +
    `with the samples of a mammogram ${cost("webgpu-frame")}`
  );
}

function goals(rows) {
  return GOALS.flatMap(({ label, key, peer, limit }) => {
    const [ours, theirs] = [rows[key].noctis, rows[key][peer]];
    if (!ours || !theirs) return [];
    const ratio = ours.median / theirs.median;
    return `  goal: ${label}: ${ratio.toFixed(2)}, ${ratio <= limit ? "met" : "missed"}`;
  });
}

function sizes(columns) {
  const apps = new Map(columns.map(({ app, label, version, size }) => [app, { label, version, size }]));
  return [
    "whole app on the server, tools of the drag included, kB (brotli / raw): ",
    ...[...apps.values()].map(({ label, version, size }) => {
      const name = version ? `${label} ${version}` : label.split(" ")[0];
      return `  ${name}: ${(size.brotli / 1000).toFixed(0)} / ${(size.raw / 1000).toFixed(0)}`;
    }),
  ];
}
