import { NoctisError } from "../public/errors.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../public/instance.js";
import type { ViewportState, ViewSettings } from "../public/viewport.js";
import type { Content, Stand } from "./content.js";
import type { OverlayChoice } from "./defaults.js";
import type { Engine } from "./engine.js";
import { type HandTarget, ViewportHand } from "./hand.js";
import { Gestures } from "./input/gestures.js";
import type { Series, SeriesState, Slice } from "./library.js";
import { PaneShell } from "./overlay/pane-shell.js";
import type { Picture } from "./picture.js";
import { pngOf } from "./png.js";
import { StackContent } from "./stack-content.js";
import { Stage } from "./stage.js";
import { changedView, type ViewState } from "./view.js";
import { ViewportFace } from "./viewport-face.js";

const BACKEND_NAMES = { webgpu: "WebGPU", webgl2: "WebGL2", cpu: "CPU" } as const;

/** What a viewport shows, to be shown by another. */
export interface PaneMemory {
  readonly shown: Series | undefined;
  readonly states: ReadonlyMap<Series, SeriesState>;
}

/** A viewport: an area of the viewer with its own canvas, content, text and gestures. */
export class Pane implements HandTarget, Stand {
  readonly shell: PaneShell;
  readonly stage: Stage;
  /** What the page knows it by. */
  readonly face: ViewportFace;
  readonly #engine: Engine;
  readonly #gestures: Gestures;
  readonly #stacks = new Map<Series, StackContent>();
  #content: Content | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.shell = new PaneShell(engine.shell.grid);
    this.face = new ViewportFace(this, engine);
    const hand = new ViewportHand(this, this.shell.box);
    this.stage = new Stage(this.shell.box, engine.graphics, {
      picture: () => this.#choose(),
      drawn: () => this.#drawn(),
      failed: (error, key) => {
        this.#content?.broken(key, error);
        this.stage.invalidate();
      },
      resize: (apply) => hand.resize(apply),
    });
    this.#gestures = new Gestures(this.shell.frame, hand, () => engine.bindings);
    this.shell.frame.addEventListener("focus", () => engine.activate(this));
    this.shell.frame.addEventListener("pointerdown", () => engine.activate(this), { capture: true });
  }

  /** Begins to draw, with what another showed in its place, or with a series. */
  start(memory: PaneMemory | undefined, series?: Series): void {
    for (const [known, state] of memory?.states ?? []) this.#stacks.set(known, new StackContent(this, known, state));
    const shown = memory?.shown ?? series;
    if (shown) this.#content = this.#stack(shown);
    this.#engine.graphics.add(this.stage);
    if (shown) this.#emitSlice();
  }

  /** What it shows, for a viewport that takes its place. */
  get memory(): PaneMemory {
    const states = new Map([...this.#stacks].map(([series, { state }]) => [series, state]));
    return { shown: this.series, states };
  }

  get content(): Content | undefined {
    return this.#content;
  }

  get series(): Series | undefined {
    return this.#content?.series;
  }

  get sliceIndex(): number {
    return this.#content?.sliceIndex ?? -1;
  }

  get sliceCount(): number {
    return this.#content?.sliceCount ?? 0;
  }

  get picture(): Picture | undefined {
    return this.#content?.picture;
  }

  /** The view of the shown series, or what series begin with while there is none. */
  get view(): ViewState {
    return this.#content?.view ?? this.#engine.library.firstView;
  }

  get greyWindow(): ShownWindow | undefined {
    return this.#content?.isColor ? undefined : this.#content?.window;
  }

  get frames(): Stand["frames"] {
    return this.#engine.frames;
  }

  get overlay(): OverlayChoice {
    return this.#engine.overlay;
  }

  get backendName(): string {
    return BACKEND_NAMES[this.#engine.graphics.backend];
  }

  get firstView(): ViewState {
    return this.#engine.library.firstView;
  }

  get state(): ViewportState {
    const { window: _, ...view } = this.view;
    const { sliceIndex, sliceCount, series } = this;
    const window = this.#content?.window;
    return {
      ...view,
      sliceIndex,
      sliceCount,
      ...(this.#content && { kind: this.#content.kind }),
      ...(window && { window }),
      ...(series && { seriesInstanceUid: series.uid }),
    };
  }

  /** The slice at a place of the shown series. */
  slice(index: number): Slice {
    const slice = this.series?.slices[index];
    if (slice) return slice;
    throw new NoctisError("invalid-argument", `there is no slice ${index}: the series has ${this.sliceCount}`);
  }

  async renderSlice(index: number): Promise<void> {
    this.slice(index);
    this.goTo(index);
    await this.#content?.ready();
    this.stage.settle();
  }

  goTo(index: number): void {
    if (!this.#content?.goTo(index)) return;
    this.#sliceChanged();
    this.#engine.sync.scrolled(this);
  }

  showSeries(series: Series): void {
    if (this.series === series) return;
    this.begin(series);
    this.#sliceChanged();
  }

  /** The same for a series whose slices are about to be told. */
  begin(series: Series): void {
    this.#content?.close();
    this.#content = this.#stack(series);
    this.#engine.seriesShown(this);
  }

  setView(change: Partial<ViewSettings>): void {
    const view = changedView(this.view, change);
    if (this.#content) this.#content.setView(view);
    else this.#engine.library.firstView = view;
    this.stage.invalidate();
    this.#emitView();
    this.#engine.sync.viewChanged(this, change);
  }

  applyWindowLevel(window: WindowLevel | PresetChoice | undefined): void {
    if (this.#content) this.#content.setWindow(window);
    else this.#engine.library.beginWith(window);
    this.stage.invalidate();
    const now = this.#content?.window;
    if (!now) return;
    this.#engine.events.emit("window", { ...now, viewport: this.face });
    this.#engine.sync.windowChanged(this, window && now);
  }

  reset(): void {
    const { window: _, ...first } = this.#engine.library.initialView;
    this.setView(first);
    this.applyWindowLevel(undefined);
  }

  toggleOverlay(): void {
    const { shown, patient } = this.#engine.overlay;
    this.#engine.setOverlay({ shown: !shown, patient });
  }

  /** Writes the text again. */
  refresh(): void {
    this.#content?.refresh();
  }

  fail(error: NoctisError): void {
    this.#engine.fail(error);
  }

  /** Has new slices of a series. */
  inserted(series: Series, added: readonly Slice[]): void {
    let isOther = false;
    for (const content of new Set([this.#stacks.get(series), this.#content])) {
      if (content?.series === series) isOther = content.inserted(added) || isOther;
    }
    if (this.series !== series) return;
    this.#emitSlice();
    // The first picture does not wait for an animation frame. A picture that stays is not drawn again for every
    // slice that comes beside it: only its text changes.
    if (!this.picture) this.stage.flush();
    else if (isOther) this.stage.invalidate();
    else this.refresh();
  }

  async toPng(size: { readonly width: number; readonly height: number } | undefined): Promise<Blob> {
    this.stage.flush();
    const { picture } = this;
    if (!picture) throw new NoctisError("invalid-argument", "there is no picture yet");
    const [width, height] = size ? [size.width, size.height] : this.stage.size;
    return pngOf(await this.stage.pixels(picture, width, height), width, height);
  }

  focus(): void {
    this.shell.frame.focus({ preventScroll: true, focusVisible: false });
  }

  /** Shows nothing. */
  clear(): void {
    this.#content?.close();
    this.#content = undefined;
    this.#stacks.clear();
    this.stage.invalidate();
  }

  destroy(): void {
    this.#content?.close();
    this.#content = undefined;
    this.#gestures.destroy();
    this.stage.destroy();
    this.shell.destroy();
  }

  #stack(series: Series): StackContent {
    const content = this.#stacks.get(series) ?? new StackContent(this, series);
    this.#stacks.set(series, content);
    return content;
  }

  #choose(): Picture | undefined {
    if (this.#content) return this.#content.choose();
    this.shell.text(undefined, undefined);
    return undefined;
  }

  #drawn(): void {
    const moment = this.#content?.drawn();
    if (moment) this.#engine.events.emit("drawn", { ...moment, viewport: this.face });
  }

  #sliceChanged(): void {
    this.stage.invalidate();
    this.#emitSlice();
  }

  #emitSlice(): void {
    const { sliceIndex, sliceCount, face: viewport } = this;
    this.#engine.events.emit("slice", { sliceIndex, sliceCount, viewport });
  }

  #emitView(): void {
    this.#engine.events.emit("view", { zoom: this.view.zoom, viewport: this.face });
  }
}
