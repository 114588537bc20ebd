const HEADER = 54;

/** What the head of such a file says. */
interface Head {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Where pixels begin, and how many bytes they are. */
  readonly head: number;
  readonly size: number;
}

function writeHeader(view: DataView, { width, height, bits, head, size }: Head): void {
  const words: readonly (readonly [number, number])[] = [
    [2, head + size],
    [10, head],
    [14, 40],
    [18, width],
    // Negative: from the top.
    [22, -height],
    [34, size],
  ];
  view.setUint16(0, 0x4d42, true);
  for (const [at, value] of words) view.setInt32(at, value, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
}

/** A picture as a file that every browser reads and nobody has to compress: BMP, 32 bits a pixel. */
export function bmpOf({ width, height, data }: ImageData): Blob {
  const bytes = new Uint8Array(HEADER + data.length);
  writeHeader(new DataView(bytes.buffer), { width, height, bits: 32, head: HEADER, size: data.length });
  for (let i = 0; i < data.length; i += 4) {
    bytes[HEADER + i] = data[i + 2] ?? 0;
    bytes[HEADER + i + 1] = data[i + 1] ?? 0;
    bytes[HEADER + i + 2] = data[i] ?? 0;
    bytes[HEADER + i + 3] = 255;
  }
  return new Blob([bytes], { type: "image/bmp" });
}

/** Rows and columns of 8 bits. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly greys: Uint8Array<ArrayBuffer>;
}

/** A grey picture as such a file, 8 bits a pixel. */
export function greyBmpOf({ width, height, greys }: GreyPicture): Blob {
  const head = HEADER + 4 * 256;
  const line = (width + 3) & ~3;
  const bytes = new Uint8Array(head + line * height);
  writeHeader(new DataView(bytes.buffer), { width, height, bits: 8, head, size: line * height });
  for (let level = 0; level < 256; level += 1) bytes.fill(level, HEADER + 4 * level, HEADER + 4 * level + 3);
  for (let row = 0; row < height; row += 1) {
    bytes.set(greys.subarray(row * width, (row + 1) * width), head + row * line);
  }
  return new Blob([bytes], { type: "image/bmp" });
}

/** A grey picture in another size, straight lines between its pixels. */
export function resized(
  { width: columns, height: rows, greys }: GreyPicture,
  [width, height]: readonly [number, number],
): GreyPicture {
  if (width === columns && height === rows) return { width, height, greys };
  const across = width === columns ? greys : widened(greys, columns, width);
  const [uppers, lowers, parts] = stepsOf(rows, height);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const part = parts[y] as number;
    const [upper, lower] = [(uppers[y] as number) * width, (lowers[y] as number) * width];
    for (let x = 0, to = y * width; x < width; x += 1, to += 1) {
      const above = across[upper + x] as number;
      out[to] = above + ((across[lower + x] as number) - above) * part + 0.5;
    }
  }
  return { width, height, greys: out };
}

/** Rows of another length. */
function widened(greys: Uint8Array, columns: number, width: number): Float32Array {
  const [lefts, rights, shares] = stepsOf(columns, width);
  const out = new Float32Array((greys.length / columns) * width);
  for (let from = 0, to = 0; from < greys.length; from += columns) {
    for (let x = 0; x < width; x += 1, to += 1) {
      const left = greys[from + (lefts[x] as number)] as number;
      const right = greys[from + (rights[x] as number)] as number;
      out[to] = left + (right - left) * (shares[x] as number);
    }
  }
  return out;
}

/** Between which two of `from` pixels each of `to` lies, and how far. */
function stepsOf(from: number, to: number): readonly [Int32Array, Int32Array, Float32Array] {
  const [before, after, shares] = [new Int32Array(to), new Int32Array(to), new Float32Array(to)];
  for (let i = 0; i < to; i += 1) {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const whole = Math.floor(at);
    before[i] = whole;
    after[i] = Math.min(from - 1, whole + 1);
    shares[i] = at - whole;
  }
  return [before, after, shares];
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
