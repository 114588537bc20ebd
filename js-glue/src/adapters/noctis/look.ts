import type { WindowLevel } from "../../public/instance.js";
import type { FrameLook, ImageFrame, Levels } from "../../public/painter.js";

/** The page's gamma by modality; 1 for all others. */
const GAMMA: Readonly<Record<string, number>> = { MG: 0.45, DX: 0.55, CR: 0.55, DR: 0.55, XA: 0.65, RF: 0.65 };
/** Formats with more stored values are drawn by the window alone. */
const MOST_LEVELS = 1 << 16;
/** How far a float32 may be from the number that it stands for, of that number. */
const FLOAT32 = 2 ** -23;

/** The page's gamma for a modality. */
export function gammaOf(modality: string | undefined): number {
  return GAMMA[modality ?? ""] ?? 1;
}

/** How the page shows a frame at this moment. */
export interface PageLook {
  readonly width: number;
  readonly center: number;
  /** By the user. */
  readonly inverted: boolean;
  readonly modality: string;
}

/** The same in this package's words. */
export function lookOf(frame: ImageFrame, look: PageLook, parity: "page" | "dicom"): FrameLook {
  if (parity === "page" && !frame.isColor) {
    const levels = levelsOf(frame, look);
    if (levels) return { levels };
  }
  return { window: pageWindow(look, parity), invert: look.inverted };
}

/** The window: the page has none of the half units of the standard's LINEAR. */
export function pageWindow(
  { center, width }: Pick<PageLook, "center" | "width">,
  parity: "page" | "dicom",
): WindowLevel {
  if (parity === "dicom") return { center, width: Math.max(1, width) };
  return { center, width: Math.max(width, 1e-3), function: "LINEAR_EXACT" };
}

/** What is to be seen of values through a window: by the page's arithmetic, or by the standard's LINEAR (PS3.3 C.11.2.1.2.1). */
export function greysOf(
  values: Float32Array,
  { center, width }: Pick<PageLook, "center" | "width">,
  isInverted: boolean,
  parity: "page" | "dicom",
): Uint8Array<ArrayBuffer> {
  const isPage = parity === "page";
  const range = Math.max(isPage ? width : width - 1, 1e-3);
  const low = (isPage ? center : center - 0.5) - range / 2;
  const scale = 255 / range;
  const mask = isInverted ? 255 : 0;
  const greys = new Uint8Array(values.length);
  for (let i = 0; i < greys.length; i += 1) {
    const level = ((values[i] as number) - low) * scale;
    greys[i] = mask ^ (level < 0 ? 0 : level > 255 ? 255 : Math.floor(level + 0.5));
  }
  return greys;
}

/** What the page's arithmetic gives for each stored value, on float32 values as it has them. */
function levelsOf(frame: ImageFrame, { width, center, inverted, modality }: PageLook): Levels | undefined {
  const [least, largest] = frame.storedRange;
  if (largest - least >= MOST_LEVELS) return undefined;
  const [first, last] = within(frame, center - width / 2, width);
  const gamma = gammaOf(modality);
  const isInverted = inverted !== frame.inverted;
  const tone = Uint8ClampedArray.from({ length: 256 }, (_, level) => {
    const shown = isInverted ? 255 - level : level;
    return Math.round(255 * (shown / 255) ** gamma);
  });
  const low = center - width / 2;
  const scale = 255 / width;
  const levels = new Uint8Array(last - first + 1);
  for (let i = 0; i < levels.length; i += 1) {
    const level = (Math.fround(frame.valueOf(first + i)) - low) * scale;
    levels[i] = tone[level < 0 ? 0 : level > 255 ? 255 : Math.floor(level + 0.5)] ?? 0;
  }
  return { first, levels };
}

/** The first and the last stored value between which levels differ. */
function within(frame: ImageFrame, low: number, width: number): readonly [number, number] {
  const { storedRange, isLinear, rescaleSlope: slope, rescaleIntercept: intercept } = frame;
  if (!isLinear || slope === 0) return storedRange;
  const [least, largest] = storedRange;
  // What float32 makes of a value may be that of one beside it.
  const beside = 1 + Math.ceil((FLOAT32 * Math.max(Math.abs(low), Math.abs(low + width))) / Math.abs(slope));
  const ends = [low, low + width].map((value) => (value - intercept) / slope);
  const clamp = (stored: number): number => Math.min(largest, Math.max(least, stored));
  return [clamp(Math.floor(Math.min(...ends)) - beside), clamp(Math.ceil(Math.max(...ends)) + beside)];
}
