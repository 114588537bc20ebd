import type { Binding, PageFunction } from "./binding.js";
import { page } from "./page.js";
import { spacingOfMain, withSpacing } from "./spacing.js";
import type { Tools } from "./tools.js";
import type { Volumes } from "./volumes.js";

/** Measures lengths and areas by the page's spacing. */
const MEASURING = ["calculateDistance", "calculateArea"];

/**
 * What is measured in the picture of a plane has the millimetres of that picture, which are the same across and down. An angle in a slice
 * whose pixels are not square is that in the patient.
 */
export function bindMillimetres(binding: Binding, volumes: Volumes, tools: Tools): void {
  for (const name of MEASURING) {
    binding.replace("planes", name, (original) => {
      const planes = page.viewMode === "mpr" ? volumes.now(page.series?.id) : undefined;
      if (!planes) return original();
      return withSpacing({ row: planes.mmPerPixel, col: planes.mmPerPixel }, original);
    });
  }
  const angle: PageFunction | undefined = binding.replace("planes", "calculateAngle", (original, points) => {
    const { row, col } = spacingOfMain();
    if (page.viewMode === "mpr" || row === col) return original();
    return angle?.(...tools.inImage(points).map((point) => inMillimetres(point, row, col)));
  });
}

function inMillimetres(point: unknown, row: number, col: number): unknown {
  const { x, y } = Object(point) as { readonly x?: unknown; readonly y?: unknown };
  return typeof x === "number" && typeof y === "number" ? { x: x * col, y: y * row } : point;
}
