import type { WarningRecord } from "../../public/events.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { ErrorRecord } from "../errors.js";
import type { CodecName } from "./codec.js";

/** A lookup table: the output for `first` and what is below, and so on; outputs have `bits` bits. */
export interface LutTable {
  readonly first: number;
  readonly bits: number;
  readonly entries: Uint16Array<ArrayBuffer>;
}

/** The lookup tables of a frame (PS3.3 C.11.1, C.11.2, C.11.6). */
export interface LutTables {
  readonly modality: LutTable | undefined;
  readonly voi: readonly LutTable[];
  readonly presentation: LutTable | undefined;
}

/** What is needed to show a frame, apart from its pixels. */
export interface FrameDescription {
  readonly rows: number;
  readonly columns: number;
  /** `"r16sint"` and so on, see `PixelFormat` in viewer-core. */
  readonly format: string;
  readonly rescaleSlope: number;
  readonly rescaleIntercept: number;
  readonly inverted: boolean;
  readonly windowCenter: number;
  readonly windowWidth: number;
  readonly voiFunction: string;
  /** Number of the VOI LUT that comes before any window. */
  readonly voiLut: number | undefined;
  readonly luts: LutTables;
  readonly paddingLow: number | undefined;
  readonly paddingHigh: number | undefined;
  readonly pixelAspect: number;
  /** What lies over each pixel: 1 shuttered, 2 graphics, 4 region of interest. */
  readonly mask: Uint8Array<ArrayBuffer> | undefined;
  /** Level of shuttered pixels. */
  readonly shutterLevel: number;
  /** Bits of each container above the stored value, and all that are no part of it: the renderer cuts them. */
  readonly unusedAbove: number;
  readonly unused: number;
}

/** A frame: stored values (grey) or RGBA, and what is needed to show them. */
export interface DecodedFrame extends FrameDescription {
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** What is not as it should be in this frame; with the first that is decoded comes what is said of the object. */
  readonly warnings: readonly WarningRecord[];
}

/** What a decoder is asked. Bytes are transferred to it. */
export type DecodeRequest =
  /** Parse, describe and decode the first frame. */
  | { readonly type: "open"; readonly object: number; readonly bytes: ArrayBuffer }
  /** Decode one frame of an object with several; without `bytes` only if the object is still open there. */
  | { readonly type: "frame"; readonly object: number; readonly frame: number; readonly bytes?: ArrayBuffer }
  /**
   * Decode one frame from the first bytes of its object, which has `total`, and from those of the frame. Without `total` the
   * frame comes on its own.
   */
  | {
      readonly type: "part";
      readonly object: number;
      readonly frame: number;
      readonly head: ArrayBuffer;
      readonly total: number | undefined;
      readonly bytes: ArrayBuffer;
    }
  /** Forget the object. */
  | { readonly type: "close"; readonly object: number };

/** What a decoder answers. Pixels are transferred from it. */
export type DecodeReply =
  /** Without its first frame when there are more and that one is broken. */
  | {
      readonly type: "opened";
      readonly info: InstanceInfo;
      readonly frame: DecodedFrame | undefined;
      readonly kept: boolean;
    }
  | { readonly type: "frame"; readonly frame: DecodedFrame; readonly kept: boolean }
  /** The object is not open here: send its bytes. */
  | { readonly type: "unknown-object" }
  | { readonly type: "closed" }
  | { readonly type: "failed"; readonly error: ErrorRecord };

/** From the page to a worker. */
export type ToWorker =
  | { readonly type: "start"; readonly module: WebAssembly.Module }
  | { readonly type: "job"; readonly job: number; readonly request: DecodeRequest }
  /** The codec that the worker asked for, or why there is none. */
  | { readonly type: "codec"; readonly codec: CodecName; readonly module: WebAssembly.Module }
  | { readonly type: "no-codec"; readonly codec: CodecName; readonly error: ErrorRecord };

/** From a worker to the page. */
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "broken"; readonly error: ErrorRecord }
  | { readonly type: "needs-codec"; readonly codec: CodecName }
  | { readonly type: "done"; readonly job: number; readonly reply: DecodeReply };

/** What to transfer with a reply. */
export function transferOf(reply: DecodeReply): ArrayBuffer[] {
  return (reply.type === "opened" || reply.type === "frame") && reply.frame ? [reply.frame.pixels.buffer] : [];
}
