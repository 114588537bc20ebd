import type { ImageVolume } from "../../public/painter.js";
import type { Vector } from "../../public/plane.js";
import { type Axes, axesOf } from "./axes.js";
import { laid, type Section, sectionOf, slicesByPlace, spread } from "./sections.js";
import { cross, dot, length, sum, times, unit } from "./vectors.js";

/** Which axes of an array its sections lie along, by the one that they are at right angles to: across and down. */
const WITHIN = [
  [1, 2],
  [0, 2],
  [0, 1],
] as const;

/** Which axes of the patient a section lies along, by the one that it is at right angles to; the superior one from above. */
export const SEEN = [
  { across: 1, down: 2 },
  { across: 0, down: 2 },
  { across: 0, down: 1 },
] as const;

/**
 * A volume whose voxels are counted along the axes of its array that are nearest to the patient's: to the left, to the back and
 * upwards, however it was acquired. Where a slice is missing its place is counted, too: what is beside it stays where it is.
 */
export class Grid {
  /** Voxels. */
  readonly size: Vector;
  /** Millimetres from voxel to voxel, at right angles to the others. */
  readonly mm: Vector;
  /** Of length 1, at right angles to each other. */
  readonly directions: readonly [Vector, Vector, Vector];
  /** Whether the slices lie beside each other, as behind a tilted gantry. */
  readonly isLeaning: boolean;
  /** Whether they lie straight above each other, none missing. */
  readonly isUpright: boolean;
  readonly #volume: ImageVolume;
  readonly #axes: Axes;
  /** Columns, rows and steps from the first slice to the last. */
  readonly #counts: Vector;
  /** The number of the slice at each of these steps. */
  readonly #slices: readonly number[];
  /** Across the slices, towards higher ones. */
  readonly #normal: Vector;
  readonly #sections = new Map<number, { readonly index: number; readonly section: Section }>();
  #slice: { readonly at: number; readonly section: Section } | undefined;
  #largest: Promise<readonly Section[]> | undefined;

  constructor(volume: ImageVolume) {
    this.#volume = volume;
    const [column, row, slice] = volume.steps;
    const normal = unit(cross(column, row));
    this.#normal = dot(slice, normal) < 0 ? times(normal, -1) : normal;
    const lean = Math.hypot(dot(slice, unit(column)), dot(slice, unit(row)));
    this.isLeaning = lean >= 1e-3 * length(slice);
    this.isUpright = !this.isLeaning && volume.findings.length === 0;
    this.#slices = slicesByPlace(volume);
    const [, rows, columns] = volume.size;
    this.#counts = [columns, rows, this.#slices.length];
    const directions = [unit(column), unit(row), this.#normal] as const;
    const mm = [length(column), length(row), dot(slice, this.#normal)] as const;
    const axes = axesOf(directions);
    this.#axes = axes;
    const along = <T>(make: (axis: Axes[number]) => T): readonly [T, T, T] => [
      make(axes[0]),
      make(axes[1]),
      make(axes[2]),
    ];
    this.size = along(({ of }) => this.#counts[of]);
    this.mm = along(({ of }) => mm[of]);
    this.directions = along(({ of, isTurned }) => times(directions[of], isTurned ? -1 : 1));
  }

  /** Makes ready what projections are made of: once. */
  async prepareProjections(): Promise<void> {
    await this.#project();
  }

  /** The largest values along an axis, as seen. */
  async projection(axis: 0 | 1 | 2): Promise<Section> {
    const { of } = this.#axes[axis];
    const section = (await this.#project())[of];
    if (!section) throw new Error("there are no projections");
    return this.#asSeen(axis, section);
  }

  /** The voxels at right angles to an axis, as seen; those that were asked for last are kept. */
  section(axis: 0 | 1 | 2, index: number): Section {
    const held = this.#sections.get(axis);
    if (held?.index === index) return held.section;
    const { of, isTurned } = this.#axes[axis];
    const at = isTurned ? this.#counts[of] - 1 - index : index;
    const slice = of === 2 ? this.#volume.frames[this.#slices[at] ?? -1] : undefined;
    const frame = slice ?? this.#volume.section(of === 0 ? "column" : "row", at);
    const section = this.#asSeen(axis, sectionOf(frame));
    this.#sections.set(axis, { index, section });
    return section;
  }

  /** The patient point of voxel coordinates. */
  point(voxel: Vector): Vector {
    const [column, row, slice] = this.#inArray(voxel);
    return sum(this.#volume.patientFromVoxel(column, row, 0), times(this.#volume.steps[2], slice));
  }

  /** The value of the voxel nearest to a patient point; undefined outside. */
  valueAt(point: Vector): number | undefined {
    const [column, row, slice] = this.#volume.steps;
    const way = sum(point, times(this.#volume.patientFromVoxel(0, 0, 0), -1));
    const steps = dot(way, this.#normal) / dot(slice, this.#normal);
    const inSlice = sum(way, times(slice, -steps));
    const [x, y, z] = [dot(inSlice, column) / dot(column, column), dot(inSlice, row) / dot(row, row), steps].map(
      Math.round,
    ) as unknown as Vector;
    const isInside = [x, y, z].every((at, axis) => at >= 0 && at < (this.#counts[axis] ?? 0));
    const frame = isInside ? this.#volume.frames[this.#slices[z] ?? -1] : undefined;
    if (!frame) return undefined;
    if (this.#slice?.at !== z) this.#slice = { at: z, section: sectionOf(frame) };
    return this.#slice.section.values[y * frame.columns + x];
  }

  /** The same part of the array: from where to where along each of its axes. */
  boxOf(spans: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
    const box: (readonly [number, number])[] = [];
    for (const [axis, { of, isTurned }] of this.#axes.entries()) {
      const [first, last] = spans[axis] ?? [0, 0];
      const end = this.#counts[of] - 1;
      box[of] = isTurned ? [end - last, end - first] : [first, last];
    }
    return box;
  }

  #inArray(voxel: Vector): Vector {
    const [columns, rows, slices] = this.boxOf(voxel.map((at) => [at, at] as const));
    return [columns?.[0] ?? 0, rows?.[0] ?? 0, slices?.[0] ?? 0];
  }

  /** By the axis of the array along which they are. */
  #project(): Promise<readonly Section[]> {
    this.#largest ??= this.#volume
      .largest()
      .then(([slices, rows, columns]) => [columns, rows, slices].map((frame) => sectionOf(frame)));
    return this.#largest;
  }

  /** A section of the array, at right angles to an axis of the patient, as it is seen: with the places of missing slices. */
  #asSeen(axis: 0 | 1 | 2, section: Section): Section {
    const { of } = this.#axes[axis];
    const { across, down } = SEEN[axis];
    const [right, below] = [this.#axes[across], this.#axes[down]];
    return laid(of === 2 ? section : spread(section, this.#slices), {
      isTransposed: right.of !== WITHIN[of][0],
      isTurnedAcross: right.isTurned,
      isTurnedDown: down === 2 ? !below.isTurned : below.isTurned,
    });
  }
}
