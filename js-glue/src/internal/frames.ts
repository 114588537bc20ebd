import type { ViewerEvents } from "../public/events.js";
import type { InstanceInfo } from "../public/instance.js";
import { type DecodePool, Priority } from "./decode/pool.js";
import type { DecodedFrame } from "./decode/protocol.js";
import type { Emitter } from "./emitter.js";
import { cancelled } from "./errors.js";
import type { Slice } from "./library.js";
import { LruCache } from "./lru.js";
import type { SourceBytes } from "./source.js";
import { Warnings } from "./warnings.js";

/** How far around the visible slice frames are decoded again ahead of time. */
const AHEAD = [1, -1, 2, -2, 3];

/** Decoded frames within a budget of bytes; what was let go is read and decoded again when it is wanted. */
export class FrameStore {
  readonly #pool: DecodePool;
  readonly #cache: LruCache<string, DecodedFrame>;
  readonly #warnings: Warnings;
  readonly #pending = new Map<string, { readonly promise: Promise<DecodedFrame>; readonly priority: Priority }>();
  #lifetime = new AbortController();

  constructor(pool: DecodePool, maxBytes: number, events: Emitter<ViewerEvents>) {
    this.#pool = pool;
    this.#warnings = new Warnings((warning) => events.emit("warning", warning));
    this.#cache = new LruCache(maxBytes, (frame) => frame.pixels.byteLength + (frame.mask?.byteLength ?? 0));
  }

  get(slice: Slice): DecodedFrame | undefined {
    return this.#cache.get(slice.key);
  }

  put(key: string, frame: DecodedFrame, info: InstanceInfo): void {
    this.#cache.set(key, frame);
    this.#warnings.tell(info, frame.warnings);
  }

  /** Marks the frame that is on the screen of `owner`: it stays. */
  pin(slice: Slice | undefined, owner: unknown): void {
    this.#cache.pin(slice?.key, owner);
  }

  /** The frame, decoded if it has to be. */
  request(slice: Slice, priority: Priority): Promise<DecodedFrame> {
    const held = this.#cache.get(slice.key);
    if (held) return Promise.resolve(held);
    const pending = this.#pending.get(slice.key);
    if (pending && pending.priority <= priority) return pending.promise;
    const { signal } = this.#lifetime;
    const promise = this.#decode(slice, priority, signal).catch((thrown: unknown) => {
      // What was wrong with a frame that has been forgotten is of no interest any more.
      throw signal.aborted ? cancelled() : thrown;
    });
    this.#pending.set(slice.key, { promise, priority });
    const done = (): void => {
      if (this.#pending.get(slice.key)?.promise === promise) this.#pending.delete(slice.key);
    };
    promise.then(done, done);
    return promise;
  }

  /** Decodes the neighbours of a slice while nothing else is to be done. */
  ahead(slices: readonly Slice[], index: number): void {
    for (const step of AHEAD) {
      const slice = slices[index + step];
      if (slice && !this.#cache.has(slice.key)) this.request(slice, Priority.Ahead).catch(() => {});
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#lifetime.abort();
    this.#lifetime = new AbortController();
    this.#pending.clear();
    this.#warnings.clear();
    this.#cache.clear();
  }

  async #decode(slice: Slice, priority: Priority, signal: AbortSignal): Promise<DecodedFrame> {
    const { object, frame, key } = slice;
    const read = (): Promise<SourceBytes> => object.source.read(signal);
    const { remote } = object.source;
    const part = remote && (await this.#pool.part(object.id, frame, remote, priority, signal));
    const single = async (): Promise<DecodedFrame | undefined> =>
      (await this.#pool.open(object.id, await read(), priority, signal)).frame;
    const decoded =
      part ??
      (object.info.frames === 1 ? await single() : undefined) ??
      (await this.#pool.frame(object.id, frame, read, priority, signal));
    if (!signal.aborted) this.put(key, decoded, object.info);
    return decoded;
  }
}
