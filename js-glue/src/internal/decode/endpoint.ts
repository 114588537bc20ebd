import { NoctisError } from "../../public/errors.js";
import type { Assets } from "../assets.js";
import { errorRecord } from "../errors.js";
import { type CodecName, Codecs } from "./codec.js";
import { Decoder } from "./decoder.js";
import type { DecodeReply, DecodeRequest, FromWorker, ToWorker } from "./protocol.js";

/** A place where objects are decoded, one request at a time. */
export interface Endpoint {
  readonly isWorker: boolean;
  /** Resolves when requests will be answered; rejects when this place cannot work. */
  readonly ready: Promise<void>;
  ask(request: DecodeRequest): Promise<DecodeReply>;
  close(): void;
}

function transfersOf(request: DecodeRequest): ArrayBuffer[] {
  return request.type !== "close" && request.bytes ? [request.bytes] : [];
}

/** Decodes in a worker. */
export class WorkerEndpoint implements Endpoint {
  readonly isWorker = true;
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (reply: DecodeReply) => void>();
  #jobs = 0;
  #fail: (error: NoctisError) => void = () => {};

  /** @throws when the page may not have a worker */
  constructor(assets: Assets) {
    this.#worker = assets.startWorker();
    this.ready = new Promise((resolve, reject) => {
      this.#fail = (error) => {
        reject(error);
        this.#failAll(error.message);
      };
      this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "needs-codec") void this.#sendCodec(assets, data.codec);
        else this.#receive(data, resolve);
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#fail(new NoctisError("internal", event.message || "the decoding worker could not be started"));
      };
    });
    assets.decodeBinary().then((module) => this.#post({ type: "start", module }, []), this.#fail);
  }

  ask(request: DecodeRequest): Promise<DecodeReply> {
    const job = ++this.#jobs;
    return new Promise((resolve) => {
      this.#waiting.set(job, resolve);
      this.#post({ type: "job", job, request }, transfersOf(request));
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#failAll("the viewer was closed");
  }

  #post(message: ToWorker, transfer: ArrayBuffer[]): void {
    this.#worker.postMessage(message, transfer);
  }

  async #sendCodec(assets: Assets, codec: CodecName): Promise<void> {
    try {
      this.#post({ type: "codec", codec, module: await assets.codecBinary(codec) }, []);
    } catch (thrown) {
      this.#post({ type: "no-codec", codec, error: errorRecord(thrown) }, []);
    }
  }

  #receive(message: Exclude<FromWorker, { type: "needs-codec" }>, ready: () => void): void {
    if (message.type === "ready") {
      ready();
    } else if (message.type === "broken") {
      this.#fail(new NoctisError(message.error.kind, message.error.message));
    } else {
      this.#waiting.get(message.job)?.(message.reply);
      this.#waiting.delete(message.job);
    }
  }

  #failAll(message: string): void {
    for (const resolve of this.#waiting.values()) {
      resolve({ type: "failed", error: { kind: "internal", message, fatal: true } });
    }
    this.#waiting.clear();
  }
}

/** Decodes on the page's own thread, one request a task, so that the page can breathe in between. */
export class InlineEndpoint implements Endpoint {
  readonly isWorker = false;
  readonly ready: Promise<void>;
  #decoder: Decoder | undefined;

  constructor(assets: Assets) {
    const codecs = new Codecs((name) => assets.codecBinary(name));
    this.ready = assets.decodeModule().then((module) => {
      this.#decoder = new Decoder(module, codecs);
    });
  }

  async ask(request: DecodeRequest): Promise<DecodeReply> {
    await new Promise((resolve) => setTimeout(resolve));
    if (!this.#decoder) throw new NoctisError("internal", "the decoder was used before it was ready");
    return this.#decoder.answer(request);
  }

  close(): void {
    this.#decoder = undefined;
  }
}
