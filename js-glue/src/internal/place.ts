import type { InstanceInfo } from "../public/instance.js";
import type { Place, Vector } from "./content.js";
import { normalOf, type Placed } from "./order.js";

/** Planes whose normals have a cosine above this are parallel enough to scroll together (about 10 degrees). */
const PARALLEL = 0.985;

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** `a + s b` */
export function along(a: Vector, b: Vector, s: number): Vector {
  return [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]];
}

/** Where an object's picture is: by its middle, so that it does not matter which corner the first pixel is. */
export function placeOf(info: InstanceInfo): Place | undefined {
  const { frameOfReferenceUid, imagePositionPatient: first, imageOrientationPatient: cosines } = info;
  const normal = cosines && normalOf(cosines);
  // What an object of several frames says of its place, it says of the first.
  if (!frameOfReferenceUid || !first || !normal || info.frames > 1) return undefined;
  const [rowSpacing, columnSpacing] = info.spacingMm ?? [1, 1];
  const right: Vector = [cosines[0], cosines[1], cosines[2]];
  const down: Vector = [cosines[3], cosines[4], cosines[5]];
  const middle = along(first, right, ((info.columns - 1) / 2) * columnSpacing);
  return { frameOfReferenceUid, point: along(middle, down, ((info.rows - 1) / 2) * rowSpacing), normal };
}

/** The slice nearest to a place, of slices in the same frame of reference whose planes are parallel to it. */
export function nearestSlice<T extends Placed & { readonly object: { readonly info: InstanceInfo } }>(
  slices: readonly T[],
  place: Place,
): number | undefined {
  let best: { readonly index: number; readonly distance: number } | undefined;
  for (const [index, { object }] of slices.entries()) {
    const here = placeOf(object.info);
    if (!here || here.frameOfReferenceUid !== place.frameOfReferenceUid) continue;
    if (Math.abs(dot(here.normal, place.normal)) < PARALLEL) continue;
    const distance = Math.abs(dot(place.point, here.normal) - dot(here.point, here.normal));
    if (!best || distance < best.distance) best = { index, distance };
  }
  return best?.index;
}
