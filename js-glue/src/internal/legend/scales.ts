import type { Engine } from "../engine.js";
import type { Slice, StoredObject } from "../library.js";
import { startMeasuring } from "../measure/index.js";
import type { Calibration, UltrasoundScale } from "../measure/types.js";
import { unitText } from "../measure/unit.js";
import type { Scale } from "../overlay/scale.js";

type Point = readonly [number, number];

/** Scales by the rules by which lengths are measured. */
export class ScaleReader {
  readonly #calibrations = new WeakMap<StoredObject, Calibration>();
  readonly #calibrate: (slice: Slice) => Calibration;

  constructor(calibrate: (slice: Slice) => Calibration) {
    this.#calibrate = calibrate;
  }

  static async start({ assets }: Engine): Promise<ScaleReader> {
    const measuring = await startMeasuring(assets);
    return new ScaleReader(({ object, frame }) => {
      const gauge = measuring.frame(object.info, frame, undefined);
      const { calibration } = gauge;
      gauge.free();
      return calibration;
    });
  }

  scale(slice: Slice, at: Point, way: Point): Scale {
    const known = this.#calibrations.get(slice.object) ?? this.#calibrate(slice);
    this.#calibrations.set(slice.object, known);
    const { scale, regions } = known;
    const region = regionAt(regions, at);
    if (region) return alongRegion(region, way);
    if (scale.unit !== "mm") return { note: "No scale: the pixel spacing is not known" };
    const perPx = Math.hypot(way[0] * scale.spacing[1], way[1] * scale.spacing[0]);
    // The rest is for those who measure.
    const [note] = scale.note?.split(":", 1) ?? [];
    return note ? { perPx, note } : { perPx };
  }
}

/** The region at a point, as it is chosen for measuring; else the largest picture of space. */
function regionAt(regions: readonly UltrasoundScale[], [column, row]: Point): UltrasoundScale | undefined {
  const here = regions
    .filter(
      ({ bounds: [left, top, right, bottom] }) => column >= left && column <= right && row >= top && row <= bottom,
    )
    .sort((a, b) => Number(a.isLowPriority) - Number(b.isLowPriority) || sizeOf(a) - sizeOf(b));
  return here[0] ?? regions.filter(isSpatial).sort((a, b) => sizeOf(b) - sizeOf(a))[0];
}

function sizeOf({ bounds: [left, top, right, bottom] }: UltrasoundScale): number {
  return (right - left + 1) * (bottom - top + 1);
}

function isSpatial({ axes }: UltrasoundScale): boolean {
  return axes.every(({ unit }) => unit === "mm");
}

/** Of a picture of space along any way; else along the axis that is nearer to it, in its unit. */
function alongRegion(region: UltrasoundScale, [columns, rows]: Point): Scale {
  const [x, y] = region.axes;
  if (isSpatial(region)) return { perPx: Math.hypot(columns * x.step, rows * y.step) };
  const isAcross = Math.abs(columns) >= Math.abs(rows);
  const { unit, name = "", step } = isAcross ? x : y;
  const perPx = Math.abs(step * (isAcross ? columns : rows));
  return unit === "mm" ? { perPx } : { perPx, unit: unitText({ name, unit }) || name };
}
