/** What the adapter is to reach, step by step, and whether it has. */

const SLICES = { "look at 20 slices": 20, "pass 100 slices": 100 };
const SILENT = ["window", "window on planes", "crosshair", "MIP", "measure and cine"];
/** Steps that end with the first image. */
const OPENING = ["open", "open 2048 x 2048"];
const LARGE = "window 2048 x 2048";

/** Rows of `[goal, found, whether it is reached]`, from the steps of both. */
export function goals(before, after) {
  const rows = [];
  const row = (goal, found, most, digits = 0) => rows.push([`${goal} at most ${most}`, found.toFixed(digits), found <= most]);
  for (const [step, slices] of Object.entries(SLICES)) {
    row(`${step}: bytes, of those before,`, after.get(step).bytes / before.get(step).bytes, 0.55, 2);
    row(`${step}: requests of pixels a slice`, after.get(step).requests / slices, 1, 2);
  }
  for (const step of SILENT) row(`${step}: requests`, after.get(step).requests, 0);
  for (const [step, { worst }] of after) {
    if (!OPENING.includes(step)) row(`${step}: longest task, ms,`, worst, 50);
  }
  row(`${LARGE}: time of a frame, of that before,`, after.get(LARGE).ms / before.get(LARGE).ms, 0.33, 2);
  return rows;
}
