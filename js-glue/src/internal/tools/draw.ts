import { distance, type Point } from "./affine.js";
import type { Rect } from "./boxes.js";
import type { Outline, Stroke } from "./shapes.js";

/** What can be moved of an annotation by itself: a handle by its number, or the text box. */
export type Handle = number | "text";

/** An annotation as it is drawn in a viewport. */
export interface Mark {
  readonly uid: string;
  readonly outline: Outline;
  readonly lines: readonly string[];
  readonly box: Rect | undefined;
  readonly isSelected: boolean;
  readonly isHovered: boolean;
  /** What keys move of it; undefined: the whole. */
  readonly handle: Handle | undefined;
}

/** Colours and font of annotations. */
export interface Look {
  readonly mark: string;
  readonly selected: string;
  readonly halo: string;
  readonly panel: string;
  readonly text: string;
  readonly font: string;
}

export const LINE_PX = 16;
export const PAD_PX = 6;
const HANDLE_PX = 4.5;
const ARROW_PX = 13;
const CROSS_PX = 7;
/** Points that are nearer than this are one in a line that is drawn. */
const SEEN_PX = 0.25;

/** The look that the page's custom properties give an element. */
export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const get = (name: string): string => style.getPropertyValue(name).trim();
  return {
    mark: get("--mark"),
    selected: get("--mark-selected"),
    halo: get("--mark-halo"),
    panel: get("--mark-panel"),
    text: get("--text"),
    font: `500 12px ${style.fontFamily}`,
  };
}

/** Draws marks; the context takes CSS pixels. */
export function drawMarks(context: CanvasRenderingContext2D, marks: readonly Mark[], look: Look): void {
  context.lineJoin = "round";
  context.lineCap = "round";
  context.font = look.font;
  context.textBaseline = "middle";
  for (const mark of marks) {
    const color = mark.isSelected ? look.selected : look.mark;
    leader(context, mark, color, look.halo);
    // A dark line below makes a thin one visible on white bone as on black air.
    for (const stroke of mark.outline.strokes) path(context, stroke, look.halo, mark.isHovered ? 5.5 : 4.5);
    for (const stroke of mark.outline.strokes) path(context, stroke, color, mark.isHovered ? 2.5 : 1.75);
    if (mark.outline.strokes.length === 0) for (const at of mark.outline.handles) cross(context, at, color, look.halo);
  }
  for (const mark of marks) {
    const color = mark.isSelected ? look.selected : look.mark;
    if (mark.isSelected || mark.isHovered) handles(context, mark, color, look);
    if (mark.box) textBox(context, mark, mark.box, look, color);
  }
}

function path(
  context: CanvasRenderingContext2D,
  { points, isClosed, isDashed, isArrow }: Stroke,
  color: string,
  width: number,
): void {
  context.beginPath();
  let last: Point | undefined;
  for (const point of points) {
    if (last && distance(last, point) < SEEN_PX) continue;
    context.lineTo(point[0], point[1]);
    last = point;
  }
  if (isClosed) context.closePath();
  const [tail, head] = points;
  if (isArrow && tail && head) arrowHead(context, tail, head);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(isDashed ? [3, 5] : []);
  context.stroke();
}

function arrowHead(context: CanvasRenderingContext2D, tail: Point, head: Point): void {
  const angle = Math.atan2(head[1] - tail[1], head[0] - tail[0]);
  const length = Math.min(ARROW_PX, distance(tail, head) / 2);
  for (const side of [-0.45, 0.45]) {
    context.moveTo(head[0], head[1]);
    context.lineTo(head[0] - length * Math.cos(angle + side), head[1] - length * Math.sin(angle + side));
  }
}

/** A point without lines, open in the middle so that what it marks can be seen. */
function cross(context: CanvasRenderingContext2D, [x, y]: Point, color: string, halo: string): void {
  for (const [style, width] of [
    [halo, 4.5],
    [color, 1.75],
  ] as const) {
    context.beginPath();
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + dx * 3, y + dy * 3);
      context.lineTo(x + dx * (CROSS_PX + 2), y + dy * (CROSS_PX + 2));
    }
    context.strokeStyle = style;
    context.lineWidth = width;
    context.setLineDash([]);
    context.stroke();
  }
}

function handles(
  context: CanvasRenderingContext2D,
  { outline, handle, isSelected }: Mark,
  color: string,
  look: Look,
): void {
  context.setLineDash([]);
  for (const [index, [x, y]] of outline.handles.entries()) {
    const isHeld = isSelected && (outline.numbers?.[index] ?? index) === handle;
    context.beginPath();
    context.arc(x, y, isHeld ? HANDLE_PX + 2 : HANDLE_PX, 0, 2 * Math.PI);
    context.fillStyle = isHeld ? color : look.panel;
    context.fill();
    context.strokeStyle = color;
    context.lineWidth = 1.75;
    context.stroke();
  }
}

/** A thin line from the box to the nearest point of what it belongs to. */
function leader(context: CanvasRenderingContext2D, { outline, box }: Mark, color: string, halo: string): void {
  if (!box) return;
  const middle: Point = [box.x + box.width / 2, box.y + box.height / 2];
  const points = [...outline.strokes.flatMap((stroke) => stroke.points), ...outline.handles];
  const nearest = points.reduce<Point | undefined>(
    (best, point) => (!best || distance(point, middle) < distance(best, middle) ? point : best),
    undefined,
  );
  if (!nearest) return;
  const [x, y] = [
    Math.min(Math.max(nearest[0], box.x), box.x + box.width),
    Math.min(Math.max(nearest[1], box.y), box.y + box.height),
  ];
  const line: Stroke = { points: [nearest, [x, y]], isDashed: true };
  context.save();
  context.globalAlpha = 0.8;
  path(context, line, halo, 3);
  path(context, line, color, 1.25);
  context.restore();
}

function textBox(context: CanvasRenderingContext2D, mark: Mark, box: Rect, look: Look, color: string): void {
  context.fillStyle = look.panel;
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, 4);
  context.fill();
  if (mark.isSelected) {
    context.setLineDash([]);
    context.strokeStyle = color;
    context.lineWidth = mark.handle === "text" ? 2 : 1;
    context.stroke();
  }
  context.fillStyle = color;
  for (const [index, line] of mark.lines.entries()) {
    context.fillText(line, box.x + PAD_PX, box.y + PAD_PX + LINE_PX * (index + 0.5));
  }
}

/** How large the box of these lines is. */
export function boxSize(context: CanvasRenderingContext2D, lines: readonly string[], look: Look): [number, number] {
  context.font = look.font;
  const width = lines.reduce((most, line) => Math.max(most, context.measureText(line).width), 0);
  return [Math.ceil(width) + 2 * PAD_PX, lines.length * LINE_PX + 2 * PAD_PX];
}
