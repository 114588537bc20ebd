import type { NoctisError } from "./errors.js";
import type { ShownWindow } from "./instance.js";
import type { Backend } from "./options.js";

/** What each event carries. */
export interface ViewerEvents {
  /** Another slice is shown, or the shown one has a new place because others arrived before it. */
  readonly slice: { readonly sliceIndex: number; readonly sliceCount: number };
  /** The window changed, or another preset was chosen. */
  readonly window: ShownWindow;
  /** Zoom, pan, rotation, flip, inversion or interpolation changed. */
  readonly view: { readonly zoom: number };
  /** A load got on. `total` is absent while it is not known. */
  readonly progress: LoadProgress;
  /** A source could not be shown, or a slice could not be drawn. The viewer goes on. */
  readonly error: NoctisError;
  /** A backend was chosen. */
  readonly backend: { readonly backend: Backend; readonly reason: string };
  /** The GPU device or context went away; it is being rebuilt. */
  readonly lost: { readonly backend: Backend; readonly reason: string };
  /** The picture is back. */
  readonly restored: { readonly backend: Backend };
  /** A frame has been decoded and can be drawn from now on. */
  readonly frame: FrameMoment;
  /** A slice was drawn on the canvas that was not the one before it. */
  readonly drawn: FrameMoment;
  /** The list of series changed. */
  readonly series: { readonly count: number };
}

/** How far a load is. */
export interface LoadProgress {
  /** Objects that are ready. */
  readonly loaded: number;
  /** Objects that failed. */
  readonly failed: number;
  /** Objects in all, as far as known. */
  readonly total?: number;
}

/** A moment in the life of a slice. */
export interface FrameMoment {
  /** Its place in its series at that moment. */
  readonly sliceIndex: number;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** Frame of the object, counted from 0. */
  readonly frame: number;
  /** Milliseconds since 1970 (UTC), with fractions. */
  readonly time: number;
}
