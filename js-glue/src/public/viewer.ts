import type { Bindings } from "./bindings.js";
import type { NoctisError } from "./errors.js";
import type { LoadProgress, ViewerEvents } from "./events.js";
import type { InstanceInfo, PresetChoice, ShownWindow, WindowLevel } from "./instance.js";
import type { Backend, Interpolation } from "./options.js";

/** One DICOM object: a file, its address or its bytes. Bytes are not changed and stay yours. */
export type LoadSource = Blob | string | URL | ArrayBuffer | Uint8Array;

/** What `load` takes: one object or many; an async iterable may go on as long as objects arrive. */
export type LoadInput = LoadSource | Iterable<LoadSource> | ArrayLike<LoadSource> | AsyncIterable<LoadSource>;

/** Options of `load`. */
export interface LoadOptions {
  /** Stops the load; `load` then rejects with kind `"cancelled"`. What has been loaded stays. */
  readonly signal?: AbortSignal;
  /** Adds to what is shown, instead of replacing it. */
  readonly append?: boolean;
  /** Called as often as the load gets on. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** What became of the sources of a `load`. */
export interface LoadResult {
  /** Objects that are shown. */
  readonly loaded: number;
  /** Those that are not, and why. */
  readonly failed: readonly { readonly source: LoadSource; readonly error: NoctisError }[];
}

/** How a slice is laid on the canvas. */
export interface ViewSettings {
  /** 1 fits the whole image into the element. */
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

/** A series that has been loaded. */
export interface SeriesSummary {
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly modality?: string;
  readonly number?: number;
  readonly description?: string;
  /** Slices (frames count each) that have arrived. */
  readonly sliceCount: number;
}

/** What the viewer shows, at one moment. */
export interface ViewerState extends ViewSettings {
  /** `"empty"`: nothing loaded; `"loading"`: nothing to show yet; `"showing"`; `"failed"`: nothing could be shown. */
  readonly phase: "empty" | "loading" | "showing" | "failed";
  /** -1 while there is no slice. */
  readonly sliceIndex: number;
  readonly sliceCount: number;
  /** The window in force; absent while there is no slice. */
  readonly window?: ShownWindow;
  readonly seriesInstanceUid?: string;
  readonly backend: Backend;
  /** Why this backend, in plain words. */
  readonly backendReason: string;
  /** What draws, as the backend names it. */
  readonly adapter: string;
  /** How many decoding workers run at this moment. */
  readonly workers: number;
}

/** A viewer in an element of the page. Made by `createViewer`. */
export interface Viewer {
  /** What is shown, at this moment. */
  readonly state: ViewerState;
  /** The series that have been loaded, in the order of their numbers. */
  readonly series: readonly SeriesSummary[];
  /**
   * Loads objects. Slices are sorted by their position along the series' normal, else by instance number, and are
   * shown while others still arrive. Resolves when all are ready and the shown slice is drawn.
   *
   * @throws {NoctisError} when not one of the sources could be shown, or kind `"cancelled"`
   */
  load(input: LoadInput, options?: LoadOptions): Promise<LoadResult>;
  /** Removes all images. */
  clear(): void;
  /** Shows a slice, counted from 0. Resolves when it is drawn. */
  renderSlice(index: number): Promise<void>;
  /** Shows a series. Each series keeps its slice, window and view. */
  showSeries(seriesInstanceUid: string): void;
  /**
   * Sets the window of the series: by center and width, or by `{ preset: n }`, the n-th (from 0) of what the shown
   * slice's object brings along: `viewer.instance(i).windows`, then `voiLuts`. Tells `"window"`.
   *
   * @throws {NoctisError} kind `"invalid-argument"` for a window that PS3.3 C.11.2 does not allow, or no such preset
   */
  applyWindowLevel(window: WindowLevel | PresetChoice): void;
  /**
   * Gives each slice its own window (or VOI LUT) again. Slices whose object has neither share one: from the smallest
   * to the largest value of the one that is shown first, after this call of the one that is shown now.
   */
  resetWindowLevel(): void;
  /** Changes some settings of the view. */
  setView(settings: Partial<ViewSettings>): void;
  /** Back to the first view and window. */
  reset(): void;
  /** Changes some bindings of mouse, touch and keys. */
  setBindings(bindings: Bindings): void;
  /** Corner text: all, without the patient, or none. */
  setOverlay(overlay: boolean | { readonly patient: boolean }): void;
  /** What the object of a slice says about itself. */
  instance(index: number): InstanceInfo;
  /** Image coordinates `[column, row]` at a point of the element (CSS pixels); the first pixel's centre is (0, 0). */
  imageFromElement(x: number, y: number): readonly [number, number] | undefined;
  /** Point of the element (CSS pixels) of image coordinates `[column, row]`. */
  elementFromImage(column: number, row: number): readonly [number, number] | undefined;
  /** The picture without overlay, as PNG, by default in the size of the canvas (device pixels). */
  toPng(size?: { readonly width: number; readonly height: number }): Promise<Blob>;
  /** Takes the keyboard. */
  focus(): void;
  /** Listens to an event; the returned function ends that. */
  on<T extends keyof ViewerEvents>(type: T, listener: (event: ViewerEvents[T]) => void): () => void;
  /** Frees workers, GPU memory, listeners and the viewer's elements. */
  destroy(): void;
}
