import type { ImageFrame, ImageVolume } from "../../public/painter.js";
import { dot, sum, times } from "./vectors.js";

/** Voxels of a plane, row after row. */
export interface Section {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export function sectionOf(frame: ImageFrame): Section {
  const { rows, columns } = frame;
  return { rows, columns, values: frame.values() ?? new Float32Array(rows * columns) };
}

/** How a section comes to lie as it is seen: first its rows become columns, then each is counted from its other end. */
export interface Lay {
  readonly isTransposed: boolean;
  readonly isTurnedAcross: boolean;
  readonly isTurnedDown: boolean;
}

export function laid(section: Section, { isTransposed, isTurnedAcross, isTurnedDown }: Lay): Section {
  if (!isTransposed && !isTurnedAcross && !isTurnedDown) return section;
  const [columns, rows] = isTransposed ? [section.rows, section.columns] : [section.columns, section.rows];
  const [across, down] = isTransposed ? [section.columns, 1] : [1, section.columns];
  const values = new Float32Array(rows * columns);
  const start = (isTurnedAcross ? (columns - 1) * across : 0) + (isTurnedDown ? (rows - 1) * down : 0);
  const [right, below] = [isTurnedAcross ? -across : across, isTurnedDown ? -down : down];
  for (let row = 0, to = 0; row < rows; row += 1) {
    for (let column = 0, from = start + row * below; column < columns; column += 1, from += right, to += 1) {
      values[to] = section.values[from] as number;
    }
  }
  return { rows, columns, values };
}

/** Steps from the first slice to the last, at most: slices much farther apart are no volume that a page could count through. */
const MOST_STEPS = 8192;

/**
 * The nearest slice at each step from the first to the last: where one is missing, one beside it.
 *
 * @throws Error when there are more than 8192 steps.
 */
export function slicesByPlace(volume: ImageVolume): readonly number[] {
  const step = volume.steps[2];
  const first = volume.patientFromVoxel(0, 0, 0);
  const places = volume.frames.map((_, slice) => {
    const way = sum(volume.patientFromVoxel(0, 0, slice), times(first, -1));
    return dot(way, step) / dot(step, step);
  });
  const steps = Math.round(places.at(-1) ?? 0);
  if (!(steps < MOST_STEPS)) throw new Error("the slices are too far apart");
  const distance = (slice: number, place: number): number => Math.abs((places[slice] ?? 0) - place);
  return Array.from({ length: steps + 1 }, (_, place) =>
    places.reduce((best, _place, slice) => (distance(slice, place) < distance(best, place) ? slice : best), 0),
  );
}

/** Rows of slices, one at each step. */
export function spread({ columns, rows, values }: Section, slices: readonly number[]): Section {
  if (slices.length === rows) return { columns, rows, values };
  const spreadOut = new Float32Array(slices.length * columns);
  for (const [to, from] of slices.entries()) {
    spreadOut.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return { columns, rows: slices.length, values: spreadOut };
}
