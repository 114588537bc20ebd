import type { AnnotationEvent } from "./annotating.js";
import type { DragAction } from "./bindings.js";
import type { CineEvent } from "./cine.js";
import type { NoctisError } from "./errors.js";
import type { ShownWindow } from "./instance.js";
import type { GridLayout } from "./layout.js";
import type { Backend } from "./options.js";
import type { Vector } from "./plane.js";
import type { Viewport } from "./viewport.js";

/** Of which viewport an event tells. */
export interface OfViewport {
  readonly viewport: Viewport;
}

/** What each event carries. */
export interface ViewerEvents {
  /** Another slice is shown, or the shown one has a new place because others arrived before it. */
  readonly slice: { readonly sliceIndex: number; readonly sliceCount: number } & OfViewport;
  /** The window changed, or another preset was chosen. */
  readonly window: ShownWindow & OfViewport;
  /** Zoom, pan, rotation, flip, inversion or interpolation changed. */
  readonly view: { readonly zoom: number } & OfViewport;
  /** A load got on. `total` is absent while it is not known. */
  readonly progress: LoadProgress;
  /** A source could not be shown, or a slice could not be drawn. The viewer goes on. */
  readonly error: NoctisError;
  /** A picture is shown though something was not as it should be: once for each finding of an object. */
  readonly warning: ViewerWarning;
  /** A backend was chosen. */
  readonly backend: { readonly backend: Backend; readonly reason: string };
  /** The GPU device or context went away; it is being rebuilt. */
  readonly lost: { readonly backend: Backend; readonly reason: string };
  /** The picture is back. */
  readonly restored: { readonly backend: Backend };
  /** A frame has been decoded and can be drawn from now on. */
  readonly frame: FrameMoment;
  /** A slice was drawn on the canvas that was not the one before it. */
  readonly drawn: FrameMoment & OfViewport;
  /** The list of series changed. */
  readonly series: { readonly count: number };
  /** Planes were laid through another point, or turned. */
  readonly crosshair: { readonly point: Vector };
  /** Viewports came or went. */
  readonly layout: GridLayout;
  /** An annotation was made, changed, removed or selected. */
  readonly annotation: AnnotationEvent;
  /** Another tool is in the hand. */
  readonly tool: { readonly tool: DragAction };
  /** Slices are played, or are no more. */
  readonly cine: CineEvent;
  /** Another viewport is the active one, or the active one shows another series. */
  readonly active: OfViewport;
}

/**
 * What was found. The kinds are shared with the Rust core and `noctis-probe`.
 *
 * - `"attribute"`: an attribute is missing or contradicts another
 * - `"stream-differs"`: the coded stream says something else than the data set
 * - `"pixel-data-length"`: the pixel data is longer or shorter than announced
 * - `"reduced"`: values are displayed less exactly than they are stored
 * - `"color-profile"`: the ICC profile cannot be used, colours are shown without it
 * - `"volume"`: the slices of a series make a volume only in some way, or not at all
 * - `"character-set"`: a character set is not known, its text is read as Latin-1
 */
export type WarningKind =
  | "attribute"
  | "stream-differs"
  | "pixel-data-length"
  | "reduced"
  | "color-profile"
  | "volume"
  | "character-set";

/** What was found, and what was done about it, without patient data. */
export interface WarningRecord {
  readonly kind: WarningKind;
  readonly message: string;
  /** The attribute concerned, as `"GGGG,EEEE"`. */
  readonly tag?: string;
  /** The frame concerned, counted from 0; absent when it is the object. */
  readonly frame?: number;
}

/** A finding and its object. */
export interface ViewerWarning extends WarningRecord {
  /** Empty when it is of the series. */
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
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
