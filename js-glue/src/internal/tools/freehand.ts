import { distance, distanceToLine, type Point } from "./affine.js";
import type { Outline } from "./shapes.js";

/** Handles are so far apart at least, CSS pixels: the line between them can be taken hold of as well. */
const APART_PX = 24;
/** A region has no fewer points. */
const LEAST = 3;

/** Numbers of the points that have handles, and of the one that is held; points are CSS pixels. */
function handlesOf(points: readonly Point[], held: number | undefined): number[] {
  const numbers = [0];
  for (const [number, point] of points.entries()) {
    const last = points[numbers.at(-1) ?? 0];
    const isHeld = number === held && number > 0;
    if (isHeld || (last && distance(last, point) >= APART_PX)) numbers.push(number);
  }
  const [first, last] = [points[0], points[numbers.at(-1) ?? 0]];
  const isDouble = first && last && distance(first, last) < APART_PX;
  if (numbers.length > LEAST && isDouble && numbers.at(-1) !== held) numbers.pop();
  return numbers;
}

/** What a closed line through points looks like, CSS pixels: where it has many, only some have handles. */
export function freehandOutline(at: readonly Point[], held?: number): Outline {
  const numbers = handlesOf(at, held);
  const handles = numbers.map((number) => at[number]).filter((point) => point !== undefined);
  return { strokes: [{ points: at, isClosed: true }], handles, numbers };
}

/** How many points lie between one and the handles before and after it, both counted; `scale` as for `completed`. */
function reach(points: readonly Point[], number: number, [sx, sy]: Point): { before: number; after: number } {
  const scaled = points.map(([x, y]): Point => [x * sx, y * sy]);
  const numbers = handlesOf(scaled, number);
  const place = numbers.indexOf(number);
  const count = points.length;
  const steps = (from: number | undefined, to: number | undefined): number =>
    ((to ?? 0) - (from ?? 0) + count) % count || count;
  return {
    before: steps(numbers.at(place - 1), number),
    after: steps(number, numbers[(place + 1) % numbers.length]),
  };
}

/** The points after one was moved: those up to the next handles come along, the less the further away they are. */
export function bent(points: readonly Point[], number: number, to: Point, scale: Point): readonly Point[] {
  const own = points[number];
  if (!own) return points;
  const { before, after } = reach(points, number, scale);
  const [dx, dy] = [to[0] - own[0], to[1] - own[1]];
  const count = points.length;
  return points.map(([x, y], index): Point => {
    const ahead = (index - number + count) % count;
    const share = Math.max(0, 1 - ahead / after, ahead > 0 ? 1 - (count - ahead) / before : 0);
    return [x + share * dx, y + share * dy];
  });
}

/** The points with one more after one of them; halfway to the next, where it is not said. */
export function withPoint(points: readonly Point[], number: number, at?: Point): readonly Point[] {
  const [a, b] = [points[number], points[(number + 1) % points.length]];
  return a && b ? points.toSpliced(number + 1, 0, at ?? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]) : points;
}

/** The points without one, and without those up to the next handles: the line goes straight there. As they are where too few would be left. */
export function withoutPoint(points: readonly Point[], number: number, scale: Point): readonly Point[] {
  const { before, after } = reach(points, number, scale);
  const count = points.length;
  const rest = points.filter((_, index) => {
    const ahead = (index - number + count) % count;
    return ahead >= after && count - ahead >= before;
  });
  return rest.length < LEAST ? points : rest;
}

/** The number of the point before the piece of the line that is nearest to a point; CSS pixels. */
export function pieceAt(points: readonly Point[], to: Point): number {
  const away = points.map((point, number) => {
    const next = points[(number + 1) % points.length];
    return next ? distanceToLine(to, point, next) : Number.POSITIVE_INFINITY;
  });
  return away.indexOf(Math.min(...away));
}
