import type { Region } from "../public/annotating.js";
import type { CineOptions } from "../public/cine.js";
import { NoctisError } from "../public/errors.js";
import type { InstanceInfo, PresetChoice, WindowLevel } from "../public/instance.js";
import type { PlaneGeometry, PlaneName, Slab, Vector } from "../public/plane.js";
import type { KnownLength, Viewport, ViewportCalls, ViewportState, ViewSettings } from "../public/viewport.js";
import type { VolumeOptions } from "../public/volume-view.js";
import type { Engine } from "./engine.js";
import type { Pane } from "./pane.js";
import { lineBetween } from "./place.js";
import { pngOf } from "./png.js";

/** What a viewport and the viewer have in common. */
export abstract class Calls implements ViewportCalls {
  protected abstract readonly pane: Pane;
  protected abstract readonly engine: Engine;

  get state(): ViewportState {
    const { view: shown, sliceIndex, sliceCount, series, content } = this.pane;
    const { window: _, ...view } = shown;
    const cine = this.engine.tools.box?.cine(this.pane);
    return {
      ...view,
      sliceIndex,
      sliceCount,
      ...(content && { kind: content.kind }),
      ...(content?.window && { window: content.window }),
      ...(series && { seriesInstanceUid: series.uid }),
      ...(content?.planeState && { plane: content.planeState }),
      ...(content?.volumeState && { volume: content.volumeState }),
      ...(cine && { cine }),
    };
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

  setPlane(plane: PlaneName | PlaneGeometry | undefined): Promise<void> {
    return this.pane.setPlane(plane);
  }

  set3d(options: VolumeOptions | undefined): Promise<void> {
    return this.pane.set3d(options);
  }

  setSlab(slab: Slab): void {
    this.pane.setSlab(slab);
  }

  async autoWindow(region: Region): Promise<void> {
    const { pane } = this;
    await (await this.engine.tools.load()).autoWindow(pane, region);
  }

  async calibrate(known: KnownLength | undefined): Promise<void> {
    const { pane } = this;
    await (await this.engine.tools.load()).calibrate(pane, known);
  }

  async playCine(options?: CineOptions): Promise<void> {
    const { pane } = this;
    (await this.engine.tools.load()).play(pane, options);
  }

  stopCine(): void {
    this.engine.tools.box?.stop(this.pane);
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

  patientFromElement(x: number, y: number): Vector | undefined {
    return this.pane.patientFromBox(x, y);
  }

  elementFromPatient(point: Vector): readonly [number, number] | undefined {
    return this.pane.boxFromPatient(point);
  }

  async toPng(size?: { readonly width: number; readonly height: number }): Promise<Blob> {
    const { stage } = this.pane;
    stage.flush();
    const { picture } = this.pane;
    if (!picture) throw new NoctisError("invalid-argument", "there is no picture yet");
    const [width, height] = size ? [size.width, size.height] : stage.size;
    return pngOf(await stage.pixels(picture, width, height), width, height);
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

  referenceLine(other: Viewport): readonly [readonly [number, number], readonly [number, number]] | undefined {
    return lineBetween(this.pane, this.#engine.paneOf(other));
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
