type Triple = readonly [number, number, number];
type Cosines = readonly [number, number, number, number, number, number];

/** What the place of a slice in its series depends on. */
export interface Placed {
  readonly position: Triple | undefined;
  readonly orientation: Cosines | undefined;
  readonly instanceNumber: number | undefined;
  /** Counts up as objects arrive. */
  readonly arrival: number;
  readonly frame: number;
}

/** Normals whose cosine is below this are not parallel (about 1.8 degrees). */
const PARALLEL = 0.9995;
/** Positions nearer than this are the same place, millimetres. */
const SAME_PLACE_MM = 1e-3;

/** The unit normal of an image plane, right-handed: row direction x column direction. */
export function normalOf(orientation: Cosines): Triple | undefined {
  const [a, b, c, d, e, f] = orientation;
  const normal: Triple = [b * f - c * e, c * d - a * f, a * e - b * d];
  const length = Math.hypot(...normal);
  if (!(length > 0.5)) return undefined;
  return [normal[0] / length, normal[1] / length, normal[2] / length];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The common normal of all slices, or undefined when one has no position or lies otherwise. */
function commonNormal(slices: readonly Placed[]): Triple | undefined {
  let common: Triple | undefined;
  for (const { position, orientation } of slices) {
    const normal = position && orientation && normalOf(orientation);
    if (!normal) return undefined;
    common ??= normal;
    if (dot(common, normal) < PARALLEL) return undefined;
  }
  return common;
}

/**
 * The slices in the order in which they are shown: by position along the common normal, else by instance number, else
 * as they arrived; frames of one object stay in their order.
 */
export function sortSlices<T extends Placed>(slices: readonly T[]): T[] {
  const normal = commonNormal(slices);
  const distance = new Map(slices.map((slice) => [slice, normal && slice.position ? dot(normal, slice.position) : 0]));
  return [...slices].sort((a, b) => {
    const along = (distance.get(a) ?? 0) - (distance.get(b) ?? 0);
    if (Math.abs(along) > SAME_PLACE_MM) return along;
    const number = (a.instanceNumber ?? Number.MAX_SAFE_INTEGER) - (b.instanceNumber ?? Number.MAX_SAFE_INTEGER);
    return number || a.arrival - b.arrival || a.frame - b.frame;
  });
}
