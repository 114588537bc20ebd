import type { InstanceInfo } from "../public/instance.js";
import type { Vector } from "../public/plane.js";
import type { Place } from "./content.js";
import { normalOf } from "./order.js";
import type { Pane } from "./pane.js";

/** Planes whose normals have a cosine above this are parallel enough to scroll together (about 10 degrees). */
const PARALLEL = 0.985;

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** `a + s b` */
export function along(a: Vector, b: Vector, s: number): Vector {
  return [a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2]];
}

/** A frame and what its object says. */
interface FrameOf {
  readonly frame: number;
  readonly object: { readonly info: InstanceInfo };
}

/** Where a frame is: by its middle, so that it does not matter which corner the first pixel is. */
export function placeOf(slice: FrameOf): Place | undefined {
  const { frameOfReferenceUid, rows, columns } = slice.object.info;
  const plane = imagePlane(slice);
  if (!frameOfReferenceUid || !plane) return undefined;
  const middle = along(plane.first, plane.right, ((columns - 1) / 2) * plane.columnMm);
  return {
    frameOfReferenceUid,
    point: along(middle, plane.down, ((rows - 1) / 2) * plane.rowMm),
    normal: plane.normal,
  };
}

/** The slice nearest to a place, of slices in the same frame of reference whose planes are parallel to it. */
export function nearestSlice(slices: readonly FrameOf[], place: Place): number | undefined {
  let best: { readonly index: number; readonly distance: number } | undefined;
  for (const [index, slice] of slices.entries()) {
    const here = placeOf(slice);
    if (!here || here.frameOfReferenceUid !== place.frameOfReferenceUid) continue;
    if (Math.abs(dot(here.normal, place.normal)) < PARALLEL) continue;
    const distance = Math.abs(dot(place.point, here.normal) - dot(here.point, here.normal));
    if (!best || distance < best.distance) best = { index, distance };
  }
  return best?.index;
}

/** The patient point of image coordinates `[column, row]`. */
export function patientFromImage(slice: FrameOf, [column, row]: readonly [number, number]): Vector | undefined {
  const plane = imagePlane(slice);
  return plane && along(along(plane.first, plane.right, column * plane.columnMm), plane.down, row * plane.rowMm);
}

/** Image coordinates of a patient point, or of its foot on the image. */
export function imageFromPatient(slice: FrameOf, point: Vector): [number, number] | undefined {
  const plane = imagePlane(slice);
  if (!plane) return undefined;
  const way = along(point, plane.first, -1);
  return [dot(way, plane.right) / plane.columnMm, dot(way, plane.down) / plane.rowMm];
}

/** Planes reach so far to each side, millimetres. */
const PLANE_MM = 2000;
/** Planes whose normals have a cosine above this do not cut each other (about 1 degree). */
const SAME = 0.9998;

/**
 * Where what another viewport shows cuts the plane of this one: two points of this one's box, CSS pixels. A slice ends where its
 * pixels end, a plane does not.
 */
export function lineBetween(
  pane: Pane,
  other: Pane,
): readonly [readonly [number, number], readonly [number, number]] | undefined {
  const [here, there] = [pane.content?.place, other.content?.place];
  if (!here || !there || here.frameOfReferenceUid !== there.frameOfReferenceUid) return undefined;
  if (Math.abs(dot(here.normal, there.normal)) > SAME) return undefined;
  const corners = cornersOf(other);
  const height = (point: Vector): number => dot(along(point, here.point, -1), here.normal);
  const [from, to] = corners.flatMap((corner, index) => {
    const next = corners[(index + 1) % 4];
    if (!corner || !next || height(corner) < 0 === height(next) < 0) return [];
    const share = height(corner) / (height(corner) - height(next));
    const point = pane.boxFromPatient(along(corner, along(next, corner, -1), share));
    return point ? [point] : [];
  });
  return from && to && [from, to];
}

/** The corners of what a viewport shows, in the patient, one after the other. */
function cornersOf({ content }: Pane): (Vector | undefined)[] {
  const info = content?.shownSlice?.object.info;
  const [left, top, right, bottom] = info
    ? [-0.5, -0.5, info.columns - 0.5, info.rows - 0.5]
    : [-PLANE_MM, -PLANE_MM, PLANE_MM, PLANE_MM];
  const points = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;
  return points.map((point) => content?.patientFromPoint(point));
}

interface ImagePlane {
  readonly first: Vector;
  readonly right: Vector;
  readonly down: Vector;
  readonly normal: Vector;
  readonly rowMm: number;
  readonly columnMm: number;
}

function imagePlane({ frame, object: { info } }: FrameOf): ImagePlane | undefined {
  const own = info.planes?.[frame];
  // What an object of several frames says of its place, it says of the first.
  const first = own?.imagePositionPatient ?? (info.frames === 1 ? info.imagePositionPatient : undefined);
  const cosines = own?.imageOrientationPatient ?? info.imageOrientationPatient;
  const spacing = own?.spacingMm ?? info.spacingMm;
  const normal = cosines && normalOf(cosines);
  if (!first || !normal || !spacing) return undefined;
  const [a, b, c, d, e, f] = cosines;
  return { first, right: [a, b, c], down: [d, e, f], normal, rowMm: spacing[0], columnMm: spacing[1] };
}
