import { NoctisError } from "../../public/errors.js";
import type { PlaneGeometry, PlaneName, Vector } from "../../public/plane.js";
import type { ViewState } from "../view.js";
import { along, cross, dot, scaled, turned, unit } from "./vector.js";

/** How far directions may be from unit length and a right angle. */
const TOLERANCE = 1e-4;

/** A plane in the patient. */
export interface Plane extends PlaneGeometry {
  readonly name: PlaneName | "oblique";
}

/** Right and down of the named planes, as `reslice::Plane` has them. */
const NAMED: Record<Exclude<PlaneName, "acquisition">, readonly [Vector, Vector]> = {
  axial: [
    [1, 0, 0],
    [0, 1, 0],
  ],
  coronal: [
    [1, 0, 0],
    [0, 0, -1],
  ],
  sagittal: [
    [0, 1, 0],
    [0, 0, -1],
  ],
};

/** The plane of that name, or that one, checked; `slices` are right and down of the slices. */
export function planeOf(plane: PlaneName | PlaneGeometry, center: Vector, slices: readonly [Vector, Vector]): Plane {
  if (typeof plane === "string") {
    const directions = plane === "acquisition" ? slices : NAMED[plane];
    if (!directions) throw new NoctisError("invalid-argument", `there is no plane "${plane}"`);
    const [right, down] = directions;
    return { name: plane, center, right, down };
  }
  const { center: given, right, down } = plane;
  const numbers = [given, right, down].flatMap((vector) => [...vector]);
  const off = Math.max(
    Math.abs(Math.hypot(...right) - 1),
    Math.abs(Math.hypot(...down) - 1),
    Math.abs(dot(right, down)),
  );
  if (numbers.length !== 9 || !numbers.every(Number.isFinite) || off > TOLERANCE) {
    throw new NoctisError(
      "invalid-argument",
      "a plane needs a center, and right and down of unit length at a right angle",
    );
  }
  return { name: "oblique", center: given, right, down };
}

/** Into the screen. */
export function normalOfPlane({ right, down }: PlaneGeometry): Vector {
  return cross(right, down);
}

/** The parallel plane through a point; what is in the middle moves along the normal only. */
export function through(plane: Plane, point: Vector): Plane {
  const normal = normalOfPlane(plane);
  return { ...plane, center: along(plane.center, normal, dot(normal, point) - dot(normal, plane.center)) };
}

/** The plane turned about an axis through a point, clockwise as seen along the axis. */
export function turnedAbout(plane: Plane, point: Vector, axis: Vector, radians: number): Plane {
  const turn = (vector: Vector): Vector => turned(vector, axis, radians);
  const right = unit(turn(plane.right));
  const down = turn(plane.down);
  return {
    name: "oblique",
    center: along(point, turn(along(plane.center, point, -1)), 1),
    right,
    down: unit(along(down, right, -dot(right, down))),
  };
}

/** What is right and down on the screen when the picture is flipped, then turned clockwise. */
export function asSeen({ right, down }: Plane, view: ViewState): readonly [Vector, Vector] {
  const radians = (view.rotation * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const flippedRight = scaled(right, view.flipHorizontal ? -1 : 1);
  const flippedDown = scaled(down, view.flipVertical ? -1 : 1);
  return [along(scaled(flippedRight, cos), flippedDown, -sin), along(scaled(flippedRight, sin), flippedDown, cos)];
}
