import { axesOfSlices } from "./axes.js";
import { urlOf } from "./bitmap.js";
import type { Catalog } from "./catalog.js";
import type { Network } from "./network.js";
import { page } from "./page.js";
import { isPlane, type PagePlanes, PLANES, type PlaneName, type PlanesLook, type Turn } from "./planes.js";
import { isYes, numberOr } from "./query.js";
import type { Store } from "./store.js";
import type { Volumes } from "./volumes.js";

/** What answering needs. */
export interface PlaneAnswers {
  readonly volumes: Volumes;
  readonly catalog: Catalog;
  readonly store: Store;
}

/** Answers what the page asks of planes and projections. */
export function answerPlanes(network: Network, { volumes, catalog, store }: PlaneAnswers): void {
  network.add(/\/dicom-viewer\/api\/series\/([^/]+)\/mpr\/$/, async ({ searchParams: query }, match) => {
    const seriesId = match[1] ?? "";
    const isMeta = query.get("meta_only") === "1";
    if (isMeta && !volumes.has(seriesId) && page.viewMode !== "mpr") return estimate(catalog, store, seriesId);
    const planes = await volumes.of(seriesId);
    if (!planes) return undefined;
    const about = { ...describe(seriesId, planes.size), quality: query.get("quality") ?? "fast" };
    if (isMeta) return Response.json({ mpr_views: null, ...about });
    const plane = query.get("plane");
    if (isPlane(plane)) {
      const count = about.counts[plane];
      const index = Math.floor(Number(query.get("slice") ?? count / 2));
      const image = await urlOf(planes.picture(plane, index, lookOf(query)));
      return Response.json({ plane, index, count, image, ...about });
    }
    const middle = (name: PlaneName): number => Math.floor(about.counts[name] / 2);
    const views = await all((name) => urlOf(planes.picture(name, middle(name), lookOf(query))));
    return Response.json({ mpr_views: views, ...about });
  });

  network.add(/\/dicom-viewer\/api\/mpr-slice\/([^/]+)\/([^/]+)\/(\d+)\/$/, async ({ searchParams: query }, match) => {
    const [, seriesId = "", plane, index] = match;
    const planes = isPlane(plane) ? await volumes.of(seriesId) : undefined;
    if (!planes || !isPlane(plane)) return undefined;
    await task();
    return pictureOf(planes.picture(plane, Number(index), lookOf(query), turnOf(query, planes)));
  });

  network.add(/\/dicom-viewer\/api\/series\/([^/]+)\/mip\/$/, async ({ searchParams: query }, match) => {
    const planes = await volumes.of(match[1] ?? "");
    if (!planes) return undefined;
    const plane = query.get("plane");
    if (isPlane(plane)) return pictureOf(await planes.projection(plane, lookOf(query)));
    const views = await all(async (name) => {
      await task();
      return urlOf(await planes.projection(name, lookOf(query)));
    });
    return Response.json({ mip_views: views, ...describe(match[1] ?? "", planes.size) });
  });
}

let last: Promise<unknown> = Promise.resolve();

/** A task of its own, after those that wait for one: the page can draw and listen between two planes. */
function task(): Promise<void> {
  const next = last.then(() => new Promise<void>((resolve) => setTimeout(resolve)));
  last = next;
  return next;
}

function pictureOf(picture: Blob): Response {
  return new Response(picture, { headers: { "Content-Type": picture.type } });
}

/** What can be said of the planes of a series before its objects are here: nothing is asked of anybody. */
function estimate(catalog: Catalog, store: Store, seriesId: string): Response | undefined {
  const images = catalog.imagesOf(seriesId);
  const first = images.map(({ id }) => store.infoNow(id)).find((info) => info !== undefined);
  const slices = images.length * (first?.frames ?? 1);
  if (!first || slices < 2) return undefined;
  const counts = [first.columns, first.rows, slices] as const;
  const [left, back, up] = axesOfSlices(first.imageOrientationPatient ?? [1, 0, 0, 0, 1, 0]);
  const size = [counts[left.of], counts[back.of], counts[up.of]] as const;
  return Response.json({ mpr_views: null, ...describe(seriesId, size) });
}

function describe(seriesId: string, [left, back, up]: PagePlanes["size"]) {
  return {
    volume_shape: [up, back, left],
    counts: { axial: up, sagittal: left, coronal: back },
    series_info: { id: Number(seriesId), description: "", modality: "" },
  };
}

async function all(make: (name: PlaneName) => Promise<string>): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(PLANES.map(async (name) => [name, await make(name)] as const)));
}

function lookOf(query: URLSearchParams): PlanesLook {
  return {
    width: numberOr(query.get("window_width"), page.windowWidth),
    center: numberOr(query.get("window_level"), page.windowLevel),
    inverted: isYes(query.get("inverted")),
  };
}

function turnOf(query: URLSearchParams, { size }: PagePlanes): Turn | undefined {
  const degrees = Number.parseFloat(query.get("rot_z") ?? "");
  if (!Number.isFinite(degrees)) return undefined;
  const at = (name: string, middle: number): number => numberOr(query.get(name), middle);
  return { degrees, voxel: [at("cvx", size[0] / 2), at("cvy", size[1] / 2), at("cvz", size[2] / 2)] };
}
