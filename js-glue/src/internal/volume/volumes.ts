import { NoctisError } from "../../public/errors.js";
import { Priority } from "../decode/pool.js";
import type { Engine } from "../engine.js";
import type { Series, Slice } from "../library.js";
import { Assembler, VOLUME_MODULE } from "./assembler.js";
import type { SeriesVolumes, VolumeLayout } from "./layout.js";
import { Volume, type VolumeHost } from "./volume.js";

/** A series that still arrives is put together again when nothing has come for so long, or half as much again has come. */
const AGAIN_MS = 500;
const AGAIN_GROWTH = 1.5;

interface Entry {
  readonly series: Series;
  volume: Promise<Volume>;
  /** The slices of the series when the volume was put together. */
  slices: readonly Slice[];
  timer?: ReturnType<typeof setTimeout> | undefined;
  isBusy?: boolean;
}

/** What shows a volume. */
export interface VolumeUser {
  readonly volume: Volume;
  /** The volume was made anew, with more slices. */
  replace(volume: Volume): void;
  /** More of it can be seen. */
  invalidate(): void;
}

/** The volumes of a viewer: one for a series, whatever number of viewports shows it. */
export class Volumes {
  readonly #engine: Engine;
  readonly #entries = new Map<Series, Entry>();
  readonly #assemblers = new Map<Series, Assembler>();
  readonly #users = new Set<VolumeUser>();
  readonly #host: VolumeHost;
  #told = new Set<string>();

  constructor(engine: Engine) {
    this.#engine = engine;
    const { volumeBytes } = engine.settings;
    this.#host = {
      frames: engine.frames,
      device: () => engine.graphics.device,
      // There is soon one more beside it, and a GPU may let go of the first late.
      maxBytes: () => (engine.isLoading ? volumeBytes / 2 : volumeBytes),
      changed: (volume) => this.#changed(volume),
      failed: (error) => engine.fail(error),
    };
  }

  /** The volume of a series. */
  async of(series: Series): Promise<Volume> {
    const known = this.#entries.get(series);
    if (known) return known.volume;
    const entry: Entry = { series, volume: this.#make(series), slices: series.slices };
    this.#entries.set(series, entry);
    entry.volume.catch(() => this.#entries.delete(series));
    return entry.volume;
  }

  /** A volume is shown. */
  show(user: VolumeUser): void {
    this.#users.add(user);
  }

  /** It is shown no more; the volume stays as long as there is room. */
  hide(user: VolumeUser): void {
    this.#users.delete(user);
  }

  /** A series has more slices. */
  inserted(series: Series): void {
    const entry = this.#entries.get(series);
    if (!entry || entry.isBusy) return;
    if (entry.timer !== undefined && series.slices.length >= AGAIN_GROWTH * entry.slices.length) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => void this.#again(entry), AGAIN_MS);
  }

  /** Nothing more is being read: volumes that were reduced for what might come are made anew. */
  settled(): void {
    const { volumeBytes } = this.#engine.settings;
    for (const entry of this.#entries.values()) {
      entry.volume.then(
        ({ allowedBytes }) => {
          if (allowedBytes >= volumeBytes) return;
          entry.slices = [];
          this.inserted(entry.series);
        },
        () => {},
      );
    }
  }

  clear(): void {
    for (const { volume, timer } of this.#entries.values()) {
      clearTimeout(timer);
      volume.then(
        (made) => made.close(),
        () => {},
      );
    }
    for (const assembler of this.#assemblers.values()) assembler.free();
    this.#assemblers.clear();
    this.#entries.clear();
    this.#users.clear();
    this.#told.clear();
  }

  async #again(entry: Entry): Promise<void> {
    const { series } = entry;
    entry.timer = undefined;
    entry.isBusy = true;
    try {
      const before = await entry.volume;
      // What came while the modules were loaded is in it already.
      if (entry.slices !== series.slices) await this.#replace(entry, before);
    } catch {
      // What there was is still shown.
    }
    entry.isBusy = false;
    if (this.#entries.get(series) === entry && entry.slices !== series.slices) this.inserted(series);
  }

  /** Makes the volume of a series anew, with all slices that there are. */
  async #replace(entry: Entry, before: Volume): Promise<void> {
    const { series } = entry;
    entry.slices = series.slices;
    const volume = await this.#make(series);
    const device = this.#engine.graphics.device;
    // What is seen stays until the new one shows as much, where there is room for both.
    if (device && before.bytes + volume.bytes <= this.#host.maxBytes()) {
      await volume.reached(device, before.progress.slices);
    }
    if (this.#entries.get(series) !== entry) {
      volume.close();
      return;
    }
    entry.volume = Promise.resolve(volume);
    for (const user of this.#users) if (user.volume === before) user.replace(volume);
    before.close();
  }

  async #make(series: Series): Promise<Volume> {
    const { assets, graphics } = this.#engine;
    const [module] = await Promise.all([assets.module("noctis_volume", VOLUME_MODULE), graphics.withVolumes()]);
    const assembler = this.#assemblers.get(series) ?? new Assembler(module);
    this.#assemblers.set(series, assembler);
    const entry = this.#entries.get(series);
    if (entry) entry.slices = series.slices;
    const assembly = assembler.assemble(series.slices);
    this.#tell(series, assembly);
    const [layout] = assembly.volumes;
    if (!layout) {
      const reasons = assembly.findings.map(({ message }) => message).join("; ");
      throw new NoctisError(
        "unsupported-geometry",
        `the slices of this series make no volume: ${reasons || "there are none"}`,
      );
    }
    const sample = await this.#engine.frames.request(middleSlice(layout), Priority.Visible);
    this.#makeRoom(layout);
    return new Volume(this.#host, module, series, layout, sample);
  }

  /** Drops volumes that nobody sees when this one would not fit beside them. */
  #makeRoom(layout: VolumeLayout): void {
    const shown = new Set([...this.#users].map(({ volume }) => volume));
    const [slices, rows, columns] = layout.size;
    let bytes = slices * rows * columns * 2;
    for (const [series, entry] of [...this.#entries].reverse()) {
      entry.volume.then(
        (volume) => {
          if (shown.has(volume) || volume.layout === layout) return;
          bytes += volume.bytes;
          if (bytes <= this.#host.maxBytes()) return;
          this.#entries.delete(series);
          volume.close();
        },
        () => {},
      );
    }
  }

  #tell({ uid: seriesInstanceUid }: Series, { findings }: SeriesVolumes): void {
    for (const { message } of findings) {
      const key = `${seriesInstanceUid} ${message}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.#engine.events.emit("warning", { kind: "volume", message, sopInstanceUid: "", seriesInstanceUid });
    }
  }

  #changed(volume: Volume): void {
    for (const user of this.#users) if (user.volume === volume) user.invalidate();
  }
}

/** A slice as most. */
function middleSlice({ sources }: VolumeLayout): Slice {
  const slice = sources[Math.floor(sources.length / 2)];
  if (!slice) throw new NoctisError("internal", "the volume has no slices");
  return slice;
}
