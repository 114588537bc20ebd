import type { Binding } from "./binding.js";
import type { LocalFiles } from "./local.js";
import { page, pageFunction } from "./page.js";
import { isPlane, type PagePlanes, PLANES, type PlaneName } from "./planes.js";
import type { Volumes } from "./volumes.js";

/** A series of files as the page hands it to what it works out by itself. */
interface Given {
  readonly id?: unknown;
}

/**
 * Planes of files from the disk: the page works them out by itself, one pixel after another, without a spacing, and without asking
 * anybody. It is told to ask, as for series of its server, and is answered here.
 */
export function bindLocalPlanes(binding: Binding, volumes: Volumes, local: LocalFiles): void {
  /** The series that is shown, where it is one of files. */
  const shown = (): string | undefined => {
    const id = String(page.series?.id);
    return local.framesOf(id) ? id : undefined;
  };
  binding.replace("planes", "fetchMPRPlaneSlice", (original, [plane, index, query]) => {
    const id = shown();
    if (id === undefined || !isPlane(plane)) return original();
    return volumes.of(id).then((planes) => (planes ? addressOf(planes, id, plane, Number(index), query) : original()));
  });
  binding.replace("planes", "generateMIP", (original) => {
    const id = shown();
    if (id === undefined) return original();
    return volumes
      .of(id)
      .then((planes) => planes?.prepareProjections())
      .then(() => original());
  });
  binding.replace("planes", "_computeLocalMIP", (original, [given]) => {
    const id = String((given as Given | undefined)?.id);
    if (!volumes.now(id)) return original();
    return Object.fromEntries(
      PLANES.map((plane) => [plane, `/dicom-viewer/api/series/${id}/mip/?plane=${plane}&${windowNow()}`]),
    );
  });
  binding.replace("planes", "_computeLocalMPRROIStats", (original, [given, plane, index, ...ellipse]) => {
    const [cx = 0, cy = 0, rx = 0, ry = 0] = ellipse.map(Number);
    const planes = volumes.now((given as Given | undefined)?.id);
    if (!planes || !isPlane(plane)) return original();
    const found = planes.statistics(plane, Number(index), [cx, cy, rx, ry]);
    if (!found) return null;
    const tenth = (value: number): number => Math.round(value * 10) / 10;
    const { mean, std, min, max, n } = found;
    return { mean: tenth(mean), std: tenth(std), min: Math.round(min), max: Math.round(max), count: n };
  });
  binding.replace("planes", "_scheduleMPRHU", (original, [plane, x, y]) => {
    const planes = shown() === undefined ? undefined : volumes.now(page.series?.id);
    const at = planes && pageFunction("_mprCanvasToSlicePx")?.(plane, x, y);
    if (!planes || !isPlane(plane)) return original();
    const { ix, iy } = Object(at) as { readonly ix?: number; readonly iy?: number };
    const index = page.planeIndex(plane);
    const value = ix === undefined || iy === undefined ? undefined : planes.valueAt(plane, index, ix, iy);
    const element = document.getElementById("hounsfield");
    if (element) element.textContent = value === undefined ? "-" : String(Math.round(value));
    return undefined;
  });
}

/** Where a plane's picture is to be had, as the page has it of its server. */
function addressOf(planes: PagePlanes, id: string, plane: PlaneName, index: number, query: unknown): object {
  const count = planes.countOf(plane);
  const within = Math.max(0, Math.min(count - 1, Math.round(index) || 0));
  const turn = page.turn;
  const { x, y, z } = turn?.voxel ?? { x: 0, y: 0, z: 0 };
  const turned = turn ? `&rot_z=${turn.degrees}&cvx=${x}&cvy=${y}&cvz=${z}` : "";
  const look = typeof query === "string" && query !== "" ? query : windowNow();
  return { image: `/dicom-viewer/api/mpr-slice/${id}/${plane}/${within}/?${look}${turned}`, index: within, count };
}

function windowNow(): string {
  return `window_width=${page.windowWidth}&window_level=${page.windowLevel}&inverted=${page.inverted}`;
}
