/** The JavaScript side of `crates/viewer-web`, the same in all its modules. */

/** What a picture of a frame depends on, apart from pixels and view. */
export interface WasmFrameSpec {
  rescaleSlope: number;
  rescaleIntercept: number;
  inverted: boolean;
  windowCenter: number;
  windowWidth: number;
  voiFunction: string;
  /** Number of the VOI LUT that the frame begins with, instead of the window. */
  voiLut: number | undefined;
  paddingLow: number | undefined;
  paddingHigh: number | undefined;
  pixelAspect: number;
  /** Bits of each container above the stored value, and all that are no part of it: they are cut. */
  unusedAbove: number;
  unused: number;
  setMask(bits: Uint8Array, shutterLevel: number): void;
  setModalityLut(first: number, bits: number, entries: Uint16Array): void;
  addVoiLut(first: number, bits: number, entries: Uint16Array): void;
  setPresentationLut(first: number, bits: number, entries: Uint16Array): void;
  free(): void;
}

/** How a frame is laid on the canvas. */
export interface WasmView {
  /** Pan in canvas pixels. */
  setZoom(zoom: number, panX: number, panY: number): void;
  setTurn(rotationDeg: number, flipHorizontal: boolean, flipVertical: boolean): void;
  setLook(interpolation: string, invert: boolean, overlays: boolean): void;
  /** `voiLut`: number of the frame's VOI LUT that takes the place of the window. */
  setWindow(center: number, width: number, voiFunction: string, voiLut?: number): void;
  /** Levels instead of rescale, window and lookup tables, from the stored value `first` on; without them, takes them back. */
  setLevels(first: number, levels?: Uint8Array): void;
  free(): void;
}

/** One backend on any number of canvases, called surfaces; the first, with which it was made, has the number 0. */
export interface WasmRenderer {
  readonly backend: string;
  readonly adapter: string;
  /** Largest number of rows or columns of a frame, and of canvas pixels. */
  readonly maxFrameSize: number;
  /** Makes ready what the first picture of a frame of that format needs; may block for a while. */
  warmUp(format: string): void;
  upload(spec: WasmFrameSpec, pixels: Uint8Array): number;
  drop(id: number): void;
  /** WebGL2 draws all on the first surface's canvas, which then shows nothing of its own, and copies. */
  addSurface(canvas: HTMLCanvasElement): number;
  removeSurface(surface: number): void;
  resizeSurface(surface: number, width: number, height: number): void;
  render(surface: number, id: number, view: WasmView): void;
  renderPixels(id: number, view: WasmView, width: number, height: number): Promise<Uint8Array>;
  imageFromCanvas(surface: number, id: number, view: WasmView, x: number, y: number): Float64Array;
  canvasFromImage(surface: number, id: number, view: WasmView, column: number, row: number): Float64Array;
  onLost(callback: (reason: string) => void): void;
  free(): void;
}

/** The exports of a render module. */
export interface RenderModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  FrameSpec: new (rows: number, columns: number, format: string) => WasmFrameSpec;
  View: new () => WasmView;
  Renderer: { create(canvas: HTMLCanvasElement): Promise<WasmRenderer> };
}
