/** What the adapter is to reach, step by step, and whether it has. */

const SLICES = { "look at 20 slices": 20, "pass 100 slices": 100 };
const SILENT = ["window", "window on planes", "crosshair", "MIP", "measure and cine"];
/** Steps that end with the first image. */
const OPENING = ["open", "open 2048 x 2048"];
const LARGE = "window 2048 x 2048";

/** Rows of `[goal, found, whether it is reached]`, from those steps of both that there are. */
export function goals(before, after) {
  const rows = [];
  const isHere = (step) => after.has(step);
  const row = (goal, found, most, digits = 0) => rows.push([`${goal} at most ${most}`, found.toFixed(digits), found <= most]);
  for (const [step, slices] of Object.entries(SLICES).filter(([step]) => isHere(step))) {
    row(`${step}: bytes, of those before,`, after.get(step).bytes / before.get(step).bytes, 0.55, 2);
    row(`${step}: requests of pixels a slice`, after.get(step).requests / slices, 1, 2);
  }
  for (const step of SILENT.filter(isHere)) row(`${step}: requests`, after.get(step).requests, 0);
  for (const [step, { worst, own }] of after) {
    if (OPENING.includes(step)) continue;
    row(`${step}: longest task, ms,`, worst, 50);
    row(`${step}: most that a task takes of a processor, ms,`, own, 50);
  }
  if (isHere(LARGE)) row(`${LARGE}: time of a frame, of that before,`, after.get(LARGE).ms / before.get(LARGE).ms, 0.33, 2);
  return rows;
}
