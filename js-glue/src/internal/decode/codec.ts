import { type ErrorKind, NoctisError } from "../../public/errors.js";
import type { WarningRecord } from "../../public/events.js";
import { errorRecord } from "../errors.js";
import type { WasmCodedFrame } from "../wasm/decode-api.js";
import type { DecodedFrame } from "./protocol.js";

/** Image codecs by the names that the decode module gives them. */
export type CodecName = "jpeg" | "jpegls" | "jpeg2000" | "jpegxl" | "icc" | "deflate";

/** The exports of `crates/viewer-codec`. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  noctis_reserve(bytes: number): number;
  noctis_decode(rows: number, columns: number, components: number, bitsAllocated: number, maxBytes: number): number;
}

/** A stream in memory, and what it must be. */
type Coded = Omit<WasmCodedFrame, "free">;

/** What a stream was, in the memory of its codec until the next one is decoded. */
export interface CodedPicture {
  /** Rows, columns, samples a pixel, precision, sign, colour. */
  readonly stated: Uint32Array;
  readonly samples: Uint8Array;
}

/** By the status of a report. */
const KINDS: readonly ErrorKind[] = ["malformed", "truncated", "unsupported-transfer-syntax", "limit"];
/** Words of a report: status, start, length, and six that the stream states. */
const REPORT_WORDS = 9;
/** One byte more than an object may have, so that one that is too large is refused as such. */
const MAX_INFLATED = 2 ** 30 + 1;

/** One image codec on this thread. */
export class Codec {
  readonly #exports: Exports;

  private constructor(exports: Exports) {
    this.#exports = exports;
  }

  static async of(module: WebAssembly.Module): Promise<Codec> {
    const { exports } = await WebAssembly.instantiate(module, {});
    return new Codec(exports as unknown as Exports);
  }

  /** Decodes the stream of a frame, which lies in `memory`. */
  decode(frame: Coded, memory: { readonly buffer: ArrayBufferLike }): CodedPicture {
    const { memory: own, noctis_reserve, noctis_decode } = this.#exports;
    const { length } = frame;
    const room = noctis_reserve(length);
    if (room === 0) throw new NoctisError("limit", `there is no memory for a stream of ${length} bytes`);
    new Uint8Array(own.buffer, room, length).set(new Uint8Array(memory.buffer, frame.start, length));
    const [rows = 0, columns = 0, components = 0, bitsAllocated = 0, maxBytes = 0] = frame.expected;
    const at = noctis_decode(rows, columns, components, bitsAllocated, maxBytes);
    const [status = 0, start = 0, bytes = 0, ...stated] = new Uint32Array(own.buffer, at, REPORT_WORDS);
    const result = new Uint8Array(own.buffer, start, bytes);
    if (status === 0) return { stated: new Uint32Array(stated), samples: result };
    throw new NoctisError(KINDS[status - 1] ?? "internal", new TextDecoder().decode(result));
  }
}

/** Codecs of one thread, each loaded when the first frame needs it. */
export class Codecs {
  readonly #fetch: (name: CodecName) => Promise<WebAssembly.Module>;
  readonly #loaded = new Map<string, Codec>();

  /** @param fetch gives a compiled codec; it is asked again after it failed */
  constructor(fetch: (name: CodecName) => Promise<WebAssembly.Module>) {
    this.#fetch = fetch;
  }

  /** Decodes a stream, of frame `index` where it is one, which lies in `memory`. */
  async decode(coded: Coded, memory: { readonly buffer: ArrayBufferLike }, index?: number): Promise<CodedPicture> {
    const name = coded.codec;
    try {
      return (await this.#get(name)).decode(coded, memory);
    } catch (thrown) {
      const { kind, message, fatal } = errorRecord(thrown);
      // A codec that trapped is not called again; the decode module is sound.
      if (fatal) this.#loaded.delete(name);
      throw new NoctisError(kind, message, { ...(index !== undefined && { frame: index }), cause: thrown });
    }
  }

  /** The bytes of a deflated data set, in the memory of the codec until the next stream. */
  async inflate(stream: Uint8Array): Promise<Uint8Array> {
    const expected = Uint32Array.of(0, 0, 1, 8, MAX_INFLATED);
    const coded = { codec: "deflate", start: stream.byteOffset, length: stream.length, expected };
    return (await this.decode(coded, stream)).samples;
  }

  /** The frame in sRGB by the ICC profile of its device; as it is, with a warning, when that cannot be done. */
  async toSrgb(frame: DecodedFrame, profile: Uint8Array, index: number): Promise<DecodedFrame> {
    const { rows, columns, pixels } = frame;
    const stream = new Uint8Array(4 + profile.length + pixels.length);
    new DataView(stream.buffer).setUint32(0, profile.length, true);
    stream.set(profile, 4);
    stream.set(pixels, 4 + profile.length);
    const expected = Uint32Array.of(rows, columns, 4, 8, 0xffffffff);
    const coded = { codec: "icc", start: 0, length: stream.length, expected };
    try {
      const { samples } = await this.decode(coded, stream, index);
      return { ...frame, pixels: samples.slice() };
    } catch (thrown) {
      const message = `the colour profile cannot be used, colours are shown without it: ${errorRecord(thrown).message}`;
      const warning: WarningRecord = { kind: "color-profile", message, tag: "0028,2000", frame: index };
      return { ...frame, warnings: [...frame.warnings, warning] };
    }
  }

  async #get(name: string): Promise<Codec> {
    const known = this.#loaded.get(name);
    if (known) return known;
    const codec = await Codec.of(await this.#fetch(name as CodecName));
    this.#loaded.set(name, codec);
    return codec;
  }
}
