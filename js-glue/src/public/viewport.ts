import type { Region } from "./annotating.js";
import type { CineOptions, CineState } from "./cine.js";
import type { InstanceInfo, PresetChoice, ShownWindow, WindowLevel } from "./instance.js";
import type { Interpolation } from "./options.js";
import type { PlaneGeometry, PlaneName, PlaneState, Slab, Vector } from "./plane.js";
import type { VolumeOptions, VolumeState } from "./volume-view.js";

/** How a picture is laid on the canvas. */
export interface ViewSettings {
  /** 1 fits the whole image into the viewport. */
  readonly zoom: number;
  /** Shift of the image, right and down, CSS pixels. */
  readonly pan: readonly [number, number];
  /** Clockwise, degrees. */
  readonly rotation: number;
  readonly flipHorizontal: boolean;
  readonly flipVertical: boolean;
  /** Black and white exchanged, on top of what the object asks for. */
  readonly invert: boolean;
  readonly interpolation: Interpolation;
  /** Whether the overlays that are part of the object (groups 6000 to 601E) are drawn over the picture. */
  readonly overlays: boolean;
}

/** What a viewport shows: the slices of a series, a plane through their volume, or the volume in three dimensions. */
export type ViewportKind = "stack" | "plane" | "volume";

/** Two points of the shown slice, `[column, row]`, and the millimetres between them. */
export interface KnownLength {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly mm: number;
}

/** What a viewport shows, at one moment. */
export interface ViewportState extends ViewSettings {
  /** Absent while it shows nothing. */
  readonly kind?: ViewportKind;
  /**
   * -1 while there is no slice. Of a plane: its place along its normal, in steps from where the volume begins. A volume in three
   * dimensions is one slice.
   */
  readonly sliceIndex: number;
  readonly sliceCount: number;
  /** The window in force; absent while there is no slice. Of volume rendering: the values of its transfer function. */
  readonly window?: ShownWindow;
  readonly seriesInstanceUid?: string;
  /** The plane, where one is shown. */
  readonly plane?: PlaneState;
  /** The volume, where one is shown in three dimensions. */
  readonly volume?: VolumeState;
  /** How its slices are being played; absent while they are not. */
  readonly cine?: CineState;
}

/** What can be done with what is shown. Points of a viewport are CSS pixels from its left upper corner. */
export interface ViewportCalls {
  /** What is shown, at this moment. */
  readonly state: ViewportState;
  /** Shows a slice, counted from 0. Resolves when it is drawn. */
  renderSlice(index: number): Promise<void>;
  /** Shows a series. In each viewport a series keeps its slice, window and view. */
  showSeries(seriesInstanceUid: string): void;
  /**
   * Sets the window of the series: by center and width, or by `{ preset: n }`, the n-th (from 0) of what the shown
   * slice's object brings along: `instance(i).windows`, then `voiLuts`. Tells `"window"`.
   *
   * @throws {NoctisError} kind `"invalid-argument"` for a window that PS3.3 C.11.2 does not allow, or no such preset
   */
  applyWindowLevel(window: WindowLevel | PresetChoice): void;
  /**
   * Gives each slice its own window (or VOI LUT) again. Slices whose object has neither share one: from the smallest
   * to the largest value of the one that is shown first, after this call of the one that is shown now.
   */
  resetWindowLevel(): void;
  /**
   * Shows a plane through the volume of the series, or another plane; `undefined`: its slices again. The volume is made
   * when it is first wanted, once for all viewports, and is shown while slices arrive. Resolves when there is a picture.
   *
   * @throws {NoctisError} kind `"unsupported-geometry"` when the slices make no volume: the message says why
   */
  setPlane(plane: PlaneName | PlaneGeometry | undefined): Promise<void>;
  /**
   * Shows the volume of the series in three dimensions, or changes how it is shown; `undefined`: its slices again. While it is
   * turned it is drawn coarsely where the device is slow, at rest finely: `state.volume.quality` says which. Resolves when
   * there is a picture, and what is to be left out has been found.
   *
   * @throws {NoctisError} kind `"unsupported-geometry"` when the slices make no volume: the message says why
   */
  set3d(options: VolumeOptions | undefined): Promise<void>;
  /** Makes the plane a slab; `{ thicknessMm: 0 }` is the plane alone again. */
  setSlab(slab: Slab): void;
  /** A window for the values in a region of what is shown. */
  autoWindow(region: Region): Promise<void>;
  /**
   * Gives the shown slice's object millimetres by a length that is known, for everything that is measured there; undefined:
   * those that it says itself.
   */
  calibrate(known: KnownLength | undefined): Promise<void>;
  /** Plays the slices, until `stopCine` or until a person does anything in the viewport. Nothing plays by itself. */
  playCine(options?: CineOptions): Promise<void>;
  stopCine(): void;
  /** Changes some settings of the view. */
  setView(settings: Partial<ViewSettings>): void;
  /** Back to the first view and window. */
  reset(): void;
  /** What the object of a slice of the series says about itself. */
  instance(index: number): InstanceInfo;
  /** Image coordinates `[column, row]` at a point of the viewport; the first pixel's centre is (0, 0). */
  imageFromElement(x: number, y: number): readonly [number, number] | undefined;
  /** Point of the viewport of image coordinates `[column, row]`. */
  elementFromImage(column: number, row: number): readonly [number, number] | undefined;
  /** The patient point that is seen at a point of the viewport; undefined in three dimensions, and where the series does not say. */
  patientFromElement(x: number, y: number): Vector | undefined;
  /** Point of the viewport over a patient point, or over its foot on what is shown. */
  elementFromPatient(point: Vector): readonly [number, number] | undefined;
  /** The picture without overlay, as PNG, by default in the size of the canvas (device pixels). */
  toPng(size?: { readonly width: number; readonly height: number }): Promise<Blob>;
  /** Takes the keyboard. */
  focus(): void;
}

/** One of the places of a layout. It lasts until a layout has no place for it any more. */
export interface Viewport extends ViewportCalls {
  /** Its place, counted from 0, row by row. */
  readonly index: number;
  /** Whether the calls of the viewer, the keyboard and newly opened series go to this one. */
  readonly isActive: boolean;
  /** Makes it the active one. */
  activate(): void;
  /**
   * Where the plane of another viewport cuts this one's: two points of this viewport, far outside of it. Undefined where
   * they are parallel or of different frames of reference.
   */
  referenceLine(other: Viewport): readonly [readonly [number, number], readonly [number, number]] | undefined;
  /** Its place in the viewer's element: left, top, width and height, CSS pixels. */
  readonly box: DOMRectReadOnly;
}
