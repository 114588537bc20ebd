import type { Vector } from "../../public/plane.js";
import type { VolumeShape } from "./layout.js";
import { along, dot } from "./vector.js";

/** From where to where voxel centres lie along a unit direction, millimetres. */
export function spanAlong({ geometry, size, slices }: VolumeShape, direction: Vector): readonly [number, number] {
  const [first, column, row, slice] = geometry;
  const ends = [0, slices.at(-1)?.place ?? 0].flatMap((place) =>
    [0, size[1] - 1].flatMap((rows) =>
      [0, size[2] - 1].map((columns) =>
        dot(along(along(along(first, column, columns), row, rows), slice, place), direction),
      ),
    ),
  );
  return [Math.min(...ends), Math.max(...ends)];
}

/** One step of a scroll along a unit normal, as `reslice::Plane::scroll_step_mm` has it. */
export function stepAlong({ geometry: [, column, row, slice] }: VolumeShape, normal: Vector): number {
  return Math.hypot(dot(column, normal), dot(row, normal), dot(slice, normal));
}

/** The centre of the voxel in the middle of the volume. */
export function middleOf({ geometry: [first, column, row, slice], size, slices }: VolumeShape): Vector {
  const [, rows, columns] = size;
  const place = slices[Math.floor(slices.length / 2)]?.place ?? 0;
  return along(along(along(first, column, Math.floor(columns / 2)), row, Math.floor(rows / 2)), slice, place);
}

/** The third voxel coordinate at a point, as far as the step between slices says; where a slice is nearest. */
export function placeAt({ geometry: [first, column, row, slice] }: VolumeShape, point: Vector): number {
  const normal: Vector = [
    column[1] * row[2] - column[2] * row[1],
    column[2] * row[0] - column[0] * row[2],
    column[0] * row[1] - column[1] * row[0],
  ];
  return dot(along(point, first, -1), normal) / dot(slice, normal);
}
