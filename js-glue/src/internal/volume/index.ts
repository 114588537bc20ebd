/*
 * Volumes, as planes and in three dimensions: a file of its own, loaded when the first is wanted.
 */
import { NoctisError } from "../../public/errors.js";
import type { PlaneGeometry, PlaneName, Vector } from "../../public/plane.js";
import type { VolumeOptions } from "../../public/volume-view.js";
import type { Content, Mpr, Stand } from "../content.js";
import type { Device } from "../device.js";
import type { Engine } from "../engine.js";
import type { Series } from "../library.js";
import type { Pane } from "../pane.js";
import { PlaneContent, type PlaneHooks } from "./plane-content.js";
import { SolidContent, type SolidHooks } from "./solid-content.js";
import { middleOf } from "./span.js";
import { along, dot } from "./vector.js";
import { Volumes } from "./volumes.js";

export { openVolume } from "./image-volume.js";

/** Makes what a viewer needs for volumes. */
export function startMpr(engine: Engine): Mpr {
  return new Planes(engine);
}

/** The volumes of a viewer, their planes, and the point through which these are laid. */
class Planes implements Mpr, PlaneHooks, SolidHooks {
  readonly #engine: Engine;
  readonly #volumes: Volumes;
  readonly #planes = new Set<PlaneContent>();
  #crosshair: Vector | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#volumes = new Volumes(engine);
  }

  get crosshair(): Vector | undefined {
    return this.#planes.size > 0 ? this.#crosshair : undefined;
  }

  async prepare(series: Series): Promise<void> {
    await this.#volumes.of(series);
  }

  async plane(stand: Stand, series: Series, plane: PlaneName | PlaneGeometry): Promise<Content> {
    const volume = await this.#volumes.of(series);
    const content = new PlaneContent(stand, this, volume, plane);
    const shown = [...this.#planes].some(({ place }) => isSame(place, content.place));
    if (!shown) this.#crosshair = middleOf(volume.layout);
    if (this.#crosshair) content.passThrough(this.#crosshair);
    return content;
  }

  async solid(stand: Stand, series: Series, options: VolumeOptions): Promise<Content> {
    return new SolidContent(stand, this, await this.#volumes.of(series), options);
  }

  readonly device = (): Device | undefined => this.#engine.graphics.device;

  lost(device: Device, reason: string): void {
    void this.#engine.graphics.recover(device, reason);
  }

  unfit(device: Device, reason: string): void {
    void this.#engine.graphics.giveUp(device, reason);
  }

  setCrosshair(point: Vector): void {
    if (point.length !== 3 || !point.every(Number.isFinite)) {
      throw new NoctisError("invalid-argument", "a point of the patient is three numbers, millimetres");
    }
    this.#crosshair = point;
    for (const plane of this.#planes) plane.passThrough(point);
    for (const pane of this.#engine.panes.all) {
      const { content } = pane;
      const place = content?.kind === "stack" ? content.place : undefined;
      const index = place && this.#isHere(place) ? content?.nearest({ ...place, point }) : undefined;
      if (index !== undefined) pane.goTo(index);
    }
    this.#told(point);
  }

  rotate(pane: Pane, degrees: number): void {
    const point = this.#crosshair;
    const axis = pane.content?.place?.normal;
    if (!point || !axis || !Number.isFinite(degrees)) {
      throw new NoctisError("invalid-argument", "planes are turned about the normal of a viewport, by some degrees");
    }
    for (const plane of this.#planes) {
      if (plane !== pane.content) plane.turnAbout(point, axis, (degrees * Math.PI) / 180);
    }
    this.#told(point);
  }

  /** A plane that is scrolled takes the point along. */
  scrolled(content: PlaneContent): void {
    const { normal, plane } = content;
    const point = this.#crosshair ?? plane.center;
    this.#crosshair = along(point, normal, dot(plane.center, normal) - dot(point, normal));
    this.#told(this.#crosshair);
  }

  opened(content: PlaneContent | SolidContent): void {
    this.#volumes.show(content);
    if (content instanceof PlaneContent) this.#planes.add(content);
  }

  closed(content: PlaneContent | SolidContent): void {
    this.#volumes.hide(content);
    if (content instanceof PlaneContent) this.#planes.delete(content);
  }

  inserted(series: Series): void {
    this.#volumes.inserted(series);
  }

  settled(): void {
    this.#volumes.settled();
  }

  clear(): void {
    this.#volumes.clear();
    this.#planes.clear();
    this.#crosshair = undefined;
  }

  #isHere(place: Content["place"]): boolean {
    return [...this.#planes].some((plane) => isSame(plane.place, place));
  }

  #told(point: Vector): void {
    this.#engine.legend.drawn();
    this.#engine.events.emit("crosshair", { point });
  }
}

function isSame(a: Content["place"], b: Content["place"]): boolean {
  return a !== undefined && a.frameOfReferenceUid === b?.frameOfReferenceUid;
}
