import type { Measurement } from "../../public/annotations.js";

/** A point: `[column, row]` of a frame, or millimetres right and down of a plane's center. */
export type Point = readonly [number, number];

/** What the points of a tool measure. */
export interface Measured {
  readonly measurements: readonly Measurement[];
  /** What a reader must know, and what was refused, in words. */
  readonly notes: readonly string[];
}

/** What one step down a column, and one along a row, is. */
export interface Scale {
  readonly spacing: readonly [row: number, column: number];
  readonly unit: "mm" | "{pixels}";
  /** An attribute by its keyword, `"user"` or `"none"`. */
  readonly source: string;
  /** What a reader of a length must know. */
  readonly note?: string;
}

/** What an axis of an ultrasound region counts. */
export interface UltrasoundAxis {
  /** As in `"velocity"`; absent where the region does not say what it is. */
  readonly name?: string;
  /** Of UCUM; both are `"mm"` where the region is a picture of space. */
  readonly unit: string;
  /** Units a pixel to the right or down; negative where values fall. */
  readonly step: number;
  /** What it says at pixel 0 of the frame. */
  readonly zero?: number;
}

/** Part of an ultrasound frame with scales of its own. */
export interface UltrasoundScale {
  /** Left, top, right and bottom pixel, all within. */
  readonly bounds: readonly [number, number, number, number];
  /** Along a row, and down a column. */
  readonly axes: readonly [UltrasoundAxis, UltrasoundAxis];
  readonly isLowPriority: boolean;
}

/** What holds of steps from pixel to pixel. */
export interface Calibration {
  /** Outside of ultrasound regions; of the whole frame where there are none. */
  readonly scale: Scale;
  readonly regions: readonly UltrasoundScale[];
}

/** A length that a person knows. */
export interface KnownLength {
  readonly from: Point;
  readonly to: Point;
  readonly mm: number;
}
