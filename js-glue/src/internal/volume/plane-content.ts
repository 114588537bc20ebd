import { NoctisError } from "../../public/errors.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../../public/instance.js";
import type { PlaneGeometry, PlaneName, PlaneState, Slab, Vector } from "../../public/plane.js";
import type { Content, Place, Stand } from "../content.js";
import type { Series } from "../library.js";
import type { Scale } from "../overlay/scale.js";
import { describe } from "../overlay/shell.js";
import { planeCorners, windowText } from "../overlay/text.js";
import { checkedWindow, clampZoom, effectiveWindow, presetWindow, type ViewState } from "../view.js";
import { edgesAlong, textOf } from "./beside.js";
import { asSeen, normalOfPlane, type Plane, planeOf, through, turnedAbout } from "./plane.js";
import { PlanePicture } from "./plane-picture.js";
import { middleOf, spanAlong, stepAlong } from "./span.js";
import { along, dot, minus, scaled, unit } from "./vector.js";
import type { Volume } from "./volume.js";

/** Normals nearer than this are the same direction. */
const PARALLEL = 0.985;
const PROJECTIONS: readonly string[] = ["max", "min", "mean", "sum"];

/** What is told of a plane to those that are linked with it. */
export interface PlaneHooks {
  opened(content: PlaneContent): void;
  /** It was scrolled: what is linked follows to a point on it. */
  scrolled(content: PlaneContent): void;
  closed(content: PlaneContent): void;
}

/** A plane or slab through a volume. */
export class PlaneContent implements Content {
  readonly kind = "plane";
  readonly series: Series;
  readonly #stand: Stand;
  readonly #hooks: PlaneHooks;
  #volume: Volume;
  #plane: Plane;
  #slab: Required<Slab> = { thicknessMm: 0, projection: "max" };
  #view: ViewState;
  #error: NoctisError | undefined;
  #picture: PlanePicture | undefined;

  constructor(stand: Stand, hooks: PlaneHooks, volume: Volume, from: PlaneName | PlaneGeometry | PlaneContent) {
    this.#stand = stand;
    this.#hooks = hooks;
    this.#volume = volume;
    this.series = volume.series;
    if (from instanceof PlaneContent) {
      this.#plane = from.#plane;
      this.#slab = from.#slab;
      this.#view = from.#view;
    } else {
      this.#plane = this.#onGrid(planeOf(from, middleOf(volume.layout), this.#directions));
      this.#view = { ...stand.firstView, window: volume.series.last.view.window };
    }
    volume.aim(this.#plane.center);
  }

  /** The same in another viewport. */
  moved(stand: Stand): PlaneContent {
    return new PlaneContent(stand, this.#hooks, this.#volume, this);
  }

  get volume(): Volume {
    return this.#volume;
  }

  get plane(): Plane {
    return this.#plane;
  }

  get normal(): Vector {
    return normalOfPlane(this.#plane);
  }

  get planeState(): PlaneState {
    const { normal } = this;
    const { progress, reduction, layout } = this.#volume;
    return { ...this.#plane, normal, stepMm: stepAlong(layout, normal), slab: this.#slab, progress, reduction };
  }

  get sliceIndex(): number {
    const [start] = spanAlong(this.#volume.layout, this.normal);
    return Math.round((dot(this.#plane.center, this.normal) - start) / stepAlong(this.#volume.layout, this.normal));
  }

  get sliceCount(): number {
    const [start, end] = spanAlong(this.#volume.layout, this.normal);
    return Math.floor((end - start) / stepAlong(this.#volume.layout, this.normal) + 1e-6) + 1;
  }

  get window(): ShownWindow {
    return effectiveWindow(this.#view, this.#volume.sample);
  }

  get isColor(): boolean {
    return false;
  }

  get view(): ViewState {
    return this.#view;
  }

  get picture(): PlanePicture | undefined {
    return this.#picture;
  }

  get place(): Place | undefined {
    const { frameOfReferenceUid } = this.#volume.layout;
    if (!frameOfReferenceUid) return undefined;
    return { frameOfReferenceUid, point: this.#plane.center, normal: this.normal };
  }

  choose(): PlanePicture | undefined {
    if (this.#error) {
      this.#stand.shell.message("This plane cannot be shown", describe(this.#error), true);
      this.#stand.shell.text(undefined, undefined);
      return undefined;
    }
    this.#stand.shell.message("");
    this.#picture = new PlanePicture(this.#volume, this.#plane, this.#slab, this.#view, this.window);
    return this.#picture;
  }

  drawn(): undefined {
    this.refresh();
    return undefined;
  }

  refresh(): void {
    const { shell, overlay, backendName } = this.#stand;
    const info = this.series.first;
    const { sliceIndex, sliceCount, window } = this;
    const { name } = this.#plane;
    shell.speak(() => `${name} plane ${sliceIndex + 1} of ${sliceCount}, ${windowText(window)}`);
    if (!overlay.shown || !info) {
      shell.text(undefined, undefined);
      return;
    }
    const facts = {
      info,
      window,
      sliceIndex,
      sliceCount,
      state: this.planeState,
      positionMm: dot(this.#plane.center, this.normal),
      zoom: this.#view.zoom,
      backend: backendName,
      more: (keyword: string) => textOf(this.#stand, this.series, keyword),
    };
    const [right, down] = asSeen(this.#plane, this.#view);
    shell.text(planeCorners(facts, overlay.patient, overlay.template), edgesAlong(right, down), this.#scale);
  }

  broken(_key: string, error: NoctisError): void {
    if (this.#error) return;
    this.#error = error;
    this.#stand.fail(error);
  }

  setView(view: ViewState): void {
    this.#view = view;
    // What is on the canvas lies so from now on, also before it is drawn again.
    if (this.#picture) this.choose();
  }

  setWindow(window: WindowLevel | PresetChoice | undefined): void {
    const { sample } = this.#volume;
    const preset = (choice: PresetChoice): ShownWindow => {
      const info = this.series.first;
      if (!info) throw new NoctisError("invalid-argument", "the series has no slice");
      return presetWindow(choice, info, sample);
    };
    const chosen = window && ("preset" in window ? preset(window) : checkedWindow(window));
    this.setView({ ...this.#view, window: chosen });
  }

  setSlab({ thicknessMm, projection = "max" }: Slab): void {
    if (!Number.isFinite(thicknessMm) || thicknessMm < 0 || !PROJECTIONS.includes(projection)) {
      throw new NoctisError("invalid-argument", "a slab is some millimetres thick, and max, min, mean or sum");
    }
    this.#slab = { thicknessMm, projection };
  }

  /** Shows another plane of the volume; a named one through the same point. */
  setPlane(plane: PlaneName | PlaneGeometry): void {
    const next = planeOf(plane, this.#plane.center, this.#directions);
    this.#changed(typeof plane === "string" ? this.#onGrid(next) : next);
  }

  open(): void {
    this.#hooks.opened(this);
  }

  patientFromPoint([right, down]: readonly [number, number]): Vector {
    const { center, right: x, down: y } = this.#plane;
    return along(along(center, x, right), y, down);
  }

  pointFromPatient(point: Vector): [number, number] {
    const way = minus(point, this.#plane.center);
    return [dot(way, this.#plane.right), dot(way, this.#plane.down)];
  }

  /** Lays it through a point. */
  passThrough(point: Vector): void {
    this.#changed(through(this.#plane, point));
  }

  /**
   * Turns it about an axis through a point, clockwise as seen along the axis. What fits is another size with each angle: what is
   * seen keeps its own.
   */
  turnAbout(point: Vector, axis: Vector, radians: number): void {
    const before = this.#scale?.perPx;
    this.#changed(turnedAbout(this.#plane, point, axis, radians));
    const now = this.#scale?.perPx;
    if (before && now) this.setView({ ...this.#view, zoom: clampZoom((this.#view.zoom * now) / before) });
  }

  goTo(index: number): boolean {
    if (index === this.sliceIndex) return false;
    const { layout } = this.#volume;
    const [start] = spanAlong(layout, this.normal);
    const mm = start + index * stepAlong(layout, this.normal);
    this.#changed(through(this.#plane, scaled(this.normal, mm)));
    this.#hooks.scrolled(this);
    return true;
  }

  async ready(): Promise<void> {
    if (this.#error) throw this.#error;
  }

  nearest(place: Place): number | undefined {
    const { layout } = this.#volume;
    if (place.frameOfReferenceUid !== layout.frameOfReferenceUid) return undefined;
    if (Math.abs(dot(place.normal, this.normal)) < PARALLEL) return undefined;
    const [start] = spanAlong(layout, this.normal);
    const index = Math.round((dot(place.point, this.normal) - start) / stepAlong(layout, this.normal));
    return Math.min(this.sliceCount - 1, Math.max(0, index));
  }

  inserted(): boolean {
    return false;
  }

  /** The volume was made anew, with more slices. */
  replace(volume: Volume): void {
    this.#volume = volume;
    this.#error = undefined;
    // A named plane stays where it is, but shows the middle of what there is now. It is chosen at once: whoever asks where
    // something lies must not wake the volume before.
    const { name, center } = this.#plane;
    const isNamed = name !== "oblique";
    this.#changed(isNamed ? through({ ...this.#plane, center: middleOf(volume.layout) }, center) : this.#plane);
  }

  /** Has it drawn again. */
  invalidate(): void {
    this.#stand.stage.invalidate();
  }

  close(): void {
    this.#picture = undefined;
    this.#stand.shell.text(undefined, undefined);
    this.#hooks.closed(this);
  }

  get #scale(): Scale | undefined {
    const { stage } = this.#stand;
    const [from, to] = [0, 1].map((x) => this.#picture && stage.pointFromBox(this.#picture, x, 0));
    return from && to && { perPx: Math.hypot(to[0] - from[0], to[1] - from[1]) };
  }

  /** Right and down of the slices. */
  get #directions(): readonly [Vector, Vector] {
    const [, column, row] = this.#volume.layout.geometry;
    return [unit(column), unit(row)];
  }

  /** At the nearest whole step, where a plane along the slices shows them as they are. */
  #onGrid(plane: Plane): Plane {
    const { layout } = this.#volume;
    const normal = normalOfPlane(plane);
    const [start] = spanAlong(layout, normal);
    const step = stepAlong(layout, normal);
    const steps = Math.round((dot(plane.center, normal) - start) / step);
    return through(plane, scaled(normal, start + steps * step));
  }

  #changed(plane: Plane): void {
    this.#plane = plane;
    this.#volume.aim(plane.center);
    if (this.#picture) this.choose();
    this.#stand.stage.invalidate();
  }
}
