import { NoctisError } from "../../public/errors.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { FrameMap, Heads, RemoteFrames } from "./types.js";

/** So much of an object is looked at before it is decided how the rest is read; headers are shorter but for many frames. */
const HEAD_BYTES = 256 << 10;

/** An object at an address, each frame with one range request. */
export class RemoteObject implements RemoteFrames {
  readonly head: Uint8Array<ArrayBuffer>;
  readonly total: number;
  readonly info: InstanceInfo;
  readonly #url: string;
  readonly #etag: string | null;
  readonly #bounds: Float64Array;

  constructor(url: string, head: Uint8Array<ArrayBuffer>, total: number, etag: string | null, map: FrameMap) {
    this.#url = url;
    this.head = head;
    this.total = total;
    this.#etag = etag;
    this.info = map.info;
    this.#bounds = map.bounds;
  }

  /** Undefined when the server does not give parts any more, or has another object now. */
  async part(frame: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined> {
    const [start = 0, end = 0] = this.#bounds.subarray(2 * frame, 2 * frame + 2);
    if (end <= start) throw new NoctisError("truncated", "the object ends before this frame", { frame });
    const response = await fetch(this.#url, {
      headers: { Range: `bytes=${start}-${end - 1}` },
      ...(signal && { signal }),
    });
    if (response.status !== 206 || response.headers.get("ETag") !== this.#etag) {
      await response.body?.cancel();
      return undefined;
    }
    const bytes = await response.arrayBuffer();
    return bytes.byteLength === end - start ? bytes : undefined;
  }
}

/** The body of an answer, or the object by its parts as soon as its first bytes show that this can be had. */
export async function bytesOrParts(response: Response, url: string, heads: Heads): Promise<ArrayBuffer | RemoteObject> {
  if (!response.body) return response.arrayBuffer();
  const total = Number(response.headers.get("Content-Length"));
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isLookedAt = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (isLookedAt || length < HEAD_BYTES) continue;
    isLookedAt = true;
    const head = joined(chunks, length);
    const map = await heads.find(head, total);
    if (!map) continue;
    await reader.cancel();
    return new RemoteObject(url, head, total, response.headers.get("ETag"), map);
  }
  return joined(chunks, length).buffer;
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
