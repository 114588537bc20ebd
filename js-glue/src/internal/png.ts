import { NoctisError } from "../public/errors.js";

/** RGBA bytes as a PNG. */
export async function pngOf(rgba: Uint8Array, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) throw new NoctisError("limit", `the browser cannot make a picture of ${width} x ${height}`);
  context.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new NoctisError("limit", `the browser cannot make a PNG of ${width} x ${height}`);
  return blob;
}
