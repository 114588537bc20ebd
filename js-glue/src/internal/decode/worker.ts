/*
 * The decoding worker. It is bundled into one file without imports, because bundlers whose workers are classic scripts
 * (Vite's default) could not carry an import.
 */
import { errorRecord } from "../errors.js";
import * as wasm from "../wasm/noctis_decode.js";
import { type CodecName, Codecs } from "./codec.js";
import { Decoder } from "./decoder.js";
import { type DecodeRequest, type FromWorker, type ToWorker, transferOf } from "./protocol.js";

/** The part of a worker's global scope that is used here; the compiler knows the page's only. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
}

interface Waiting {
  readonly resolve: (module: WebAssembly.Module) => void;
  readonly reject: (reason: unknown) => void;
}

const scope = globalThis as unknown as WorkerScope;
let decoder: Decoder | undefined;
/** Who waits for a codec. */
const waiting = new Map<CodecName, Waiting>();

/** The page fetches and compiles: once for all workers, and a worker has no say in where files are. */
function codec(name: CodecName): Promise<WebAssembly.Module> {
  return new Promise((resolve, reject) => {
    waiting.set(name, { resolve, reject });
    scope.postMessage({ type: "needs-codec", codec: name });
  });
}

async function start(module: WebAssembly.Module): Promise<void> {
  try {
    const { memory } = await wasm.default({ module_or_path: module });
    decoder = new Decoder([wasm, memory], new Codecs(codec));
    scope.postMessage({ type: "ready" });
  } catch (thrown) {
    scope.postMessage({ type: "broken", error: errorRecord(thrown) });
  }
}

async function work(decoder: Decoder, job: number, request: DecodeRequest): Promise<void> {
  const reply = await decoder.answer(request);
  scope.postMessage({ type: "done", job, reply }, transferOf(reply));
}

scope.onmessage = ({ data }) => {
  if (data.type === "start") void start(data.module);
  else if (data.type === "codec") waiting.get(data.codec)?.resolve(data.module);
  else if (data.type === "no-codec") waiting.get(data.codec)?.reject(data.error);
  else if (decoder) void work(decoder, data.job, data.request);
};
