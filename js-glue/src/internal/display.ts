import { NoctisError } from "../public/errors.js";
import type { FrameMoment } from "../public/events.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../public/instance.js";
import { Priority } from "./decode/pool.js";
import type { DecodedFrame } from "./decode/protocol.js";
import type { OverlayChoice } from "./defaults.js";
import { toNoctisError } from "./errors.js";
import type { FrameStore } from "./frames.js";
import { edgeLetters } from "./overlay/orientation.js";
import { describe, type Shell } from "./overlay/shell.js";
import { corners, windowText } from "./overlay/text.js";
import type { Series, Slice, Stack } from "./stack.js";
import type { Stage } from "./stage.js";
import type { Picture } from "./surface.js";
import { checkedWindow, effectiveWindow, ownWindow, presetWindow, type ViewState } from "./view.js";

/** What is on the canvas, and where it comes from. */
export interface Shown extends Picture {
  readonly slice: Slice;
  readonly series: Series;
}

/** Where a slice is, now. */
export function momentOf(series: Series, slice: Slice): FrameMoment {
  const { info } = slice.object;
  return {
    sliceIndex: series.slices.indexOf(slice),
    sopInstanceUid: info.sopInstanceUid,
    seriesInstanceUid: series.uid,
    frame: slice.frame,
    time: performance.timeOrigin + performance.now(),
  };
}

/**
 * Chooses what is drawn: the current slice as soon as its frame is there, until then what was drawn before. Text always
 * belongs to the picture on the canvas, never to the one that is still awaited.
 */
export class Display {
  readonly #stack: Stack;
  readonly #frames: FrameStore;
  readonly #shell: Shell;
  readonly #failed: (error: NoctisError) => void;
  readonly #broken = new Map<string, NoctisError>();
  overlay: OverlayChoice;
  #shown: Shown | undefined;
  #drawnKey: string | undefined;

  constructor(
    stack: Stack,
    frames: FrameStore,
    shell: Shell,
    overlay: OverlayChoice,
    failed: (error: NoctisError) => void,
  ) {
    this.#stack = stack;
    this.#frames = frames;
    this.#shell = shell;
    this.overlay = overlay;
    this.#failed = failed;
  }

  /** What is on the canvas, or is about to be. */
  get shown(): Shown | undefined {
    return this.#shown;
  }

  /** The window that is in force. */
  get window(): ShownWindow | undefined {
    if (!this.#shown) return undefined;
    const { view, frame, series, slice } = this.#shown;
    const window = effectiveWindow(view, frame);
    // A slice begins with its object's first preset, where there is one.
    return series.view.window || !hasPresets(slice) ? window : { ...window, preset: 0 };
  }

  /** What to draw now; asks for the frame when it is not there. */
  choose(stage: Stage): Picture | undefined {
    const series = this.#stack.shown;
    const slice = series?.current;
    if (!series || !slice) return this.#nothing();
    const error = this.#broken.get(slice.key);
    if (error) {
      this.#shell.message("This slice cannot be shown", describe(error), true);
      return this.#nothing();
    }
    const frame = this.#frames.get(slice);
    if (frame) {
      this.#shell.message("");
      this.#frames.pin(slice);
      this.#shown = { key: slice.key, frame, view: viewOf(series, slice, frame), slice, series };
    } else {
      void this.fetch(slice, stage);
      // Another series' picture must not stand for this one's.
      if (this.#shown?.series !== series) return this.#nothing();
      this.viewChanged();
    }
    return this.#shown;
  }

  /** The view of the shown series is another one from now on. */
  viewChanged(): void {
    if (!this.#shown) return;
    const { series, slice, frame } = this.#shown;
    this.#shown = { ...this.#shown, view: viewOf(series, slice, frame) };
  }

  /** The window that was asked for, checked; without one, the slice now shown leads those that have none. */
  chosenWindow(window: WindowLevel | PresetChoice | undefined): ShownWindow | undefined {
    if (!window) {
      if (this.#stack.shown) this.#stack.shown.steady = undefined;
      return undefined;
    }
    if (!("preset" in window)) return checkedWindow(window);
    const shown = this.#shown;
    if (!shown) throw new NoctisError("invalid-argument", "there is no picture yet whose preset could be chosen");
    return presetWindow(window, shown.slice.object.info, shown.frame);
  }

  /** Gets the frame of a slice and has it drawn; says whether that worked. */
  async fetch(slice: Slice, stage: Stage): Promise<NoctisError | undefined> {
    try {
      await this.#frames.request(slice, Priority.Visible);
    } catch (thrown) {
      const error = toNoctisError(thrown, { frame: slice.frame });
      if (error.kind !== "cancelled") this.break(slice.key, error);
      stage.invalidate();
      return error;
    }
    stage.invalidate();
    return this.#broken.get(slice.key);
  }

  /** Remembers that a slice cannot be shown, and tells it once. */
  break(key: string, error: NoctisError): void {
    if (this.#broken.has(key)) return;
    this.#broken.set(key, error);
    this.#failed(error);
  }

  /** Text for what was drawn; returns the moment when it is another slice than before. */
  drawn(stage: Stage): FrameMoment | undefined {
    const shown = this.#shown;
    if (!shown) return undefined;
    this.#write(shown, stage);
    const moment = momentOf(shown.series, shown.slice);
    if (shown.key === this.#drawnKey) return undefined;
    this.#drawnKey = shown.key;
    this.#frames.ahead(shown.series.slices, moment.sliceIndex);
    return moment;
  }

  /** Writes the text again, after something other than the picture changed. */
  refresh(stage: Stage): void {
    if (this.#shown) this.#write(this.#shown, stage);
  }

  clear(): void {
    this.#broken.clear();
    this.#nothing();
  }

  #nothing(): undefined {
    this.#shown = undefined;
    this.#drawnKey = undefined;
    this.#frames.pin(undefined);
    this.#shell.text(undefined, undefined);
    return undefined;
  }

  #write(shown: Shown, stage: Stage): void {
    const { slice, series, frame, view } = shown;
    const { info } = slice.object;
    const window = this.window ?? effectiveWindow(view, frame);
    const sliceIndex = series.slices.indexOf(slice);
    const sliceCount = series.slices.length;
    const isColor = frame.format.startsWith("rgba");
    this.#shell.speak(`Slice ${sliceIndex + 1} of ${sliceCount}${isColor ? "" : `, ${windowText(window)}`}`);
    if (!this.overlay.shown) {
      this.#shell.text(undefined, undefined);
      return;
    }
    const facts = { info, frame: slice.frame, sliceIndex, sliceCount, window, isColor, zoom: view.zoom };
    const text = corners({ ...facts, backend: backendName(stage) }, this.overlay.patient);
    this.#shell.text(text, this.#letters(shown, stage));
  }

  #letters(shown: Shown, stage: Stage): ReturnType<typeof edgeLetters> {
    const [origin, right, down] = [
      stage.imageFromBox(shown, 0, 0),
      stage.imageFromBox(shown, 1, 0),
      stage.imageFromBox(shown, 0, 1),
    ];
    if (!origin || !right || !down) return undefined;
    const way = (to: [number, number]): [number, number] => [to[0] - origin[0], to[1] - origin[1]];
    return edgeLetters(shown.slice.object.info, way(right), way(down));
  }
}

function hasPresets({ object: { info } }: Slice): boolean {
  return info.windows.length + info.voiLuts.length > 0;
}

/** The view of the series; a slice that brings no window is shown with that of the first such slice. */
function viewOf(series: Series, slice: Slice, frame: DecodedFrame): ViewState {
  if (series.view.window || hasPresets(slice)) return series.view;
  series.steady ??= ownWindow(frame);
  return { ...series.view, window: series.steady };
}

function backendName(stage: Stage): string {
  const names = { webgpu: "WebGPU", webgl2: "WebGL2", cpu: "CPU" } as const;
  return names[stage.backend];
}
