/**
 * What went wrong. The kinds up to `"device-lost"` are shared with the Rust core and `noctis-probe`; the last three
 * are about the page.
 *
 * - `"malformed"`: the bytes do not follow the standard
 * - `"truncated"`: the bytes end before the object does
 * - `"no-pixel-data"`: a sound object without a picture
 * - `"unsupported-transfer-syntax"`, `"unsupported-photometric"`, `"unsupported-geometry"`: sound, but not displayed
 * - `"limit"`: a stated limit would be exceeded, for instance the largest texture of this GPU
 * - `"io"`: a file or an address could not be read
 * - `"cancelled"`: the caller asked to stop
 * - `"device-lost"`: the GPU went away and no backend could be started again
 * - `"unsupported-browser"`: the browser lacks something that no backend can do without
 * - `"invalid-argument"`: a call makes no sense, for instance a slice that does not exist
 * - `"internal"`: a defect of this package
 */
export type ErrorKind =
  | "malformed"
  | "truncated"
  | "no-pixel-data"
  | "unsupported-transfer-syntax"
  | "unsupported-photometric"
  | "unsupported-geometry"
  | "limit"
  | "io"
  | "cancelled"
  | "device-lost"
  | "unsupported-browser"
  | "invalid-argument"
  | "internal";

/** Where an error happened, as far as it is known. */
export interface ErrorPlace {
  /** The attribute at fault, as `"GGGG,EEEE"`. */
  readonly tag?: string;
  /** The frame at fault, counted from 0. */
  readonly frame?: number;
  /** The file name or address that was being read. File names may hold patient data: never log this. */
  readonly source?: string;
}

/** The one error that this package throws, rejects with and hands to `"error"` listeners. */
export class NoctisError extends Error {
  override readonly name = "NoctisError";
  /** What went wrong, from a stable list. */
  readonly kind: ErrorKind;
  /** The attribute at fault, as `"GGGG,EEEE"`. */
  readonly tag: string | undefined;
  /** The frame at fault, counted from 0. */
  readonly frame: number | undefined;
  /** The file name or address that was being read. File names may hold patient data: never log this. */
  readonly source: string | undefined;

  /**
   * @param kind - What went wrong.
   * @param message - What, where and what to do, without patient data.
   */
  constructor(kind: ErrorKind, message: string, place: ErrorPlace & { readonly cause?: unknown } = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.kind = kind;
    this.tag = place.tag;
    this.frame = place.frame;
    this.source = place.source;
  }
}
