import { sortSlices } from "../../internal/order.js";
import type { ImageFrame, Painter } from "../../public/painter.js";
import type { Binding } from "./binding.js";
import { pixelsOf } from "./bitmap.js";
import { part10, short } from "./part10.js";
import type { Store } from "./store.js";

/** Values of 16 bits, and what makes them the frame's again. */
interface Reduced {
  readonly stored: Int16Array<ArrayBuffer>;
  readonly slope: string;
  readonly intercept: string;
}

interface Opened {
  readonly frames: readonly ImageFrame[];
  readonly arrival: number;
}

/**
 * Files from the disk, whatever they are: the page's own loader reads one frame of 16 bits, uncompressed, in the order of
 * InstanceNumber, so that is what it is handed. What cannot be decoded goes to it as it is.
 */
export function bindLocal(binding: Binding, store: Store, painter: Promise<Painter>): void {
  binding.replace("local", "loadFromLocalFiles", (original, [given]) => {
    const files = filesOf(given);
    if (files.length === 0) return original();
    return read(files, store, painter).then(
      (made) => callWith(binding, made),
      () => original(),
    );
  });
}

/** Calls the page's own loader. */
function callWith(binding: Binding, files: readonly File[]): unknown {
  return binding.original("loadFromLocalFiles")?.(files);
}

function filesOf(given: unknown): readonly File[] {
  const list = given as Partial<ArrayLike<unknown>> | null | undefined;
  const files = typeof list?.length === "number" ? Array.from(list as ArrayLike<unknown>) : [];
  return files.filter((file) => file instanceof File);
}

async function read(files: readonly File[], store: Store, ready: Promise<Painter>): Promise<readonly File[]> {
  const painter = await ready;
  const others: File[] = [];
  const opened: Opened[] = [];
  for (const [arrival, file] of files.entries()) {
    try {
      const object = await painter.open(file);
      const frames = [];
      for (let index = 0; index < object.info.frames; index += 1) frames.push(await object.frame(index));
      object.close();
      opened.push({ frames, arrival });
    } catch {
      others.push(file);
    }
  }
  const made = [...inOrder(opened)].map(([frame, number]) => fileOf(frame, number, store, painter));
  return [...made, ...others];
}

/** All frames with their numbers: by series, and in each by place. */
function* inOrder(opened: readonly Opened[]): Generator<readonly [ImageFrame, number]> {
  const placed = opened.flatMap(({ frames, arrival }) =>
    frames.map((shown) => ({
      shown,
      frame: shown.frame,
      position: shown.info?.imagePositionPatient,
      orientation: shown.info?.imageOrientationPatient,
      instanceNumber: shown.info?.instanceNumber,
      arrival,
    })),
  );
  const series = new Map<string, typeof placed>();
  for (const one of placed) {
    const uid = one.shown.info?.seriesInstanceUid ?? "";
    series.set(uid, [...(series.get(uid) ?? []), one]);
  }
  for (const slices of series.values()) {
    for (const [index, { shown }] of sortSlices(slices).entries()) yield [shown, index + 1];
  }
}

function fileOf(frame: ImageFrame, number: number, store: Store, painter: Painter): File {
  const reduced = reduce(frame.values() ?? brightness(frame, painter));
  const { info, window, rows, columns, isColor } = frame;
  const asPageReads = Float32Array.from(
    reduced.stored,
    (value) => value * Number(reduced.slope) + Number(reduced.intercept),
  );
  store.remember(asPageReads, frame);
  const shown = isColor ? { center: 127.5, width: 255 } : window;
  const uid = `${info?.sopInstanceUid ?? "2.25.0"}`;
  const bytes = part10([
    [0x00080016, "UI", info?.sopClassUid ?? ""],
    [0x00080018, "UI", uid],
    [0x00080020, "DA", info?.study.date ?? ""],
    [0x00080060, "CS", info?.modality ?? "OT"],
    [0x00081030, "LO", info?.study.description ?? ""],
    [0x0008103e, "LO", info?.series.description ?? ""],
    [0x00100010, "PN", info?.patient.name ?? ""],
    [0x00100020, "LO", info?.patient.id ?? ""],
    ...(info?.sliceThicknessMm ? [[0x00180050, "DS", decimal(info.sliceThicknessMm)] as const] : []),
    [0x0020000d, "UI", info?.studyInstanceUid ?? ""],
    [0x0020000e, "UI", info?.seriesInstanceUid ?? ""],
    [0x00200011, "IS", String(info?.series.number ?? 1)],
    [0x00200013, "IS", String(number)],
    ...(info?.imagePositionPatient ? [[0x00200032, "DS", decimals(info.imagePositionPatient)] as const] : []),
    ...(info?.imageOrientationPatient ? [[0x00200037, "DS", decimals(info.imageOrientationPatient)] as const] : []),
    [0x00280002, "US", short(1)],
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280010, "US", short(rows)],
    [0x00280011, "US", short(columns)],
    [0x00280030, "DS", decimals(info?.spacingMm ?? [1, 1])],
    [0x00280100, "US", short(16)],
    [0x00280101, "US", short(16)],
    [0x00280102, "US", short(15)],
    [0x00280103, "US", short(1)],
    [0x00281050, "DS", decimal(shown.center)],
    [0x00281051, "DS", decimal(shown.width)],
    [0x00281052, "DS", reduced.intercept],
    [0x00281053, "DS", reduced.slope],
    [0x7fe00010, "OW", new Uint8Array(reduced.stored.buffer)],
  ]);
  return new File([bytes], `${number}.dcm`, { type: "application/dicom" });
}

/** Whole numbers of 16 bits as they are, others in 65,536 steps of their range. */
function reduce(values: Float32Array): Reduced {
  let [least, largest, isWhole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values) {
    least = Math.min(least, value);
    largest = Math.max(largest, value);
    isWhole &&= Number.isInteger(value);
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

/** Colour as grey, for the page's numbers; what is drawn stays colour. */
function brightness(frame: ImageFrame, painter: Painter): Float32Array {
  const { data } = pixelsOf(painter.draw(frame));
  return Float32Array.from({ length: data.length / 4 }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(4 * i, 4 * i + 3);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  });
}

/** A DICOM decimal string: at most 16 characters. */
function decimal(value: number): string {
  for (let digits = 15; digits > 0; digits -= 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  return "0";
}

function decimals(values: readonly number[]): string {
  return values.map(decimal).join("\\");
}
