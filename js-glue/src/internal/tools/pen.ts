import type { AnnotationTool } from "../../public/annotations.js";
import { distance, type Point } from "./affine.js";
import { completed, placedPoints } from "./shapes.js";

/** A freehand line takes a point so often, CSS pixels. */
const FREEHAND_PX = 3;
/** A click so near to the first point closes a freehand line, CSS pixels. */
const CLOSING_PX = 10;
/** Points nearer than this are the same, CSS pixels. */
const SAME_PX = 1;

/**
 * An annotation that is being drawn: points are placed by drags, by clicks, or by keys, in any mixture. The next point follows
 * the hand until it is placed.
 */
export class Pen {
  readonly tool: AnnotationTool;
  /** Size of a step in columns and in rows, CSS pixels. */
  readonly #scale: Point;
  readonly #placed: Point[];
  #next: Point;
  #isClosed = false;
  /** Whether the press that goes on has placed a point, so that a drag places another. */
  #hasPlaced = true;

  /** Begins with a press at a point, which places it, or with keys that will. */
  constructor(tool: AnnotationTool, at: Point, scale: Point, isPressed: boolean) {
    this.tool = tool;
    this.#scale = scale;
    this.#placed = isPressed && placedPoints(tool) > 1 ? [at] : [];
    this.#next = at;
  }

  /** All points as they would be. */
  get points(): readonly Point[] {
    return completed(this.tool, this.isWhole ? this.#placed : [...this.#placed, this.#next], this.#scale);
  }

  /** Whether all points are placed. */
  get isWhole(): boolean {
    return this.#isClosed || this.#placed.length >= placedPoints(this.tool);
  }

  /** The point that is placed next. */
  get next(): Point {
    return this.#next;
  }

  press(at: Point): void {
    this.#next = at;
    this.#hasPlaced = this.tool === "cobb" && this.#placed.length === 2;
    if (this.#hasPlaced) this.#placed.push(at);
  }

  /** `isPressed`: with a button or finger down. */
  move(to: Point, isPressed: boolean): void {
    this.#next = to;
    const last = this.#placed.at(-1);
    if (this.tool === "freehand" && isPressed && last && this.#far(last, to) >= FREEHAND_PX) this.#placed.push(to);
  }

  /** `wasDragged`: by more than a hand trembles. */
  release(at: Point, wasDragged: boolean): void {
    this.#next = at;
    if (this.#closes(at, wasDragged)) this.#isClosed = true;
    else if (wasDragged || !this.#hasPlaced || placedPoints(this.tool) === 1) this.#placed.push(at);
    this.#hasPlaced = false;
  }

  /** A key places the next point. */
  place(): void {
    this.#hasPlaced = false;
    this.release(this.#next, false);
  }

  /** A freehand line is closed by the end of a drag, by a click on its first point, or by its last point said twice. */
  #closes(at: Point, wasDragged: boolean): boolean {
    const [first] = this.#placed;
    const last = this.#placed.at(-1);
    if (this.tool !== "freehand" || !first || !last || this.#placed.length < 3) return false;
    return wasDragged || this.#far(first, at) <= CLOSING_PX || this.#far(last, at) < SAME_PX;
  }

  #far(a: Point, b: Point): number {
    const [x, y] = this.#scale;
    return distance([a[0] * x, a[1] * y], [b[0] * x, b[1] * y]);
  }
}
