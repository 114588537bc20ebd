/**
 * What can be taken over of NoctisPro's page.
 *
 * - `"slices"`: slices and their window
 * - `"values"`: values of slices, decoded here from their objects
 * - `"previews"`: pictures while somebody scrolls, prefetch, the second picture beside the first
 * - `"planes"`: planes and projections through a series
 * - `"bone"`: bone in three dimensions
 * - `"window"`: a window that was chosen stays
 * - `"frames"`: frames of an object, and its own rate
 * - `"tools"`: angle, Cobb angle, area; buttons that are no tools
 * - `"notes"`: measurements are saved with their points, and come back
 * - `"local"`: files from the disk
 * - `"texts"`: names and descriptions are text, where the page would read them as markup
 */
export type Feature =
  | "slices"
  | "values"
  | "previews"
  | "planes"
  | "bone"
  | "window"
  | "frames"
  | "tools"
  | "notes"
  | "local"
  | "texts";

/** What became of the adapter: `"noctis-adapter"` events of the document carry it as their `detail`. */
export interface AdapterNews {
  /** `"ready"`: it draws; `"fallback"`: the page goes on by itself, and `reason` says why; `"restored"`: it was asked to stop. */
  readonly state: "ready" | "fallback" | "restored";
  readonly reason?: string;
  /** Features, and the functions of the page that each has taken over. */
  readonly taken: Readonly<Partial<Record<Feature, readonly string[]>>>;
  /** Features that are left to the page: switched off, or without anything on the page that they could take over. */
  readonly left: readonly Feature[];
}

/** The adapter of a page. */
export interface NoctisAdapter {
  /** What it does at this moment. */
  readonly state: "loading" | "ready" | "fallback" | "restored";
  /** Settles when it is known whether it draws. */
  readonly settled: Promise<void>;
  /** Gives everything back to the page. */
  restore(): void;
}
