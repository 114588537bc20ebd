import type { Annotation } from "../../public/annotations.js";
import type { Pane } from "../pane.js";
import { type Affine, applied, distance, type Point } from "./affine.js";
import { placed, type Rect, within } from "./boxes.js";
import { boxSize, drawMarks, type Handle, type Look, lookOf, type Mark } from "./draw.js";
import { boundsOf, distanceTo, type Outline, outlineOf } from "./shapes.js";

/** An annotation, and where its points are in a viewport. */
export interface Visible {
  readonly annotation: Annotation;
  readonly toBox: Affine;
  /** What its text box says. */
  readonly lines: readonly string[];
}

/** What a person is about. */
export interface Attention {
  readonly selected: string | undefined;
  readonly hovered: string | undefined;
  /** What keys move of it; undefined: the whole. */
  readonly handle: Handle | undefined;
}

/** What lies at a point of a viewport. */
export interface Hit {
  readonly uid: string;
  /** Absent where the whole is held. */
  readonly handle?: Handle;
}

/** The annotations of a viewport on a canvas of their own, as sharp as the screen. */
export class Layer {
  readonly #pane: Pane;
  readonly #sides = new Map<string, number>();
  #canvas: HTMLCanvasElement | undefined;
  #marks: readonly Mark[] = [];

  constructor(pane: Pane) {
    this.#pane = pane;
  }

  /** What was drawn last. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  draw(visible: readonly Visible[], attention: Attention): void {
    if (visible.length === 0 && !this.#canvas) return;
    const [width, height] = this.#pane.stage.size;
    const canvas = this.#canvas ?? this.#made();
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) return;
    const look = lookOf(canvas);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const ratio = this.#pane.stage.pixelRatio;
    this.#marks = this.#arranged(context, visible, attention, look, [width / ratio, height / ratio]);
    context.scale(ratio, ratio);
    drawMarks(context, this.#marks, look);
  }

  /** Draws what is on the screen on another canvas, with so many of its pixels in a CSS pixel. */
  drawOn(context: CanvasRenderingContext2D, ratio: number): void {
    context.save();
    context.scale(ratio, ratio);
    const calm = this.#marks.map((mark) => ({ ...mark, isSelected: false, isHovered: false }));
    drawMarks(context, calm, lookOf(this.#pane.shell.frame));
    context.restore();
  }

  /** What lies within `reach` of a point; what is selected comes first, text boxes last, of others only `withBoxes`. */
  hit(at: Point, reach: number, withBoxes: boolean): Hit | undefined {
    const sorted = [...this.#marks].reverse().sort((a, b) => Number(b.isSelected) - Number(a.isSelected));
    for (const { uid, outline } of sorted) {
      const distances = outline.handles.map((handle) => distance(handle, at));
      const nearest = Math.min(...distances);
      const index = distances.indexOf(nearest);
      if (nearest <= reach) return { uid, handle: outline.numbers?.[index] ?? index };
    }
    const near = sorted.find(({ outline }) => distanceTo(outline, at) <= reach * 0.75);
    if (near) return { uid: near.uid };
    const found = sorted.find(({ box, isSelected }) => (withBoxes || isSelected) && box && isInside(box, at));
    return found && { uid: found.uid, handle: "text" };
  }

  /** Forgets its canvas. */
  remove(): void {
    this.#canvas?.remove();
    this.#canvas = undefined;
    this.#marks = [];
  }

  #made(): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.className = "marks";
    canvas.setAttribute("aria-hidden", "true");
    this.#pane.shell.box.after(canvas);
    this.#canvas = canvas;
    return canvas;
  }

  /** Finds a place for each text box, where it covers neither shapes nor other boxes if that can be. */
  #arranged(
    context: CanvasRenderingContext2D,
    visible: readonly Visible[],
    { selected, hovered, handle }: Attention,
    look: Look,
    [width, height]: Point,
  ): Mark[] {
    const outlines = visible.map(({ annotation: { tool, points, uid }, toBox }) =>
      outlineOf(tool, points, toBox, uid === selected && typeof handle === "number" ? handle : undefined),
    );
    const shapes = outlines.map(rectOf);
    const view = { x: 0, y: 0, width, height };
    // Where a person put them: the others make way.
    const put = visible.map(({ annotation: { textBox }, toBox, lines }) => {
      if (!textBox || lines.length === 0) return undefined;
      const [[x, y], [w, h]] = [applied(toBox, textBox), boxSize(context, lines, look)];
      return within({ x, y, width: w, height: h }, view);
    });
    const boxes = put.filter((box) => box !== undefined);
    return visible.map(({ annotation: { uid }, lines }, index) => {
      const outline = outlines[index] ?? { strokes: [], handles: [] };
      const bounds = shapes[index] ?? view;
      let box = isNear(bounds, view) ? put[index] : undefined;
      if (!box && lines.length > 0 && isNear(bounds, view)) {
        const others = shapes.filter((_, other) => other !== index);
        const found = placed(boxSize(context, lines, look), bounds, view, [...boxes, ...others], this.#sides.get(uid));
        this.#sides.set(uid, found.side);
        box = found.rect;
        boxes.push(box);
      }
      const isSelected = uid === selected;
      return {
        uid,
        outline,
        lines,
        box,
        isSelected,
        isHovered: uid === hovered,
        handle: isSelected ? handle : undefined,
      };
    });
  }
}

function rectOf(outline: Outline): Rect {
  const [left, top, right, bottom] = boundsOf(outline);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function isInside({ x, y, width, height }: Rect, [px, py]: Point): boolean {
  return px >= x && px <= x + width && py >= y && py <= y + height;
}

/** Whether anything of it is in the viewport. */
function isNear({ x, y, width, height }: Rect, view: Rect): boolean {
  return x <= view.width && x + width >= 0 && y <= view.height && y + height >= 0;
}
