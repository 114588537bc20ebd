/** The JavaScript side of `crates/viewer-decode`, as wasm-bindgen makes it. */

/** One frame, ready for a renderer, still in the memory of the module until `takePixels`. */
export interface WasmDecodedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly inverted: boolean;
  readonly windowCenter: number;
  readonly windowWidth: number;
  readonly voiFunction: string;
  readonly paddingLow: number | undefined;
  readonly paddingHigh: number | undefined;
  readonly pixelAspect: number;
  /** Of a placed frame: where its pixels begin in the object. */
  readonly start: number | undefined;
  readonly unusedAbove: number;
  readonly unused: number;
  takePixels(): Uint8Array<ArrayBuffer>;
  free(): void;
}

/** A parsed object; holds its bytes in the memory of the module until `free`. */
export interface WasmDicomObject {
  describe(): string;
  frame(index: number): WasmDecodedFrame;
  /** A frame whose pixels stay where they are in the object; undefined when it has to be decoded. */
  placedFrame(index: number): WasmDecodedFrame | undefined;
  free(): void;
}

/** The exports of the decode module. */
export interface DecodeModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  DicomObject: {
    open(bytes: Uint8Array): WasmDicomObject;
    /** By the first bytes of an object of `total` bytes; undefined when it has to be opened whole. */
    openHead(head: Uint8Array, total: number): WasmDicomObject | undefined;
  };
}
