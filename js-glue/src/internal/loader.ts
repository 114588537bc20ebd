import { NoctisError } from "../public/errors.js";
import type { LoadProgress } from "../public/events.js";
import type { InstanceInfo } from "../public/instance.js";
import type { LoadInput, LoadOptions, LoadResult, LoadSource } from "../public/viewer.js";
import { type DecodePool, Priority } from "./decode/pool.js";
import type { DecodedFrame } from "./decode/protocol.js";
import { cancelled, toNoctisError } from "./errors.js";
import type { RemoteFrames } from "./remote/types.js";
import { countOf, iterate, type Source, sourceOf } from "./source.js";

/** Sources that are read at the same time. */
const READERS = 6;

/** What a load does with what it gets. */
export interface LoadSink {
  /** `frame` is absent when the object has more and the first one is broken. */
  opened(id: number, info: InstanceInfo, frame: DecodedFrame | undefined, source: Source): void;
  failed(error: NoctisError): void;
  progress(progress: LoadProgress): void;
}

/** Reads sources a few at a time, has them decoded, and hands each object over as soon as it is there. */
export class Load {
  readonly #pool: DecodePool;
  readonly #sink: LoadSink;
  readonly #nextId: () => number;
  readonly #input: LoadInput;
  readonly #abort = new AbortController();
  readonly #onProgress: ((progress: LoadProgress) => void) | undefined;
  readonly #failed: { source: LoadSource; error: NoctisError }[] = [];
  #loaded = 0;
  #total: number | undefined;

  constructor(pool: DecodePool, sink: LoadSink, nextId: () => number, input: LoadInput, options: LoadOptions) {
    this.#pool = pool;
    this.#sink = sink;
    this.#nextId = nextId;
    this.#input = input;
    this.#onProgress = options.onProgress;
    this.#total = countOf(input);
    const { signal } = options;
    if (signal?.aborted) this.cancel();
    signal?.addEventListener("abort", () => this.cancel(), { once: true, signal: this.#abort.signal });
  }

  /** Stops reading and decoding. */
  cancel(): void {
    this.#abort.abort();
  }

  /** Runs to the end. Rejects when cancelled, or when there were sources and not one could be shown. */
  async run(): Promise<LoadResult> {
    const iterator = iterate(this.#input);
    const stopped = this.#whenStopped();
    this.#report();
    try {
      await Promise.race([stopped, Promise.all(Array.from({ length: READERS }, () => this.#reader(iterator)))]);
      if (this.#abort.signal.aborted) throw cancelled();
    } finally {
      if (this.#abort.signal.aborted) void iterator.return?.();
      this.#abort.abort();
    }
    this.#total = this.#loaded + this.#failed.length;
    this.#report();
    const [first] = this.#failed;
    if (this.#loaded === 0 && first) throw first.error;
    return { loaded: this.#loaded, failed: this.#failed };
  }

  /** Rejects on cancel, even while a source that never ends is waited for. */
  #whenStopped(): Promise<never> {
    const stopped = new Promise<never>((_, reject) => {
      const stop = (): void => reject(cancelled());
      if (this.#abort.signal.aborted) stop();
      this.#abort.signal.addEventListener("abort", stop, { once: true });
    });
    stopped.catch(() => {});
    return stopped;
  }

  async #reader(iterator: AsyncIterator<LoadSource> | Iterator<LoadSource>): Promise<void> {
    for (;;) {
      const { done, value } = await iterator.next();
      if (done || this.#abort.signal.aborted) return;
      await this.#one(value);
    }
  }

  async #one(original: LoadSource): Promise<void> {
    const { signal } = this.#abort;
    let name: string | undefined;
    try {
      const source = sourceOf(original);
      name = source.name;
      const read = await (source.open?.(signal, this.#pool.heads) ?? source.read(signal));
      const id = this.#nextId();
      const remote = "part" in read ? read : undefined;
      const { info, frame } = await ("part" in read
        ? this.#first(id, read)
        : this.#pool.open(id, read, Priority.Arriving, signal));
      if (signal.aborted) return;
      this.#loaded += 1;
      this.#sink.opened(id, info, frame, remote ? { ...source, remote } : source);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toNoctisError(thrown, name === undefined ? {} : { source: name });
      this.#failed.push({ source: original, error });
      this.#sink.failed(error);
    }
    this.#report();
  }

  /** The first frame of an object that is read by its frames. */
  async #first(id: number, remote: RemoteFrames): Promise<{ info: InstanceInfo; frame: DecodedFrame | undefined }> {
    const { info } = remote;
    try {
      const frame = await this.#pool.part(id, 0, remote, Priority.Arriving, this.#abort.signal);
      if (!frame) throw new NoctisError("io", "the server does not give the parts that it offered");
      return { info, frame };
    } catch (thrown) {
      // Broken, and so told in its place; what failed outside the object fails for all of its frames.
      const { kind } = toNoctisError(thrown);
      if (kind === "io" || kind === "cancelled" || kind === "internal") throw thrown;
      return { info, frame: undefined };
    }
  }

  #report(): void {
    const progress: LoadProgress = {
      loaded: this.#loaded,
      failed: this.#failed.length,
      ...(this.#total !== undefined && { total: this.#total }),
    };
    this.#sink.progress(progress);
    this.#onProgress?.(progress);
  }
}

/** Several loads as one. */
export function combined(loads: readonly LoadProgress[]): LoadProgress {
  const sum = (pick: (progress: LoadProgress) => number): number => loads.reduce((all, one) => all + pick(one), 0);
  const known = loads.every(({ total }) => total !== undefined);
  return {
    loaded: sum(({ loaded }) => loaded),
    failed: sum(({ failed }) => failed),
    ...(known && { total: sum(({ total }) => total ?? 0) }),
  };
}
