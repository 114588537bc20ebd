import { NoctisError } from "../public/errors.js";
import type { LoadInput, LoadSource, WadoInstance } from "../public/viewer.js";
import type { Heads, RemoteFrames } from "./remote/types.js";

/** Objects of fewer bytes are read as a whole: asking again takes longer than they do. */
const WORTH_PARTS = 8 << 20;

/** Where the bytes of an object come from; they can be read again when its frames have been let go. */
export interface Source {
  readonly original: LoadSource;
  /** File name or address, for error places. */
  readonly name: string | undefined;
  read(signal?: AbortSignal): Promise<SourceBytes>;
  /** Where parts can be had: the bytes, or the object by its frames. */
  open?(signal: AbortSignal, heads: Heads): Promise<SourceBytes | RemoteFrames>;
  /** Frames are read from here, one by one. */
  readonly remote?: RemoteFrames;
}

/** The bytes of an object as they were read. */
export interface SourceBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The caller of `load` has them as well: they are neither changed nor transferred. */
  readonly isShared: boolean;
}

/** The bytes in a buffer that may be transferred; they are then gone from here. */
export function transferable({ bytes, isShared }: SourceBytes): ArrayBuffer {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  return isShared || !isWhole ? bytes.slice().buffer : bytes.buffer;
}

function own(buffer: ArrayBuffer): SourceBytes {
  return { bytes: new Uint8Array(buffer), isShared: false };
}

function isWado(input: unknown): input is WadoInstance {
  return typeof input === "object" && input !== null && "wadoRs" in input;
}

function isSource(input: LoadInput): input is LoadSource {
  return (
    typeof input === "string" ||
    input instanceof URL ||
    input instanceof Blob ||
    input instanceof ArrayBuffer ||
    input instanceof Uint8Array ||
    isWado(input)
  );
}

/** Refuses what is neither a source nor many, as a caller without types may give it. */
export function checkedInput(input: LoadInput): LoadInput {
  const given: unknown = input;
  const many = typeof given === "object" && given !== null;
  const listed = many && (Symbol.asyncIterator in given || Symbol.iterator in given || "length" in given);
  if (isSource(input) || listed) return input;
  throw new NoctisError(
    "invalid-argument",
    "load takes files, addresses (strings, URLs), bytes or DICOMweb instances, one or many",
  );
}

function isAsync(input: object): input is AsyncIterable<LoadSource> {
  return Symbol.asyncIterator in input;
}

/** One by one, whatever was given. */
export function iterate(input: LoadInput): AsyncIterator<LoadSource> | Iterator<LoadSource> {
  if (isSource(input)) return [input].values();
  if (isAsync(input)) return input[Symbol.asyncIterator]();
  if (Symbol.iterator in input) return input[Symbol.iterator]();
  return Array.from(input).values();
}

/** How many there are, when that can be known. */
export function countOf(input: LoadInput): number | undefined {
  if (isSource(input)) return 1;
  return "length" in input ? input.length : undefined;
}

async function answer(url: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NoctisError("io", "the address could not be reached", { source: url, cause });
  }
  if (!response.ok) {
    throw new NoctisError("io", `the server answered ${response.status} ${response.statusText}`.trim(), {
      source: url,
    });
  }
  return response;
}

/** Whether the server gives parts of this answer, and it is large enough for that. */
function isDivisible({ headers }: Response): boolean {
  return (
    headers.get("Accept-Ranges") === "bytes" &&
    headers.get("Content-Encoding") === null &&
    Number(headers.get("Content-Length")) >= WORTH_PARTS
  );
}

/** A copy where the memory is shared between threads, which can neither be transferred nor relied on. */
function unshared(given: Uint8Array): Uint8Array<ArrayBuffer> {
  return given.buffer instanceof ArrayBuffer ? (given as Uint8Array<ArrayBuffer>) : given.slice();
}

/** How the bytes of a source are read. */
export function sourceOf(original: LoadSource): Source {
  if (typeof original === "string" || original instanceof URL) {
    const url = String(original);
    return {
      original,
      name: url,
      read: async (signal) => own(await (await answer(url, signal)).arrayBuffer()),
      open: async (signal, heads) => {
        const response = await answer(url, signal);
        if (!isDivisible(response)) return own(await response.arrayBuffer());
        const opened = await (await import("./remote/index.js")).bytesOrParts(response, url, heads);
        return opened instanceof ArrayBuffer ? own(opened) : opened;
      },
    };
  }
  if (original instanceof Blob) {
    const name = original instanceof File ? original.name : undefined;
    return {
      original,
      name,
      read: () =>
        original.arrayBuffer().then(own, (cause: unknown) => {
          throw new NoctisError("io", "the file could not be read", { ...(name && { source: name }), cause });
        }),
    };
  }
  if (original instanceof ArrayBuffer || original instanceof Uint8Array) {
    const given = original instanceof Uint8Array ? original : new Uint8Array(original);
    return { original, name: undefined, read: async () => ({ bytes: unshared(given), isShared: true }) };
  }
  if (isWado(original)) {
    return {
      original,
      name: String(original.wadoRs),
      open: async (signal, heads) => (await import("./remote/index.js")).openWado(original, heads, signal),
      read: async (signal) => (await import("./remote/index.js")).readWado(original, signal),
    };
  }
  throw new NoctisError("invalid-argument", "load takes files, addresses (strings, URLs), bytes or DICOMweb instances");
}
