import { NoctisError } from "../public/errors.js";

/** RGBA bytes on a canvas. */
export function canvasOf(rgba: Uint8Array, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new NoctisError("limit", `the browser cannot make a picture of ${width} x ${height}`);
  context.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  return canvas;
}

/** A canvas as a PNG. */
export async function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new NoctisError("limit", `the browser cannot make a PNG of ${canvas.width} x ${canvas.height}`);
  return blob;
}

/** RGBA bytes as a PNG. */
export function pngOf(rgba: Uint8Array, width: number, height: number): Promise<Blob> {
  return blobOf(canvasOf(rgba, width, height));
}
