import type { Source } from "../source.js";

/** Most headers fit into this. */
const HEAD_BYTES = 1 << 16;

/** The first bytes of an object, or all of it; most often they hold the header. */
export async function beginningOf({ original, remote, read }: Source): Promise<Uint8Array> {
  if (remote) return remote.head;
  if (original instanceof Blob) return new Uint8Array(await original.slice(0, HEAD_BYTES).arrayBuffer());
  if (original instanceof ArrayBuffer) return new Uint8Array(original).subarray(0, HEAD_BYTES);
  if (original instanceof Uint8Array) return original.subarray(0, HEAD_BYTES);
  if (typeof original === "object" && !(original instanceof URL)) return (await read()).bytes;
  const response = await fetch(original, { headers: { Range: `bytes=0-${HEAD_BYTES - 1}` } });
  // A server that knows no parts gives the whole.
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : (await read()).bytes;
}
