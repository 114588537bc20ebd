/** Patient coordinates (LPS: towards left, posterior, head), millimetres; or a direction in them. */
export type Vector = readonly [number, number, number];

/**
 * A plane through the volume of a series by its name. `"axial"` is seen from the feet, `"coronal"` from the front, `"sagittal"`
 * from the patient's left; `"acquisition"` is that of the slices.
 */
export type PlaneName = "axial" | "coronal" | "sagittal" | "acquisition";

/** A plane in the patient. */
export interface PlaneGeometry {
  /** The point in the middle of the viewport where nothing is shifted, millimetres. */
  readonly center: Vector;
  /** What is to the right on the screen, of unit length. */
  readonly right: Vector;
  /** What is down on the screen, of unit length, at a right angle to `right`. */
  readonly down: Vector;
}

/** What a slab shows of the values through it: the largest (MIP), the smallest (MinIP), their mean, or their sum. */
export type Projection = "max" | "min" | "mean" | "sum";

/** A plane of some thickness. */
export interface Slab {
  /** Half of it on each side of the plane, millimetres; 0 is the plane alone. */
  readonly thicknessMm: number;
  /** `"max"` unless given. */
  readonly projection?: Projection;
}

/** The plane that a viewport shows, and what it is taken from. */
export interface PlaneState extends PlaneGeometry {
  /** `"oblique"` for one that was turned. */
  readonly name: PlaneName | "oblique";
  /** Into the screen, of unit length. */
  readonly normal: Vector;
  /** One step of a scroll, millimetres. */
  readonly stepMm: number;
  readonly slab: Required<Slab>;
  /** Slices of the volume that have arrived, of how many. */
  readonly progress: { readonly slices: number; readonly of: number };
  /** How many voxels of the objects one voxel stands for: slices, rows, columns; all 1 unless the volume was reduced. */
  readonly reduction: Vector;
}
