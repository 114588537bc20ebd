/*
 * The decoding worker. It is bundled into one file without imports, because bundlers whose workers are classic scripts
 * (Vite's default) could not carry an import.
 */
import { errorRecord } from "../errors.js";
import * as wasm from "../wasm/noctis_decode.js";
import { Decoder } from "./decoder.js";
import { type FromWorker, type ToWorker, transferOf } from "./protocol.js";

/** The part of a worker's global scope that is used here; the compiler knows the page's only. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
}

const scope = globalThis as unknown as WorkerScope;
let decoder: Decoder | undefined;

async function start(module: WebAssembly.Module): Promise<void> {
  try {
    await wasm.default({ module_or_path: module });
    decoder = new Decoder(wasm);
    scope.postMessage({ type: "ready" });
  } catch (thrown) {
    scope.postMessage({ type: "broken", error: errorRecord(thrown) });
  }
}

scope.onmessage = ({ data }) => {
  if (data.type === "start") {
    void start(data.module);
  } else if (decoder) {
    const reply = decoder.answer(data.request);
    scope.postMessage({ type: "done", job: data.job, reply }, transferOf(reply));
  }
};
