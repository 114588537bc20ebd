import { NoctisError } from "../public/errors.js";
import type { InstanceInfo, PresetChoice, ShownWindow, VoiFunction, WindowLevel } from "../public/instance.js";
import type { Interpolation } from "../public/options.js";
import type { ViewSettings } from "../public/viewport.js";
import type { DecodedFrame } from "./decode/protocol.js";

/** View and window of a series; without a window, each slice shows with its own. */
export interface ViewState extends ViewSettings {
  readonly window: ShownWindow | undefined;
}

const ZOOM = { min: 0.05, max: 64 } as const;

/** The whole image, as the object asks for. */
export function initialView(interpolation: Interpolation, overlays = true): ViewState {
  return {
    zoom: 1,
    pan: [0, 0],
    rotation: 0,
    flipHorizontal: false,
    flipVertical: false,
    invert: false,
    interpolation,
    overlays,
    window: undefined,
  };
}

/** A zoom within reason. */
export function clampZoom(zoom: number): number {
  return Math.min(ZOOM.max, Math.max(ZOOM.min, zoom));
}

/** The view with some settings changed and all of them checked. */
export function changedView(view: ViewState, change: Partial<ViewSettings>): ViewState {
  const next = { ...view, ...change };
  const numbers = [next.zoom, ...next.pan, next.rotation];
  if (!numbers.every(Number.isFinite) || next.zoom <= 0) {
    throw new NoctisError("invalid-argument", "zoom, pan and rotation must be finite numbers, zoom above 0");
  }
  return { ...next, zoom: clampZoom(next.zoom), rotation: ((next.rotation % 360) + 360) % 360 };
}

function isVoiFunction(name: string): name is VoiFunction {
  return name === "LINEAR" || name === "LINEAR_EXACT" || name === "SIGMOID";
}

/** The window that a frame brings along. */
export function ownWindow(frame: DecodedFrame): ShownWindow {
  const name = frame.voiFunction;
  return {
    center: frame.windowCenter,
    width: frame.windowWidth,
    function: isVoiFunction(name) ? name : "LINEAR",
    ...(frame.voiLut !== undefined && { voiLut: frame.voiLut }),
  };
}

/** The window that a frame is shown with. */
export function effectiveWindow(view: ViewState, frame: DecodedFrame): ShownWindow {
  return view.window ?? ownWindow(frame);
}

/** The n-th of an object's windows and VOI LUTs; `frame` gives the window from which a drag begins. */
export function presetWindow({ preset }: PresetChoice, info: InstanceInfo, frame: DecodedFrame): ShownWindow {
  const { windows, voiLuts } = info;
  const window = windows[preset];
  if (window) return { ...window, preset };
  const voiLut = preset - windows.length;
  const lut = voiLuts[voiLut];
  if (!lut) {
    const count = windows.length + voiLuts.length;
    throw new NoctisError("invalid-argument", `there is no preset ${preset}: the object has ${count}`);
  }
  const { center, width, function: name } = ownWindow(frame);
  return { center, width, function: name, ...lut, voiLut, preset };
}

/** The window, if PS3.3 C.11.2.1 allows it. */
export function checkedWindow(window: WindowLevel): ShownWindow {
  const { center, width, function: name = "LINEAR" } = window;
  if (!Number.isFinite(center) || !Number.isFinite(width) || !isVoiFunction(name)) {
    throw new NoctisError("invalid-argument", "a window needs a finite center and width, and a known function");
  }
  if (width < (name === "LINEAR" ? 1 : Number.MIN_VALUE)) {
    throw new NoctisError("invalid-argument", `a ${name} window of width ${width} is too narrow`);
  }
  return { center, width, function: name };
}

/**
 * The window after a drag: right widens, down raises the center. The step follows the width at the start, so that a
 * narrow window moves finely and a wide one fast.
 *
 * @param dx - CSS pixels to the right
 * @param dy - CSS pixels down
 */
export function draggedWindow(start: ShownWindow, dx: number, dy: number): ShownWindow {
  const step = Math.max(start.width, 1) / 400;
  const narrowest = start.function === "LINEAR" ? 1 : start.width / 1000;
  return {
    center: start.center + dy * step,
    width: Math.max(narrowest, start.width + dx * step),
    function: start.function,
  };
}
