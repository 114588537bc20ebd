import { sortSlices } from "../../internal/order.js";
import type { ImageFrame, Painter } from "../../public/painter.js";
import type { Binding } from "./binding.js";
import { pixelsOf } from "./bitmap.js";
import { page } from "./page.js";
import { decimal, decimals, part10, short } from "./part10.js";
import { GREY_16, reduced } from "./served.js";
import type { Store } from "./store.js";

interface Opened {
  readonly frames: readonly ImageFrame[];
  readonly arrival: number;
}

/**
 * Files from the disk, whatever they are: the page's own loader reads one frame of 16 bits, uncompressed, in the order of
 * InstanceNumber, so that is what it is handed. What cannot be decoded goes to it as it is.
 */
export class LocalFiles {
  readonly #store: Store;
  readonly #painter: Promise<Painter>;
  /** All frames, by the UID of their series. */
  #frames = new Map<string, readonly ImageFrame[]>();
  /** Files that the page was handed. */
  readonly #handed = new WeakSet<File>();

  constructor(store: Store, painter: Promise<Painter>) {
    this.#store = store;
    this.#painter = painter;
  }

  bind(binding: Binding): void {
    binding.replace("local", "loadFromLocalFiles", (original, [given]) => {
      const files = filesOf(given);
      if (!this.#isNew(files)) return original();
      return this.#read(files).then(
        (made) => binding.original("loadFromLocalFiles")?.(made),
        () => original(),
      );
    });
    // What is chosen by the page's input may go past that function.
    const chosen = (event: Event): void => {
      const input = event.target;
      if (!(input instanceof HTMLInputElement) || input.id !== "localDicomInput" || !binding.isOn("local")) return;
      const files = filesOf(input.files);
      if (!this.#isNew(files)) return;
      event.stopImmediatePropagation();
      this.#read(files).then(
        (made) => this.#hand(input, made),
        () => this.#hand(input, files),
      );
    };
    window.addEventListener("change", chosen, { capture: true, signal: binding.restored });
  }

  #isNew(files: readonly File[]): boolean {
    return files.some((file) => !this.#handed.has(file));
  }

  /** As if they had been chosen. */
  #hand(input: HTMLInputElement, files: readonly File[]): void {
    const list = new DataTransfer();
    for (const file of files) {
      this.#handed.add(file);
      list.items.add(file);
    }
    input.files = list.files;
    for (const file of filesOf(input.files)) this.#handed.add(file);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** The frames of a series of the page that was read from files; undefined of others. */
  framesOf(seriesId: string): readonly ImageFrame[] | undefined {
    const all: unknown = Reflect.get(window, "_localDicomSeries");
    const listed: readonly LocalSeries[] = Array.isArray(all) ? all : [];
    const series = listed.find(({ id }) => String(id) === seriesId);
    return series && this.#frames.get(String(series.uid ?? this.#shownUid()));
  }

  /** The series of what is shown now. */
  #shownUid(): string | undefined {
    const { rows = 0, columns = 0, pixel_data: values } = page.lastPayload ?? {};
    return values ? this.#store.recall(rows, columns, values)?.info?.seriesInstanceUid : undefined;
  }

  async #read(files: readonly File[]): Promise<readonly File[]> {
    const painter = await this.#painter;
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
    this.#frames = bySeries(opened.flatMap(({ frames }) => frames));
    const made = [...inOrder(opened)].map(([frame, number]) => fileOf(frame, number, this.#store, painter));
    return [...made, ...others];
  }
}

/** A series from the disk as the page keeps it. */
interface LocalSeries {
  readonly id?: unknown;
  readonly uid?: unknown;
}

function bySeries(frames: readonly ImageFrame[]): Map<string, readonly ImageFrame[]> {
  const found = new Map<string, ImageFrame[]>();
  for (const frame of frames) {
    const uid = frame.info?.seriesInstanceUid ?? "";
    const others = found.get(uid);
    if (others) others.push(frame);
    else found.set(uid, [frame]);
  }
  return found;
}

function filesOf(given: unknown): readonly File[] {
  const list = given as Partial<ArrayLike<unknown>> | null | undefined;
  const files = typeof list?.length === "number" ? Array.from(list as ArrayLike<unknown>) : [];
  return files.filter((file) => file instanceof File);
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
  const { stored, slope, intercept } = reduced(frame.values() ?? brightness(frame, painter));
  const { info, window, rows, columns, isColor } = frame;
  const asPageReads = Float32Array.from(stored, (value) => value * Number(slope) + Number(intercept));
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
    ...GREY_16,
    [0x00281050, "DS", decimal(shown.center)],
    [0x00281051, "DS", decimal(shown.width)],
    [0x00281052, "DS", intercept],
    [0x00281053, "DS", slope],
    [0x7fe00010, "OW", new Uint8Array(stored.buffer)],
  ]);
  return new File([bytes], `${number}.dcm`, { type: "application/dicom" });
}

/** Colour as grey, for the page's numbers; what is drawn stays colour. */
function brightness(frame: ImageFrame, painter: Painter): Float32Array {
  const { data } = pixelsOf(painter.draw(frame));
  return Float32Array.from({ length: data.length / 4 }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(4 * i, 4 * i + 3);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  });
}
