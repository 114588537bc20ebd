import type { Bindings } from "../public/bindings.js";
import { NoctisError } from "../public/errors.js";
import type { LoadProgress, ViewerEvents } from "../public/events.js";
import type { InstanceInfo, PresetChoice, WindowLevel } from "../public/instance.js";
import type { LoadInput, LoadOptions, LoadResult, ViewerState, ViewSettings } from "../public/viewer.js";
import { Assets } from "./assets.js";
import { DecodePool } from "./decode/pool.js";
import type { DecodedFrame } from "./decode/protocol.js";
import type { Settings } from "./defaults.js";
import { Display, momentOf } from "./display.js";
import { Emitter } from "./emitter.js";
import { FrameStore } from "./frames.js";
import { Gestures } from "./input/gestures.js";
import { Load, type LoadSink } from "./loader.js";
import { describe, Shell } from "./overlay/shell.js";
import { checkedInput, type Source } from "./source.js";
import { type Series, type Slice, Stack } from "./stack.js";
import { Stage, type StageHooks } from "./stage.js";
import { changedView, type ViewState } from "./view.js";
import { Viewport, type ViewportTarget } from "./viewport.js";

/** The parts of a viewer and what goes on between them: loads fill the stack, the display draws what is current. */
export class Engine implements ViewportTarget {
  readonly settings: Settings;
  readonly stack: Stack;
  readonly display: Display;
  readonly stage: Stage;
  readonly pool: DecodePool;
  readonly events = new Emitter<ViewerEvents>();
  bindings: Bindings;
  backendReason = "";
  readonly #shell: Shell;
  readonly #frames: FrameStore;
  readonly #gestures: Gestures;
  readonly #viewport: Viewport;
  readonly #loads = new Map<Load, LoadProgress>();
  #failures = 0;
  #lastFailure: NoctisError | undefined;
  #lastId = 0;
  #destroyed = false;

  constructor(element: HTMLElement, settings: Settings) {
    this.settings = settings;
    this.bindings = settings.bindings;
    const assets = new Assets(settings.assetsUrl);
    this.pool = new DecodePool(assets, settings.workers);
    this.stack = new Stack(settings);
    this.#shell = new Shell(element);
    this.#frames = new FrameStore(this.pool, settings.cacheBytes, this.events);
    const failed = (error: NoctisError): void => this.#fail(error);
    this.display = new Display(this.stack, this.#frames, this.#shell, settings.overlay, failed);
    this.stage = new Stage(this.#shell.box, assets, settings.backend, settings.gpuBytes, this.#hooks());
    this.#viewport = new Viewport(this, this.stage, this.#shell.box);
    this.#gestures = new Gestures(this.#shell.frame, this.#viewport, () => this.bindings);
  }

  /** Starts decoder and backend at the same time. */
  async start(): Promise<void> {
    this.pool.warmUp();
    this.#tell();
    await this.stage.start();
  }

  get sliceIndex(): number {
    return this.stack.shown?.index ?? -1;
  }

  get sliceCount(): number {
    return this.stack.shown?.slices.length ?? 0;
  }

  get phase(): ViewerState["phase"] {
    if (this.stack.size > 0) return "showing";
    if (this.#loads.size > 0) return "loading";
    return this.#lastFailure ? "failed" : "empty";
  }

  async load(given: LoadInput, options: LoadOptions): Promise<LoadResult> {
    this.assertAlive();
    const input = checkedInput(given);
    if (options.append) this.#forgetFailures();
    else this.clear();
    const load: Load = new Load(
      this.pool,
      this.#sink(() => load),
      () => ++this.#lastId,
      input,
      options,
    );
    this.#loads.set(load, { loaded: 0, failed: 0 });
    this.#tell();
    try {
      return await load.run();
    } finally {
      this.#loads.delete(load);
      if (!this.#destroyed) {
        if (this.#loads.size === 0) this.#shell.progress(undefined);
        this.#tell();
        this.stage.settle();
      }
    }
  }

  clear(): void {
    for (const load of this.#loads.keys()) load.cancel();
    for (const { id } of this.stack.objects()) this.pool.close(id);
    this.#forgetFailures();
    this.stack.clear();
    this.#frames.clear();
    this.display.clear();
    this.stage.forget();
    this.#tell();
  }

  /** The slice at a place of the shown series. */
  slice(index: number): Slice {
    const slice = this.stack.shown?.slices[index];
    if (slice) return slice;
    throw new NoctisError("invalid-argument", `there is no slice ${index}: the series has ${this.sliceCount}`);
  }

  async renderSlice(index: number): Promise<void> {
    const slice = this.slice(index);
    this.goTo(index);
    const error = await this.display.fetch(slice, this.stage);
    if (error) throw error;
    this.stage.settle();
  }

  goTo(index: number): void {
    const series = this.stack.shown;
    const slice = this.slice(index);
    if (!series || series.current === slice) return;
    series.current = slice;
    this.#sliceChanged(series);
  }

  showSeries(series: Series): void {
    if (this.stack.shown === series) return;
    this.stack.shown = series;
    this.#sliceChanged(series);
  }

  picture(): ReturnType<ViewportTarget["picture"]> {
    return this.display.shown;
  }

  /** The view of the shown series, or what series begin with while there is none. */
  view(): ViewState {
    return this.stack.shown?.view ?? this.stack.firstView;
  }

  setView(change: Partial<ViewSettings>): void {
    this.#setViewState(changedView(this.view(), change));
    this.events.emit("view", { zoom: this.view().zoom });
  }

  applyWindowLevel(window: WindowLevel | PresetChoice | undefined): void {
    this.#setViewState({ ...this.view(), window: this.display.chosenWindow(window) });
    const now = this.display.window;
    if (now) this.events.emit("window", now);
  }

  reset(): void {
    const { window: _, ...first } = this.stack.initialView;
    this.setView(first);
    this.applyWindowLevel(undefined);
  }

  toggleOverlay(): void {
    const { shown, patient } = this.display.overlay;
    this.display.overlay = { shown: !shown, patient };
    this.display.refresh(this.stage);
  }

  focus(): void {
    this.#shell.frame.focus({ preventScroll: true, focusVisible: false });
  }

  assertAlive(): void {
    if (this.#destroyed) throw new NoctisError("invalid-argument", "this viewer has been destroyed");
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    for (const load of this.#loads.keys()) load.cancel();
    this.#gestures.destroy();
    this.#frames.clear();
    this.pool.destroy();
    this.stage.destroy();
    this.#shell.destroy();
    this.stack.clear();
    this.events.clear();
  }

  #setViewState(view: ViewState): void {
    const series = this.stack.shown;
    if (series) series.view = view;
    else this.stack.firstView = view;
    this.display.viewChanged();
    this.stage.invalidate();
  }

  #sliceChanged({ index, slices }: Series): void {
    this.stage.invalidate();
    this.events.emit("slice", { sliceIndex: index, sliceCount: slices.length });
  }

  #hooks(): StageHooks {
    return {
      picture: () => this.display.choose(this.stage),
      drawn: () => {
        const moment = this.display.drawn(this.stage);
        if (moment) this.events.emit("drawn", moment);
      },
      failed: (error, key) => {
        if (key === undefined) this.#fail(error);
        else this.display.break(key, error);
        this.stage.invalidate();
      },
      resize: (apply) => this.#viewport.resize(apply),
      backend: (backend, reason) => {
        this.backendReason = reason;
        this.events.emit("backend", { backend, reason });
      },
      lost: (backend, reason) => this.events.emit("lost", { backend, reason }),
      restored: (backend) => this.events.emit("restored", { backend }),
    };
  }

  #sink(load: () => Load): LoadSink {
    return {
      opened: (id, info, frame, source) => this.#opened(id, info, frame, source),
      failed: (error) => this.#fail(error),
      progress: (progress) => {
        this.#loads.set(load(), progress);
        const sum = combined([...this.#loads.values()]);
        if (this.settings.messages) this.#shell.progress(sum);
        this.events.emit("progress", sum);
      },
    };
  }

  #opened(id: number, info: InstanceInfo, frame: DecodedFrame | undefined, source: Source): void {
    const known = this.stack.size;
    if (frame) this.#frames.put(`${id}:0`, frame, info);
    const { series, replaced } = this.stack.insert({ id, info, source });
    if (replaced) this.pool.close(replaced.id);
    if (this.stack.size !== known) this.events.emit("series", { count: this.stack.size });
    if (known === 0) this.#tellFailures();
    const slice = series.slices.find(({ key }) => key === `${id}:0`);
    if (slice && frame) this.events.emit("frame", momentOf(series, slice));
    if (series !== this.stack.shown) return;
    this.events.emit("slice", { sliceIndex: series.index, sliceCount: series.slices.length });
    // The first picture does not wait for an animation frame. A picture that stays is not drawn again for every
    // slice that comes beside it: only its text changes.
    if (!this.display.shown) this.stage.flush();
    else if (this.display.shown.slice === series.current) this.display.refresh(this.stage);
    else this.stage.invalidate();
  }

  #fail(error: NoctisError): void {
    this.#failures += 1;
    this.#lastFailure = error;
    this.#tellFailures();
    this.events.emit("error", error);
  }

  /** Says beside the picture what could not be shown. */
  #tellFailures(): void {
    if (!this.#lastFailure || !this.settings.messages || this.phase !== "showing") return;
    this.#shell.notice(this.#lastFailure, this.#failures, () => this.#forgetFailures());
  }

  #forgetFailures(): void {
    this.#failures = 0;
    this.#lastFailure = undefined;
    this.#shell.hideNotice();
  }

  /** Says in the middle of the viewer why there is no picture. */
  #tell(): void {
    if (!this.settings.messages || this.phase === "showing") return;
    if (this.phase === "loading") this.#shell.message("Loading…");
    else if (this.#lastFailure) this.#shell.message("Nothing could be shown", describe(this.#lastFailure), true);
    else this.#shell.message("No images");
  }
}

/** Several loads as one. */
function combined(loads: readonly LoadProgress[]): LoadProgress {
  const sum = (pick: (progress: LoadProgress) => number): number => loads.reduce((all, one) => all + pick(one), 0);
  const known = loads.every(({ total }) => total !== undefined);
  return {
    loaded: sum(({ loaded }) => loaded),
    failed: sum(({ failed }) => failed),
    ...(known && { total: sum(({ total }) => total ?? 0) }),
  };
}
