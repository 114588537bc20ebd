import type { ImageFrame } from "../../public/painter.js";
import { page } from "./page.js";
import { stretchOf } from "./stretch.js";

/**
 * The picture of a frame in the middle of the page's canvas, as large as its turned outline fits, then as the user has moved it; made
 * smaller as well as the browser can, or as fast. Gives how points of the picture, from its middle, become points of the canvas.
 */
export function place(
  context: CanvasRenderingContext2D,
  picture: CanvasImageSource,
  { columns: imgW, rows: imgH }: ImageFrame,
  quality: ImageSmoothingQuality,
): DOMMatrix {
  const { canvas } = context;
  const radians = (page.rotation * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  // The page of 2025 has a canvas of one size, however it is shown.
  const stretch = page.keepsPictures ? 1 : stretchOf(canvas);
  const width = canvas.width * stretch;
  const baseScale = Math.min(width / (imgW * cos + imgH * sin), canvas.height / (imgW * sin + imgH * cos));
  page.renderMeta = { imgW, imgH, baseScale, rotDeg: page.rotation };
  const scale = baseScale * page.zoom;
  const [right, down] = page.pan;
  const [flipH, flipV] = page.flips;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.save();
  try {
    context.translate(canvas.width / 2 + right, canvas.height / 2 + down);
    if (stretch !== 1) context.scale(1 / stretch, 1);
    context.rotate(radians);
    context.scale(flipH ? -scale : scale, flipV ? -scale : scale);
    context.imageSmoothingEnabled = scale < Math.max(1, stretch);
    context.imageSmoothingQuality = quality;
    context.drawImage(picture, -imgW / 2, -imgH / 2, imgW, imgH);
    return context.getTransform();
  } finally {
    // Also where there is no picture any more, the page finds its canvas as it was.
    context.restore();
  }
}
