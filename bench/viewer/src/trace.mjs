// Work of the page's main thread, from the browser's own trace.

const CATEGORIES = ["disabled-by-default-devtools.timeline", "blink.user_timing", "toplevel"];

/**
 * Records while `action` runs.
 *
 * @returns {Promise<object[]>} trace events
 */
export async function record(browserCdp, action) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  browserCdp.on("Tracing.dataCollected", collect);
  await browserCdp.send("Tracing.start", {
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ["*"] },
    transferMode: "ReportEvents",
  });
  try {
    await action();
  } finally {
    const complete = new Promise((resolve) => browserCdp.once("Tracing.tracingComplete", resolve));
    await browserCdp.send("Tracing.end");
    await complete;
    browserCdp.off("Tracing.dataCollected", collect);
  }
  return events;
}

/**
 * For each step of `stepWindow` the processor time of the main thread's tasks from its mark to the next mark, ms: what waits for a
 * processor meanwhile is no work.
 *
 * @param {object[]} events of [`record`]
 */
export function mainThreadMs(events) {
  const marks = events.filter((event) => event.name === "bench:step" && event.cat.includes("user_timing"));
  if (marks.length < 2) throw new Error("the trace holds no steps");
  const times = marks.map((event) => event.ts).sort((a, b) => a - b);
  const { pid, tid } = marks[0];
  const tasks = events.filter(
    (event) => event.pid === pid && event.tid === tid && event.ph === "X" && event.name.endsWith("RunTask"),
  );
  const sums = new Float64Array(times.length - 1);
  for (const { ts, dur, tdur = dur } of outermost(tasks)) {
    for (let step = 0; step < sums.length; step += 1) {
      const overlap = Math.min(ts + dur, times[step + 1]) - Math.max(ts, times[step]);
      if (overlap > 0) sums[step] += ((overlap / dur) * tdur) / 1000;
    }
  }
  return [...sums];
}

/** Tasks that no other task holds (a trace may show one task on two levels). */
function outermost(tasks) {
  const kept = [];
  let end = -1;
  for (const task of tasks.sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
    if (task.ts >= end) {
      kept.push(task);
      end = task.ts + task.dur;
    }
  }
  return kept;
}
