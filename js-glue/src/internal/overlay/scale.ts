import type { Slice } from "../library.js";
import { short } from "./text.js";

/** How large things are on the screen, or why that is not known. */
export interface Scale {
  /** Millimetres in a CSS pixel; absent where the object does not say. */
  readonly mmPerPx?: number;
  /** What must be known of it. */
  readonly note?: string;
}

/** A bar is at most so long, CSS pixels. */
const LONGEST_PX = 120;
const STEPS = [5, 2, 1];

/** The scale of a slice in the direction of one step on the screen, which is so many columns and rows. */
export function scaleAlong({ object, frame }: Slice, [columns, rows]: readonly [number, number]): Scale {
  const { info, calibratedMm } = object;
  const spacing = calibratedMm ?? info.planes?.[frame]?.spacingMm ?? info.spacingMm;
  if (!spacing) return { note: "No scale: the pixel spacing is not known" };
  const mmPerPx = Math.hypot(columns * spacing[1], rows * spacing[0]);
  if (calibratedMm) return { mmPerPx, note: "calibrated by hand" };
  return info.spacingSource === "ImagerPixelSpacing" ? { mmPerPx, note: "at the detector" } : { mmPerPx };
}

/** The longest bar of a round length. */
export function barOf({ mmPerPx, note = "" }: Scale): { readonly px: number; readonly text: string } {
  const longest = (mmPerPx ?? 0) * LONGEST_PX;
  if (!mmPerPx || !(longest > 0 && Number.isFinite(longest))) return { px: 0, text: note };
  const power = 10 ** Math.floor(Math.log10(longest));
  const mm = power * (STEPS.find((step) => step * power <= longest) ?? 1);
  const length = mm >= 10 ? `${short(mm / 10)} cm` : `${short(mm, 3)} mm`;
  return { px: mm / mmPerPx, text: note ? `${length} ${note}` : length };
}
