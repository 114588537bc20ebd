import type { ImageFrame, ImageObject, Painter } from "../../public/painter.js";
import type { ImageEntry } from "./catalog.js";
import { decimal, decimals, part10, short } from "./part10.js";

/** Values of a frame as the page's server gives them. */
export interface ServedValues {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly window: readonly [width: number, center: number];
  readonly spacing: readonly number[];
  readonly thicknessMm: number;
  readonly modality: string;
  readonly values: Float32Array<ArrayBuffer>;
}

/** Whole numbers of 16 bits, and what makes them values again. */
interface Reduced {
  readonly stored: Int16Array<ArrayBuffer>;
  readonly slope: string;
  readonly intercept: string;
}

/** Asks the page's server for the values of a frame; undefined where it has none, as of colour. Rejects when it does not answer. */
export async function fetchValues(ask: typeof fetch, id: string, index: number): Promise<ServedValues | undefined> {
  const response = await ask.call(window, `/dicom-viewer/api/image/${id}/data/?packed=bin&frame=${index}`);
  const text = (name: string): string => response.headers.get(`X-Noctis-${name}`) ?? "";
  const number = (name: string): number => Number.parseFloat(text(name));
  const [rows, columns] = [number("Rows"), number("Columns")];
  // Whoever has to log in again, or has reached a server in trouble, may have them later.
  if (!response.ok || response.redirected) throw new Error("the server does not give values");
  if (!rows || !columns) return undefined;
  const values = new Float32Array(await response.arrayBuffer());
  if (values.length !== rows * columns) return undefined;
  return {
    rows,
    columns,
    frames: number("Number-Of-Frames") || 1,
    window: [number("Window-Width"), number("Window-Center")],
    spacing: numbersIn(text("Pixel-Spacing")),
    thicknessMm: number("Slice-Thickness"),
    modality: text("Modality"),
    values,
  };
}

/** An object of such values, each frame asked for when it is wanted: where nobody gives the object itself. */
export class ServedObject implements ImageObject {
  readonly info: ImageObject["info"];
  readonly #first: ImageFrame;
  readonly #read: (index: number) => Promise<ImageFrame>;

  constructor(first: ImageFrame, frames: number, read: (index: number) => Promise<ImageFrame>) {
    this.info = { ...(first.info as ImageObject["info"]), frames };
    this.#first = first;
    this.#read = read;
  }

  async frame(index: number): Promise<ImageFrame> {
    return index === 0 ? this.#first : this.#read(index);
  }

  close(): void {}
}

/** A frame of such values at the place of its image. */
export async function frameOfServed(painter: Painter, served: ServedValues, image: ImageEntry): Promise<ImageFrame> {
  const { stored, slope, intercept } = reduced(served.values);
  const [width, center] = served.window;
  const { position, orientation } = image;
  const bytes = part10([
    // CT Image Storage: a picture of grey values, at a place.
    [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2"],
    [0x00080018, "UI", image.sopUid ?? `2.25.${Number(image.id) || 0}`],
    [0x00080060, "CS", served.modality],
    ...(served.thicknessMm > 0 ? [[0x00180050, "DS", decimal(served.thicknessMm)] as const] : []),
    [0x0020000d, "UI", "2.25.0"],
    [0x0020000e, "UI", `2.25.${Number(image.seriesId) || 0}`],
    ...(position ? [[0x00200032, "DS", decimals(position)] as const] : []),
    ...(orientation ? [[0x00200037, "DS", decimals(orientation)] as const] : []),
    [0x00280002, "US", short(1)],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280010, "US", short(served.rows)],
    [0x00280011, "US", short(served.columns)],
    ...(served.spacing.length === 2 ? [[0x00280030, "DS", decimals(served.spacing)] as const] : []),
    ...GREY_16,
    ...(width > 0 ? [[0x00281050, "DS", decimal(center)] as const, [0x00281051, "DS", decimal(width)] as const] : []),
    [0x00281052, "DS", intercept],
    [0x00281053, "DS", slope],
    [0x7fe00010, "OW", new Uint8Array(stored.buffer)],
  ]);
  const object = await painter.open(bytes);
  const frame = await object.frame(0);
  object.close();
  return frame;
}

/** Signed values of 16 bits. */
export const GREY_16 = [
  [0x00280100, "US", short(16)],
  [0x00280101, "US", short(16)],
  [0x00280102, "US", short(15)],
  [0x00280103, "US", short(1)],
] as const;

/** Whole numbers of 16 bits as they are, others in 65,536 steps of their range. */
export function reduced(values: Float32Array): Reduced {
  let [least, largest, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values) {
    if (value < least) least = value;
    if (value > largest) largest = value;
    if (value !== Math.round(value)) isWhole = false;
  }
  if (isWhole && least >= -32768 && largest <= 32767) {
    return { stored: Int16Array.from(values), slope: "1", intercept: "0" };
  }
  const slope = decimal((largest - least) / 65535 || 1);
  const intercept = decimal(least + 32768 * Number(slope));
  const stored = (value: number): number =>
    Math.min(32767, Math.max(-32768, (value - Number(intercept)) / Number(slope)));
  return { stored: Int16Array.from(values, (value) => Math.round(stored(value))), slope, intercept };
}

/** The numbers in a text, however they are separated. */
export function numbersIn(text: string): readonly number[] {
  return (text.match(/-?\d+(?:\.\d*)?(?:e[-+]?\d+)?/gi) ?? []).map(Number);
}
