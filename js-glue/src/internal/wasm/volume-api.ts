/** The JavaScript side of `crates/viewer-volume`, as wasm-bindgen makes it. */

/** The frames of a series; in the memory of the module until `free`. */
export interface WasmAssembler {
  /** A frame: 21 numbers and lines of text, see the crate. */
  add(numbers: Float64Array, texts: string): void;
  /** JSON: volumes and findings. */
  assemble(): string;
  free(): void;
}

/** A slice of a reduced volume; `pixels` is a copy. */
export interface WasmReduced {
  readonly number: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
  free(): void;
}

/** Sums of the slices of a volume that does not fit. */
export interface WasmReducer {
  /** JSON: size, reduction, geometry and slices of the volume that fits. */
  spec(): string;
  /** The reduced slice that this one was the last of. */
  writeSlice(slice: number, pixels: Uint8Array): WasmReduced | undefined;
  /** The next one that is not whole, of what there is. */
  flush(): WasmReduced | undefined;
  free(): void;
}

/** The exports of the volume module. */
export interface VolumeModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  Assembler: new () => WasmAssembler;
  Reducer: new (
    size: Uint32Array,
    format: string,
    geometry: Float64Array,
    slices: Float64Array,
    padding: Float64Array,
    maxSide: number,
    maxBytes: number,
  ) => WasmReducer;
}
