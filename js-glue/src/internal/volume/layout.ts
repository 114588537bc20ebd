import type { Slice } from "../library.js";

type Triple = readonly [number, number, number];

/** A slice of a volume: where it is, and how its stored values are rescaled. */
export interface SliceSpec {
  /** Third voxel coordinate, ascending; evenly spaced slices are at 0, 1, 2 and so on. */
  readonly place: number;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
}

/** What there is of a volume before its voxels. Patient coordinates are LPS, in millimetres. */
export interface VolumeShape {
  /** Slices, rows, columns. */
  readonly size: Triple;
  /** Centre of the first voxel, and the steps to the next column, row and place of a slice. */
  readonly geometry: readonly [first: Triple, column: Triple, row: Triple, slice: Triple];
  /** One for each slice. */
  readonly slices: readonly SliceSpec[];
}

/** A volume that slices of a series make up. */
export interface VolumeLayout extends VolumeShape {
  readonly plane: "axial" | "coronal" | "sagittal" | "oblique";
  /** What tells it from others at the same place, as in `"EchoTime 4.6 ms"`; empty where it is alone. */
  readonly label: string;
  /** How a voxel is held: `"r16sint"` and so on, of 8 or 16 bits. */
  readonly format: string;
  /** Stored values from the first to the second are padding. */
  readonly padding?: readonly [number, number];
  readonly frameOfReferenceUid?: string;
  /** How the step from slice to slice leans from the normal of the slices, degrees. */
  readonly tiltDeg: number;
  /** Which slice of the series each one is. */
  readonly sources: readonly Slice[];
}

/** A volume that fits: its voxels stand for blocks of those of the series. */
export interface ReducedShape extends VolumeShape {
  /** How many slices, rows and columns of the series each one stands for. */
  readonly reduction: Triple;
  /** The reduction in words; absent where all of it is 1. */
  readonly finding?: VolumeFinding;
}

/** What assembly found that somebody should know. */
export interface VolumeFinding {
  /** `"gap"`, `"tilted"` and so on: see `FindingKind` in viewer-core. */
  readonly kind: string;
  /** In words, with numbers. */
  readonly message: string;
  /** Number of the volume concerned; absent for the series and for slices in no volume. */
  readonly volume?: number;
  /** Slices that are in no volume because of it. */
  readonly leftOut: number;
}

/** The volumes of a series, those of most slices first. */
export interface SeriesVolumes {
  readonly volumes: readonly VolumeLayout[];
  readonly findings: readonly VolumeFinding[];
}
