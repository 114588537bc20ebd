import type { Vector } from "../../public/plane.js";
import { along, dot } from "../place.js";

export { along, dot };

export function minus(a: Vector, b: Vector): Vector {
  return along(a, b, -1);
}

export function scaled(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function unit(a: Vector): Vector {
  return scaled(a, 1 / Math.hypot(...a));
}

/** `a` turned about a unit axis, counter-clockwise when the axis points at the viewer (Rodrigues' formula). */
export function turned(a: Vector, axis: Vector, radians: number): Vector {
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return along(along(scaled(a, cos), cross(axis, a), sin), axis, dot(axis, a) * (1 - cos));
}
