import { NoctisError } from "../../public/errors.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { Backend } from "../../public/options.js";
import type { FrameLook, ImageFrame, ImageObject, ImageVolume, Painter, PixelSource } from "../../public/painter.js";
import type { LoadSource } from "../../public/viewer.js";
import type { Assets } from "../assets.js";
import { type DecodePool, Priority } from "../decode/pool.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { Settings } from "../defaults.js";
import type { Device, Screen } from "../device.js";
import { toNoctisError } from "../errors.js";
import type { DeviceUser, Graphics } from "../graphics.js";
import { type Slice, type StoredObject, slicesOf } from "../library.js";
import type { Canvas, Picture } from "../picture.js";
import { SlicePicture } from "../slice-picture.js";
import { type SourceBytes, sourceOf } from "../source.js";
import { checkedWindow, initialView } from "../view.js";
import { frameOfValues, halfOf, PaintedFrame } from "./frame.js";

/** What a painter is made of: the first file of the package has it. */
export interface PainterParts {
  readonly settings: Settings;
  readonly assets: Assets;
  readonly pool: DecodePool;
  /** Started. */
  readonly graphics: Graphics;
}

/** Decodes and draws, on a canvas that is nowhere in the page. */
export class ImagePainter implements Painter, DeviceUser {
  readonly settings: Settings;
  readonly assets: Assets;
  readonly graphics: Graphics;
  readonly #pool: DecodePool;
  /** Where the canvas is. */
  readonly #box = document.createElement("div");
  #device: Device | undefined;
  #screen: Screen | undefined;
  #size: readonly [number, number] = [1, 1];
  #lastId = 0;

  constructor({ settings, assets, pool, graphics }: PainterParts) {
    this.settings = settings;
    this.assets = assets;
    this.#pool = pool;
    this.graphics = graphics;
    graphics.add(this);
  }

  get backend(): Backend {
    return this.graphics.backend;
  }

  get size(): readonly [number, number] {
    return this.#size;
  }

  /** Draws on a canvas of this device from now on. */
  use(device: Device): void {
    this.#device = device;
    this.#screen = device.attach(this.#box, this.#size, () => {});
  }

  async open(original: LoadSource, { signal }: { readonly signal?: AbortSignal } = {}): Promise<ImageObject> {
    const source = sourceOf(original);
    try {
      const bytes = await source.read(signal);
      const id = ++this.#lastId;
      const shared: SourceBytes = { ...bytes, isShared: true };
      const { info, frame } = await this.#pool.open(id, shared, Priority.Visible, signal);
      return new OpenedObject(this.#pool, { id, info, source }, frame, shared);
    } catch (thrown) {
      throw toNoctisError(thrown, source.name === undefined ? {} : { source: source.name });
    }
  }

  frameOf(pixels: PixelSource): ImageFrame {
    return frameOfValues(`given:${++this.#lastId}`, pixels);
  }

  async halfOf(frame: ImageFrame): Promise<ImageFrame> {
    return halfOf(painted(frame));
  }

  draw(frame: ImageFrame, { window, invert = false, levels }: FrameLook = {}): HTMLCanvasElement {
    const { key, decoded } = painted(frame);
    const view = { ...initialView("nearest"), invert, window: window && checkedWindow(window) };
    return this.paint(new SlicePicture(key, decoded, view, levels), decoded.columns, decoded.rows);
  }

  /** Draws a picture on the canvas in this size. */
  paint(picture: Picture, width: number, height: number): HTMLCanvasElement {
    const [device, screen] = [this.#device, this.#screen];
    if (!device || !screen || device !== this.graphics.device) {
      throw new NoctisError("device-lost", "the GPU is being started again; try in a moment");
    }
    try {
      if (width !== this.#size[0] || height !== this.#size[1]) {
        this.#size = [width, height];
        screen.resize(width, height);
      }
      const { renderer } = device;
      const canvas: Canvas = { device, renderer, surface: screen.surface, pixelRatio: 1, size: this.#size };
      picture.draw(canvas);
    } catch (thrown) {
      const error = toNoctisError(thrown);
      if (error.kind === "device-lost" || error.kind === "internal") void this.graphics.recover(device, error.message);
      throw error;
    }
    this.graphics.hasDrawn();
    return screen.canvas;
  }

  async volume(frames: readonly ImageFrame[]): Promise<ImageVolume> {
    const { openVolume } = await import("../volume/index.js");
    return openVolume(this, frames.map(painted));
  }

  destroy(): void {
    this.graphics.remove(this);
    this.#screen?.detach();
    this.#pool.destroy();
    this.graphics.destroy();
  }
}

/** A frame of this package. */
function painted(frame: ImageFrame): PaintedFrame {
  if (frame instanceof PaintedFrame) return frame;
  throw new NoctisError("invalid-argument", "this frame does not come from a painter");
}

class OpenedObject implements ImageObject {
  readonly #pool: DecodePool;
  readonly #object: StoredObject;
  readonly #slices: readonly Slice[];
  #first: DecodedFrame | undefined;
  #bytes: SourceBytes | undefined;

  constructor(pool: DecodePool, object: StoredObject, first: DecodedFrame | undefined, bytes: SourceBytes) {
    this.#pool = pool;
    this.#object = object;
    this.#slices = slicesOf(object);
    this.#first = first;
    this.#bytes = object.info.frames > 1 ? bytes : undefined;
  }

  get info(): InstanceInfo {
    return this.#object.info;
  }

  async frame(index: number): Promise<ImageFrame> {
    const slice = this.#slices[index];
    if (!slice) throw new NoctisError("invalid-argument", `there is no frame ${index}`);
    return new PaintedFrame(slice.key, (index === 0 && this.#first) || (await this.#decode(index)), slice);
  }

  close(): void {
    this.#pool.close(this.#object.id);
    this.#first = undefined;
    this.#bytes = undefined;
  }

  #decode(index: number): Promise<DecodedFrame> {
    const { id, source } = this.#object;
    const read = async (signal?: AbortSignal): Promise<SourceBytes> => this.#bytes ?? source.read(signal);
    return this.#pool.frame(id, index, read, Priority.Visible);
  }
}
