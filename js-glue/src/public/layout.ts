import type { Viewport } from "./viewport.js";

/** Rows or columns of a layout. */
export type GridSide = 1 | 2 | 3 | 4;

/** So many viewports beside and below each other. */
export interface GridLayout {
  /** 1 to 4 */
  readonly rows: number;
  /** 1 to 4 */
  readonly columns: number;
}

/**
 * A layout by its name: `"2x3"` are two rows of three viewports; `"compare"` shows two series beside each other, scrolled,
 * zoomed and shifted together; `"mpr"` shows the axial, the sagittal and the coronal plane of the active viewport's series, and the
 * series itself.
 */
export type LayoutName = `${GridSide}x${GridSide}` | "compare" | "mpr";

/** Viewports that do something together. */
export interface SyncGroup {
  /** Which they are; all, also those of later layouts, unless given. */
  readonly viewports?: readonly Viewport[];
  /** The slice nearest to the same place in the patient, where frame of reference and direction of the slices agree. */
  readonly scroll?: boolean;
  readonly window?: boolean;
  readonly zoom?: boolean;
  readonly pan?: boolean;
}
