import type { InstanceInfo, ShownWindow, WindowLevel } from "./instance.js";
import type { Backend, Interpolation, ViewerOptions } from "./options.js";
import type { PlaneGeometry, Slab, Vector } from "./plane.js";
import type { LoadSource } from "./viewer.js";
import type { VolumeOptions, VolumeState } from "./volume-view.js";

/** Options of `createPainter`: those of a viewer that are about loading and drawing. */
export type PainterOptions = Pick<ViewerOptions, "backend" | "workers" | "gpuBytes" | "volumeBytes" | "assetsUrl">;

/** Grey values that a page has already, after rescale: whole numbers of 16 bits stay as they are, others become 16 bits. */
export interface PixelSource {
  /** Height in pixels. */
  readonly rows: number;
  /** Width in pixels. */
  readonly columns: number;
  /** Row after row. */
  readonly values: Float32Array;
  /** What it is shown with; from the least to the largest value unless given. */
  readonly window?: WindowLevel;
}

/** Levels that somebody has worked out: the `n`-th is that of the stored value `first + n`; they hold beyond both ends. */
export interface Levels {
  readonly first: number;
  readonly levels: Uint8Array<ArrayBuffer>;
}

/** How a frame is drawn. */
export interface FrameLook {
  /** The frame's own unless given. */
  readonly window?: WindowLevel;
  /** Black and white exchanged, on top of what the object asks for. */
  readonly invert?: boolean;
  /** Instead of rescale, window, lookup tables and inversion: what is to be seen for each stored value; grey frames only. */
  readonly levels?: Levels;
}

/** A decoded frame. */
export interface ImageFrame {
  /** Height in pixels. */
  readonly rows: number;
  /** Width in pixels. */
  readonly columns: number;
  readonly isColor: boolean;
  /** MONOCHROME1: the lowest value is white. */
  readonly inverted: boolean;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  /** Whether values are stored values by that slope and intercept: there is no Modality LUT. */
  readonly isLinear: boolean;
  /** The window that it brings along. */
  readonly window: ShownWindow;
  /** What its object says; absent of pixels that came without one. */
  readonly info?: InstanceInfo;
  /** Frame of its object, counted from 0. */
  readonly frame: number;
  /** The least and the largest stored value that its format can hold. */
  readonly storedRange: readonly [number, number];
  /** The value after rescale or Modality LUT of a stored value. */
  valueOf(stored: number): number;
  /** Values after rescale or Modality LUT, `[rows, columns]`; undefined for colour. */
  values(): Float32Array<ArrayBuffer> | undefined;
}

/** An opened object. Its bytes are kept while it has more than one frame. */
export interface ImageObject {
  readonly info: InstanceInfo;
  /** A frame, counted from 0. */
  frame(index: number): Promise<ImageFrame>;
  /** Lets go of it. */
  close(): void;
}

/** How a plane is drawn. */
export interface PlaneLook extends Pick<FrameLook, "window" | "invert"> {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Millimetres of a pixel, in both directions. */
  readonly mmPerPixel: number;
  readonly slab?: Slab;
  /** `"linear"` unless given. */
  readonly interpolation?: Interpolation;
}

/** How a volume in three dimensions lies on its canvas. */
export interface SolidLook {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** 1, at which all of the volume is to be seen, unless given. */
  readonly zoom?: number;
  /** To the right and down, pixels. */
  readonly pan?: readonly [number, number];
}

/** A volume in three dimensions. */
export interface ImageSolid {
  /** How it is shown. */
  readonly state: VolumeState;
  /** Changes what is named. */
  set(options: VolumeOptions): void;
  /** Turns the patient: the near side to the right and down as it is seen, degrees. */
  turn(right: number, down: number): void;
  /** Turns it back to where it was seen from at first. */
  home(): void;
  /**
   * The last picture that was finished, as `Painter.draw` gives one; undefined while there is none. Begins the one that is wanted, coarsely
   * while something changes and finely at rest, and tells when there is more to see.
   */
  draw(look: SolidLook): HTMLCanvasElement | undefined;
  /** Lets go of it. */
  close(): void;
}

/** Frames that make up a volume. */
export interface ImageVolume {
  /** Slices, rows, columns. */
  readonly size: readonly [number, number, number];
  /** The frames in the order of their slices. */
  readonly frames: readonly ImageFrame[];
  /** What somebody should know of it: gaps, tilt and so on. */
  readonly findings: readonly string[];
  /** Steps to the next column, row and slice, millimetres in the patient. */
  readonly steps: readonly [Vector, Vector, Vector];
  /** The patient point of voxel coordinates: column, row and number of the slice. */
  patientFromVoxel(column: number, row: number, slice: number): Vector;
  /**
   * The largest values along slices, rows and columns, as frames: `[rows, columns]`, `[slices, columns]`, `[slices, rows]`. Takes a
   * while, in pieces between which the page can draw.
   */
  largest(): Promise<readonly [ImageFrame, ImageFrame, ImageFrame]>;
  /** The voxels of one column or one row, as a frame: `[slices, rows]` or `[slices, columns]`. */
  section(across: "column" | "row", index: number): ImageFrame;
  /** Draws a plane, as `Painter.draw` does a frame. */
  draw(plane: PlaneGeometry, look: PlaneLook): HTMLCanvasElement;
  /** The volume in three dimensions; `changed` is called when there is another picture of it to draw. */
  solid(options?: VolumeOptions, changed?: () => void): ImageSolid;
  /** Lets go of it and of what draws it in three dimensions. */
  close(): void;
}

/** Images without a viewer, for pages that have canvases of their own. Made by `createPainter`. */
export interface Painter {
  /** What draws at this moment. */
  readonly backend: Backend;
  /** Opens a DICOM object. */
  open(source: LoadSource, options?: { readonly signal?: AbortSignal }): Promise<ImageObject>;
  /** A frame of values that the page has. */
  frameOf(pixels: PixelSource): ImageFrame;
  /**
   * A frame of half the rows and columns, each value the mean of four, a whole one where all are; of colour, the frame itself. Takes a while, in
   * pieces between which the page can draw.
   */
  halfOf(frame: ImageFrame): Promise<ImageFrame>;
  /**
   * Draws a frame, one pixel of the image for one of the canvas. The canvas belongs to the painter and is good until the
   * next call or the end of the task, whichever comes first: `context.drawImage(painter.draw(frame), …)`.
   *
   * @throws {NoctisError} kind `"device-lost"` while the GPU is being started again
   */
  draw(frame: ImageFrame, look?: FrameLook): HTMLCanvasElement;
  /**
   * Makes a volume of frames in any order.
   *
   * @throws {NoctisError} kind `"unsupported-geometry"` when they make none: the message says why
   */
  volume(frames: readonly ImageFrame[]): Promise<ImageVolume>;
  /** Frees workers and GPU memory. */
  destroy(): void;
}
