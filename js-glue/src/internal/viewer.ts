import type { Bindings } from "../public/bindings.js";
import { NoctisError } from "../public/errors.js";
import type { ViewerEvents } from "../public/events.js";
import type { InstanceInfo, PresetChoice, WindowLevel } from "../public/instance.js";
import type { ViewerOptions } from "../public/options.js";
import type {
  LoadInput,
  LoadOptions,
  LoadResult,
  SeriesSummary,
  Viewer,
  ViewerState,
  ViewSettings,
} from "../public/viewer.js";
import { requireWasm } from "./capabilities.js";
import { overlayChoice, settingsOf } from "./defaults.js";
import { Engine } from "./engine.js";
import { mergedBindings } from "./input/bindings.js";
import { pngOf } from "./png.js";

/** Makes a viewer, and resolves when it has a backend. */
export async function startViewer(element: HTMLElement, options: ViewerOptions): Promise<Viewer> {
  if (!(element instanceof HTMLElement)) {
    throw new NoctisError("invalid-argument", "createViewer needs the element that the viewer is to fill");
  }
  requireWasm();
  const engine = new Engine(element, settingsOf(options));
  try {
    await engine.start();
  } catch (error) {
    engine.destroy();
    throw error;
  }
  return new Handle(engine);
}

/** The public face of an engine: checks, converts, delegates. */
class Handle implements Viewer {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get state(): ViewerState {
    const { stack, stage, pool, display, phase, sliceIndex, sliceCount, backendReason } = this.#engine;
    const { window: _, ...view } = this.#engine.view();
    return {
      ...view,
      phase,
      sliceIndex,
      sliceCount,
      ...(display.window && { window: display.window }),
      ...(stack.shown && { seriesInstanceUid: stack.shown.uid }),
      backend: stage.backend,
      backendReason,
      adapter: stage.adapter,
      workers: pool.workers,
    };
  }

  get series(): readonly SeriesSummary[] {
    return this.#engine.stack.summaries();
  }

  load(input: LoadInput, options: LoadOptions = {}): Promise<LoadResult> {
    return this.#engine.load(input, options);
  }

  clear(): void {
    this.#engine.assertAlive();
    this.#engine.clear();
  }

  async renderSlice(index: number): Promise<void> {
    await this.#engine.renderSlice(index);
  }

  showSeries(seriesInstanceUid: string): void {
    const series = this.#engine.stack.get(seriesInstanceUid);
    if (!series) throw new NoctisError("invalid-argument", "this series has not been loaded");
    this.#engine.showSeries(series);
  }

  applyWindowLevel(window: WindowLevel | PresetChoice): void {
    this.#engine.applyWindowLevel(window);
  }

  resetWindowLevel(): void {
    this.#engine.applyWindowLevel(undefined);
  }

  setView(settings: Partial<ViewSettings>): void {
    this.#engine.setView(settings);
  }

  reset(): void {
    this.#engine.reset();
  }

  setBindings(bindings: Bindings): void {
    this.#engine.bindings = mergedBindings(this.#engine.bindings, bindings);
  }

  setOverlay(overlay: boolean | { readonly patient: boolean }): void {
    const { display, stage } = this.#engine;
    display.overlay = overlayChoice(overlay);
    display.refresh(stage);
  }

  instance(index: number): InstanceInfo {
    return this.#engine.slice(index).object.info;
  }

  imageFromElement(x: number, y: number): readonly [number, number] | undefined {
    const { display, stage } = this.#engine;
    return display.shown && stage.imageFromBox(display.shown, x, y);
  }

  elementFromImage(column: number, row: number): readonly [number, number] | undefined {
    const { display, stage } = this.#engine;
    return display.shown && stage.boxFromImage(display.shown, column, row);
  }

  async toPng(size?: { readonly width: number; readonly height: number }): Promise<Blob> {
    const { display, stage } = this.#engine;
    stage.flush();
    if (!display.shown) throw new NoctisError("invalid-argument", "there is no picture yet");
    const [width, height] = size ? [size.width, size.height] : stage.size;
    return pngOf(await stage.pixels(display.shown, width, height), width, height);
  }

  focus(): void {
    this.#engine.focus();
  }

  on<T extends keyof ViewerEvents>(type: T, listener: (event: ViewerEvents[T]) => void): () => void {
    return this.#engine.events.on(type, listener);
  }

  destroy(): void {
    this.#engine.destroy();
  }
}
