import { get, put } from "./page.js";

/** Millimetres between rows and between columns. */
export interface Spacing {
  readonly row: number;
  readonly col: number;
}

declare let currentPixelSpacing: Partial<Spacing> | null;

/** That of the image in the main view; 1 where the page does not know. */
export function spacingOfMain(): Spacing {
  const known = get(() => currentPixelSpacing);
  return { row: known?.row || 1, col: known?.col || 1 };
}

/** Has the page measure by these millimetres, for as long as it takes. */
export function withSpacing<T>(spacing: Spacing, measure: () => T): T {
  const own = get(() => currentPixelSpacing) ?? null;
  const set = (value: typeof own): void =>
    put(() => {
      currentPixelSpacing = value;
    });
  set(spacing);
  try {
    return measure();
  } finally {
    set(own);
  }
}
