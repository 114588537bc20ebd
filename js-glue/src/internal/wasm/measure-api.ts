/** The JavaScript side of `crates/viewer-measure`, as wasm-bindgen makes it. What is described is JSON. */

/** A frame to measure on; its values are in the memory of the module until `free`. */
export interface WasmMeasuredFrame {
  /** JSON: `Calibration`. */
  calibration(): string;
  /** Two points and millimetres, or nothing. */
  calibrate(known: Float64Array): void;
  /** JSON: `Measured`. */
  measure(tool: string, points: Float64Array): string;
  /** JSON: `ValueHistogram` or `null`. */
  histogram(tool: string, points: Float64Array, bins: number): string;
  /** Center and width. */
  window(tool: string, points: Float64Array): Float64Array | undefined;
  free(): void;
}

/** A plane to measure on; it keeps what it crosses of the slices that are written. */
export interface WasmMeasuredPlane {
  wanted(tool: string, points: Float64Array): Uint32Array;
  writeSlice(slice: number, unused: Uint32Array, pixels: Uint8Array): void;
  measure(tool: string, points: Float64Array): string;
  histogram(tool: string, points: Float64Array, bins: number): string;
  /** Center and width. */
  window(tool: string, points: Float64Array): Float64Array | undefined;
  free(): void;
}

/** The exports of the measure module. */
export interface MeasureModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  MeasuredFrame: {
    new (
      facts: string,
      size: Uint32Array,
      format: string,
      rescale: Float64Array,
      unused: Uint32Array,
      padding: Float64Array,
      tableFirst: number,
      tableBits: number,
      tableEntries: Uint16Array,
      pixels: Uint8Array,
    ): WasmMeasuredFrame;
    /** Geometry alone. */
    withoutValues(facts: string): WasmMeasuredFrame;
  };
  MeasuredPlane: new (
    facts: string,
    size: Uint32Array,
    format: string,
    geometry: Float64Array,
    slices: Float64Array,
    padding: Float64Array,
    tableFirst: number,
    tableBits: number,
    tableEntries: Uint16Array,
    plane: Float64Array,
  ) => WasmMeasuredPlane;
}
