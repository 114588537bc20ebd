import { NoctisError } from "../../public/errors.js";
import type { ShownWindow } from "../../public/instance.js";
import type { Vector } from "../../public/plane.js";
import type { CropBox } from "../../public/volume-view.js";
import { toNoctisError } from "../errors.js";
import type { Canvas, Picture } from "../picture.js";
import type { ViewState } from "../view.js";
import type { WasmRayView, WasmVolumeRenderer } from "../wasm/plane-api.js";
import type { Look } from "./look.js";
import { asSeen } from "./plane.js";
import { cross, dot, minus } from "./vector.js";
import { drawerOf, type Volume } from "./volume.js";

/** From where a volume is seen. */
export interface Camera {
  readonly center: Vector;
  readonly right: Vector;
  readonly down: Vector;
  /** Millimetres from the middle of the canvas to its nearer edge, at zoom 1. */
  readonly radius: number;
}

/** All that a picture of a volume depends on. */
export interface Scene {
  readonly volume: Volume;
  readonly camera: Camera;
  readonly look: Look;
  readonly view: ViewState;
  readonly window: ShownWindow;
  /** Whether the lowest value is white. */
  readonly invert: boolean;
  /** Number of the mask on the device, where something is left out. */
  readonly mask: number | undefined;
}

/** How finely a picture is drawn: rays for a canvas pixel along each axis while something moves (0: as the backend has it). */
export type Quality = { readonly moving: number } | "still";

/** A volume in three dimensions. Points are millimetres to the right and down of the camera's center, as it is seen. */
export class SolidPicture implements Picture {
  readonly key = "volume";
  readonly scene: Scene;
  readonly #paint: (canvas: Canvas, picture: SolidPicture) => void;

  /** `paint` draws it, in as many steps as that takes. */
  constructor(scene: Scene, paint: (canvas: Canvas, picture: SolidPicture) => void) {
    this.scene = scene;
    this.#paint = paint;
  }

  /** Which programs of the device draw it. */
  get variant(): string {
    const { look, mask, volume } = this.scene;
    const { slices, of } = volume.progress;
    const isLit = look.light !== false;
    const hasGaps = slices < of && volume.isWhole;
    return [look.mode === "volume", isLit, mask !== undefined, volume.layout.format, hasGaps].join();
  }

  draw(canvas: Canvas): void {
    this.#paint(canvas, this);
  }

  /** Begins the picture on a device; it is drawn by its number. */
  begin(canvas: Canvas, quality: Quality, size: readonly [number, number] = canvas.size): number {
    const { module, renderer } = drawerOf(canvas.device);
    const id = this.scene.volume.on(canvas.device);
    const view = new module.RayView();
    try {
      this.#fill(view, canvas.pixelRatio, quality);
      return renderer.beginRays(id, view, ...size);
    } finally {
      view.free();
    }
  }

  /** Throws what is wrong with the numbers of look and camera. */
  check(canvas: Pick<Canvas, "device" | "renderer">): void {
    const { renderer } = drawerOf(canvas.device);
    try {
      renderer.dropRays(this.begin({ ...canvas, surface: -1, pixelRatio: 1, size: [1, 1] }, "still"));
    } catch (thrown) {
      const { kind, message } = toNoctisError(thrown);
      throw new NoctisError(kind === "malformed" || kind === "limit" ? "invalid-argument" : kind, message, {
        cause: thrown,
      });
    }
  }

  async pixels(canvas: Canvas, width: number, height: number): Promise<Uint8Array> {
    const { renderer } = drawerOf(canvas.device);
    const pixelRatio = (canvas.pixelRatio * width) / canvas.size[0];
    const id = this.begin({ ...canvas, pixelRatio }, "still", [width, height]);
    try {
      await renderer.prepareRays(id);
      await drawLines(renderer, id, { isWanted: () => true });
      return await renderer.rayPixels(id);
    } finally {
      renderer.dropRays(id);
    }
  }

  pointFromCanvas(canvas: Canvas, x: number, y: number): [number, number] {
    const { pan } = this.scene.view;
    const mm = this.#mmPerPixel(canvas);
    const [width, height] = canvas.size;
    return [(x - width / 2 - pan[0] * canvas.pixelRatio) * mm, (y - height / 2 - pan[1] * canvas.pixelRatio) * mm];
  }

  canvasFromPoint(canvas: Canvas, [right, down]: readonly [number, number]): [number, number] {
    const { pan } = this.scene.view;
    const mm = this.#mmPerPixel(canvas);
    const [width, height] = canvas.size;
    return [width / 2 + pan[0] * canvas.pixelRatio + right / mm, height / 2 + pan[1] * canvas.pixelRatio + down / mm];
  }

  /** The point over a point of the patient, on a canvas of this size; undefined behind the eye. */
  pointFromPatient(point: Vector, size: readonly [number, number]): [number, number] | undefined {
    const { camera, look } = this.scene;
    const [right, down] = this.seen;
    const way = minus(point, camera.center);
    const eyeMm = (this.#mmPerPixel({ size }) * size[1]) / 2 / Math.tan((look.perspective * Math.PI) / 360);
    const depth = look.perspective > 0 ? 1 + dot(way, cross(camera.right, camera.down)) / eyeMm : 1;
    return depth > 0 ? [dot(way, right) / depth, dot(way, down) / depth] : undefined;
  }

  /** What is to the right and down on the screen. */
  get seen(): readonly [Vector, Vector] {
    const { camera, view } = this.scene;
    return asSeen({ ...camera, name: "oblique" }, view);
  }

  #mmPerPixel({ size }: Pick<Canvas, "size">): number {
    return (2 * this.scene.camera.radius) / (this.scene.view.zoom * Math.min(...size));
  }

  #fill(view: WasmRayView, pixelRatio: number, quality: Quality): void {
    const { camera, look, view: laid, window, invert, mask, volume } = this.scene;
    const [right, down] = this.seen;
    view.setCamera(Float64Array.of(...camera.center, ...right, ...down, camera.radius));
    view.setZoom(laid.zoom, laid.pan[0] * pixelRatio, laid.pan[1] * pixelRatio);
    view.setField(look.perspective);
    if (look.mode === "volume") {
      const points = look.transfer.flatMap(({ value, color, opacity }) => [value, ...color, opacity]);
      const { light } = look;
      const numbers = light ? [light.ambient, light.diffuse, light.specular, light.edgePerMm, ...light.from] : [];
      view.setTransfer(Float64Array.from(points), Float64Array.from(numbers));
    } else {
      view.setProjection(look.mode, window.center, window.width, window.function, invert);
    }
    if (look.crop) view.setCrop(Float64Array.from(cropNumbers(look.crop, volume)));
    view.setCuts(Float64Array.from(look.cuts.flatMap(({ point, normal }) => [...point, ...normal])));
    view.setBackground(...look.background);
    view.setArriving(!volume.isWhole);
    if (mask !== undefined) view.setMask(mask);
    if (quality === "still") view.setQuality(false, 0);
    else view.setQuality(true, quality.moving);
  }
}

/** A box in voxels of the objects as one in those of the volume: first and last slice, row and column. */
function cropNumbers(crop: CropBox, { layout, reduction }: Volume): number[] {
  const sides = [crop.slices, crop.rows, crop.columns];
  return sides.flatMap((side, axis) => {
    const factor = reduction[axis] ?? 1;
    const last = axis === 0 ? (layout.slices.at(-1)?.place ?? 0) : (layout.size[axis] ?? 1) - 1;
    return (side ?? [-0.5, last + 0.5]).map((edge) => (edge + 0.5) / factor - 0.5);
  });
}

/** Lines are drawn for so long at a time. */
const BAND_MS = 40;
/** So many bands at most: each costs the way to the device and back. */
const BANDS = 48;

/**
 * Draws all lines of a picture, some at a time, so that the page goes on and the device is not held up. Stops when it is no more
 * wanted; true when all are drawn.
 */
export async function drawLines(
  renderer: WasmVolumeRenderer,
  id: number,
  { isWanted, count = 0 }: { readonly isWanted: () => boolean; readonly count?: number },
): Promise<boolean> {
  const lines = renderer.rayLines(id);
  const fewest = Math.ceil(lines / BANDS);
  let next = Math.max(fewest, Math.round(count));
  for (let first = 0; first < lines; ) {
    const started = performance.now();
    renderer.drawRays(id, first, next);
    await renderer.finished();
    // The CPU has finished at once: the page gets its turn here.
    if (renderer.backend === "cpu") await new Promise((resolve) => setTimeout(resolve));
    if (!isWanted()) return false;
    first += next;
    const share = BAND_MS / Math.max(1, performance.now() - started);
    next = Math.min(lines, Math.max(fewest, Math.round(next * Math.min(4, Math.max(0.25, share)))));
  }
  return true;
}
