/** Of values in an ellipse; the SD is that of a population, as the page's server gives it. */
export interface Statistics {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/** Center and radii, pixels; radii are at least 1. */
export type Ellipse = readonly [cx: number, cy: number, rx: number, ry: number];

/** Of the pixels of a picture whose middles are in an ellipse; undefined where there are none. */
export function statisticsIn(
  [cx, cy, rx, ry]: Ellipse,
  [width, height]: readonly [number, number],
  valueAt: (x: number, y: number) => number | undefined,
): Statistics | undefined {
  const [a, b] = [Math.max(rx, 1), Math.max(ry, 1)];
  const values: number[] = [];
  const [left, right] = [Math.max(0, Math.ceil(cx - a)), Math.min(width - 1, cx + a)];
  const [top, bottom] = [Math.max(0, Math.ceil(cy - b)), Math.min(height - 1, cy + b)];
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const isInside = ((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 <= 1;
      const value = isInside ? valueAt(x, y) : undefined;
      if (value !== undefined) values.push(value);
    }
  }
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((total, value) => total + value, 0) / n;
  const std = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / n);
  const min = values.reduce((least, value) => Math.min(least, value));
  const max = values.reduce((most, value) => Math.max(most, value));
  return { mean, std, min, max, n };
}
