import type { AnnotationFormat, Annotations, ExportOptions, ImportInput, ImportResult } from "./annotating.js";
import type { Bindings, DragAction } from "./bindings.js";
import type { NoctisError } from "./errors.js";
import type { LoadProgress, ViewerEvents } from "./events.js";
import type { GridLayout, LayoutName, SyncGroup } from "./layout.js";
import type { Backend } from "./options.js";
import type { OverlayParts } from "./overlay.js";
import type { Vector } from "./plane.js";
import type { Viewport, ViewportCalls, ViewportState } from "./viewport.js";

/**
 * An instance of a DICOMweb server (WADO-RS, PS3.18 10.4): its metadata are read once, each frame when it is wanted, as it
 * is stored where the server gives that; the whole instance where it gives no frames.
 */
export interface WadoInstance {
  /** As in `"/dicomweb/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.5"`. */
  readonly wadoRs: string | URL;
  /** Sent with each request, as in `{ Authorization: "Bearer …" }`; never to another server. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One DICOM object: a file, its address, its bytes, or an instance of a DICOMweb server. Bytes are not changed and stay yours. */
export type LoadSource = Blob | string | URL | ArrayBuffer | Uint8Array | WadoInstance;

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

/** What the viewer shows, at one moment: the state of its active viewport, and of the viewer. */
export interface ViewerState extends ViewportState {
  /** `"empty"`: nothing loaded; `"loading"`: nothing to show yet; `"showing"`; `"failed"`: nothing could be shown. */
  readonly phase: "empty" | "loading" | "showing" | "failed";
  readonly backend: Backend;
  /** Why this backend, in plain words. */
  readonly backendReason: string;
  /** What draws, as the backend names it. */
  readonly adapter: string;
  /** How many decoding workers run at this moment. */
  readonly workers: number;
}

/** A viewer in an element of the page, made by `createViewer`. What it has in common with a viewport acts on the active one. */
export interface Viewer extends ViewportCalls {
  /** What is shown, at this moment. */
  readonly state: ViewerState;
  /** The series that have been loaded, in the order of their numbers. */
  readonly series: readonly SeriesSummary[];
  /**
   * Loads objects. Slices are sorted by their position along the series' normal, else by instance number, and are
   * shown while others still arrive. Resolves when all are ready and what is shown is drawn.
   *
   * @throws {NoctisError} when not one of the sources could be shown, or kind `"cancelled"`
   */
  load(input: LoadInput, options?: LoadOptions): Promise<LoadResult>;
  /** A small picture of a series, of the slice in its middle, as PNG. */
  thumbnail(seriesInstanceUid: string, size: { readonly width: number; readonly height: number }): Promise<Blob>;
  /** Removes all images. */
  clear(): void;
  /**
   * Arranges viewports. All share one device, each frame is decoded and uploaded once. What viewports show stays; what has
   * no place any more comes back with a layout that has one. New viewports begin with series that are not shown yet.
   *
   * @throws {NoctisError} kind `"invalid-argument"` for a layout that there is not
   */
  setLayout(layout: LayoutName | GridLayout): Promise<void>;
  /** Rows and columns as they are. */
  readonly layout: GridLayout;
  /** The viewports, row by row. */
  readonly viewports: readonly Viewport[];
  readonly activeViewport: Viewport;
  /** Which viewports do what together, instead of what did so before; `[]`: none. */
  setSync(groups: SyncGroup | readonly SyncGroup[]): void;
  /** What does so now. */
  readonly sync: readonly SyncGroup[];
  /**
   * The point of the patient through which planes are laid; undefined where none is shown. Lines in each viewport show where
   * the planes of the others are.
   */
  readonly crosshair: Vector | undefined;
  /** Lays all planes of this frame of reference through a point of the patient. Tells `"crosshair"`. */
  setCrosshair(point: Vector): void;
  /** Turns the planes of the other viewports about the normal of this one's, clockwise as it is seen here. */
  rotateCrosshair(viewport: Viewport, degrees: number): void;
  /** What a person marked and measured. What this needs is loaded with the first tool, annotation or import. */
  readonly annotations: Annotations;
  /** What a drag of the left button, of a pen or of one finger does. */
  readonly tool: DragAction;
  /** Puts a tool into the hand: binds it to the left button and to one finger. Resolves when it can be used. */
  setTool(tool: DragAction): Promise<void>;
  /**
   * The annotations as a file: `"json"` by `schemas/annotations.v1.json`, `"csv"`, `"sr"` a DICOM Structured Report (TID 1500),
   * `"png"` the active viewport with them, without corner text.
   */
  exportAnnotation(format: AnnotationFormat, options?: ExportOptions): Promise<Blob>;
  /**
   * Adds annotations; of two of the same UID the one of the higher revision stays.
   *
   * @throws {NoctisError} kind `"malformed"` for what is none of the forms
   */
  importAnnotations(input: ImportInput): Promise<ImportResult>;
  /** Changes some bindings of mouse, touch and keys. */
  setBindings(bindings: Bindings): void;
  /** Corner text: all, without the patient, or none; lines of other viewports, or none. */
  setOverlay(overlay: boolean | OverlayParts): void;
  /** Listens to an event; the returned function ends that. */
  on<T extends keyof ViewerEvents>(type: T, listener: (event: ViewerEvents[T]) => void): () => void;
  /** Frees workers, GPU memory, listeners and the viewer's elements. */
  destroy(): void;
}
