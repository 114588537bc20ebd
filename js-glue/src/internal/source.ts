import { NoctisError } from "../public/errors.js";
import type { LoadInput, LoadSource } from "../public/viewer.js";

/** Where the bytes of an object come from; they can be read again when its frames have been let go. */
export interface Source {
  readonly original: LoadSource;
  /** File name or address, for error places. */
  readonly name: string | undefined;
  /** Reads the bytes into a buffer that may be transferred. */
  read(signal?: AbortSignal): Promise<ArrayBuffer>;
}

function isSource(input: LoadInput): input is LoadSource {
  return (
    typeof input === "string" ||
    input instanceof URL ||
    input instanceof Blob ||
    input instanceof ArrayBuffer ||
    input instanceof Uint8Array
  );
}

/** Refuses what is neither a source nor many, as a caller without types may give it. */
export function checkedInput(input: LoadInput): LoadInput {
  const given: unknown = input;
  const many = typeof given === "object" && given !== null;
  const listed = many && (Symbol.asyncIterator in given || Symbol.iterator in given || "length" in given);
  if (isSource(input) || listed) return input;
  throw new NoctisError("invalid-argument", "load takes files, addresses (strings, URLs) or bytes, one or many");
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

async function fetchBytes(url: string, signal: AbortSignal | undefined): Promise<ArrayBuffer> {
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
  return response.arrayBuffer();
}

/** How the bytes of a source are read. */
export function sourceOf(original: LoadSource): Source {
  if (typeof original === "string" || original instanceof URL) {
    const url = String(original);
    return { original, name: url, read: (signal) => fetchBytes(url, signal) };
  }
  if (original instanceof Blob) {
    const name = original instanceof File ? original.name : undefined;
    return {
      original,
      name,
      read: () =>
        original.arrayBuffer().catch((cause: unknown) => {
          throw new NoctisError("io", "the file could not be read", { ...(name && { source: name }), cause });
        }),
    };
  }
  if (original instanceof ArrayBuffer || original instanceof Uint8Array) {
    // A copy: transferring the caller's own buffer would empty it.
    const bytes = original instanceof Uint8Array ? original : new Uint8Array(original);
    return { original, name: undefined, read: async () => bytes.slice().buffer };
  }
  throw new NoctisError("invalid-argument", "load takes files, addresses (strings, URLs) or bytes");
}
