import type { NoctisError } from "../../public/errors.js";
import type { VolumeState } from "../../public/volume-view.js";
import type { Device } from "../device.js";
import { toNoctisError } from "../errors.js";
import type { Canvas } from "../picture.js";
import type { WasmVolumeRenderer } from "../wasm/plane-api.js";
import { drawLines, type SolidPicture } from "./solid-picture.js";
import { drawerOf } from "./volume.js";

/** A picture that takes less is drawn finely at once. */
const FAST_MS = 14;
/** A picture while something moves takes about so long. */
const MOVING_MS = 40;
/** Fewer rays for a pixel say too little. */
const FEWEST_RAYS = 0.2;
/** When nothing has changed for so long, a fine picture is begun. */
const REST_MS = 150;
/** A fine ray takes so many times as long as a coarse one. */
const FINER = 2;
/** A device that needs longer to make ready is given up. */
const READY_MS = 20_000;

/** What a painter asks and tells. */
export interface SolidPainterHooks {
  /** The device of the moment. */
  readonly device: () => Device | undefined;
  /** There is something else to show. */
  show(): void;
  /** A picture could not be drawn. */
  failed(error: NoctisError, device: Device): void;
  /** A device cannot draw volumes in three dimensions. */
  unfit(device: Device, reason: string): void;
}

interface Order {
  readonly picture: SolidPicture;
  readonly canvas: Canvas;
}

/** What is on the canvas. */
interface Shown {
  readonly id: number;
  readonly order: Order;
  readonly isFine: boolean;
  readonly ms: number;
}

/** Which programs a device has ready. */
const ready = new WeakMap<Device, Set<string>>();

/**
 * Draws the pictures of a volume for one viewport. The canvas always shows the last one that was finished. While they change and
 * the device is slow they are drawn coarsely, as coarsely as it takes; at rest finely, bit by bit, until something changes.
 */
export class SolidPainter {
  readonly #hooks: SolidPainterHooks;
  #device: Device | undefined;
  #order: Order | undefined;
  #shown: Shown | undefined;
  /** What the device is busy with. */
  #work: object | undefined;
  #isReadying = false;
  /** Whether what is on the canvas is not the last one that was finished. */
  #isStale = false;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds for a coarse ray, as far as known. */
  #perRay: number | undefined;
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(hooks: SolidPainterHooks) {
    this.#hooks = hooks;
  }

  get quality(): VolumeState["quality"] {
    if (!this.#shown) return "none";
    return this.#shown.isFine && isSame(this.#shown.order, this.#order) ? "fine" : "coarse";
  }

  get drawMs(): number {
    return this.#shown?.ms ?? 0;
  }

  /** Whether the first picture waits for the device's programs. */
  get isReadying(): boolean {
    return this.#isReadying && !this.#shown;
  }

  /** Has the canvas show a picture, now or as soon as it is drawn. */
  paint(canvas: Canvas, picture: SolidPicture): void {
    if (canvas.device !== this.#device) this.#change(canvas.device);
    if (!isSame(this.#order, { canvas, picture })) {
      clearTimeout(this.#rest);
      this.#order = { canvas, picture };
    }
    const { renderer } = drawerOf(canvas.device);
    const order = this.#order;
    if (order && !this.#work && !isSame(this.#shown?.order, order)) {
      if (ready.get(canvas.device)?.has(picture.variant)) this.#draw(renderer, order);
      else void this.#makeReady(renderer, order);
    }
    if (!this.#shown) return;
    renderer.showRays(canvas.surface, this.#shown.id);
    this.#isStale = false;
  }

  /** Resolves when the picture that is wanted now is shown, or it is given up. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tellSettled();
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#rest);
    this.#order = undefined;
    this.#show(undefined);
    this.#tellSettled();
  }

  /** What another device showed is gone with it. */
  #change(device: Device): void {
    this.#device = device;
    this.#work = undefined;
    this.#isReadying = false;
    this.#shown = undefined;
    this.#order = undefined;
    this.#perRay = undefined;
    clearTimeout(this.#rest);
  }

  #draw(renderer: WasmVolumeRenderer, order: Order): void {
    const [width, height] = order.canvas.size;
    const guess = this.#perRay === undefined ? undefined : this.#perRay * width * height;
    const isFine = guess !== undefined && guess * FINER < FAST_MS;
    const moving = guess === undefined ? 0 : Math.min(1, Math.max(FEWEST_RAYS, Math.sqrt(MOVING_MS / guess)));
    const id = order.picture.begin(order.canvas, isFine ? "still" : { moving });
    const lines = renderer.rayLines(id);
    const started = performance.now();
    try {
      renderer.drawRays(id, 0, lines);
    } catch (thrown) {
      renderer.dropRays(id);
      throw thrown;
    }
    this.#show({ id, order, isFine, ms: this.drawMs });
    void this.#busy(order, async () => {
      await renderer.finished();
      const ms = performance.now() - started;
      const perRay = (ms / ((lines * lines * width) / height)) * (isFine ? 1 / FINER : 1);
      this.#perRay = this.#perRay === undefined ? perRay : (this.#perRay + perRay) / 2;
      if (this.#shown?.id === id) this.#shown = { ...this.#shown, ms };
      if (!isFine) this.#restLater(renderer, order);
    });
  }

  #restLater(renderer: WasmVolumeRenderer, order: Order): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => void this.#refine(renderer, order), REST_MS);
  }

  /** The same picture as good as it gets. */
  #refine(renderer: WasmVolumeRenderer, order: Order): Promise<void> | undefined {
    if (this.#work || !this.#isWanted(order)) return undefined;
    return this.#busy(order, async () => {
      const id = order.picture.begin(order.canvas, "still");
      const started = performance.now();
      const perLine = (this.#perRay ?? 0) * FINER * order.canvas.size[0];
      const isDone = await drawLines(renderer, id, {
        isWanted: () => this.#isWanted(order),
        ...(perLine > 0 && { count: FAST_MS / perLine }),
      });
      if (!this.#isHere(order)) return;
      if (isDone) this.#show({ id, order, isFine: true, ms: performance.now() - started });
      else renderer.dropRays(id);
    });
  }

  /** The first picture of a kind waits until the device has what draws it. */
  #makeReady(renderer: WasmVolumeRenderer, order: Order): Promise<void> {
    const { device } = order.canvas;
    const unfit = (reason: string): void => this.#hooks.unfit(device, `volumes cannot be drawn: ${reason}`);
    this.#isReadying = true;
    return this.#busy(order, async () => {
      const id = order.picture.begin(order.canvas, { moving: 0 });
      const tooLong = setTimeout(() => {
        if (!document.hidden) unfit(`the device was not ready after ${READY_MS / 1000} s`);
      }, READY_MS);
      try {
        await renderer.prepareRays(id);
        ready.set(device, (ready.get(device) ?? new Set()).add(order.picture.variant));
      } catch (thrown) {
        unfit(toNoctisError(thrown).message);
      } finally {
        clearTimeout(tooLong);
        if (this.#device === device) this.#isReadying = false;
        if (this.#isHere(order)) renderer.dropRays(id);
      }
    });
  }

  /** One thing at a time; afterwards what is wanted by then is shown. */
  async #busy(order: Order, work: () => Promise<void>): Promise<void> {
    this.#work = work;
    try {
      await work();
    } catch (thrown) {
      if (this.#isHere(order)) this.#hooks.failed(toNoctisError(thrown), order.canvas.device);
    }
    if (this.#work !== work) return;
    this.#work = undefined;
    const isOther = this.#isStale || !isSame(this.#shown?.order, this.#order);
    if (isOther && !this.#closed) this.#hooks.show();
    this.#tellSettled();
  }

  #show(shown: Shown | undefined): void {
    const before = this.#shown;
    this.#shown = shown;
    this.#isStale = true;
    if (before && this.#isHere(before.order)) drawerOf(before.order.canvas.device).renderer.dropRays(before.id);
  }

  /** Whether its device still draws. */
  #isHere({ canvas }: Order): boolean {
    return canvas.device === this.#hooks.device();
  }

  #isWanted(order: Order): boolean {
    return this.#order === order && !this.#closed && this.#isHere(order);
  }

  #tellSettled(): void {
    const isShown = this.#order !== undefined && isSame(this.#shown?.order, this.#order);
    const isSettled = this.#closed || (!this.#work && isShown);
    if (!isSettled) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }
}

function isSame(one: Order | undefined, other: Order | undefined): boolean {
  if (!one || !other) return one === other;
  const sizes = one.canvas.size.every((side, axis) => side === other.canvas.size[axis]);
  return one.picture === other.picture && one.canvas.device === other.canvas.device && sizes;
}
