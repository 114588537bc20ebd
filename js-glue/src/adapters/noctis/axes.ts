import type { Vector } from "../../public/plane.js";
import { cross, unit } from "./vectors.js";

/** One of the patient's axes in an array of columns, rows and slices. */
export interface Axis {
  /** Which axis of the array runs along it: columns 0, rows 1, slices 2. */
  readonly of: 0 | 1 | 2;
  /** Whether the array counts the other way. */
  readonly isTurned: boolean;
}

/** Left, posterior and superior: the first, second and third coordinate of the patient (PS3.3 C.7.6.2.1.1). */
export type Axes = readonly [Axis, Axis, Axis];

const ORDERS: readonly (readonly [Axis["of"], Axis["of"], Axis["of"]])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** Which axes of an array are nearest to the patient's, each once; `directions` are those of its columns, rows and slices, of length 1. */
export function axesOf(directions: readonly [Vector, Vector, Vector]): Axes {
  const along = (coordinate: 0 | 1 | 2, of: Axis["of"]): number => directions[of][coordinate];
  const nearness = ([x, y, z]: (typeof ORDERS)[number]): number =>
    Math.abs(along(0, x)) + Math.abs(along(1, y)) + Math.abs(along(2, z));
  // A hair more than the best: of two that are as near, the array's own order.
  const [x, y, z] = ORDERS.reduce((best, order) => (nearness(order) > nearness(best) + 1e-6 ? order : best));
  const axis = (coordinate: 0 | 1 | 2, of: Axis["of"]): Axis => ({ of, isTurned: along(coordinate, of) < 0 });
  return [axis(0, x), axis(1, y), axis(2, z)];
}

/** The same of slices by their ImageOrientationPatient, whichever way they are counted. */
export function axesOfSlices([a, b, c, d, e, f]: readonly [number, number, number, number, number, number]): Axes {
  const [column, row] = [unit([a, b, c]), unit([d, e, f])];
  return axesOf([column, row, unit(cross(column, row))]);
}
