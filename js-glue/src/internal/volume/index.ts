/*
 * Planes through volumes: a file of its own, loaded when the first plane is wanted.
 */
import { NoctisError } from "../../public/errors.js";
import type { PlaneGeometry, PlaneName, Vector } from "../../public/plane.js";
import type { Content, Mpr, Stand } from "../content.js";
import type { Engine } from "../engine.js";
import type { Series } from "../library.js";
import type { Pane } from "../pane.js";
import { drawLines } from "./lines.js";
import { PlaneContent, type PlaneHooks } from "./plane-content.js";
import { middleOf } from "./span.js";
import { along, dot } from "./vector.js";
import { Volumes } from "./volumes.js";

export { openVolume } from "./image-volume.js";

/** Makes what a viewer needs for planes. */
export function startMpr(engine: Engine): Mpr {
  return new Planes(engine);
}

/** The planes of a viewer, and the point through which they are laid. */
class Planes implements Mpr, PlaneHooks {
  readonly #engine: Engine;
  readonly #volumes: Volumes;
  #crosshair: Vector | undefined;
  #isDrawing = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#volumes = new Volumes(engine);
  }

  get crosshair(): Vector | undefined {
    return this.#volumes.planes.size > 0 ? this.#crosshair : undefined;
  }

  async prepare(series: Series): Promise<void> {
    await this.#volumes.of(series);
  }

  async plane(stand: Stand, series: Series, plane: PlaneName | PlaneGeometry): Promise<Content> {
    const volume = await this.#volumes.of(series);
    const content = new PlaneContent(stand, this, volume, plane);
    const shown = [...this.#volumes.planes].some(({ place }) => isSame(place, content.place));
    if (!shown) this.#crosshair = middleOf(volume.layout);
    if (this.#crosshair) content.passThrough(this.#crosshair);
    return content;
  }

  setCrosshair(point: Vector): void {
    if (point.length !== 3 || !point.every(Number.isFinite)) {
      throw new NoctisError("invalid-argument", "a point of the patient is three numbers, millimetres");
    }
    this.#crosshair = point;
    for (const plane of this.#volumes.planes) plane.passThrough(point);
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
    for (const plane of this.#volumes.planes) {
      if (plane !== pane.content) plane.turn(point, axis, (degrees * Math.PI) / 180);
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

  opened(content: PlaneContent): void {
    this.#volumes.show(content);
  }

  closed(content: PlaneContent): void {
    this.#volumes.hide(content);
  }

  /** Lines are drawn after pictures: once for all that were drawn together. */
  drawn(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      drawLines(this.#engine.panes.all);
    });
  }

  inserted(series: Series): void {
    this.#volumes.inserted(series);
  }

  clear(): void {
    this.#volumes.clear();
    this.#crosshair = undefined;
  }

  #isHere(place: Content["place"]): boolean {
    return [...this.#volumes.planes].some((plane) => isSame(plane.place, place));
  }

  #told(point: Vector): void {
    this.drawn();
    this.#engine.events.emit("crosshair", { point });
  }
}

function isSame(a: Content["place"], b: Content["place"]): boolean {
  return a !== undefined && a.frameOfReferenceUid === b?.frameOfReferenceUid;
}
