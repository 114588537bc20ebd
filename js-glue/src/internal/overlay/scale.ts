import type { Slice } from "../library.js";
import { short } from "./text.js";

/** How large things are on the screen, or why that is not known. */
export interface Scale {
  /** Units in a CSS pixel; absent where the object does not say. */
  readonly perPx?: number;
  /** As people write it; millimetres where it is absent. */
  readonly unit?: string;
  /** What must be known of it. */
  readonly note?: string;
}

/** A bar is at most so long, CSS pixels. */
const LONGEST_PX = 120;
const STEPS = [5, 2, 1];
/** Slices through the patient: their pixels are what they say. */
const SLICED = /^(CT|MR|PT|NM)$/;

/**
 * The scale of a slice in the direction of one step on the screen, which is so many columns and rows; undefined where more has to
 * be asked: of projections, and of pictures with several scales.
 */
export function plainScale({ object, frame }: Slice, [columns, rows]: readonly [number, number]): Scale | undefined {
  const { info, calibratedMm } = object;
  const spacing = calibratedMm ?? info.planes?.[frame]?.spacingMm ?? info.spacingMm;
  const isPlain = SLICED.test(info.modality ?? "") && !info.pixelScale;
  if (!spacing || !(calibratedMm || isPlain)) return undefined;
  const perPx = Math.hypot(columns * spacing[1], rows * spacing[0]);
  return calibratedMm ? { perPx, note: "calibrated by hand" } : { perPx };
}

/** The longest bar of a round length. */
export function barOf({ perPx, unit, note = "" }: Scale): { readonly px: number; readonly text: string } {
  const longest = (perPx ?? 0) * LONGEST_PX;
  if (!perPx || !(longest > 0 && Number.isFinite(longest))) return { px: 0, text: note };
  const power = 10 ** Math.floor(Math.log10(longest));
  const size = power * (STEPS.find((step) => step * power <= longest) ?? 1);
  const mm = size >= 10 ? `${short(size / 10)} cm` : `${short(size, 3)} mm`;
  const length = unit ? `${short(size, 4)} ${unit}` : mm;
  return { px: size / perPx, text: note ? `${length} ${note}` : length };
}
