import { NoctisError } from "../public/errors.js";
import type { Backend } from "../public/options.js";
import type { Assets } from "./assets.js";
import { warmUpGpu } from "./capabilities.js";
import type { DecodedFrame } from "./decode/protocol.js";
import { LruCache } from "./lru.js";
import type { VolumeRenderModule, WasmVolumeRenderer } from "./wasm/plane-api.js";
import type { RenderModule, WasmFrameSpec, WasmRenderer, WasmView } from "./wasm/render-api.js";

/** What draws volumes. */
export interface VolumeDrawer {
  readonly module: VolumeRenderModule;
  readonly renderer: WasmVolumeRenderer;
}

function drawsVolumes(module: RenderModule): module is VolumeRenderModule {
  return "VolumeSpec" in module;
}

interface Texture {
  readonly id: number;
  readonly bytes: number;
}

/** One backend, started: its module, the frames that it holds, and the canvases that it draws to. */
export class Device {
  readonly backend: Backend;
  readonly module: RenderModule;
  readonly renderer: WasmRenderer;
  /** The same two, where the module has volumes. */
  readonly volumes: VolumeDrawer | undefined;
  /** Filled in by whoever draws next. */
  readonly view: WasmView;
  /** That with which the backend was started; in WebGL2 all others are copied from it. */
  readonly #first: HTMLCanvasElement;
  readonly #textures: LruCache<string, Texture>;
  readonly #screens = new Set<Screen>();
  readonly #whenLost: AbortController = new AbortController();
  #closed = false;

  private constructor(
    backend: Backend,
    canvas: HTMLCanvasElement,
    { module, renderer }: { readonly module: RenderModule; readonly renderer: WasmRenderer },
    volumes: VolumeDrawer | undefined,
    gpuBytes: number,
  ) {
    this.backend = backend;
    this.#first = canvas;
    this.module = module;
    this.renderer = renderer;
    this.volumes = volumes;
    this.view = new module.View();
    this.#textures = new LruCache(
      gpuBytes,
      ({ bytes }) => bytes,
      ({ id }) => renderer.drop(id),
    );
  }

  /** Starts a backend, with or without volumes, on a new canvas of that size, device pixels. */
  static async open(
    assets: Assets,
    backend: Backend,
    hasVolumes: boolean,
    gpuBytes: number,
    size: () => readonly [number, number],
  ): Promise<Device> {
    const loading = hasVolumes ? assets.volumeRenderModule(backend) : assets.renderModule(backend);
    // After the requests, because it may hold up this thread for a while.
    if (backend === "webgpu") warmUpGpu();
    const module = await loading;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = size();
    if (drawsVolumes(module)) {
      const drawer = { module, renderer: await module.Renderer.create(canvas) };
      return new Device(backend, canvas, drawer, drawer, gpuBytes);
    }
    return new Device(backend, canvas, { module, renderer: await module.Renderer.create(canvas) }, undefined, gpuBytes);
  }

  /** Whether it draws no more: its renderer is not to be asked anything. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** What draws, as the backend names it. */
  get adapter(): string {
    return this.renderer.adapter;
  }

  /** Largest canvas, pixels a side. */
  get maxSize(): number {
    return this.renderer.maxFrameSize;
  }

  /** Calls back once when the device or the context goes away. */
  onLost(callback: (reason: string) => void): void {
    const { signal } = this.#whenLost;
    const lost = (reason: string): void => {
      if (signal.aborted) return;
      this.#whenLost.abort();
      callback(reason);
    };
    this.renderer.onLost(lost);
    this.#first.addEventListener("webglcontextlost", () => lost("the WebGL context was lost"), { signal });
  }

  /** Makes ready what the first picture of a frame of that format needs; may block for a while. */
  warmUp(format: string): void {
    if (this.#whenLost.signal.aborted) return;
    try {
      this.renderer.warmUp(format);
    } catch {
      // A device that is gone says so itself.
    }
  }

  /**
   * A canvas more in a box. While it is the only one it is drawn to directly; WebGL2 copies to each when there are more, and
   * then `blank` tells a canvas that took the place of one before.
   */
  attach(box: HTMLElement, size: readonly [number, number], blank: () => void): Screen {
    const copies = this.backend === "webgl2";
    const [direct] = [...this.#screens].filter(({ surface }) => surface === 0);
    const screen = new Screen(this.renderer, blank, (gone) => this.#detach(gone));
    if (copies && direct) {
      this.pin(undefined, 0);
      direct.use(this.renderer.addSurface(direct.replaceCanvas()));
    }
    if (this.#screens.size === 0) screen.place(box, this.#first, 0);
    else screen.add(box, size);
    screen.resize(...size);
    this.#screens.add(screen);
    if (copies) direct?.blank();
    return screen;
  }

  /** The number of a frame's texture; `spec` describes it when it has to be made. */
  texture(key: string, frame: DecodedFrame, spec: (module: RenderModule) => WasmFrameSpec): number {
    const held = this.#textures.get(key);
    if (held) return held.id;
    const largest = this.renderer.maxFrameSize;
    if (Math.max(frame.rows, frame.columns) > largest) {
      throw new NoctisError(
        "limit",
        `a frame of ${frame.columns} x ${frame.rows} is larger than this GPU's ${largest} pixels a side`,
      );
    }
    const described = spec(this.module);
    try {
      const id = this.renderer.upload(described, frame.pixels);
      this.#textures.set(key, { id, bytes: frame.pixels.byteLength + (frame.mask?.byteLength ?? 0) });
      return id;
    } finally {
      described.free();
    }
  }

  /** Keeps the texture of what a surface shows. */
  pin(key: string | undefined, surface: number): void {
    this.#textures.pin(key, surface);
  }

  /** Lets go of frames on the GPU. */
  forget(): void {
    for (const { surface } of this.#screens) this.pin(undefined, surface);
    this.#textures.clear();
  }

  /** Frees the GPU and removes the canvases. A lost device may protest: it is gone all the same. */
  close(): void {
    this.#whenLost.abort();
    this.#closed = true;
    for (const screen of this.#screens) screen.canvas.remove();
    try {
      this.#textures.clear();
      this.view.free();
      this.renderer.free();
    } catch {
      // Nothing is left to free.
    }
  }

  #detach(screen: Screen): void {
    if (!this.#screens.delete(screen) || this.#closed) return;
    this.pin(undefined, screen.surface);
    // The first surface's canvas may be needed again.
    if (screen.surface !== 0) this.renderer.removeSurface(screen.surface);
    const [last] = this.#screens;
    if (this.backend !== "webgl2" || this.#screens.size !== 1 || !last || last.surface === 0) return;
    this.pin(undefined, last.surface);
    this.renderer.removeSurface(last.surface);
    last.replaceCanvas(this.#first);
    last.use(0);
    last.blank();
  }
}

/** A canvas in the box of a viewport. */
export class Screen {
  readonly #renderer: WasmRenderer;
  readonly #detached: (screen: Screen) => void;
  /** Its canvas is empty and has to be drawn. */
  readonly blank: () => void;
  #canvas: HTMLCanvasElement = document.createElement("canvas");
  #surface = -1;
  #size: readonly [number, number] = [1, 1];

  constructor(renderer: WasmRenderer, blank: () => void, detached: (screen: Screen) => void) {
    this.#renderer = renderer;
    this.blank = blank;
    this.#detached = detached;
  }

  get canvas(): HTMLCanvasElement {
    return this.#canvas;
  }

  /** The number by which the renderer knows it. */
  get surface(): number {
    return this.#surface;
  }

  /** Puts a canvas of the renderer into the box. */
  place(box: HTMLElement, canvas: HTMLCanvasElement, surface: number): void {
    this.#canvas = canvas;
    this.#surface = surface;
    box.append(canvas);
  }

  /** Puts a new canvas into the box. */
  add(box: HTMLElement, [width, height]: readonly [number, number]): void {
    Object.assign(this.#canvas, { width, height });
    this.place(box, this.#canvas, this.#renderer.addSurface(this.#canvas));
  }

  /** Puts another canvas in the place of this one; the renderer has to be told by `use`. */
  replaceCanvas(canvas = document.createElement("canvas")): HTMLCanvasElement {
    canvas.hidden = this.#canvas.hidden;
    [canvas.width, canvas.height] = this.#size;
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
    return canvas;
  }

  use(surface: number): void {
    this.#surface = surface;
    this.resize(...this.#size);
  }

  /** Sets the size of the canvas, device pixels. */
  resize(width: number, height: number): void {
    this.#size = [width, height];
    this.#renderer.resizeSurface(this.#surface, width, height);
  }

  /** Removes the canvas. */
  detach(): void {
    this.#canvas.remove();
    this.#detached(this);
  }
}
