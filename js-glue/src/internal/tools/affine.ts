/** A point in some plane. */
export type Point = readonly [number, number];

/** `x' = a x + c y + e`, `y' = b x + d y + f` */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The map that takes (0, 0), (1, 0) and (0, 1) to these points. */
export function affineOf(origin: Point, x: Point, y: Point): Affine {
  return [x[0] - origin[0], x[1] - origin[1], y[0] - origin[0], y[1] - origin[1], ...origin];
}

export function applied([a, b, c, d, e, f]: Affine, [x, y]: Point): [number, number] {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** First `first`, then `then`. */
export function followed(first: Affine, then: Affine): Affine {
  const [e, f] = applied(then, [first[4], first[5]]);
  const turned = (x: number, y: number): Point => [then[0] * x + then[2] * y, then[1] * x + then[3] * y];
  return [...turned(first[0], first[1]), ...turned(first[2], first[3]), e, f];
}

/** The way back; undefined where all falls on a line. */
export function inverse([a, b, c, d, e, f]: Affine): Affine | undefined {
  const determinant = a * d - b * c;
  if (!(Math.abs(determinant) > 1e-12)) return undefined;
  const [ia, ib, ic, id] = [d / determinant, -b / determinant, -c / determinant, a / determinant];
  return [ia, ib, ic, id, -(ia * e + ic * f), -(ib * e + id * f)];
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The distance of a point from the line between two others. */
export function distanceToLine(point: Point, a: Point, b: Point): number {
  const along: Point = [b[0] - a[0], b[1] - a[1]];
  const length = along[0] ** 2 + along[1] ** 2;
  const share = length > 0 ? ((point[0] - a[0]) * along[0] + (point[1] - a[1]) * along[1]) / length : 0;
  const nearest = Math.min(1, Math.max(0, share));
  return distance(point, [a[0] + nearest * along[0], a[1] + nearest * along[1]]);
}
