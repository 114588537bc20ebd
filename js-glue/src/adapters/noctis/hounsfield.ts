import { type Ellipse, type Statistics, statisticsIn } from "./ellipse.js";
import type { Network } from "./network.js";
import { isPlane } from "./planes.js";
import type { Store } from "./store.js";
import type { Volumes } from "./volumes.js";

/** Where values come from: absent where the page's server is to answer. */
export interface ValueSources {
  /** Of images. */
  readonly store?: Store;
  /** Of planes. */
  readonly volumes?: Volumes;
}

/** Values of a picture of the page. */
interface Values {
  at(x: number, y: number): number | undefined;
  within(ellipse: Ellipse): Statistics | undefined;
}

/** Answers what the page asks of values in an image or a plane: that under a pixel, or those in an ellipse. */
export function answerHounsfield(network: Network, sources: ValueSources): void {
  network.add(/\/dicom-viewer\/api\/hu\/$/, async ({ searchParams: query }) => {
    const number = (name: string): number => Number(query.get(name));
    const values = await valuesOf(query, sources);
    if (!values) return undefined;
    if (query.get("shape") === "ellipse") {
      const stats = values.within([number("cx"), number("cy"), number("rx"), number("ry")]);
      return stats ? Response.json({ stats }) : Response.json({ error: "no pixels" }, { status: 400 });
    }
    const value = values.at(number("x"), number("y"));
    if (value === undefined) return Response.json({ error: "outside" }, { status: 400 });
    return Response.json({ hu: Math.round(value * 10) / 10 });
  });
}

async function valuesOf(query: URLSearchParams, { store, volumes }: ValueSources): Promise<Values | undefined> {
  const [plane, index] = [query.get("plane"), Number(query.get("slice"))];
  if (query.get("mode") === "mpr" && isPlane(plane)) {
    const planes = await volumes?.of(query.get("series_id") ?? "");
    return (
      planes && {
        at: (x, y) => planes.valueAt(plane, index, x, y),
        within: (ellipse) => planes.statistics(plane, index, ellipse),
      }
    );
  }
  const image = query.get("mode") === "series" ? query.get("image_id") : null;
  const frame = image === null ? undefined : await store?.frame(image, 0);
  const values = frame && store?.valuesOf(frame);
  if (!values) return undefined;
  const { columns, rows } = frame;
  const at = (x: number, y: number): number | undefined =>
    x >= 0 && y >= 0 && x < columns && y < rows ? values[Math.floor(y) * columns + Math.floor(x)] : undefined;
  return { at, within: (ellipse) => statisticsIn(ellipse, [columns, rows], at) };
}
