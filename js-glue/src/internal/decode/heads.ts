import type { WarningRecord } from "../../public/events.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { Assets } from "../assets.js";
import { errorRecord } from "../errors.js";
import type { FrameMap, Heads } from "../remote/types.js";
import type { DecodeModule } from "../wasm/decode-api.js";
import { describeFrame } from "./decoder.js";
import type { DecodedFrame } from "./protocol.js";

/** The header of most objects fits into this. */
const HEAD_BYTES = 1 << 16;

/** An object of one frame whose stored values lie in its bytes as they are. */
export interface OpenedInPlace {
  readonly info: InstanceInfo;
  readonly frame: DecodedFrame;
}

/** Reads headers on the page's own thread: a fraction of a millisecond, less than handing the bytes to a worker takes. */
export class HeadReader implements Heads {
  readonly #assets: Assets;
  #isBroken = false;

  constructor(assets: Assets) {
    this.#assets = assets;
  }

  /** Loads what reading needs. */
  warmUp(): void {
    this.#assets.decodeModule().catch(() => {});
  }

  /** Where the frames of an object of several lie, if its first bytes say so. */
  async find(head: Uint8Array, total: number): Promise<FrameMap | undefined> {
    if (this.#isBroken) return undefined;
    try {
      return framesOf((await this.#assets.decodeModule())[0], head, total);
    } catch (thrown) {
      this.#isBroken = errorRecord(thrown).fatal === true;
      return undefined;
    }
  }

  /** What an object is that consists of a header alone. */
  async describe(header: Uint8Array): Promise<InstanceInfo> {
    const object = (await this.#assets.decodeModule())[0].DicomObject.openHeader(header);
    try {
      return JSON.parse(object.describe()) as InstanceInfo;
    } finally {
      object.free();
    }
  }

  /** The object, if it is uncompressed, of one frame and sound; else undefined, and it has to be decoded. */
  async read(bytes: Uint8Array<ArrayBuffer>): Promise<OpenedInPlace | undefined> {
    if (this.#isBroken) return undefined;
    try {
      return openInPlace((await this.#assets.decodeModule())[0], bytes);
    } catch (thrown) {
      // Decoding will say what is wrong with the object. After a crash nothing here is to be relied on.
      this.#isBroken = errorRecord(thrown).fatal === true;
      return undefined;
    }
  }
}

function framesOf(module: DecodeModule, head: Uint8Array, total: number): FrameMap | undefined {
  const object = module.DicomObject.openRemote(head, total);
  if (!object) return undefined;
  try {
    return { info: JSON.parse(object.describe()) as InstanceInfo, bounds: object.frameBounds() };
  } finally {
    object.free();
  }
}

function openInPlace(module: DecodeModule, bytes: Uint8Array<ArrayBuffer>): OpenedInPlace | undefined {
  const object = module.DicomObject.openHead(bytes.subarray(0, HEAD_BYTES), bytes.length);
  if (!object) return undefined;
  const placed = object.placedFrame(0);
  try {
    const info = JSON.parse(object.describe()) as InstanceInfo;
    // An object with more frames has to be open for the next ones.
    if (placed?.start === undefined || info.frames > 1) return undefined;
    const description = describeFrame(placed);
    const length = description.rows * description.columns * bytesOf(description.format);
    const warnings = JSON.parse(object.warnings()) as WarningRecord[];
    return { info, frame: { ...description, warnings, pixels: bytes.subarray(placed.start, placed.start + length) } };
  } finally {
    placed?.free();
    object.free();
  }
}

/** Bytes of a pixel of a grey format, as in "r16sint". */
function bytesOf(format: string): number {
  return Number(/\d+/.exec(format)?.[0]) / 8;
}
