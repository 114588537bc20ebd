import type { Annotation } from "../../public/annotations.js";
import type { Vector } from "../../public/plane.js";
import type { Engine } from "../engine.js";
import { toNoctisError } from "../errors.js";
import { groundUnder, patientPointsOf } from "./ground.js";

/** Has the active viewport show the place of an annotation: its slice, or a plane through it. */
export function goTo(engine: Engine, annotation: Annotation): void {
  const pane = engine.panes.active;
  const ground = groundUnder(annotation, engine.library);
  const middle = middleOf(patientPointsOf(annotation, ground) ?? []);
  if (pane.content?.kind === "plane" && middle && engine.mpr?.crosshair) {
    engine.mpr.setCrosshair(middle);
    return;
  }
  if (!ground) return;
  const slice = "slice" in ground ? ground.slice : ground.nearest;
  const series = engine.series(slice.object.info.seriesInstanceUid);
  if ("plane" in ground) {
    if (pane.series !== series) pane.showSeries(series);
    pane.setPlane(ground.plane).catch((error: unknown) => engine.fail(toNoctisError(error)));
    return;
  }
  pane.showSeries(series);
  pane.goTo(series.slices.indexOf(slice));
}

function middleOf(points: readonly Vector[]): Vector | undefined {
  if (points.length === 0) return undefined;
  const mean = (axis: 0 | 1 | 2): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1), mean(2)];
}
