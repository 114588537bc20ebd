import { NoctisError } from "../public/errors.js";
import type { InstanceInfo, PresetChoice, WindowLevel } from "../public/instance.js";
import type { Viewport, ViewportCalls, ViewportState, ViewSettings } from "../public/viewport.js";
import type { Engine } from "./engine.js";
import type { Pane } from "./pane.js";

/** What a viewport and the viewer have in common. */
export abstract class Calls implements ViewportCalls {
  protected abstract readonly pane: Pane;
  protected abstract readonly engine: Engine;

  get state(): ViewportState {
    return this.pane.state;
  }

  renderSlice(index: number): Promise<void> {
    return this.pane.renderSlice(index);
  }

  showSeries(seriesInstanceUid: string): void {
    this.pane.showSeries(this.engine.series(seriesInstanceUid));
  }

  applyWindowLevel(window: WindowLevel | PresetChoice): void {
    this.pane.applyWindowLevel(window);
  }

  resetWindowLevel(): void {
    this.pane.applyWindowLevel(undefined);
  }

  setView(settings: Partial<ViewSettings>): void {
    this.pane.setView(settings);
  }

  reset(): void {
    this.pane.reset();
  }

  instance(index: number): InstanceInfo {
    return this.pane.slice(index).object.info;
  }

  imageFromElement(x: number, y: number): readonly [number, number] | undefined {
    const { picture, stage } = this.pane;
    return picture && stage.pointFromBox(picture, x, y);
  }

  elementFromImage(column: number, row: number): readonly [number, number] | undefined {
    const { picture, stage } = this.pane;
    return picture && stage.boxFromPoint(picture, [column, row]);
  }

  toPng(size?: { readonly width: number; readonly height: number }): Promise<Blob> {
    return this.pane.toPng(size);
  }

  focus(): void {
    this.pane.focus();
  }
}

/** The public face of a viewport. */
export class ViewportFace extends Calls implements Viewport {
  readonly #pane: Pane;
  readonly #engine: Engine;

  constructor(pane: Pane, engine: Engine) {
    super();
    this.#pane = pane;
    this.#engine = engine;
  }

  get index(): number {
    return this.#engine.panes.all.indexOf(this.#pane);
  }

  get isActive(): boolean {
    return this.#engine.panes.active === this.#pane;
  }

  get box(): DOMRectReadOnly {
    const { left, top } = this.#engine.shell.host.getBoundingClientRect();
    const { x, y, width, height } = this.#pane.shell.frame.getBoundingClientRect();
    return new DOMRectReadOnly(x - left, y - top, width, height);
  }

  activate(): void {
    this.#engine.activate(this.#pane);
  }

  protected get pane(): Pane {
    if (this.index >= 0) return this.#pane;
    throw new NoctisError("invalid-argument", "this viewport is no part of the layout any more");
  }

  protected get engine(): Engine {
    return this.#engine;
  }
}
