import { NoctisError } from "../public/errors.js";
import type { Backend } from "../public/options.js";
import type { CodecName } from "./decode/codec.js";
import type { DecodeModule } from "./wasm/decode-api.js";
import type { VolumeRenderModule } from "./wasm/plane-api.js";
import type { RenderModule } from "./wasm/render-api.js";

/*
 * Every address below is a literal in the form that bundlers look for, `new URL("./file", import.meta.url)` and
 * `import("./file.js")`: Vite, webpack, Rollup and Parcel then carry the files along without configuration.
 * The names are those in dist/, where this module is bundled.
 */

/** As wasm-bindgen makes it. */
interface WasmModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
}

/** Code and wasm of one module of the Rust side; both are fetched at the same time. */
export interface Parts<T> {
  readonly code: () => Promise<T>;
  readonly wasm: () => URL;
}

const RENDERERS: Record<Backend, Parts<RenderModule>> = {
  webgpu: {
    code: () => import("./wasm/noctis_viewer.js"),
    wasm: () => new URL("./noctis_viewer_bg.wasm", import.meta.url),
  },
  webgl2: {
    code: () => import("./wasm/noctis_viewer_webgl2.js"),
    wasm: () => new URL("./noctis_viewer_webgl2_bg.wasm", import.meta.url),
  },
  cpu: {
    code: () => import("./wasm/noctis_viewer_cpu.js"),
    wasm: () => new URL("./noctis_viewer_cpu_bg.wasm", import.meta.url),
  },
};

/** The same with volumes: loaded when the first volume is wanted. */
const VOLUME_RENDERERS: Record<Backend, Parts<VolumeRenderModule>> = {
  webgpu: {
    code: () => import("./wasm/noctis_viewer_volumes.js"),
    wasm: () => new URL("./noctis_viewer_volumes_bg.wasm", import.meta.url),
  },
  webgl2: {
    code: () => import("./wasm/noctis_viewer_webgl2_volumes.js"),
    wasm: () => new URL("./noctis_viewer_webgl2_volumes_bg.wasm", import.meta.url),
  },
  cpu: {
    code: () => import("./wasm/noctis_viewer_cpu_volumes.js"),
    wasm: () => new URL("./noctis_viewer_cpu_volumes_bg.wasm", import.meta.url),
  },
};

const DECODER: Parts<DecodeModule> = {
  code: () => import("./wasm/noctis_decode.js"),
  wasm: () => new URL("./noctis_decode_bg.wasm", import.meta.url),
};

/** Image codecs, which have no JavaScript: each is loaded when the first frame needs it. */
const CODECS: Record<CodecName, () => URL> = {
  deflate: () => new URL("./noctis_codec_deflate_bg.wasm", import.meta.url),
  icc: () => new URL("./noctis_codec_icc_bg.wasm", import.meta.url),
  jpeg: () => new URL("./noctis_codec_jpeg_bg.wasm", import.meta.url),
  jpeg2000: () => new URL("./noctis_codec_jpeg2000_bg.wasm", import.meta.url),
  jpegls: () => new URL("./noctis_codec_jpegls_bg.wasm", import.meta.url),
  jpegxl: () => new URL("./noctis_codec_jpegxl_bg.wasm", import.meta.url),
};

/** Where Vite before version 8 keeps modules that it has bundled for its development server. */
const VITE_DEPS = /\/\.vite\/deps\/.*$/;

/** That Vite moves this module away from its files: they are then found where npm put them. */
function movedBase(): URL | undefined {
  const here = DECODER.wasm();
  return VITE_DEPS.test(here.pathname) ? new URL(here.href.replace(VITE_DEPS, "/noctis-viewer/dist/")) : undefined;
}

/** Whether a server gave its start page instead of a file that it does not have. */
function isPage(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/html") ?? false;
}

async function compile(url: URL): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new NoctisError("io", `${url.pathname} could not be fetched`, { cause });
  }
  if (!response.ok || isPage(response)) {
    const answer = response.ok ? "the server gave a page instead" : `HTTP ${response.status}`;
    throw new NoctisError(
      "io",
      `${url.pathname} is missing (${answer}): serve it beside noctis-viewer.js, or set options.assetsUrl`,
    );
  }
  try {
    if (response.headers.get("content-type")?.split(";", 1)[0] === "application/wasm") {
      return await WebAssembly.compileStreaming(response);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new NoctisError(
      "unsupported-browser",
      `${url.pathname} could not be compiled (a Content-Security-Policy must allow 'wasm-unsafe-eval')`,
      { cause },
    );
  }
}

/** Remembers the promise of each key, but not a failure: the next caller tries again. */
function once<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known) return known;
  const made = make();
  memory.set(key, made);
  made.catch(() => memory.delete(key));
  return made;
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();
const modules = new Map<string, Promise<unknown>>();
const decoders = new Map<string, Promise<[DecodeModule, WebAssembly.Memory]>>();

/** Finds and loads the files of the package. All viewers of a page share what has been compiled. */
export class Assets {
  readonly #base: URL | undefined;

  constructor(assetsUrl: string | URL | undefined) {
    this.#base = assetsUrl === undefined ? movedBase() : new URL(assetsUrl, document.baseURI);
  }

  #wasm(bundled: URL, name: string): Promise<WebAssembly.Module> {
    const url = this.#base ? new URL(name, this.#base) : bundled;
    return once(compiled, url.href, () => compile(url));
  }

  /** Begins to fetch what every first picture needs; whoever wants it is told what is wrong with it. */
  expect(backend: Backend): void {
    for (const part of [this.decodeModule(), this.renderModule(backend)]) part.catch(() => {});
  }

  /** The render module of a backend, ready to be called. */
  renderModule(backend: Backend): Promise<RenderModule> {
    return this.#render(backend, RENDERERS[backend], "");
  }

  /** The same with volumes. */
  volumeRenderModule(backend: Backend): Promise<VolumeRenderModule> {
    return this.#render(backend, VOLUME_RENDERERS[backend], "_volumes") as Promise<VolumeRenderModule>;
  }

  #render(backend: Backend, parts: Parts<RenderModule>, more: string): Promise<RenderModule> {
    const name = `noctis_viewer${backend === "webgpu" ? "" : `_${backend}`}${more}`;
    return this.module(name, parts);
  }

  /** A module that comes when it is first wanted, ready to be called; `name` is that of its files. */
  module<T extends WasmModule>(name: string, { code, wasm }: Parts<T>): Promise<T> {
    return once(modules as Map<string, Promise<T>>, name, async () => {
      const [module, binary] = await Promise.all([code(), this.#wasm(wasm(), `${name}_bg.wasm`)]);
      await module.default({ module_or_path: binary });
      return module;
    });
  }

  /** The decode module, compiled, to be handed to workers. */
  decodeBinary(): Promise<WebAssembly.Module> {
    return this.#wasm(DECODER.wasm(), "noctis_decode_bg.wasm");
  }

  /** The decode module on this thread, and its memory. */
  decodeModule(): Promise<[DecodeModule, WebAssembly.Memory]> {
    return once(decoders, "decode", async () => {
      const [module, binary] = await Promise.all([DECODER.code(), this.decodeBinary()]);
      const { memory } = await module.default({ module_or_path: binary });
      return [module, memory];
    });
  }

  /** An image codec, compiled; rejects for one that this package does not have. */
  async codecBinary(name: CodecName): Promise<WebAssembly.Module> {
    const url = CODECS[name]?.();
    if (!url) {
      const message = `this build has no ${name} codec; ask the sender for Explicit VR Little Endian`;
      throw new NoctisError("unsupported-transfer-syntax", message);
    }
    return this.#wasm(url, `noctis_codec_${name}_bg.wasm`);
  }

  /** A new decoding worker; throws when the page may not have one. */
  startWorker(): Worker {
    if (this.#base) return new Worker(new URL("decode-worker.js", this.#base), { type: "module" });
    return new Worker(new URL("./decode-worker.js", import.meta.url), { type: "module" });
  }
}
