import { NoctisError } from "../public/errors.js";
import type { Backend } from "../public/options.js";
import type { Assets } from "./assets.js";
import { BoxObserver, type BoxSize } from "./box-size.js";
import { above, below, obstacle } from "./capabilities.js";
import { toNoctisError } from "./errors.js";
import { type Picture, Surface } from "./surface.js";

/** After this many losses within `LOSS_WINDOW_MS`, the next backend down is taken. */
const MAX_LOSSES = 3;
const LOSS_WINDOW_MS = 30_000;
/** The second of the two formats of most images is made ready when the first picture is probably there. */
const WARM_UP_MS = 500;
/** The better backend is started so long after the first: starting a GPU may hold up this thread and the screen. */
const UPGRADE_MS = 300;
/** Longest side of a canvas before a backend has said what it can do. */
const MAX_CANVAS = 8192;

/** What the stage asks and tells. */
export interface StageHooks {
  /** What is to be seen now. */
  picture(): Picture | undefined;
  drawn(picture: Picture): void;
  /** Drawing failed; `key` names the frame when it was the frame's fault. */
  failed(error: NoctisError, key?: string): void;
  /** The size changes when `apply` is called. */
  resize(apply: () => void): void;
  backend(backend: Backend, reason: string): void;
  lost(backend: Backend, reason: string): void;
  restored(backend: Backend): void;
}

/** The canvas: starts a backend, follows the size of its box, draws once a frame when something changed. */
export class Stage {
  readonly #box: HTMLElement;
  readonly #assets: Assets;
  readonly #asked: "auto" | Backend;
  readonly #gpuBytes: number;
  readonly #hooks: StageHooks;
  readonly #observer: BoxObserver;
  readonly #obstacles = new Map<Backend, string>();
  #surface: Surface | undefined;
  #backend: Backend = "cpu";
  #size: readonly [number, number] = [1, 1];
  #cssWidth = 1;
  #request = 0;
  /** Waits to start a better backend than the first. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasDrawn = false;
  #losses: number[] = [];
  #destroyed = false;

  constructor(box: HTMLElement, assets: Assets, asked: "auto" | Backend, gpuBytes: number, hooks: StageHooks) {
    this.#box = box;
    this.#assets = assets;
    this.#asked = asked;
    this.#gpuBytes = gpuBytes;
    this.#hooks = hooks;
    this.#observer = new BoxObserver(box, (size) => this.#measure(size));
    const size = this.#observer.size;
    this.#size = this.#canvasSize(size);
    this.#cssWidth = Math.max(1, size.cssWidth);
  }

  /**
   * Starts the backend that was asked for. Where the choice is free, the CPU draws until the best backend is there: a GPU
   * takes as long to start as all the rest of the first picture.
   */
  async start(): Promise<void> {
    if (this.#asked !== "auto") return this.#open([this.#asked]);
    this.#upgradeLater();
    await this.#open(["cpu"]);
  }

  /** The backend in use; while it is being started again, the one that was. */
  get backend(): Backend {
    return this.#backend;
  }

  get adapter(): string {
    return this.#surface?.adapter ?? "";
  }

  /** Device pixels in a CSS pixel, as far as the canvas could follow. */
  get pixelRatio(): number {
    return this.#size[0] / this.#cssWidth;
  }

  /** Width and height of the canvas, device pixels. */
  get size(): readonly [number, number] {
    return this.#size;
  }

  /** Has the picture drawn with the next animation frame. */
  invalidate(): void {
    if (this.#request === 0 && !this.#destroyed) this.#request = requestAnimationFrame(() => this.flush());
  }

  /** Draws at once what would be drawn with the next animation frame. */
  settle(): void {
    if (this.#request !== 0) this.flush();
  }

  /** Draws at once. */
  flush(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    const picture = this.#hooks.picture();
    if (!picture) {
      if (this.#surface) this.#surface.canvas.hidden = true;
      return;
    }
    const drawn = this.#with(picture, (surface) => {
      surface.canvas.hidden = false;
      surface.draw(picture, this.pixelRatio);
      return true;
    });
    if (drawn) this.#hooks.drawn(picture);
    if (drawn && this.#timer !== undefined && !this.#hasDrawn) this.#upgradeLater();
    this.#hasDrawn ||= drawn === true;
  }

  /** `[column, row]` at a point of the box, CSS pixels. */
  imageFromBox(picture: Picture, x: number, y: number): [number, number] | undefined {
    const ratio = this.pixelRatio;
    return this.#with(picture, (surface) => surface.imageFromCanvas(picture, ratio, x * ratio, y * ratio));
  }

  /** The point of the box, CSS pixels, of `[column, row]`. */
  boxFromImage(picture: Picture, column: number, row: number): [number, number] | undefined {
    const ratio = this.pixelRatio;
    return this.#with(picture, (surface) => {
      const [x, y] = surface.canvasFromImage(picture, ratio, column, row);
      return [x / ratio, y / ratio];
    });
  }

  /** The picture as RGBA bytes. */
  async pixels(picture: Picture, width: number, height: number): Promise<Uint8Array> {
    if (!this.#surface) throw new NoctisError("device-lost", "the GPU is being started again; try in a moment");
    return this.#surface.pixels(picture, (this.pixelRatio * width) / this.#size[0], width, height);
  }

  /** Lets go of what the GPU holds. */
  forget(): void {
    this.#surface?.forget();
    this.invalidate();
  }

  destroy(): void {
    this.#destroyed = true;
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#request);
    this.#observer.disconnect();
    this.#surface?.close();
    this.#surface = undefined;
  }

  /** Calls the renderer, and reports what it throws. */
  #with<T>(picture: Picture, call: (surface: Surface) => T): T | undefined {
    const surface = this.#surface;
    if (!surface) return undefined;
    try {
      return call(surface);
    } catch (thrown) {
      const error = toNoctisError(thrown, { frame: Number(picture.key.split(":")[1]) });
      if (error.kind === "device-lost" || error.kind === "internal") void this.#recover(surface, error.message);
      else this.#hooks.failed(error, picture.key);
      return undefined;
    }
  }

  /** Device pixels of the box, no more than can be drawn. */
  #canvasSize({ width, height }: BoxSize): readonly [number, number] {
    const fit = Math.min(1, (this.#surface?.maxSize ?? MAX_CANVAS) / Math.max(width, height));
    return [Math.max(1, Math.floor(width * fit)), Math.max(1, Math.floor(height * fit))];
  }

  #measure(size: BoxSize): void {
    const next = this.#canvasSize(size);
    const { cssWidth } = size;
    if (next[0] === this.#size[0] && next[1] === this.#size[1] && cssWidth === this.#cssWidth) return;
    this.#hooks.resize(() => {
      this.#size = next;
      this.#cssWidth = Math.max(1, cssWidth);
      this.#surface?.resize(...next);
    });
    // At once: a canvas whose size was set is empty until it is drawn, and this runs before the page is painted.
    this.flush();
  }

  #upgradeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#upgrade(), UPGRADE_MS);
  }

  /** Starts the best backend beside the CPU. */
  async #upgrade(): Promise<void> {
    this.#timer = undefined;
    for (const backend of above("cpu")) {
      const missing = await this.#start(backend);
      if (!missing || this.#destroyed) return;
    }
    this.#hooks.backend("cpu", this.#reason("cpu"));
  }

  async #open(backends: readonly Backend[]): Promise<void> {
    for (const backend of backends) {
      const missing = await this.#start(backend);
      if (this.#destroyed) throw new NoctisError("cancelled", "the viewer was destroyed");
      if (!missing) return;
    }
    const tried = [...this.#obstacles].map(([backend, why]) => `${backend}: ${why}`).join("; ");
    throw new NoctisError("unsupported-browser", `no backend could be started (${tried})`);
  }

  /** Starts a backend, or says and remembers why it did not start. */
  async #start(backend: Backend): Promise<string | undefined> {
    const missing = obstacle(backend) ?? (await this.#try(backend));
    if (missing) this.#obstacles.set(backend, missing);
    return missing;
  }

  /** Puts a backend's canvas in the place of the one before. */
  async #try(backend: Backend): Promise<string | undefined> {
    let surface: Surface;
    try {
      surface = await Surface.open(this.#assets, backend, this.#gpuBytes, () => this.#size);
    } catch (thrown) {
      return toNoctisError(thrown).message;
    }
    if (this.#destroyed) {
      surface.close();
      return undefined;
    }
    surface.onLost((reason) => void this.#recover(surface, reason));
    surface.resize(...this.#size);
    const before = this.#surface;
    this.#surface = surface;
    this.#backend = backend;
    this.#box.append(surface.canvas);
    this.#hooks.backend(backend, this.#reason(backend));
    this.flush();
    before?.close();
    if (backend === "cpu") return undefined;
    // Later, so that what the page does with its viewer comes first.
    setTimeout(() => surface.warmUp("r16uint"));
    // WebGL2 compiles on this thread, where by then somebody may be scrolling.
    if (backend === "webgpu") setTimeout(() => surface.warmUp("r16sint"), WARM_UP_MS);
    return undefined;
  }

  #reason(backend: Backend): string {
    if (this.#asked !== "auto") return `${backend} was asked for by options.backend`;
    if (this.#timer !== undefined) return "the CPU draws until a GPU has been started";
    const why = above(backend).map((other) => `${other} is not used: ${this.#obstacles.get(other) ?? "it was lost"}`);
    return why.length > 0 ? why.join("; ") : `${backend} is available`;
  }

  async #recover(surface: Surface, reason: string): Promise<void> {
    if (surface !== this.#surface || this.#destroyed) return;
    const { backend } = surface;
    this.#surface = undefined;
    surface.close();
    const now = performance.now();
    this.#losses = [...this.#losses.filter((time) => now - time < LOSS_WINDOW_MS), now];
    this.#hooks.lost(backend, reason);
    const same = this.#losses.length < MAX_LOSSES ? [backend] : [];
    try {
      await this.#open([...same, ...below(backend, this.#asked)]);
      this.#hooks.restored(this.#backend);
    } catch (thrown) {
      if (this.#destroyed) return;
      this.#hooks.failed(
        new NoctisError("device-lost", `the picture cannot be drawn any more: ${reason}`, { cause: thrown }),
      );
    }
  }
}
