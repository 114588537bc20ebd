import { NoctisError } from "../public/errors.js";
import { BoxObserver, type BoxSize } from "./box-size.js";
import type { Device, Screen } from "./device.js";
import { toNoctisError } from "./errors.js";
import type { DeviceUser, Graphics } from "./graphics.js";
import type { Canvas, Picture } from "./picture.js";

/** Longest side of a canvas before a backend has said what it can do. */
const MAX_CANVAS = 8192;

/** What the stage asks and tells. */
export interface StageHooks {
  /** What is to be seen now. */
  picture(): Picture | undefined;
  drawn(): void;
  /** Drawing failed, by the fault of what `key` names. */
  failed(error: NoctisError, key: string): void;
  /** The size changes when `apply` is called. */
  resize(apply: () => void): void;
}

/** The canvas of a viewport: follows the size of its box, draws once a frame when something changed. */
export class Stage implements DeviceUser {
  readonly #box: HTMLElement;
  readonly #graphics: Graphics;
  readonly #hooks: StageHooks;
  readonly #observer: BoxObserver;
  #device: Device | undefined;
  #screen: Screen | undefined;
  #size: readonly [number, number] = [1, 1];
  #cssWidth = 1;
  #request = 0;
  #destroyed = false;

  constructor(box: HTMLElement, graphics: Graphics, hooks: StageHooks) {
    this.#box = box;
    this.#graphics = graphics;
    this.#hooks = hooks;
    this.#observer = new BoxObserver(box, (size) => this.#measure(size));
    const size = this.#observer.size;
    this.#size = this.#canvasSize(size);
    this.#cssWidth = Math.max(1, size.cssWidth);
  }

  /** Device pixels in a CSS pixel, as far as the canvas could follow. */
  get pixelRatio(): number {
    return this.#size[0] / this.#cssWidth;
  }

  /** Width and height of the canvas, device pixels. */
  get size(): readonly [number, number] {
    return this.#size;
  }

  /** Draws on a canvas of this device from now on. */
  use(device: Device): void {
    this.#device = device;
    this.#screen = undefined;
    try {
      this.#screen = device.attach(this.#box, this.#size, () => this.flush());
    } catch (thrown) {
      void this.#graphics.recover(device, toNoctisError(thrown).message);
    }
    this.flush();
  }

  /** Another stage that draws with the same devices. */
  beside(box: HTMLElement, hooks: StageHooks): Stage {
    const stage = new Stage(box, this.#graphics, hooks);
    this.#graphics.add(stage);
    return stage;
  }

  /** Has the picture drawn with the next animation frame. */
  invalidate(): void {
    if (this.#request === 0 && !this.#destroyed) this.#request = requestAnimationFrame(() => this.#draw());
  }

  /** Draws at once what would be drawn with the next animation frame. */
  settle(): void {
    if (this.#request !== 0) this.flush();
  }

  /** Draws at once. */
  flush(): void {
    if (this.#request !== 0) cancelAnimationFrame(this.#request);
    this.#draw();
  }

  /** The point of the picture at a point of the box, CSS pixels. */
  pointFromBox(picture: Picture, x: number, y: number): [number, number] | undefined {
    const ratio = this.pixelRatio;
    return this.#with(picture, (canvas) => picture.pointFromCanvas(canvas, x * ratio, y * ratio));
  }

  /** The point of the box, CSS pixels, of a point of the picture. */
  boxFromPoint(picture: Picture, point: readonly [number, number]): [number, number] | undefined {
    const ratio = this.pixelRatio;
    return this.#with(picture, (canvas) => {
      const [x, y] = picture.canvasFromPoint(canvas, point);
      return [x / ratio, y / ratio];
    });
  }

  /** The picture as RGBA bytes. */
  async pixels(picture: Picture, width: number, height: number): Promise<Uint8Array> {
    const canvas = this.#canvas;
    if (!canvas) throw new NoctisError("device-lost", "the GPU is being started again; try in a moment");
    return picture.pixels(canvas, width, height);
  }

  destroy(): void {
    this.#destroyed = true;
    cancelAnimationFrame(this.#request);
    this.#observer.disconnect();
    this.#graphics.remove(this);
    this.#screen?.detach();
    this.#screen = undefined;
    this.#device = undefined;
  }

  get #canvas(): Canvas | undefined {
    const device = this.#device;
    if (!device || !this.#screen || device !== this.#graphics.device) return undefined;
    const { renderer } = device;
    return { device, renderer, surface: this.#screen.surface, pixelRatio: this.pixelRatio, size: this.#size };
  }

  #draw(): void {
    this.#request = 0;
    const picture = this.#hooks.picture();
    if (!picture) {
      if (this.#screen) this.#screen.canvas.hidden = true;
      return;
    }
    const drawn = this.#with(picture, (canvas, screen) => {
      // An attribute that is set is a change, even to what it was.
      if (screen.canvas.hidden) screen.canvas.hidden = false;
      picture.draw(canvas);
      return true;
    });
    if (!drawn) return;
    this.#hooks.drawn();
    this.#graphics.hasDrawn();
  }

  /** Calls the renderer, and reports what it throws. */
  #with<T>(picture: Picture, call: (canvas: Canvas, screen: Screen) => T): T | undefined {
    const canvas = this.#canvas;
    if (!canvas || !this.#screen) return undefined;
    try {
      return call(canvas, this.#screen);
    } catch (thrown) {
      const { frameNumber: frame } = picture;
      const error = toNoctisError(thrown, frame === undefined ? {} : { frame });
      if (error.kind === "device-lost" || error.kind === "internal") {
        void this.#graphics.recover(canvas.device, error.message);
      } else {
        this.#hooks.failed(error, picture.key);
      }
      return undefined;
    }
  }

  /** Device pixels of the box, no more than can be drawn. */
  #canvasSize({ width, height }: BoxSize): readonly [number, number] {
    const fit = Math.min(1, (this.#device?.maxSize ?? MAX_CANVAS) / Math.max(width, height));
    return [Math.max(1, Math.floor(width * fit)), Math.max(1, Math.floor(height * fit))];
  }

  #measure(size: BoxSize): void {
    const next = this.#canvasSize(size);
    const { cssWidth } = size;
    if (next[0] === this.#size[0] && next[1] === this.#size[1] && cssWidth === this.#cssWidth) return;
    this.#hooks.resize(() => {
      this.#size = next;
      this.#cssWidth = Math.max(1, cssWidth);
      if (this.#canvas) this.#screen?.resize(...next);
    });
    // At once: a canvas whose size was set is empty until it is drawn, and this runs before the page is painted.
    this.flush();
  }
}
