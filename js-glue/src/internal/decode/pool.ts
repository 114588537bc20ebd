import { NoctisError } from "../../public/errors.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { Assets } from "../assets.js";
import { cancelled } from "../errors.js";
import type { Heads, RemoteFrames } from "../remote/types.js";
import { type SourceBytes, transferable } from "../source.js";
import { type Endpoint, InlineEndpoint, WorkerEndpoint } from "./endpoint.js";
import { HeadReader } from "./heads.js";
import type { DecodedFrame, DecodeReply, DecodeRequest } from "./protocol.js";

/** What is decoded first: the visible slice, then what arrives, then the neighbours of what is seen. */
export enum Priority {
  Visible,
  Arriving,
  Ahead,
}

/** The first worker is started when nothing has needed it for so long: starting it takes from the first picture. */
const WARM_UP_MS = 500;

interface Job {
  readonly priority: Priority;
  readonly object: number;
  readonly signal: AbortSignal | undefined;
  /** Makes the request when it is about to be sent; `open` tells that the object may still be open there. */
  readonly request: (open: boolean) => Promise<DecodeRequest>;
  readonly resolve: (reply: DecodeReply) => void;
  readonly reject: (error: unknown) => void;
}

interface Place {
  readonly endpoint: Endpoint;
  /** Undefined until it is ready. */
  busy: boolean | undefined;
}

/** Decoders, a queue before them, and the knowledge of who has which object open. */
export class DecodePool {
  readonly #assets: Assets;
  readonly #maxWorkers: number;
  readonly #places: Place[] = [];
  readonly #queue: Job[] = [];
  readonly #homes = new Map<number, Place>();
  readonly #heads: HeadReader;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #workersFailed = false;
  #closed = false;

  constructor(assets: Assets, maxWorkers: number) {
    this.#assets = assets;
    this.#heads = new HeadReader(assets);
    this.#maxWorkers = maxWorkers;
  }

  /** Loads what the first object needs; soon after, starts the first worker. */
  warmUp(): void {
    this.#heads.warmUp();
    this.#timer = setTimeout(() => {
      if (this.#places.length === 0) this.#addPlace();
    }, WARM_UP_MS);
  }

  /** Workers that run. */
  get workers(): number {
    return this.#places.filter(({ endpoint }) => endpoint.isWorker).length;
  }

  /**
   * Parses an object and decodes its first frame; of several, a broken first one is left out. An uncompressed frame
   * stays where it is in `source`; other objects are transferred if they may be.
   */
  async open(
    object: number,
    source: SourceBytes,
    priority: Priority,
    signal?: AbortSignal,
  ): Promise<{ readonly info: InstanceInfo; readonly frame: DecodedFrame | undefined }> {
    const placed = await this.#heads.read(source.bytes);
    if (placed) return placed;
    const request = async (): Promise<DecodeRequest> => ({ type: "open", object, bytes: transferable(source) });
    const reply = await this.#enqueue({ priority, object, signal, request });
    if (reply.type !== "opened") throw unexpected(reply);
    return reply;
  }

  /** Decodes a frame; `read` is called when the object is not open any more. */
  async frame(
    object: number,
    frame: number,
    read: (signal?: AbortSignal) => Promise<SourceBytes>,
    priority: Priority,
    signal?: AbortSignal,
  ): Promise<DecodedFrame> {
    const request = async (open: boolean): Promise<DecodeRequest> =>
      open
        ? { type: "frame", object, frame }
        : { type: "frame", object, frame, bytes: transferable(await read(signal)) };
    let reply = await this.#enqueue({ priority, object, signal, request });
    if (reply.type === "unknown-object") {
      this.#homes.delete(object);
      reply = await this.#enqueue({ priority, object, signal, request });
    }
    if (reply.type !== "frame") throw unexpected(reply);
    return reply.frame;
  }

  /** What is read out of the first bytes of objects. */
  get heads(): Heads {
    return this.#heads;
  }

  /** Decodes a frame of an object that is read by its frames; undefined when its parts cannot be had. */
  async part(
    object: number,
    frame: number,
    remote: RemoteFrames,
    priority: Priority,
    signal?: AbortSignal,
  ): Promise<DecodedFrame | undefined> {
    const bytes = await remote.part(frame, signal);
    if (!bytes) return undefined;
    const { total } = remote;
    const request = async (): Promise<DecodeRequest> => {
      const head = remote.head.buffer;
      return { type: "part", object, frame, head, total, bytes };
    };
    const reply = await this.#enqueue({ priority, object, signal, request });
    if (reply.type !== "frame") throw unexpected(reply);
    return reply.frame;
  }

  /** Forgets an object. */
  close(object: number): void {
    const home = this.#homes.get(object);
    this.#homes.delete(object);
    if (home) void home.endpoint.ask({ type: "close", object });
  }

  destroy(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const job of this.#queue.splice(0)) job.reject(cancelled());
    for (const { endpoint } of this.#places.splice(0)) endpoint.close();
    this.#homes.clear();
  }

  #enqueue(job: Omit<Job, "resolve" | "reject">): Promise<DecodeReply> {
    return new Promise((resolve, reject) => {
      if (this.#closed || job.signal?.aborted) return reject(cancelled());
      // Of the visible slices, the one asked for last is the one that is still looked at.
      const newestFirst = job.priority === Priority.Visible;
      const behind = this.#queue.findIndex(
        ({ priority }) => priority > job.priority || (newestFirst && priority === 0),
      );
      this.#queue.splice(behind < 0 ? this.#queue.length : behind, 0, { ...job, resolve, reject });
      this.#pump();
    });
  }

  /** Gives waiting jobs to free places, and adds a place while there is more work than places. */
  #pump(): void {
    for (const place of this.#places) {
      if (place.busy !== false) continue;
      const index = this.#queue.findIndex(({ object }) => (this.#homes.get(object) ?? place) === place);
      const [job] = index < 0 ? [] : this.#queue.splice(index, 1);
      if (job) void this.#run(job, place);
    }
    const starting = this.#places.some(({ busy }) => busy === undefined);
    if (this.#queue.length > 0 && !starting && this.#places.length < this.#limit()) this.#addPlace();
  }

  #limit(): number {
    return this.#workersFailed ? 1 : Math.max(1, this.#maxWorkers);
  }

  async #run(job: Job, place: Place): Promise<void> {
    place.busy = true;
    try {
      if (job.signal?.aborted) throw cancelled();
      const request = await job.request(this.#homes.get(job.object) === place);
      const reply = await place.endpoint.ask(request);
      this.#remember(job.object, reply, place);
      job.resolve(reply);
    } catch (thrown) {
      job.reject(thrown);
    }
    place.busy = false;
    if (!this.#closed) this.#pump();
  }

  #remember(object: number, reply: DecodeReply, place: Place): void {
    if ((reply.type === "opened" || reply.type === "frame") && reply.kept) this.#homes.set(object, place);
    if (reply.type === "failed" && reply.error.fatal) this.#remove(place);
  }

  #addPlace(): void {
    let endpoint: Endpoint;
    try {
      const inline = this.#workersFailed || this.#maxWorkers === 0;
      endpoint = inline ? new InlineEndpoint(this.#assets) : new WorkerEndpoint(this.#assets);
    } catch {
      this.#workersFailed = true;
      endpoint = new InlineEndpoint(this.#assets);
    }
    const place: Place = { endpoint, busy: undefined };
    this.#places.push(place);
    endpoint.ready.then(
      () => {
        place.busy = false;
        this.#pump();
      },
      (error: unknown) => this.#placeFailed(place, error),
    );
  }

  /** A worker that does not start is replaced by this thread; when that fails too, nothing can be decoded. */
  #placeFailed(place: Place, error: unknown): void {
    this.#remove(place);
    if (this.#closed) return;
    if (place.endpoint.isWorker) {
      this.#workersFailed = true;
      if (this.#places.length === 0) this.#addPlace();
    } else {
      for (const job of this.#queue.splice(0)) job.reject(error);
    }
  }

  #remove(place: Place): void {
    const index = this.#places.indexOf(place);
    if (index >= 0) this.#places.splice(index, 1);
    for (const [object, home] of this.#homes) if (home === place) this.#homes.delete(object);
    place.endpoint.close();
  }
}

function unexpected(reply: DecodeReply): NoctisError {
  if (reply.type !== "failed") return new NoctisError("internal", `the decoder answered "${reply.type}"`);
  const { kind, message, tag, frame } = reply.error;
  return new NoctisError(kind, message, { ...(tag && { tag }), ...(frame !== undefined && { frame }) });
}
