import type { AnnotationTool } from "../../public/annotations.js";
import { type Affine, applied, distance, distanceToLine, type Point } from "./affine.js";
import { bent, freehandOutline } from "./freehand.js";

/** A line through points, CSS pixels of a viewport. */
export interface Stroke {
  readonly points: readonly Point[];
  readonly isClosed?: boolean;
  readonly isDashed?: boolean;
  /** With an arrow's head at its end. */
  readonly isArrow?: boolean;
}

/** What an annotation looks like in a viewport, CSS pixels. */
export interface Outline {
  readonly strokes: readonly Stroke[];
  /** What can be moved by itself. */
  readonly handles: readonly Point[];
  /** The numbers of the handles for `withHandle`, where they are not simply counted. */
  readonly numbers?: readonly number[];
}

/** Points that a person places, in the order of placing, until the annotation is whole. */
const PLACED: Record<AnnotationTool, number> = {
  probe: 1,
  text: 1,
  length: 2,
  arrow: 2,
  rectangle: 2,
  ellipse: 2,
  circle: 2,
  bidirectional: 2,
  angle: 3,
  cobb: 4,
  freehand: Number.POSITIVE_INFINITY,
};
const ROUND = 72;
const ARC_PX = 26;
/** How long a new short axis is, of half the long one. */
const SHORT = 0.5;

/** The names of all tools that make annotations. */
export function isAnnotationTool(name: string): name is AnnotationTool {
  return Object.hasOwn(PLACED, name);
}

/** How many points a person places. */
export function placedPoints(tool: AnnotationTool): number {
  return PLACED[tool];
}

/** How many points the annotation has in the end, at least and at most. */
export function pointCount(tool: AnnotationTool): readonly [number, number] {
  if (tool === "freehand") return [3, 100_000];
  const count = tool === "bidirectional" ? 4 : PLACED[tool];
  return [count, count];
}

/** The points of an annotation by those that were placed; `scale` is the size of a step in columns and in rows. */
export function completed(tool: AnnotationTool, placed: readonly Point[], scale: Point): readonly Point[] {
  const [a, b] = placed;
  if (tool !== "bidirectional" || placed.length !== 2 || !a || !b) return placed;
  const middle: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const [x, y] = [(b[0] - a[0]) * scale[0], (b[1] - a[1]) * scale[1]];
  const across: Point = [(-y / 2 / scale[0]) * SHORT, (x / 2 / scale[1]) * SHORT];
  return [a, b, shifted(middle, across, 1), shifted(middle, across, -1)];
}

/** A point so many times so far away. */
export function shifted(point: Point, by: Point, times: number): Point {
  return [point[0] + by[0] * times, point[1] + by[1] * times];
}

/** What these points look like; they may be fewer than the annotation will have. `held`: the number of a handle that stays. */
export function outlineOf(tool: AnnotationTool, points: readonly Point[], toBox: Affine, held?: number): Outline {
  const at = points.map((point) => applied(toBox, point));
  const [a, b, c, d] = at;
  if (!a) return { strokes: [], handles: [] };
  if (!b) return { strokes: [], handles: [a] };
  const line: Stroke = { points: [a, b] };
  switch (tool) {
    case "arrow":
      return { strokes: [{ ...line, isArrow: true }], handles: at };
    case "rectangle":
    case "ellipse":
      return boxOutline(tool, points, toBox);
    case "circle":
      return {
        strokes: [{ points: ringOf(a, [distance(a, b), 0], [0, distance(a, b)]), isClosed: true }],
        handles: at,
      };
    case "freehand":
      return freehandOutline(at, held);
    case "angle":
      return c ? { strokes: [{ points: [a, b, c] }, ...arc(a, b, c)], handles: at } : { strokes: [line], handles: at };
    case "cobb":
    case "bidirectional": {
      const second = c && d ? [{ points: [c, d] }] : [];
      const between = tool === "cobb" && c && d ? [{ points: [midway(a, b), midway(c, d)], isDashed: true }] : [];
      return { strokes: [line, ...second, ...between], handles: at };
    }
    default:
      return { strokes: [line], handles: at };
  }
}

function midway(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** A ring about a point with these two half axes. */
function ringOf(center: Point, x: Point, y: Point): Point[] {
  return Array.from({ length: ROUND }, (_, step) => {
    const [cos, sin] = [Math.cos((step / ROUND) * 2 * Math.PI), Math.sin((step / ROUND) * 2 * Math.PI)];
    return [center[0] + cos * x[0] + sin * y[0], center[1] + cos * x[1] + sin * y[1]];
  });
}

/** Rectangles have handles at their corners, ellipses at the ends of their axes. */
function boxOutline(tool: "rectangle" | "ellipse", [from, to]: readonly Point[], toBox: Affine): Outline {
  if (!from || !to) return { strokes: [], handles: [] };
  if (tool === "rectangle") {
    const corners = [from, [to[0], from[1]] as const, to, [from[0], to[1]] as const];
    const at = corners.map((corner) => applied(toBox, corner));
    return { strokes: [{ points: at, isClosed: true }], handles: at };
  }
  const middle = midway(from, to);
  const ends = [
    [from[0], middle[1]],
    [middle[0], from[1]],
    [to[0], middle[1]],
    [middle[0], to[1]],
  ] as const;
  const center = applied(toBox, middle);
  const handles = ends.map((end) => applied(toBox, end));
  const half = (end: Point | undefined): Point => (end ? [end[0] - center[0], end[1] - center[1]] : [0, 0]);
  return { strokes: [{ points: ringOf(center, half(handles[2]), half(handles[3])), isClosed: true }], handles };
}

/** The arc of an angle, no larger than its legs. */
function arc(a: Point, corner: Point, c: Point): Stroke[] {
  const radius = Math.min(ARC_PX, distance(a, corner) / 2, distance(c, corner) / 2);
  const start = Math.atan2(a[1] - corner[1], a[0] - corner[0]);
  const whole = Math.atan2(c[1] - corner[1], c[0] - corner[0]) - start;
  const turn = ((whole + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
  if (radius < 4) return [];
  const points = Array.from({ length: 17 }, (_, step): Point => {
    const angle = start + (turn * step) / 16;
    return [corner[0] + radius * Math.cos(angle), corner[1] + radius * Math.sin(angle)];
  });
  return [{ points }];
}

/** The points after a handle was moved; `scale` as for `completed`. */
export function withHandle(
  tool: AnnotationTool,
  points: readonly Point[],
  handle: number,
  to: Point,
  scale: Point,
): readonly Point[] {
  const [a, b, c, d] = points;
  if (tool === "circle" && handle === 0 && a) return moved(points, [to[0] - a[0], to[1] - a[1]]);
  if ((tool === "rectangle" || tool === "ellipse") && a && b) {
    const [x, y] = tool === "rectangle" ? (RECTANGLE[handle] ?? []) : (ELLIPSE[handle] ?? []);
    const box: [[number, number], [number, number]] = [
      [a[0], a[1]],
      [b[0], b[1]],
    ];
    if (x !== undefined) box[x][0] = to[0];
    if (y !== undefined) box[y][1] = to[1];
    return box;
  }
  if (tool === "freehand") return bent(points, handle, to, scale);
  if (tool === "bidirectional" && a && b && c && d) return bidirectional([a, b, c, d], handle, to, scale);
  return points.map((point, index) => (index === handle ? to : point));
}

type End = 0 | 1 | undefined;
/** Which point gives a handle its column and its row. */
const RECTANGLE: readonly (readonly [End, End])[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];
const ELLIPSE: readonly (readonly [End, End])[] = [
  [0, undefined],
  [undefined, 0],
  [1, undefined],
  [undefined, 1],
];

type Four = readonly [Point, Point, Point, Point];

/** The second line stays at a right angle to the first and keeps its place and its lengths along it. */
function bidirectional(points: Four, handle: number, to: Point, [sx, sy]: Point): readonly Point[] {
  const real = ([x, y]: Point): Point => [x * sx, y * sy];
  const [a, b, c, d] = points.map(real) as unknown as Four;
  const target = real(to);
  const frame = (from: Point, end: Point): { unit: Point; length: number } => {
    const length = distance(from, end) || 1;
    return { unit: [(end[0] - from[0]) / length, (end[1] - from[1]) / length], length };
  };
  const before = frame(a, b);
  const inFrame = (point: Point): Point => {
    const [x, y] = [point[0] - a[0], point[1] - a[1]];
    return [x * before.unit[0] + y * before.unit[1], y * before.unit[0] - x * before.unit[1]];
  };
  const [alongC, acrossC] = inFrame(c);
  const [, acrossD] = inFrame(d);
  const [start, end] = [handle === 0 ? target : a, handle === 1 ? target : b];
  const after = frame(start, end);
  const [alongT, acrossT] = inFrame(target);
  const isShort = handle >= 2;
  const share = Math.min(1, Math.max(0, (isShort ? alongT : alongC) / before.length));
  const place = (across: number): Point => {
    const along = share * after.length;
    const [ux, uy] = after.unit;
    return [(start[0] + along * ux - across * uy) / sx, (start[1] + along * uy + across * ux) / sy];
  };
  const back = ([x, y]: Point): Point => [x / sx, y / sy];
  return [back(start), back(end), place(handle === 2 ? acrossT : acrossC), place(handle === 3 ? acrossT : acrossD)];
}

/** All points shifted. */
export function moved(points: readonly Point[], by: Point): readonly Point[] {
  return points.map((point) => shifted(point, by, 1));
}

/** The longer line of a bidirectional comes first. */
export function ordered(tool: AnnotationTool, points: readonly Point[], [sx, sy]: Point): readonly Point[] {
  const [a, b, c, d] = points;
  if (tool !== "bidirectional" || !a || !b || !c || !d) return points;
  const length = (from: Point, to: Point): number => Math.hypot((to[0] - from[0]) * sx, (to[1] - from[1]) * sy);
  return length(c, d) > length(a, b) ? [c, d, a, b] : points;
}

/** How far a point is from what is drawn, CSS pixels. */
export function distanceTo({ strokes, handles }: Outline, point: Point): number {
  const lines = strokes.flatMap(({ points, isClosed }) =>
    points.map((from, index) =>
      distanceToLine(point, from, points[index + 1] ?? (isClosed ? points[0] : from) ?? from),
    ),
  );
  return Math.min(...lines, ...handles.map((handle) => distance(handle, point)), Number.POSITIVE_INFINITY);
}

/** The box around what is drawn: left, top, right, bottom. */
export function boundsOf({ strokes, handles }: Outline): readonly [number, number, number, number] {
  const all = [...strokes.flatMap(({ points }) => points), ...handles];
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  return [
    xs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    ys.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    xs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    ys.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
}
