import type { Measurement } from "../../public/annotations.js";

/** How people write units of UCUM. */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ["mm2", "mm²"],
  ["deg", "°"],
  ["[hnsf'U]", "HU"],
  ["{SUVbw}g/ml", "SUV"],
  ["{counts}", "counts"],
  ["{HU_MOD}", "HU mod."],
  ["{Z_EFF}", "Z eff."],
  ["{EDW}", "EDW"],
  ["10*23/ml", "10²³/ml"],
  ["cm2", "cm²"],
  ["cm2/s", "cm²/s"],
  ["cm3", "cm³"],
  ["cm3/s", "cm³/s"],
  ["1", ""],
]);

/** The unit of a measurement as people write it; empty for a number without one. */
export function unitText({ name, unit }: Pick<Measurement, "name" | "unit">): string {
  if (unit === "{pixels}") return name === "area" ? "px²" : "px";
  return WRITTEN.get(unit) ?? unit;
}
