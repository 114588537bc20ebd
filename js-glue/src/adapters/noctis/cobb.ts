import type { Place } from "./pen.js";
import type { Spacing } from "./spacing.js";

/** The angle between two lines of image points, in the patient, degrees from 0 to 90; undefined of fewer than four points. */
export function cobbAngle([a, b, c, d]: readonly Place[], { row, col }: Spacing): number | undefined {
  if (!a || !b || !c || !d) return undefined;
  const direction = (from: Place, to: Place): number => Math.atan2((to.y - from.y) * row, (to.x - from.x) * col);
  const between = Math.abs(((direction(a, b) - direction(c, d)) * 180) / Math.PI) % 180;
  return Math.min(between, 180 - between);
}
