import type { Annotation, AnnotationAnchor } from "../../public/annotations.js";
import type { PlaneGeometry, Vector } from "../../public/plane.js";
import type { Library, Slice } from "../library.js";
import type { Pane } from "../pane.js";
import { along, dot, patientFromImage, placeOf } from "../place.js";
import { type Affine, affineOf, followed, inverse, type Point } from "./affine.js";

/** Planes whose normals have a cosine above this are parallel enough to draw what lies on one on the other. */
const PARALLEL = 0.985;
/** Points further apart than a pixel give the map of a picture more digits. */
const FAR = 1024;
const ROUNDING_MM = 1e-3;

/** What annotations are made on: a slice, or a plane through a volume. */
export type Ground = { readonly slice: Slice } | { readonly plane: PlaneGeometry; readonly nearest: Slice };

/** The ground that a viewport shows, and where that is in the viewport. */
export interface Shown {
  readonly ground: Ground;
  /** From points of the ground to CSS pixels of the viewport. */
  readonly toBox: Affine;
  readonly fromBox: Affine;
}

/** What can be marked in a viewport; undefined where nothing is shown, or nothing flat. */
export function shownIn(pane: Pane): Shown | undefined {
  const { content, picture, stage } = pane;
  const ground = groundOf(pane);
  if (!ground || !content || !picture) return undefined;
  const [origin, right, down] = [
    stage.boxFromPoint(picture, [0, 0]),
    stage.boxFromPoint(picture, [FAR, 0]),
    stage.boxFromPoint(picture, [0, FAR]),
  ];
  if (!origin || !right || !down) return undefined;
  const step = (to: Point): Point => [origin[0] + (to[0] - origin[0]) / FAR, origin[1] + (to[1] - origin[1]) / FAR];
  const toBox = affineOf(origin, step(right), step(down));
  const fromBox = inverse(toBox);
  return fromBox && { ground, toBox, fromBox };
}

function groundOf({ content }: Pane): Ground | undefined {
  if (content?.shownSlice) return { slice: content.shownSlice };
  const plane = content?.planeState;
  const nearest = plane && nearestOf(content?.series.slices ?? [], plane.center);
  if (!plane || !nearest) return undefined;
  const { center, right, down } = plane;
  return { plane: { center, right, down }, nearest };
}

/** Whether both are the same slice, or the same plane. */
export function isSameGround(a: Ground, b: Ground): boolean {
  if ("slice" in a || "slice" in b) return "slice" in a && "slice" in b && a.slice === b.slice;
  return JSON.stringify(a.plane) === JSON.stringify(b.plane);
}

/** The slice whose plane is nearest to a point of the patient. */
function nearestOf(slices: readonly Slice[], point: Vector): Slice | undefined {
  let best: { readonly slice: Slice; readonly distance: number } | undefined;
  for (const slice of slices) {
    const place = placeOf(slice);
    if (!place) continue;
    const distance = Math.abs(dot(along(point, place.point, -1), place.normal));
    if (!best || distance < best.distance) best = { slice, distance };
  }
  return best?.slice;
}

/** The image that annotations on a ground belong to. */
export function anchorOf(ground: Ground): AnnotationAnchor {
  const slice = "slice" in ground ? ground.slice : ground.nearest;
  const { studyInstanceUid, seriesInstanceUid, sopClassUid, sopInstanceUid, frames, frameOfReferenceUid } =
    slice.object.info;
  return {
    studyInstanceUid,
    seriesInstanceUid,
    sopClassUid,
    sopInstanceUid,
    ...(frames > 1 && { frame: slice.frame }),
    ...(frameOfReferenceUid !== undefined && { frameOfReferenceUid }),
  };
}

/** How large a step in columns and one in rows is on the screen: a picture is shown as it is in millimetres. */
export function scaleOf([a, b, c, d]: Affine): Point {
  return [Math.hypot(a, b), Math.hypot(c, d)];
}

/** The patient point of a point of the ground; undefined where the image does not say. */
export function patientOf(ground: Ground, point: Point): Vector | undefined {
  if ("slice" in ground) return patientFromImage(ground.slice, point);
  const { center, right, down } = ground.plane;
  return along(along(center, right, point[0]), down, point[1]);
}

/** The ground on which an annotation was made, where its object has been loaded. */
export function groundUnder({ anchor, plane }: Annotation, library: Library): Ground | undefined {
  const slice = library
    .get(anchor.seriesInstanceUid)
    ?.slices.find(
      ({ object, frame }) => object.info.sopInstanceUid === anchor.sopInstanceUid && frame === (anchor.frame ?? 0),
    );
  if (!slice) return undefined;
  return plane ? { plane, nearest: slice } : { slice };
}

/** The points of an annotation in the patient: its own, or by the image that it was made on. */
export function patientPointsOf(
  { points, patientPoints }: Annotation,
  own: Ground | undefined,
): readonly Vector[] | undefined {
  if (patientPoints || !own) return patientPoints;
  const found = points.map((point) => patientOf(own, point)).filter((point) => point !== undefined);
  return found.length === points.length ? found : undefined;
}

/** From an annotation's points to CSS pixels of a viewport; undefined where its place is not shown. */
export function boxFromAnnotation(
  annotation: Annotation,
  pane: Pane,
  shown: Shown,
  library: Library,
): Affine | undefined {
  const { ground, toBox } = shown;
  const { anchor } = annotation;
  if (!annotation.plane && "slice" in ground && isAnchor(anchor, ground.slice)) return toBox;
  const { content } = pane;
  const place = content?.place;
  if (!content || !place) return undefined;
  const own = groundUnder(annotation, library);
  const patientPoints = patientPointsOf(annotation, own);
  const frameOfReferenceUid = anchor.frameOfReferenceUid ?? (own && anchorOf(own).frameOfReferenceUid);
  if (!patientPoints || place.frameOfReferenceUid !== frameOfReferenceUid) return undefined;
  const half = halfStep(pane, ground) + ROUNDING_MM;
  if (patientPoints.some((point) => Math.abs(dot(along(point, place.point, -1), place.normal)) > half))
    return undefined;
  const corners = own && [[0, 0] as const, [1, 0] as const, [0, 1] as const].map((point) => patientOf(own, point));
  const [origin, right, down] = corners ?? [];
  if (!origin || !right || !down) return undefined;
  if (!isParallel(origin, right, down, place.normal) && needsPlane(annotation)) return undefined;
  const [a, b, c] = [origin, right, down].map((point) => content.pointFromPatient(point));
  return a && b && c && followed(affineOf(a, b, c), toBox);
}

function isAnchor({ sopInstanceUid, frame = 0 }: AnnotationAnchor, slice: Slice): boolean {
  return sopInstanceUid === slice.object.info.sopInstanceUid && frame === slice.frame;
}

/** Points and lines are seen from any side; of a shape, another plane cuts only a part. */
function needsPlane({ tool }: Annotation): boolean {
  return tool !== "probe" && tool !== "text" && tool !== "length" && tool !== "arrow";
}

function isParallel(origin: Vector, right: Vector, down: Vector, normal: Vector): boolean {
  const [a, b] = [along(right, origin, -1), along(down, origin, -1)];
  const cross: Vector = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  return Math.abs(dot(cross, normal)) >= PARALLEL * Math.hypot(...cross);
}

/** How far from what is shown something may be to be shown there: half a slice, half a step, half a slab. */
function halfStep({ content }: Pane, ground: Ground): number {
  const state = content?.planeState;
  if (state) return Math.max(state.stepMm, state.slab.thicknessMm) / 2;
  const slices = content?.series.slices ?? [];
  const at = "slice" in ground ? slices.indexOf(ground.slice) : -1;
  const here = slices[at] && placeOf(slices[at]);
  const steps = [slices[at - 1], slices[at + 1]].flatMap((slice) => {
    const there = slice && placeOf(slice);
    return here && there ? [Math.abs(dot(along(there.point, here.point, -1), here.normal))] : [];
  });
  const least = Math.min(...steps.filter((step) => step > 0));
  return (Number.isFinite(least) ? least : (slices[at]?.object.info.sliceThicknessMm ?? 1)) / 2;
}
