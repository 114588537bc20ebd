import type { AnnotationSet } from "./annotations.js";
import type { Bindings } from "./bindings.js";
import type { OverlayParts, OverlayTemplate } from "./overlay.js";

/** A way to draw. All three show the same picture, within one grey level. */
export type Backend = "webgpu" | "webgl2" | "cpu";

/** How pixels are shown when they are larger than the screen's. `"cubic"` is for planes; slices are then linear. */
export type Interpolation = "nearest" | "linear" | "cubic";

/** Options of `createViewer`. */
export interface ViewerOptions {
  /**
   * Forces a backend; `"auto"` (the default) takes WebGPU, then WebGL2, then the CPU. Starting a GPU takes longer than all
   * the rest of a first picture, so with `"auto"` the CPU draws until then; the event `backend` tells when another takes
   * over, or why none does.
   */
  readonly backend?: "auto" | Backend;
  /**
   * Most decoding workers; the default is the number of processors, at most 4. They are started as they are needed.
   * 0 decodes on the page's own thread.
   */
  readonly workers?: number;
  /**
   * Corner text, letters of directions and a scale bar; `{ patient: false }` leaves out what identifies the patient,
   * `{ lines: false }` the lines of other viewports. The default is `true`.
   */
  readonly overlay?: boolean | OverlayParts;
  /** What the corner text says, corner by corner, where that is not as usual. */
  readonly overlayTemplate?: OverlayTemplate;
  /** Text inside the viewer while it is empty or loading, and about errors; `true` unless given. */
  readonly messages?: boolean;
  /** `"linear"` unless given. */
  readonly interpolation?: Interpolation;
  /** Whether overlays that are part of an object are drawn, `true` unless given; `setView({ overlays })` changes it. */
  readonly overlays?: boolean;
  /** Most bytes of decoded frames to keep in the page's memory; 320 MiB unless given. Others are decoded again. */
  readonly cacheBytes?: number;
  /** Most bytes of frames to keep on the GPU; 256 MiB unless given. */
  readonly gpuBytes?: number;
  /** Most bytes of volumes to keep; 448 MiB unless given. A larger volume is reduced, and says so; while slices of its series are
   * read, half of it is the limit. */
  readonly volumeBytes?: number;
  /** Where the files of this package are served, when that is not beside its JavaScript. Ends with a slash. */
  readonly assetsUrl?: string | URL;
  /**
   * Called when annotations were changed, half a second after the last change, when the page is left and when the viewer is
   * destroyed. `revision` counts the changes: what has a lower one than what is kept is older.
   */
  readonly onAnnotationsChanged?: (annotations: AnnotationSet, revision: number) => void;
  /** Changes to the table of mouse, touch and key bindings. */
  readonly bindings?: Bindings;
}
