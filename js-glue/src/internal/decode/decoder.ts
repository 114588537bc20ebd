import { NoctisError } from "../../public/errors.js";
import type { WarningRecord } from "../../public/events.js";
import type { InstanceInfo } from "../../public/instance.js";
import { errorRecord } from "../errors.js";
import type { DecodeModule, WasmDecodedFrame, WasmDicomObject, WasmLut } from "../wasm/decode-api.js";
import type { Codecs } from "./codec.js";
import type { DecodedFrame, DecodeReply, DecodeRequest, FrameDescription, LutTable } from "./protocol.js";

/** Multi-frame objects that one decoder keeps open, so that their next frames need no parsing. */
const MAX_OPEN = 2;
/** The file meta information fits into this. */
const META_BYTES = 1 << 16;

/** What is needed to show a frame, read out of the module's memory. */
export function describeFrame(frame: WasmDecodedFrame): FrameDescription {
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
    voiLut: frame.voiLut,
    luts: {
      modality: copied(frame.modalityLut()),
      voi: frame.voiLuts().map(copied),
      presentation: copied(frame.presentationLut()),
    },
    paddingLow: frame.paddingLow,
    paddingHigh: frame.paddingHigh,
    pixelAspect: frame.pixelAspect,
    mask: frame.mask,
    shutterLevel: frame.shutterLevel,
    unusedAbove: frame.unusedAbove,
    unused: frame.unused,
  };
}

function copied<T extends WasmLut | undefined>(lut: T): T extends WasmLut ? LutTable : LutTable | undefined;
function copied(lut: WasmLut | undefined): LutTable | undefined {
  if (!lut) return undefined;
  const { first, bits, entries } = lut;
  lut.free();
  return { first, bits, entries };
}

function warningsOf(of: { warnings(): string }): WarningRecord[] {
  return JSON.parse(of.warnings()) as WarningRecord[];
}

/** Answers decode requests on the thread where it lives: a worker's, or the page's. */
export class Decoder {
  readonly #module: DecodeModule;
  readonly #memory: WebAssembly.Memory;
  readonly #codecs: Codecs;
  readonly #open = new Map<number, WasmDicomObject>();
  #last: Promise<unknown> = Promise.resolve();

  constructor([module, memory]: readonly [DecodeModule, WebAssembly.Memory], codecs: Codecs) {
    this.#module = module;
    this.#memory = memory;
    this.#codecs = codecs;
  }

  /** Answers one request after the other, also while one waits for its codec. */
  answer(request: DecodeRequest): Promise<DecodeReply> {
    const reply = this.#last.then(() => this.#answer(request));
    this.#last = reply;
    return reply;
  }

  async #answer(request: DecodeRequest): Promise<DecodeReply> {
    try {
      switch (request.type) {
        case "open":
          return await this.#first(request.object, request.bytes);
        case "frame":
          return await this.#frame(request.object, request.frame, request.bytes);
        case "part":
          return await this.#part(request);
        case "close":
          this.#close(request.object);
          return { type: "closed" };
      }
    } catch (thrown) {
      return { type: "failed", error: errorRecord(thrown) };
    }
  }

  async #first(key: number, bytes: ArrayBuffer): Promise<DecodeReply> {
    const object = await this.#opened(bytes);
    let kept = false;
    try {
      const info = JSON.parse(object.describe()) as InstanceInfo;
      // A single-frame object has no next frame to stay open for.
      const hasMore = info.frames > 1;
      const first = hasMore ? await this.#ifSound(object, 0) : await this.#decoded(object, 0);
      const frame = first && { ...first, warnings: [...warningsOf(object), ...first.warnings] };
      kept = hasMore;
      if (kept) this.#keep(key, object);
      return { type: "opened", info, frame, kept };
    } finally {
      if (!kept) object.free();
    }
  }

  /** An object by its bytes, inflated first where its data set is deflated. */
  async #opened(buffer: ArrayBuffer): Promise<WasmDicomObject> {
    const { DicomObject } = this.#module;
    const bytes = new Uint8Array(buffer);
    const start = DicomObject.deflatedFrom(bytes.subarray(0, META_BYTES));
    if (start === undefined) return DicomObject.open(bytes);
    return DicomObject.openInflated(await this.#codecs.inflate(bytes.subarray(start)));
  }

  async #frame(key: number, index: number, bytes: ArrayBuffer | undefined): Promise<DecodeReply> {
    const open = this.#open.get(key);
    if (!open && !bytes) return { type: "unknown-object" };
    const object = open ?? (await this.#opened(bytes ?? new ArrayBuffer(0)));
    this.#keep(key, object);
    return { type: "frame", frame: await this.#decoded(object, index), kept: true };
  }

  async #part({ head, total, frame, bytes }: Extract<DecodeRequest, { type: "part" }>): Promise<DecodeReply> {
    const { DicomObject } = this.#module;
    const header = new Uint8Array(head);
    const object = total === undefined ? DicomObject.openHeader(header) : DicomObject.openRemote(header, total);
    if (!object) throw new NoctisError("malformed", "the object cannot be read by frames", { frame });
    try {
      object.setPart(frame, new Uint8Array(bytes));
      const decoded = await this.#decoded(object, frame);
      const warnings = [...warningsOf(object), ...decoded.warnings];
      return { type: "frame", frame: { ...decoded, warnings }, kept: false };
    } finally {
      object.free();
    }
  }

  /** A frame, or undefined when it is broken: the others may be sound, and this one's error is told in its place. */
  async #ifSound(object: WasmDicomObject, index: number): Promise<DecodedFrame | undefined> {
    try {
      return await this.#decoded(object, index);
    } catch (thrown) {
      const { kind, fatal } = errorRecord(thrown);
      if (fatal || kind === "io") throw thrown;
      return undefined;
    }
  }

  /** A frame by this module alone, or with the codec that it needs. */
  async #decoded(object: WasmDicomObject, index: number): Promise<DecodedFrame> {
    const coded = object.codedFrame(index);
    if (!coded) return this.#take(object.frame(index), index);
    try {
      const { stated, samples } = await this.#codecs.decode(coded, this.#memory, index);
      return await this.#take(object.frameFrom(index, stated, samples), index);
    } finally {
      coded.free();
    }
  }

  async #take(frame: WasmDecodedFrame, index: number): Promise<DecodedFrame> {
    let profile: Uint8Array<ArrayBuffer> | undefined;
    let decoded: DecodedFrame;
    try {
      profile = frame.colorProfile();
      decoded = { ...describeFrame(frame), warnings: warningsOf(frame), pixels: frame.takePixels() };
    } finally {
      frame.free();
    }
    return profile ? this.#codecs.toSrgb(decoded, profile, index) : decoded;
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
