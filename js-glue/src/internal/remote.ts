import { NoctisError } from "../public/errors.js";
import type { InstanceInfo } from "../public/instance.js";

/** Objects of fewer bytes are read as a whole: asking again takes longer than they do. */
const WORTH_PARTS = 8 << 20;
/** So much of an object is looked at before it is decided how the rest is read; headers are shorter but for many frames. */
const HEAD_BYTES = 256 << 10;

/** What the first bytes of an object say of where its frames lie. */
export interface FrameMap {
  readonly info: InstanceInfo;
  /** First byte and end of each frame; both 0 where there is none. */
  readonly bounds: Float64Array;
}

/** What is read out of the first bytes of objects. */
export interface Heads {
  /** The frames by the first bytes of an object of `total`; undefined when it has to be read as a whole. */
  find(head: Uint8Array, total: number): Promise<FrameMap | undefined>;
  /** What an object is that consists of a header alone. */
  describe(header: Uint8Array): Promise<InstanceInfo>;
}

/** An object whose frames are read one by one. */
export interface RemoteFrames {
  readonly info: InstanceInfo;
  /** Its first bytes, with the whole header. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Its bytes; undefined where frames come on their own. */
  readonly total: number | undefined;
  /** The bytes of a frame; undefined when they cannot be had any more, and the object has to be read as a whole. */
  part(frame: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined>;
}

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

/** Whether the server gives parts of this answer, and it is large enough for that. */
function isDivisible({ headers }: Response): boolean {
  return (
    headers.get("Accept-Ranges") === "bytes" &&
    headers.get("Content-Encoding") === null &&
    Number(headers.get("Content-Length")) >= WORTH_PARTS
  );
}

/** The body of an answer, or the object by its parts as soon as its first bytes show that this can be had. */
export async function bytesOrParts(response: Response, url: string, heads: Heads): Promise<ArrayBuffer | RemoteObject> {
  if (!response.body || !isDivisible(response)) return response.arrayBuffer();
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
