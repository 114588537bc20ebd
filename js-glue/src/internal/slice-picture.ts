import type { Levels } from "../public/painter.js";
import type { DecodedFrame } from "./decode/protocol.js";
import type { Canvas, Picture } from "./picture.js";
import { effectiveWindow, type ViewState } from "./view.js";
import type { RenderModule, WasmFrameSpec, WasmView } from "./wasm/render-api.js";

/** A frame, and how it lies on the canvas. Points are image coordinates, `[column, row]`. */
export class SlicePicture implements Picture {
  /** Names the frame in the caches: `"<object>:<frame>"`. */
  readonly key: string;
  readonly frame: DecodedFrame;
  readonly view: ViewState;
  /** Instead of rescale, window and lookup tables. */
  readonly levels: Levels | undefined;

  constructor(key: string, frame: DecodedFrame, view: ViewState, levels?: Levels) {
    this.key = key;
    this.frame = frame;
    this.view = view;
    this.levels = levels;
  }

  get frameNumber(): number {
    return Number(this.key.split(":")[1]);
  }

  /** The same frame with another view. */
  with(view: ViewState): SlicePicture {
    return new SlicePicture(this.key, this.frame, view, this.levels);
  }

  draw(canvas: Canvas): void {
    canvas.device.pin(this.key, canvas.surface);
    canvas.renderer.render(canvas.surface, this.#texture(canvas), this.#view(canvas));
  }

  pixels(canvas: Canvas, width: number, height: number): Promise<Uint8Array> {
    const ratio = (canvas.pixelRatio * width) / canvas.size[0];
    const view = this.#view({ ...canvas, pixelRatio: ratio });
    return canvas.renderer.renderPixels(this.#texture(canvas), view, width, height);
  }

  pointFromCanvas(canvas: Canvas, x: number, y: number): [number, number] {
    const { renderer, surface } = canvas;
    return pair(renderer.imageFromCanvas(surface, this.#texture(canvas), this.#view(canvas), x, y));
  }

  canvasFromPoint(canvas: Canvas, [column, row]: readonly [number, number]): [number, number] {
    const { renderer, surface } = canvas;
    return pair(renderer.canvasFromImage(surface, this.#texture(canvas), this.#view(canvas), column, row));
  }

  #texture({ device }: Canvas): number {
    return device.texture(this.key, this.frame, (module) => specOf(module, this.frame));
  }

  #view({ device, pixelRatio }: Canvas): WasmView {
    return fillView(device.view, this, pixelRatio);
  }
}

function specOf(module: RenderModule, frame: DecodedFrame): WasmFrameSpec {
  const spec = new module.FrameSpec(frame.rows, frame.columns, frame.format);
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

function fillView(view: WasmView, { view: state, frame, levels }: SlicePicture, pixelRatio: number): WasmView {
  const window = effectiveWindow(state, frame);
  view.setZoom(state.zoom, state.pan[0] * pixelRatio, state.pan[1] * pixelRatio);
  view.setTurn(state.rotation, state.flipHorizontal, state.flipVertical);
  view.setLook(state.interpolation === "cubic" ? "linear" : state.interpolation, state.invert, state.overlays);
  view.setWindow(window.center, window.width, window.function, window.voiLut);
  view.setLevels(levels?.first ?? 0, levels?.levels);
  return view;
}

function pair(values: Float64Array): [number, number] {
  return [values[0] ?? Number.NaN, values[1] ?? Number.NaN];
}
