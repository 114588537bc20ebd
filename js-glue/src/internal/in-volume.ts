import { NoctisError } from "../public/errors.js";
import type { PlaneGeometry, PlaneName } from "../public/plane.js";
import type { VolumeOptions } from "../public/volume-view.js";
import type { Content, Mpr } from "./content.js";
import type { Engine } from "./engine.js";
import type { Series } from "./library.js";
import type { Pane } from "./pane.js";

/** A way to show a volume. */
interface Way<T> {
  /** What changes it where it is shown already. */
  readonly change: (content: Content) => ((wanted: T) => void) | undefined;
  readonly make: (mpr: Mpr, pane: Pane, series: Series, wanted: T) => Promise<Content>;
}

export const AS_PLANE: Way<PlaneName | PlaneGeometry> = {
  change: (content) => content.setPlane,
  make: (mpr, pane, series, plane) => mpr.plane(pane, series, plane),
};

export const IN_3D: Way<VolumeOptions> = {
  change: (content) => content.set3d,
  make: (mpr, pane, series, options) => mpr.solid(pane, series, options),
};

/** Shows the volume of a viewport's series in some way, or changes that way; undefined: its slices again. */
export async function showVolume<T>(pane: Pane, engine: Engine, wanted: T | undefined, way: Way<T>): Promise<void> {
  const { series, content: before } = pane;
  if (!series) throw new NoctisError("invalid-argument", "there is no series yet whose volume could be shown");
  if (!wanted) {
    pane.showSeries(series);
    return;
  }
  const change = before && way.change(before);
  if (change) {
    change.call(before, wanted);
    pane.show(before);
  } else {
    const content = await way.make(await engine.mprCode(), pane, series, wanted);
    if (pane.content !== before) return;
    pane.show(content);
  }
  pane.stage.settle();
  await pane.content?.ready();
}
