/** Sizes in whole pixels are rounded. */
const ROUNDED = 0.02;

/** How much wider than high the page shows the pixels of a canvas: 1 where it does not stretch them. */
export function stretchOf(canvas: HTMLCanvasElement): number {
  const { width, height, clientWidth, clientHeight } = canvas;
  const stretch = (clientWidth * height) / (clientHeight * width);
  const isStretched = stretch > 0 && Number.isFinite(stretch) && Math.abs(stretch - 1) > ROUNDED;
  return isStretched && getComputedStyle(canvas).objectFit === "fill" ? stretch : 1;
}
