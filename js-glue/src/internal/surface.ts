import { NoctisError } from "../public/errors.js";
import type { Backend } from "../public/options.js";
import type { Assets } from "./assets.js";
import { warmUpGpu } from "./capabilities.js";
import type { DecodedFrame } from "./decode/protocol.js";
import { LruCache } from "./lru.js";
import { effectiveWindow, type ViewState } from "./view.js";
import type { RenderModule, WasmRenderer, WasmView } from "./wasm/render-api.js";

/** What is to be seen: a frame and how it lies on the canvas. */
export interface Picture {
  /** Names the frame in the cache of the GPU. */
  readonly key: string;
  readonly frame: DecodedFrame;
  readonly view: ViewState;
}

interface Texture {
  readonly id: number;
  readonly bytes: number;
}

/** One canvas with one backend. A canvas keeps its kind of context, so each try has a canvas of its own. */
export class Surface {
  readonly backend: Backend;
  readonly canvas: HTMLCanvasElement;
  readonly #module: RenderModule;
  readonly #renderer: WasmRenderer;
  readonly #textures: LruCache<string, Texture>;
  readonly #view: WasmView;
  readonly #whenLost: AbortController = new AbortController();

  private constructor(
    backend: Backend,
    canvas: HTMLCanvasElement,
    module: RenderModule,
    renderer: WasmRenderer,
    gpuBytes: number,
  ) {
    this.backend = backend;
    this.canvas = canvas;
    this.#module = module;
    this.#renderer = renderer;
    this.#view = new module.View();
    this.#textures = new LruCache(
      gpuBytes,
      ({ bytes }) => bytes,
      ({ id }) => renderer.drop(id),
    );
  }

  /** Starts a backend on a new canvas of that size, device pixels. */
  static async open(
    assets: Assets,
    backend: Backend,
    gpuBytes: number,
    size: () => readonly [number, number],
  ): Promise<Surface> {
    const loading = assets.renderModule(backend);
    // After the requests, because it may hold up this thread for a while.
    if (backend === "webgpu") warmUpGpu();
    const module = await loading;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = size();
    const renderer = await module.Renderer.create(canvas);
    return new Surface(backend, canvas, module, renderer, gpuBytes);
  }

  /** What draws, as the backend names it. */
  get adapter(): string {
    return this.#renderer.adapter;
  }

  /** Largest canvas, pixels a side. */
  get maxSize(): number {
    return this.#renderer.maxFrameSize;
  }

  /** Calls back once when the device or the context goes away. */
  onLost(callback: (reason: string) => void): void {
    const { signal } = this.#whenLost;
    const lost = (reason: string): void => {
      if (signal.aborted) return;
      this.#whenLost.abort();
      callback(reason);
    };
    this.#renderer.onLost(lost);
    this.canvas.addEventListener("webglcontextlost", () => lost("the WebGL context was lost"), { signal });
  }

  /** Makes ready what the first picture of a frame of that format needs; may block for a while. */
  warmUp(format: string): void {
    if (this.#whenLost.signal.aborted) return;
    try {
      this.#renderer.warmUp(format);
    } catch {
      // A device that is gone says so itself.
    }
  }

  /** Sets the size of the canvas, device pixels. */
  resize(width: number, height: number): void {
    this.#renderer.resizeSurface(0, width, height);
  }

  /** Draws to the canvas. */
  draw(picture: Picture, pixelRatio: number): void {
    this.#textures.pin(picture.key);
    this.#renderer.render(0, this.#texture(picture), this.#viewOf(picture, pixelRatio));
  }

  /** Draws to RGBA bytes. */
  pixels(picture: Picture, pixelRatio: number, width: number, height: number): Promise<Uint8Array> {
    return this.#renderer.renderPixels(this.#texture(picture), this.#viewOf(picture, pixelRatio), width, height);
  }

  /** `[column, row]` at a point of the canvas, device pixels. */
  imageFromCanvas(picture: Picture, pixelRatio: number, x: number, y: number): [number, number] {
    const id = this.#texture(picture);
    return pair(this.#renderer.imageFromCanvas(0, id, this.#viewOf(picture, pixelRatio), x, y));
  }

  /** The point of the canvas, device pixels, of `[column, row]`. */
  canvasFromImage(picture: Picture, pixelRatio: number, column: number, row: number): [number, number] {
    const id = this.#texture(picture);
    return pair(this.#renderer.canvasFromImage(0, id, this.#viewOf(picture, pixelRatio), column, row));
  }

  /** Lets go of frames on the GPU. */
  forget(): void {
    this.#textures.pin(undefined);
    this.#textures.clear();
  }

  /** Frees the GPU and removes the canvas. A lost device may protest: it is gone all the same. */
  close(): void {
    this.#whenLost.abort();
    try {
      this.#textures.clear();
      this.#view.free();
      this.#renderer.free();
    } catch {
      // Nothing is left to free.
    }
    this.canvas.remove();
  }

  #texture({ key, frame }: Picture): number {
    const held = this.#textures.get(key);
    if (held) return held.id;
    const largest = this.#renderer.maxFrameSize;
    if (Math.max(frame.rows, frame.columns) > largest) {
      throw new NoctisError(
        "limit",
        `a frame of ${frame.columns} x ${frame.rows} is larger than this GPU's ${largest} pixels a side`,
      );
    }
    const spec = this.#specOf(frame);
    try {
      const id = this.#renderer.upload(spec, frame.pixels);
      this.#textures.set(key, { id, bytes: frame.pixels.byteLength + (frame.mask?.byteLength ?? 0) });
      return id;
    } finally {
      spec.free();
    }
  }

  #specOf(frame: DecodedFrame): InstanceType<RenderModule["FrameSpec"]> {
    const spec = new this.#module.FrameSpec(frame.rows, frame.columns, frame.format);
    spec.rescaleSlope = frame.rescaleSlope;
    spec.rescaleIntercept = frame.rescaleIntercept;
    spec.inverted = frame.inverted;
    spec.windowCenter = frame.windowCenter;
    spec.windowWidth = frame.windowWidth;
    spec.voiFunction = frame.voiFunction;
    spec.voiLut = frame.voiLut;
    const { modality, voi, presentation } = frame.luts;
    if (modality) spec.setModalityLut(modality.first, modality.bits, modality.entries);
    for (const { first, bits, entries } of voi) spec.addVoiLut(first, bits, entries);
    if (presentation) spec.setPresentationLut(presentation.first, presentation.bits, presentation.entries);
    spec.paddingLow = frame.paddingLow;
    spec.paddingHigh = frame.paddingHigh;
    spec.pixelAspect = frame.pixelAspect;
    if (frame.mask) spec.setMask(frame.mask, frame.shutterLevel);
    spec.unusedAbove = frame.unusedAbove;
    spec.unused = frame.unused;
    return spec;
  }

  #viewOf({ view: state, frame }: Picture, pixelRatio: number): WasmView {
    const view = this.#view;
    const window = effectiveWindow(state, frame);
    view.zoom = state.zoom;
    view.panX = state.pan[0] * pixelRatio;
    view.panY = state.pan[1] * pixelRatio;
    view.rotationDeg = state.rotation;
    view.flipHorizontal = state.flipHorizontal;
    view.flipVertical = state.flipVertical;
    view.invert = state.invert;
    view.overlays = state.overlays;
    view.interpolation = state.interpolation;
    view.windowCenter = window.center;
    view.windowWidth = window.width;
    view.voiFunction = window.function;
    view.voiLut = window.voiLut;
    return view;
  }
}

function pair(values: Float64Array): [number, number] {
  return [values[0] ?? Number.NaN, values[1] ?? Number.NaN];
}
