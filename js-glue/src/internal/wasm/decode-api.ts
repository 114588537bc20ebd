/** The JavaScript side of `crates/viewer-decode`, as wasm-bindgen makes it. */

/** A lookup table, in the memory of the module until `free`; `entries` is a copy. */
export interface WasmLut {
  readonly first: number;
  readonly bits: number;
  readonly entries: Uint16Array<ArrayBuffer>;
  free(): void;
}

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
  readonly voiLut: number | undefined;
  readonly paddingLow: number | undefined;
  readonly paddingHigh: number | undefined;
  readonly pixelAspect: number;
  /** A copy of what lies over each pixel: 1 shuttered, 2 graphics, 4 region of interest. */
  readonly mask: Uint8Array<ArrayBuffer> | undefined;
  readonly shutterLevel: number;
  /** Of a placed frame: where its pixels begin in the object. */
  readonly start: number | undefined;
  readonly unusedAbove: number;
  readonly unused: number;
  modalityLut(): WasmLut | undefined;
  voiLuts(): WasmLut[];
  presentationLut(): WasmLut | undefined;
  /** JSON, a list of `Warning`. */
  warnings(): string;
  /** By which colours are still to be converted; undefined when they are sRGB. */
  colorProfile(): Uint8Array<ArrayBuffer> | undefined;
  takePixels(): Uint8Array<ArrayBuffer>;
  free(): void;
}

/** A frame for an image codec; its stream lies in the memory of the module until `free`, or until the object's. */
export interface WasmCodedFrame {
  /** As in `"jpegls"`. */
  readonly codec: string;
  readonly start: number;
  readonly length: number;
  /** Rows, columns, samples a pixel, bits allocated, most bytes that decoding may hold. */
  readonly expected: Uint32Array;
  free(): void;
}

/** A parsed object; holds its bytes in the memory of the module until `free`. */
export interface WasmDicomObject {
  describe(): string;
  /** JSON, a list of `Warning`: of the object as a whole. */
  warnings(): string;
  /** Undefined when the module decodes the frame by itself. */
  codedFrame(index: number): WasmCodedFrame | undefined;
  frame(index: number): WasmDecodedFrame;
  /** From what a codec made of a coded frame: what the stream states, and its samples. */
  frameFrom(index: number, stated: Uint32Array, samples: Uint8Array): WasmDecodedFrame;
  /** A frame whose pixels stay where they are in the object; undefined when it has to be decoded. */
  placedFrame(index: number): WasmDecodedFrame | undefined;
  /** Of an object by `openRemote`: first byte and end of each frame; both 0 where there is none. */
  frameBounds(): Float64Array;
  /** The bytes of one frame, of an object by `openRemote` or `openHeader`. */
  setPart(index: number, bytes: Uint8Array): void;
  free(): void;
}

/** The exports of the decode module. */
export interface DecodeModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<{ readonly memory: WebAssembly.Memory }>;
  DicomObject: {
    open(bytes: Uint8Array): WasmDicomObject;
    /** Where the deflated data set begins, by the first bytes of an object; undefined for any other object. */
    deflatedFrom(head: Uint8Array): number | undefined;
    /** By the data set of a deflated object, inflated. */
    openInflated(bytes: Uint8Array): WasmDicomObject;
    /** By the first bytes of an object of `total` bytes; undefined when it has to be opened whole. */
    openHead(head: Uint8Array, total: number): WasmDicomObject | undefined;
    /** The same for an object of several frames, to have them one by one. */
    openRemote(head: Uint8Array, total: number): WasmDicomObject | undefined;
    /** By a header alone; frames come on their own. */
    openHeader(head: Uint8Array): WasmDicomObject;
  };
}
