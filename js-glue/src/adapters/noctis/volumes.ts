import type { ImageFrame, ImageVolume, Painter } from "../../public/painter.js";
import type { Catalog } from "./catalog.js";
import type { LocalFiles } from "./local.js";
import { PagePlanes } from "./planes.js";
import type { Store } from "./store.js";

/** Objects that are read at once. */
const READERS = 6;

/** What volumes are made of, and how they are shown. */
export interface VolumeParts {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly local: LocalFiles;
  readonly painter: Promise<Painter>;
  readonly parity: "page" | "dicom";
}

/** A volume that was asked for. */
interface Asked {
  readonly seriesId: string;
  readonly planes: Promise<PagePlanes | undefined>;
  made?: PagePlanes;
}

/** Volumes of the page's series: the one that was asked for last. */
export class Volumes {
  readonly #parts: VolumeParts;
  #last: Asked | undefined;

  constructor(parts: VolumeParts) {
    this.#parts = parts;
  }

  /** Whether it is here or is being made. */
  has(seriesId: string): boolean {
    return this.#last?.seriesId === seriesId;
  }

  /** The planes of a series, if they are here. */
  now(seriesId: unknown): PagePlanes | undefined {
    return this.has(String(seriesId)) ? this.#last?.made : undefined;
  }

  /** The planes of a series; undefined where its objects cannot be had or make no volume. */
  of(seriesId: string): Promise<PagePlanes | undefined> {
    if (this.#last?.seriesId === seriesId) return this.#last.planes;
    this.close();
    const planes = this.#make(seriesId);
    const last: Asked = { seriesId, planes };
    this.#last = last;
    void planes.then((made) => {
      if (made) last.made = made;
      else if (this.#last === last) this.#last = undefined;
    });
    return planes;
  }

  close(): void {
    void this.#last?.planes.then((planes) => planes?.close());
    this.#last = undefined;
  }

  async #make(seriesId: string): Promise<PagePlanes | undefined> {
    const { local, painter, parity } = this.#parts;
    let volume: ImageVolume | undefined;
    try {
      const frames = local.framesOf(seriesId) ?? (await this.#read(seriesId));
      const drawing = await painter;
      volume = await drawing.volume(frames);
      return new PagePlanes(volume, parity);
    } catch {
      volume?.close();
      return undefined;
    }
  }

  async #read(seriesId: string): Promise<readonly ImageFrame[]> {
    const { store, catalog } = this.#parts;
    const images = [...catalog.imagesOf(seriesId)];
    const frames: ImageFrame[] = [];
    const read = async (): Promise<void> => {
      for (let image = images.shift(); image; image = images.shift()) {
        const object = await store.object(image.id);
        if (!object) throw new Error("an object cannot be had");
        for (let index = 0; index < object.info.frames; index += 1) {
          const frame = await store.frame(image.id, index);
          if (frame) frames.push(frame);
        }
      }
    };
    await Promise.all(Array.from({ length: READERS }, read));
    return frames;
  }
}
