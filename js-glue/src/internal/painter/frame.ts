import { NoctisError } from "../../public/errors.js";
import type { InstanceInfo, ShownWindow } from "../../public/instance.js";
import type { ImageFrame, PixelSource } from "../../public/painter.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { Slice } from "../library.js";
import { ownWindow } from "../view.js";

type Stored = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** Arrays of the grey formats. */
const ARRAYS = {
  r8uint: Uint8Array,
  r8sint: Int8Array,
  r16uint: Uint16Array,
  r16sint: Int16Array,
  r32uint: Uint32Array,
  r32sint: Int32Array,
} as const;

const INT16 = [-(2 ** 15), 2 ** 15 - 1] as const;

/** A frame in the hands of the page; what draws it finds its pixels here. */
export class PaintedFrame implements ImageFrame {
  /** Names it in caches. */
  readonly key: string;
  readonly decoded: DecodedFrame;
  /** Its place in its series; undefined of pixels without an object. */
  readonly slice: Slice | undefined;
  /** What it was made of, where that is exact and the stored values are not. */
  readonly #given: Float32Array | undefined;
  #stored: Stored | undefined;

  constructor(key: string, decoded: DecodedFrame, slice: Slice | undefined, given?: Float32Array) {
    this.key = key;
    // Pixels of a canvas are square: one of the image is one of it.
    this.decoded = { ...decoded, pixelAspect: 1 };
    this.slice = slice;
    this.#given = given;
  }

  get rows(): number {
    return this.decoded.rows;
  }

  get columns(): number {
    return this.decoded.columns;
  }

  get isColor(): boolean {
    return this.decoded.format.startsWith("rgba");
  }

  get inverted(): boolean {
    return this.decoded.inverted;
  }

  get rescaleSlope(): number {
    return this.decoded.rescaleSlope;
  }

  get rescaleIntercept(): number {
    return this.decoded.rescaleIntercept;
  }

  get isLinear(): boolean {
    return this.decoded.luts.modality === undefined;
  }

  get window(): ShownWindow {
    return ownWindow(this.decoded);
  }

  get info(): InstanceInfo {
    return this.slice?.object.info as InstanceInfo;
  }

  get frame(): number {
    return this.slice?.frame ?? 0;
  }

  get storedRange(): readonly [number, number] {
    const { format } = this.decoded;
    const bits = Number(/\d+/.exec(format)?.[0]);
    return format.endsWith("sint") ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  }

  valueOf(stored: number): number {
    const { luts, rescaleSlope, rescaleIntercept } = this.decoded;
    if (!luts.modality) return stored * rescaleSlope + rescaleIntercept;
    const { first, entries } = luts.modality;
    return entries[Math.min(entries.length - 1, Math.max(0, stored - first))] ?? 0;
  }

  values(): Float32Array<ArrayBuffer> | undefined {
    if (this.#given) return this.#given.slice();
    return this.line(0, 1, this.rows * this.columns);
  }

  /** So many values after rescale, from one pixel on, so far from each other; undefined for colour. */
  line(first: number, step: number, count: number): Float32Array<ArrayBuffer> | undefined {
    this.#stored ??= storedOf(this.decoded);
    const stored = this.#stored;
    if (!stored) return undefined;
    const { luts, rescaleSlope, rescaleIntercept, unusedAbove, unused } = this.decoded;
    const values = new Float32Array(count);
    const spare = 32 - 8 * stored.BYTES_PER_ELEMENT;
    const [up, down] = [spare + unusedAbove, spare + unused];
    const isSigned = this.decoded.format.endsWith("sint");
    for (let i = 0, at = first; i < count; i += 1, at += step) {
      let value = stored[at] ?? 0;
      if (unused > 0) value = isSigned ? (value << up) >> down : (value << up) >>> down;
      values[i] = luts.modality ? this.valueOf(value) : value * rescaleSlope + rescaleIntercept;
    }
    return values;
  }
}

/** The stored values of a grey frame, as they lie in memory. */
function storedOf({ format, pixels }: DecodedFrame): Stored | undefined {
  const Kind = ARRAYS[format as keyof typeof ARRAYS];
  if (!Kind) return undefined;
  const size = Kind.BYTES_PER_ELEMENT;
  // Pixels that stayed in the object may begin anywhere.
  const aligned = pixels.byteOffset % size === 0 ? pixels : pixels.slice();
  return new Kind(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / size));
}

/** A frame of values that somebody has: whole numbers of 16 bits as they are, others in 65,536 steps of their range. */
export function frameOfValues(key: string, { rows, columns, values, window }: PixelSource): PaintedFrame {
  if (!Number.isInteger(rows) || !Number.isInteger(columns) || rows < 1 || values.length !== rows * columns) {
    throw new NoctisError("invalid-argument", "a frame needs rows times columns values");
  }
  let [least, largest, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > largest) largest = value;
    if (value !== Math.round(value)) isWhole = false;
  }
  if (!Number.isFinite(least) || !Number.isFinite(largest)) [least, largest, isWhole] = [0, 0, false];
  const isExact = isWhole && least >= INT16[0] && largest <= INT16[1];
  const slope = isExact || largest === least ? 1 : (largest - least) / 65535;
  const stored = isExact ? new Int16Array(values) : new Uint16Array(values.length);
  if (!isExact) for (let i = 0; i < stored.length; i += 1) stored[i] = ((values[i] as number) - least) / slope + 0.5;
  const decoded: DecodedFrame = {
    rows,
    columns,
    format: isExact ? "r16sint" : "r16uint",
    rescaleSlope: slope,
    rescaleIntercept: isExact ? 0 : least,
    inverted: false,
    windowCenter: window?.center ?? (least + largest) / 2,
    windowWidth: window?.width ?? Math.max(1, largest - least),
    voiFunction: window?.function ?? "LINEAR_EXACT",
    voiLut: undefined,
    luts: { modality: undefined, voi: [], presentation: undefined },
    paddingLow: undefined,
    paddingHigh: undefined,
    pixelAspect: 1,
    mask: undefined,
    shutterLevel: 0,
    unusedAbove: 0,
    unused: 0,
    pixels: new Uint8Array(stored.buffer),
    warnings: [],
  };
  return new PaintedFrame(key, decoded, undefined, values);
}

/** So long at a time. */
const BUSY_MS = 8;

/** Half the rows and columns, each value the mean of four, a whole one where all are; what is left over at the edges is left out. */
export async function halfOf(frame: PaintedFrame): Promise<PaintedFrame> {
  const [rows, columns] = [Math.floor(frame.rows / 2), Math.floor(frame.columns / 2)];
  if (frame.isColor || rows < 1 || columns < 1) return frame;
  const isWhole = frame.isLinear && Number.isInteger(frame.rescaleSlope) && Number.isInteger(frame.rescaleIntercept);
  const values = new Float32Array(rows * columns);
  let since = performance.now();
  for (let row = 0, to = 0; row < rows; row += 1) {
    const lines = frame.line(2 * row * frame.columns, 1, 2 * frame.columns);
    if (!lines) return frame;
    for (let at = 0; at < 2 * columns; at += 2, to += 1) {
      const below = at + frame.columns;
      const above = (lines[at] as number) + (lines[at + 1] as number);
      const mean = (above + (lines[below] as number) + (lines[below + 1] as number)) / 4;
      values[to] = isWhole ? Math.round(mean) : mean;
    }
    if (performance.now() - since < BUSY_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  }
  const { decoded } = frameOfValues("", { rows, columns, values, window: frame.window });
  return new PaintedFrame(`${frame.key}/2`, { ...decoded, inverted: frame.inverted }, frame.slice, values);
}
