import type { InstanceInfo } from "../../public/instance.js";
import type { ImageFrame, ImageObject, Painter } from "../../public/painter.js";
import type { Catalog } from "./catalog.js";
import { gammaOf } from "./look.js";
import { type Payload, page } from "./page.js";
import type { ValuePainter } from "./plain.js";
import { fetchValues, frameOfServed, ServedObject, type ServedValues } from "./served.js";

/** Objects that are asked for ahead of time, at once. */
const AHEAD_AT_ONCE = 3;
/** What could not be had is asked for again after this. */
const AGAIN_MS = 3000;
/** After so many refusals, and no object, a part of the site is not asked any more. */
const MOST_REFUSALS = 2;
/** Samples by which values are known again. */
const SAMPLES = 61;

/** An object that is here, or is on its way. */
interface Held {
  readonly object: Promise<ImageObject | undefined>;
  /** What it says of itself, once it is here. */
  info?: InstanceInfo;
  bytes: number;
  /** Frames that have been decoded. */
  readonly frames: Map<number, ImageFrame>;
}

/** Objects of the page's images, each fetched once, within a budget. */
export class Store {
  readonly #catalog: Catalog;
  readonly #fetch: typeof fetch;
  readonly #painter: Promise<Painter>;
  readonly #maxBytes: number;
  readonly #held = new Map<string, Held>();
  /** Frames of objects that had to go, as long as somebody else has them: a volume, for one. */
  readonly #past = new Map<string, WeakRef<ImageFrame>>();
  /** Values that are more exact than those of their frames. */
  readonly #exact = new WeakMap<ImageFrame, Float32Array<ArrayBuffer>>();
  readonly #ofValues = new WeakMap<object, ImageFrame>();
  readonly #ofSamples = new Map<string, ImageFrame>();
  readonly #truePictures = new Map<string, boolean>();
  /** The frame of the server's values that was asked for last, and those that are on their way. */
  readonly #served = new Map<string, ImageFrame>();
  readonly #asked = new Map<string, Promise<ImageFrame | undefined>>();
  /** How often nothing came from a part of the site. */
  readonly #refusals = new Map<string, number>();
  #waiting: string[] = [];
  #ahead = 0;

  constructor(catalog: Catalog, fetchOfPage: typeof fetch, painter: Promise<Painter>, maxBytes: number) {
    this.#catalog = catalog;
    this.#fetch = fetchOfPage;
    this.#painter = painter;
    this.#maxBytes = maxBytes;
  }

  /** The object of an image; undefined where the server does not give it. */
  object(id: string): Promise<ImageObject | undefined> {
    return this.#hold(id).object;
  }

  /** Whether an object is here or on its way. */
  has(id: string): boolean {
    return this.#held.has(id);
  }

  /** A frame of an image; undefined where its object cannot be had. Rejects when that cannot be shown. */
  async frame(id: string, index = 0): Promise<ImageFrame | undefined> {
    const known = this.frameNow(id, index);
    if (known) return known;
    const held = this.#hold(id);
    const object = await held.object;
    if (!object) return undefined;
    const frame = await object.frame(Math.min(index, object.info.frames - 1));
    held.frames.set(index, frame);
    return frame;
  }

  /** The same, if it is here. */
  frameNow(id: string, index = 0): ImageFrame | undefined {
    return this.#held.get(id)?.frames.get(index) ?? this.#past.get(`${id}:${index}`)?.deref();
  }

  /** What an object says of itself, if it is here. */
  infoNow(id: string): InstanceInfo | undefined {
    return this.#held.get(id)?.info ?? this.frameNow(id)?.info;
  }

  /** The values of a frame: those that the page's server gave, where they are its. */
  valuesOf(frame: ImageFrame): Float32Array<ArrayBuffer> | undefined {
    return this.#exact.get(frame) ?? frame.values();
  }

  /**
   * Whether the server's pictures in 8 bits are what this package would draw: grey, not MONOCHROME1, without a gamma of the
   * page. Known by an object of the series that is here.
   */
  hasTruePictures(id: string): boolean {
    const seriesId = this.#catalog.image(id)?.seriesId;
    if (seriesId === undefined) return false;
    const known = this.#truePictures.get(seriesId);
    if (known !== undefined) return known;
    const image = this.#catalog.imagesOf(seriesId).find((other) => this.frameNow(other.id));
    const frame = image && this.frameNow(image.id);
    if (!frame) return false;
    const { modality, frames } = this.infoNow(image.id) ?? {};
    const isTrue = !frame.isColor && !frame.inverted && gammaOf(modality) === 1 && frames === 1;
    this.#truePictures.set(seriesId, isTrue);
    return isTrue;
  }

  /** The frame that the page's values are of: one that was decoded here, else one of these values. */
  frameOf(payload: Payload, painter: ValuePainter): ImageFrame | undefined {
    const { rows, columns, pixel_data: values, id, frame_index: index = 0 } = payload;
    if (!rows || !columns || !values || values.length !== rows * columns) return undefined;
    const decoded = id === undefined ? undefined : this.frameNow(String(id), index);
    if (decoded?.rows === rows && decoded.columns === columns) return decoded;
    const known = this.#ofValues.get(values) ?? this.recall(rows, columns, values);
    if (known) return known;
    const frame = painter.frameOf({
      rows,
      columns,
      values: values instanceof Float32Array ? values : Float32Array.from(values),
    });
    this.#ofValues.set(values, frame);
    return frame;
  }

  /** A frame of the values that the page's own server gives, where it does; asked for once at a time. */
  async frameOfServer(id: string, painter: ValuePainter): Promise<ImageFrame | undefined> {
    const held = this.#served.get(id) ?? this.#asked.get(id);
    if (held) return held;
    const asked = this.#askServer(id, painter).finally(() => this.#asked.delete(id));
    this.#asked.set(id, asked);
    return asked;
  }

  async #askServer(id: string, painter: ValuePainter): Promise<ImageFrame | undefined> {
    const served = await fetchValues(this.#fetch, id, 0);
    if (!served) return undefined;
    const { rows, columns, values } = served;
    const [width, center] = served.window;
    const frame = painter.frameOf({ rows, columns, values, ...(width > 0 && { window: { center, width } }) });
    this.#served.clear();
    this.#served.set(id, frame);
    return frame;
  }

  /** The same, if it is the one that was asked for last. */
  servedNow(id: string): ImageFrame | undefined {
    return this.#served.get(id);
  }

  /** Remembers of which frame these values are, wherever the page takes them. */
  remember(values: Float32Array, frame: ImageFrame): void {
    this.#ofSamples.set(samplesOf(frame.rows, frame.columns, values), frame);
  }

  /** The frame of which values were remembered. */
  recall(rows: number, columns: number, values: ArrayLike<number>): ImageFrame | undefined {
    return this.#ofSamples.get(samplesOf(rows, columns, values));
  }

  /** Asks for images ahead of time, the first ones first; what was asked for before and has not begun is forgotten. */
  ahead(ids: readonly string[]): void {
    this.#waiting = ids.filter((id) => !this.#held.has(id));
    this.#pump();
  }

  #pump(): void {
    while (this.#ahead < AHEAD_AT_ONCE) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#ahead += 1;
      this.frame(id)
        .catch(() => {})
        .finally(() => {
          this.#ahead -= 1;
          this.#pump();
        });
    }
  }

  #hold(id: string): Held {
    const known = this.#held.get(id);
    if (known) {
      this.#held.delete(id);
      this.#held.set(id, known);
      return known;
    }
    const held: Held = {
      object: this.#fetchObject(id, (bytes) => this.#count(held, bytes)),
      bytes: 0,
      frames: new Map(),
    };
    this.#held.set(id, held);
    held.object.then(
      (object) => {
        if (object) held.info = object.info;
      },
      () => {},
    );
    return held;
  }

  #count(held: Held, bytes: number): void {
    held.bytes = bytes;
    let total = [...this.#held.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [id, entry] of this.#held) {
      if (total <= this.#maxBytes || entry === held) return;
      if (entry.bytes === 0) continue;
      total -= entry.bytes;
      this.#held.delete(id);
      for (const [index, frame] of entry.frames) this.#past.set(`${id}:${index}`, new WeakRef(frame));
      entry.object.then(
        (object) => object?.close(),
        () => {},
      );
    }
  }

  async #fetchObject(id: string, count: (bytes: number) => void): Promise<ImageObject | undefined> {
    const given = page.isPublic ? undefined : await this.#fetchGiven(id, count);
    if (given) return given;
    try {
      return await this.#fetchServed(id, count);
    } catch (error) {
      setTimeout(() => this.#held.delete(id), AGAIN_MS);
      throw error;
    }
  }

  /** Of a public link, and where nobody gives objects: the values that the page would ask for, at the place that it was told. */
  async #fetchServed(id: string, count: (bytes: number) => void): Promise<ImageObject | undefined> {
    const image = this.#catalog.image(id);
    const first = image && (await fetchValues(this.#fetch, id, 0));
    if (!first) return undefined;
    const painter = await this.#painter;
    const frameOf = async (served: ServedValues): Promise<ImageFrame> => {
      const frame = await frameOfServed(painter, served, image);
      if (frame.rescaleSlope !== 1) this.#exact.set(frame, served.values);
      return frame;
    };
    count(first.values.byteLength);
    return new ServedObject(await frameOf(first), first.frames, async (index) => {
      const served = await fetchValues(this.#fetch, id, index);
      if (!served) throw new Error("the server does not have this frame");
      return frameOf(served);
    });
  }

  async #fetchGiven(id: string, count: (bytes: number) => void): Promise<ImageObject | undefined> {
    for (const address of await this.#catalog.addresses(id)) {
      const root = address.split("/")[1] ?? "";
      if ((this.#refusals.get(root) ?? 0) >= MOST_REFUSALS) continue;
      const bytes = await this.#bytes(address);
      // Where nothing is to be had, nothing more is asked for.
      this.#refusals.set(root, bytes ? Number.NEGATIVE_INFINITY : (this.#refusals.get(root) ?? 0) + 1);
      if (!bytes) continue;
      const object = await (await this.#painter).open(bytes);
      const { sopUid } = this.#catalog.image(id) ?? {};
      // Whatever answered under this address: another object is not shown in this one's place.
      if (sopUid && object.info.sopInstanceUid !== sopUid) {
        object.close();
        continue;
      }
      count(bytes.byteLength);
      return object;
    }
    return undefined;
  }

  async #bytes(address: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const response = await this.#fetch.call(window, address);
      const type = response.headers.get("Content-Type") ?? "";
      // A login page is no object.
      if (!response.ok || response.redirected || type.startsWith("text/html")) return undefined;
      return new Uint8Array(await response.arrayBuffer());
    } catch {
      return undefined;
    }
  }
}

function samplesOf(rows: number, columns: number, values: ArrayLike<number>): string {
  const step = Math.max(1, Math.floor(values.length / SAMPLES));
  const samples: number[] = [];
  for (let i = 0; i < values.length; i += step) samples.push(Math.fround(values[i] ?? 0));
  return `${rows} ${columns} ${samples.join(" ")}`;
}
