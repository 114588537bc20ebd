import type { InstanceInfo } from "../../public/instance.js";
import { errorRecord } from "../errors.js";
import type { DecodeModule, WasmDecodedFrame, WasmDicomObject } from "../wasm/decode-api.js";
import type { DecodedFrame, DecodeReply, DecodeRequest } from "./protocol.js";

/** Multi-frame objects that one decoder keeps open, so that their next frames need no parsing. */
const MAX_OPEN = 2;

function take(frame: WasmDecodedFrame): DecodedFrame {
  try {
    return {
      rows: frame.rows,
      columns: frame.columns,
      format: frame.format,
      rescaleSlope: frame.rescaleSlope,
      rescaleIntercept: frame.rescaleIntercept,
      inverted: frame.inverted,
      windowCenter: frame.windowCenter,
      windowWidth: frame.windowWidth,
      voiFunction: frame.voiFunction,
      paddingLow: frame.paddingLow,
      paddingHigh: frame.paddingHigh,
      pixelAspect: frame.pixelAspect,
      pixels: frame.takePixels(),
    };
  } finally {
    frame.free();
  }
}

/** Answers decode requests on the thread where it lives: a worker's, or the page's. */
export class Decoder {
  readonly #module: DecodeModule;
  readonly #open = new Map<number, WasmDicomObject>();

  constructor(module: DecodeModule) {
    this.#module = module;
  }

  answer(request: DecodeRequest): DecodeReply {
    try {
      switch (request.type) {
        case "open":
          return this.#first(request.object, request.bytes);
        case "frame":
          return this.#frame(request.object, request.frame, request.bytes);
        case "close":
          this.#close(request.object);
          return { type: "closed" };
      }
    } catch (thrown) {
      return { type: "failed", error: errorRecord(thrown) };
    }
  }

  #first(key: number, bytes: ArrayBuffer): DecodeReply {
    const object = this.#module.DicomObject.open(new Uint8Array(bytes));
    let kept = false;
    try {
      const info = JSON.parse(object.describe()) as InstanceInfo;
      const frame = take(object.frame(0));
      // A single-frame object has no next frame to stay open for.
      kept = info.frames > 1;
      if (kept) this.#keep(key, object);
      return { type: "opened", info, frame, kept };
    } finally {
      if (!kept) object.free();
    }
  }

  #frame(key: number, index: number, bytes: ArrayBuffer | undefined): DecodeReply {
    const open = this.#open.get(key);
    if (!open && !bytes) return { type: "unknown-object" };
    const object = open ?? this.#module.DicomObject.open(new Uint8Array(bytes ?? new ArrayBuffer(0)));
    this.#keep(key, object);
    return { type: "frame", frame: take(object.frame(index)), kept: true };
  }

  #keep(key: number, object: WasmDicomObject): void {
    this.#open.delete(key);
    this.#open.set(key, object);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#close(oldest);
    }
  }

  #close(key: number): void {
    this.#open.get(key)?.free();
    this.#open.delete(key);
  }
}
