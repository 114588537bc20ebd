import type { Binding } from "./binding.js";
import { callPage, page, pageFunction } from "./page.js";
import { isPlace, type Place, stroke } from "./pen.js";
import { isNear, leaveToMouse, onCanvas, onEscape, pressByTap, replay } from "./presses.js";
import { THREE_POINTS } from "./tools.js";

/** A point as it came from the hand, and in the picture of a plane. */
interface Point {
  readonly event: MouseEvent;
  readonly at: Place;
}

/**
 * Angles and areas on planes, point by point: the page takes all three from the first moves of one drag. Its own functions make what is
 * drawn and listed.
 */
export class PlaneTools {
  #plane = "";
  #slice = 0;
  #points: Point[] = [];
  #hover: Place | undefined;

  bind(binding: Binding): void {
    const press = binding.replace("tools", "handleMPRMouseDown", (original) => (isWanted() ? undefined : original()));
    const move = binding.replace("tools", "handleMPRMouseMove", (original, [event, plane]) => {
      const result = original();
      if (this.#points.length > 0 && isWanted() && event instanceof MouseEvent) this.#follow(event, String(plane));
      return result;
    });
    const release = binding.replace("tools", "handleMPRMouseUp", (original, [event, plane]) => {
      if (!isWanted()) {
        this.#points = [];
        return original();
      }
      if (!(event instanceof MouseEvent)) return undefined;
      const points = this.#add(event, String(plane));
      if (points) replay({ press, move, release }, points, plane);
      callPage("redrawMPRPlane", plane);
      return undefined;
    });
    // What lays the other planes through a point is no click for one of these.
    binding.replace("tools", "handleMPRClick", (original) => (isWanted() ? undefined : original()));
    binding.replace("tools", "redrawMPRPlane", (original, [plane]) => {
      const result = original();
      this.#draw(String(plane));
      return result;
    });
    const isPlane = (target: unknown): boolean => Object.values(page.planeCanvases).some((each) => each === target);
    const isPoint = ({ target }: PointerEvent): boolean => isWanted() && isPlane(target);
    leaveToMouse(binding, isPoint);
    pressByTap(binding, isPoint);
    onEscape(binding, () => {
      this.#points = [];
      callPage("redrawMPRPlane", this.#plane);
    });
  }

  /** All three, when they are there. */
  #add(event: MouseEvent, plane: string): readonly MouseEvent[] | undefined {
    const slice = page.planeIndex(plane);
    if (plane !== this.#plane || slice !== this.#slice) this.#points = [];
    [this.#plane, this.#slice, this.#hover] = [plane, slice, undefined];
    const at = placeOf(event, plane);
    if (at && !isNear(this.#points.at(-1)?.event, event)) this.#points.push({ event, at });
    return this.#points.length === 3 ? this.#points.splice(0).map((point) => point.event) : undefined;
  }

  #follow(event: MouseEvent, plane: string): void {
    if (plane !== this.#plane) return;
    this.#hover = placeOf(event, plane);
    callPage("redrawMPRPlane", plane);
  }

  #draw(plane: string): void {
    const context = page.planeCanvases[plane]?.getContext("2d");
    if (!context || plane !== this.#plane || this.#points.length === 0 || page.planeIndex(plane) !== this.#slice)
      return;
    const open = [...this.#points.map(({ at }) => at), ...(this.#hover ? [this.#hover] : [])];
    const drawn = open.map(({ x, y }) => pageFunction("_mprSlicePxToCanvasPoint")?.(plane, x, y));
    stroke(context, drawn.filter(isPlace));
  }
}

function isWanted(): boolean {
  return page.viewMode === "mpr" && THREE_POINTS.includes(page.activeTool ?? "");
}

function placeOf(event: MouseEvent, plane: string): Place | undefined {
  const pixel = onCanvas(event, page.planeCanvases[plane]);
  const at = pixel && pageFunction("_mprCanvasToSlicePx")?.(plane, pixel.x, pixel.y);
  return isPlace(at) ? at : undefined;
}
