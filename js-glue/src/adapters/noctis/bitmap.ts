const HEADER = 54;

/** A picture as a file that every browser reads and nobody has to compress: BMP, 32 bits a pixel. */
export function bmpOf({ width, height, data }: ImageData): Blob {
  const bytes = new Uint8Array(HEADER + data.length);
  const view = new DataView(bytes.buffer);
  const words: readonly (readonly [number, number])[] = [
    [2, bytes.length],
    [10, HEADER],
    [14, 40],
    [18, width],
    // Negative: from the top.
    [22, -height],
    [34, data.length],
  ];
  view.setUint16(0, 0x4d42, true);
  for (const [at, value] of words) view.setInt32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 32, true);
  for (let i = 0; i < data.length; i += 4) {
    bytes[HEADER + i] = data[i + 2] ?? 0;
    bytes[HEADER + i + 1] = data[i + 1] ?? 0;
    bytes[HEADER + i + 2] = data[i] ?? 0;
    bytes[HEADER + i + 3] = 255;
  }
  return new Blob([bytes], { type: "image/bmp" });
}

let scratch: OffscreenCanvasRenderingContext2D | undefined;

/** The pixels of a canvas, whatever draws on it. */
export function pixelsOf(canvas: HTMLCanvasElement | OffscreenCanvas): ImageData {
  const { width, height } = canvas;
  const own = canvas instanceof OffscreenCanvas ? canvas.getContext("2d") : null;
  if (own) return own.getImageData(0, 0, width, height);
  scratch ??= new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true }) ?? undefined;
  if (!scratch) throw new Error("the browser gives no 2d context");
  // Its size empties it.
  Object.assign(scratch.canvas, { width, height });
  scratch.drawImage(canvas, 0, 0);
  return scratch.getImageData(0, 0, width, height);
}

/** The same as text for an address. */
export function urlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
