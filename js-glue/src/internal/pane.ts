import { NoctisError } from "../public/errors.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../public/instance.js";
import type { PlaneGeometry, PlaneName, Slab, Vector } from "../public/plane.js";
import type { ViewSettings } from "../public/viewport.js";
import type { VolumeOptions } from "../public/volume-view.js";
import type { Content, PaneMemory, Stand } from "./content.js";
import type { OverlayChoice } from "./defaults.js";
import type { Engine } from "./engine.js";
import { type HandTarget, ViewportHand } from "./hand.js";
import { AS_PLANE, IN_3D, showVolume } from "./in-volume.js";
import { bindings3d } from "./input/bindings.js";
import { Gestures } from "./input/gestures.js";
import type { Legend } from "./legend-loader.js";
import type { Series, Slice } from "./library.js";
import { PaneShell } from "./overlay/pane-shell.js";
import type { Picture } from "./picture.js";
import { StackContent } from "./stack-content.js";
import { Stage } from "./stage.js";
import { changedView, type ViewState } from "./view.js";
import { ViewportFace } from "./viewport-face.js";

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
    const hand = new ViewportHand(this, this.shell.box, engine.tools.handOf(this));
    this.stage = new Stage(this.shell.box, engine.graphics, {
      picture: () => this.#choose(),
      drawn: () => this.#drawn(),
      failed: (error, key) => {
        this.#content?.broken(key, error);
        this.stage.invalidate();
      },
      resize: (apply) => hand.resize(apply),
    });
    this.#gestures = new Gestures(this.shell.frame, hand, () =>
      this.#content?.kind === "volume" ? bindings3d(engine.bindings) : engine.bindings,
    );
    this.shell.frame.addEventListener("focus", () => engine.activate(this));
    this.shell.frame.addEventListener("pointerdown", () => engine.activate(this), { capture: true });
  }

  /** Begins to draw, with what another showed in its place, or with a series. */
  start(memory: PaneMemory | undefined, series?: Series): void {
    for (const stack of memory?.stacks ?? []) this.#stacks.set(stack.series, stack.moved(this));
    const shown = memory?.shown;
    if (shown) this.#content = shown.kind === "stack" ? this.#stack(shown.series) : shown.moved(this);
    else if (series) this.#content = this.#stack(series);
    this.#content?.open();
    this.#engine.graphics.add(this.stage);
    if (this.#content) this.#emitSlice();
  }

  /** What it shows, for a viewport that takes its place. */
  get memory(): PaneMemory {
    return { shown: this.#content, stacks: [...this.#stacks.values()] };
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
    return this.#engine.graphics.backendName;
  }

  get firstView(): ViewState {
    return this.#engine.library.firstView;
  }

  get legend(): Legend | undefined {
    return this.#engine.legend.now;
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
    if (this.series === series && this.#content?.kind === "stack") return;
    this.begin(series);
    this.#sliceChanged();
  }

  /** The same for a series whose slices are about to be told. */
  begin(series: Series): void {
    this.#put(this.#stack(series));
    this.#engine.seriesShown(this);
  }

  /** Shows this from now on, or what it has changed to. */
  show(content: Content): void {
    if (content !== this.#content) this.#put(content);
    this.#sliceChanged();
  }

  setPlane(plane: PlaneName | PlaneGeometry | undefined): Promise<void> {
    return showVolume(this, this.#engine, plane, AS_PLANE);
  }

  set3d(options: VolumeOptions | undefined): Promise<void> {
    return showVolume(this, this.#engine, options, IN_3D);
  }

  setSlab(slab: Slab): void {
    if (!this.#content?.setSlab) throw new NoctisError("invalid-argument", "this viewport shows no plane");
    this.#content.setSlab(slab);
    this.stage.invalidate();
  }

  patientFromBox(x: number, y: number): Vector | undefined {
    const point = this.picture && this.stage.pointFromBox(this.picture, x, y);
    return point && this.#content?.patientFromPoint(point);
  }

  boxFromPatient(patient: Vector): [number, number] | undefined {
    const point = this.#content?.pointFromPatient(patient);
    return point && this.picture && this.stage.boxFromPoint(this.picture, point);
  }

  turn(right: number, down: number): void {
    this.#content?.turn?.(right, down);
    this.#engine.events.emit("view", { zoom: this.view.zoom, viewport: this.face });
  }

  setView(change: Partial<ViewSettings>): void {
    const view = changedView(this.view, change);
    if (this.#content) this.#content.setView(view);
    else this.#engine.library.firstView = view;
    this.stage.invalidate();
    this.#engine.events.emit("view", { zoom: view.zoom, viewport: this.face });
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
    this.#content?.home?.();
    this.applyWindowLevel(undefined);
  }

  toggleOverlay(): void {
    this.#engine.setOverlay({ ...this.overlay, shown: !this.overlay.shown });
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
    this.clear();
    this.#gestures.destroy();
    this.#engine.tools.box?.forget(this);
    this.stage.destroy();
    this.shell.destroy();
  }

  #put(content: Content): void {
    this.#content?.close();
    this.#content = content;
    content.open();
  }

  #stack(series: Series): StackContent {
    const content = this.#stacks.get(series) ?? new StackContent(this, series);
    this.#stacks.set(series, content);
    return content;
  }

  #choose(): Picture | undefined {
    const picture = this.#content?.choose();
    if (!this.#content) this.shell.text(undefined, undefined);
    if (!picture) this.#changed();
    return picture;
  }

  #drawn(): void {
    const moment = this.#content?.drawn();
    if (moment) this.#engine.events.emit("drawn", { ...moment, viewport: this.face });
    this.#changed();
  }

  /** Has drawn what lies over the pictures. */
  #changed(): void {
    this.#engine.legend.drawn();
    this.#engine.tools.box?.drawn(this);
  }

  #sliceChanged(): void {
    this.stage.invalidate();
    this.#emitSlice();
  }

  #emitSlice(): void {
    const { sliceIndex, sliceCount, face: viewport } = this;
    this.#engine.events.emit("slice", { sliceIndex, sliceCount, viewport });
  }
}
