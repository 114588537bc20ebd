import type { Device } from "./device.js";
import type { ViewState } from "./view.js";
import type { WasmRenderer } from "./wasm/render-api.js";

/** What a picture is drawn with: a device, one of its surfaces, and the device pixels in a CSS pixel there. */
export interface Canvas {
  readonly device: Device;
  readonly renderer: WasmRenderer;
  readonly surface: number;
  readonly pixelRatio: number;
  /** Width and height, device pixels. */
  readonly size: readonly [number, number];
}

/** What is to be seen. A change of what is seen is another picture. */
export interface Picture {
  /** Names what is shown, apart from how. */
  readonly key: string;
  /** How it lies on the canvas, where another view can be asked for. */
  readonly view?: ViewState;
  /** The same with another view. */
  with?(view: ViewState): Picture;
  /** Frame of its object that is shown, for the places of errors. */
  readonly frameNumber?: number;
  draw(canvas: Canvas): void;
  /** RGBA bytes, `[height, width, 4]`, of a canvas of another size. */
  pixels(canvas: Canvas, width: number, height: number): Promise<Uint8Array>;
  /** The point of the picture, in coordinates of its own, at a point of the canvas, device pixels. */
  pointFromCanvas(canvas: Canvas, x: number, y: number): [number, number];
  /** The point of the canvas, device pixels, of a point of the picture. */
  canvasFromPoint(canvas: Canvas, point: readonly [number, number]): [number, number];
}
