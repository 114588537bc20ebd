import type { ShownWindow } from "../../public/instance.js";
import type { Slab, Vector } from "../../public/plane.js";
import type { Canvas, Picture } from "../picture.js";
import type { ViewState } from "../view.js";
import type { WasmPlaneView, WasmVolumeRenderer } from "../wasm/plane-api.js";
import { asSeen, type Plane } from "./plane.js";
import { along, dot, minus } from "./vector.js";
import { drawerOf, type Volume } from "./volume.js";

/** A plane or slab of a volume. Points are millimetres to the right and down of the plane's center, in the plane. */
export class PlanePicture implements Picture {
  readonly key = "plane";
  readonly plane: Plane;
  readonly view: ViewState;
  readonly #volume: Volume;
  readonly #slab: Required<Slab>;
  readonly #window: ShownWindow;

  constructor(volume: Volume, plane: Plane, slab: Required<Slab>, view: ViewState, window: ShownWindow) {
    this.#volume = volume;
    this.plane = plane;
    this.#slab = slab;
    this.view = view;
    this.#window = window;
  }

  /** The same plane with another view. */
  with(view: ViewState): PlanePicture {
    return new PlanePicture(this.#volume, this.plane, this.#slab, view, this.#window);
  }

  draw(canvas: Canvas): void {
    const id = this.#volume.on(canvas.device);
    this.#with(canvas, (view, renderer) => renderer.renderPlane(canvas.surface, id, view));
  }

  pixels(canvas: Canvas, width: number, height: number): Promise<Uint8Array> {
    const id = this.#volume.on(canvas.device);
    const pixelRatio = (canvas.pixelRatio * width) / canvas.size[0];
    return this.#with({ ...canvas, pixelRatio }, (view, renderer) =>
      renderer.renderPlanePixels(id, view, width, height),
    );
  }

  pointFromCanvas(canvas: Canvas, x: number, y: number): [number, number] {
    const way = minus(this.patientFromCanvas(canvas, x, y), this.plane.center);
    return [dot(way, this.plane.right), dot(way, this.plane.down)];
  }

  canvasFromPoint(canvas: Canvas, [right, down]: readonly [number, number]): [number, number] {
    const { plane } = this;
    return this.canvasFromPatient(canvas, along(along(plane.center, plane.right, right), plane.down, down));
  }

  patientFromCanvas(canvas: Canvas, x: number, y: number): Vector {
    const id = this.#volume.on(canvas.device);
    const point = this.#with(canvas, (view, renderer) => renderer.patientFromCanvas(canvas.surface, id, view, x, y));
    return [point[0] ?? Number.NaN, point[1] ?? Number.NaN, point[2] ?? Number.NaN];
  }

  canvasFromPatient(canvas: Canvas, point: Vector): [number, number] {
    const id = this.#volume.on(canvas.device);
    const numbers = Float64Array.from(point);
    const at = this.#with(canvas, (view, renderer) => renderer.canvasFromPatient(canvas.surface, id, view, numbers));
    return [at[0] ?? Number.NaN, at[1] ?? Number.NaN];
  }

  #with<T>({ device, pixelRatio }: Canvas, call: (view: WasmPlaneView, renderer: WasmVolumeRenderer) => T): T {
    const { module, renderer } = drawerOf(device);
    const view = new module.PlaneView();
    try {
      const [right, down] = asSeen(this.plane, this.view);
      view.setPlane(Float64Array.from([...this.plane.center, ...right, ...down]));
      view.setZoom(this.view.zoom, this.view.pan[0] * pixelRatio, this.view.pan[1] * pixelRatio);
      view.setSlab(this.#slab.thicknessMm, this.#slab.projection);
      view.setInterpolation(this.view.interpolation);
      view.setInvert(this.view.invert);
      view.setWindow(this.#window.center, this.#window.width, this.#window.function);
      if (this.#window.voiLut !== undefined) view.setVoiLut(this.#window.voiLut);
      return call(view, renderer);
    } finally {
      view.free();
    }
  }
}
