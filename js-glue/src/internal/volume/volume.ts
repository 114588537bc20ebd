import { NoctisError } from "../../public/errors.js";
import type { Vector } from "../../public/plane.js";
import { Priority } from "../decode/pool.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { Device, VolumeDrawer } from "../device.js";
import { cancelled, toNoctisError } from "../errors.js";
import type { FrameStore } from "../frames.js";
import type { Series, Slice } from "../library.js";
import type { VolumeRenderModule, WasmVolumeSpec } from "../wasm/plane-api.js";
import type { VolumeModule } from "../wasm/volume-api.js";
import type { VolumeLayout, VolumeShape } from "./layout.js";
import { breath, drawn, taken } from "./pace.js";
import { fits, type ReducedSlice, Reducer, type VolumeBudget } from "./reducer.js";
import { placeAt } from "./span.js";

/** Frames that are asked for, or on their way to the device, at the same time. */
const AT_ONCE = 8;

/** What has arrived is drawn first after so long, and again so long after that was drawn: drawing takes from uploading. */
const DRAWN_MS = 400;

/** What a volume needs of the viewer. */
export interface VolumeHost {
  readonly frames: Pick<FrameStore, "request">;
  readonly device: () => Device | undefined;
  /** Most bytes of a volume on a device. */
  readonly maxBytes: () => number;
  /** More of the volume can be seen. */
  changed(volume: Volume): void;
  failed(error: NoctisError): void;
}

/** The voxels of a volume on one device. */
interface Held {
  readonly device: Device;
  readonly id: number;
  readonly shape: VolumeShape;
  readonly budget: VolumeBudget;
  readonly reducer: Reducer | undefined;
  readonly written: Set<number>;
}

/** A volume: where its voxels are, and on the device those that have arrived. It goes on by itself until all have. */
export class Volume {
  readonly series: Series;
  readonly layout: VolumeLayout;
  /** A frame as the others, for window, lookup tables and so on. */
  readonly sample: DecodedFrame;
  readonly #host: VolumeHost;
  readonly #module: VolumeModule;
  readonly #broken = new Set<number>();
  readonly #pending = new Set<number>();
  #waiting: { readonly slices: number; readonly resolve: () => void }[] = [];
  #focus = 0;
  #held: Held | undefined;
  #toldAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(host: VolumeHost, module: VolumeModule, series: Series, layout: VolumeLayout, sample: DecodedFrame) {
    this.#host = host;
    this.#module = module;
    this.series = series;
    this.layout = layout;
    this.sample = sample;
  }

  /** Slices that can be seen, of how many. */
  get progress(): { readonly slices: number; readonly of: number } {
    return { slices: this.#held?.written.size ?? 0, of: this.layout.size[0] };
  }

  /** Whether nothing more comes. */
  get isWhole(): boolean {
    return this.progress.slices + this.#broken.size >= this.layout.size[0];
  }

  get reduction(): Vector {
    return this.#held?.reducer?.shape.reduction ?? [1, 1, 1];
  }

  /** How many bytes it may have been reduced for. */
  get allowedBytes(): number {
    return (this.#held?.reducer && this.#held.budget.maxBytes) ?? Number.POSITIVE_INFINITY;
  }

  /** Bytes on the device. */
  get bytes(): number {
    const [slices, rows, columns] = this.#held?.shape.size ?? this.layout.size;
    return slices * rows * columns * (this.layout.format.includes("16") ? 2 : 1);
  }

  /** Slices near this point of the patient come first. */
  aim(point: Vector): void {
    const place = placeAt(this.layout, point);
    const distances = this.layout.slices.map((slice) => Math.abs(slice.place - place));
    this.#focus = distances.indexOf(Math.min(...distances));
  }

  /** Its number on a device; it is made there and filled, if it is not there yet. */
  on(device: Device): number {
    if (this.#held?.device === device) return this.#held.id;
    this.#drop();
    this.#held = this.#make(device);
    this.#toldAt = performance.now();
    this.#fill();
    return this.#held.id;
  }

  /** Begins to fill it on a device; resolves when so many slices are there, or it is given up. */
  reached(device: Device, slices: number): Promise<void> {
    this.on(device);
    return new Promise((resolve) => {
      this.#waiting.push({ slices, resolve });
      this.#tellReached();
    });
  }

  /** The slices as they are on the device, once more. Those that could not be had are left out. */
  async *again(): AsyncGenerator<ReducedSlice> {
    const held = this.#held;
    const reducer = held?.reducer && new Reducer(this.#module, this.layout, held.budget);
    try {
      for (const [number, slice] of this.layout.sources.entries()) {
        if (!held?.written.has(number)) continue;
        const frame = await this.#host.frames.request(slice, Priority.Ahead);
        await breath();
        if (held !== this.#held) throw cancelled();
        const whole = reducer ? reducer.write(number, frame.pixels) : { number, pixels: frame.pixels };
        if (whole) yield whole;
      }
      if (reducer) yield* reducer.rest();
    } finally {
      reducer?.free();
    }
  }

  /** Frees it. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#drop();
    this.#tellReached();
  }

  #tellReached(): void {
    const { written } = this.#held ?? {};
    const there = written ? written.size + this.#broken.size : Number.POSITIVE_INFINITY;
    for (const { resolve } of this.#waiting.filter(({ slices }) => slices <= there)) resolve();
    this.#waiting = this.#waiting.filter(({ slices }) => slices > there);
  }

  /** Tells that more can be seen: at once when all is there, else now and then. */
  #tellChanged(): void {
    clearTimeout(this.#timer);
    const wait = this.isWhole ? 0 : this.#toldAt + DRAWN_MS - performance.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#tellChanged(), Math.min(wait, DRAWN_MS));
      return;
    }
    this.#host.changed(this);
    if (this.#held) void this.#drawn(this.#held);
  }

  /** Nothing more is told until what was told is drawn. */
  async #drawn({ device }: Held): Promise<void> {
    this.#toldAt = Number.POSITIVE_INFINITY;
    await drawn(device);
    this.#toldAt = performance.now();
  }

  #drop(): void {
    const held = this.#held;
    this.#held = undefined;
    this.#pending.clear();
    if (!held) return;
    held.reducer?.free();
    if (held.device === this.#host.device()) drawerOf(held.device).renderer.dropVolume(held.id);
  }

  #make(device: Device): Held {
    const { renderer, module } = drawerOf(device);
    const budget = { maxSide: renderer.maxVolumeSize, maxBytes: this.#host.maxBytes() };
    const reducer = fits(this.layout, budget) ? undefined : new Reducer(this.#module, this.layout, budget);
    const shape = reducer?.shape ?? this.layout;
    const spec = specOf(module, this.layout, shape, this.sample);
    try {
      return { device, id: renderer.createVolume(spec), shape, budget, reducer, written: new Set() };
    } finally {
      spec.free();
    }
  }

  /** Writes what is there, from the focus outwards, and asks for what is not. */
  #fill(): void {
    const held = this.#held;
    if (!held || this.#closed || held.device !== this.#host.device()) return;
    for (const number of this.#missing(held)) {
      if (this.#pending.size >= AT_ONCE) return;
      const slice = this.layout.sources[number];
      if (!slice) return;
      this.#pending.add(number);
      void this.#one(held, number, slice);
    }
  }

  *#missing({ written }: Held): Generator<number> {
    const count = this.layout.size[0];
    for (let away = 0; away < count; away += 1) {
      for (const number of away === 0 ? [this.#focus] : [this.#focus + away, this.#focus - away]) {
        const isWanted = number >= 0 && number < count && !written.has(number);
        if (isWanted && !this.#pending.has(number) && !this.#broken.has(number)) yield number;
      }
    }
  }

  async #one(held: Held, number: number, slice: Slice): Promise<void> {
    try {
      const frame = await this.#host.frames.request(slice, Priority.Ahead);
      await breath();
      if (held !== this.#held || this.#closed || held.device !== this.#host.device()) return;
      this.#write(held, number, frame);
      await taken(held.device);
    } catch (thrown) {
      const error = toNoctisError(thrown, { frame: slice.frame });
      if (error.kind !== "cancelled" && held === this.#held) {
        this.#broken.add(number);
        this.#host.failed(error);
      }
    } finally {
      if (held === this.#held) {
        this.#pending.delete(number);
        if (this.isWhole && held.device === this.#host.device()) this.#finish(held);
        this.#tellReached();
        this.#fill();
      }
    }
  }

  #write(held: Held, number: number, { pixels }: DecodedFrame): void {
    const whole = held.reducer ? held.reducer.write(number, pixels) : { number, pixels };
    if (whole) this.#upload(held, whole);
    held.written.add(number);
    this.#tellChanged();
  }

  /** Nothing more comes. */
  #finish(held: Held): void {
    for (const rest of held.reducer?.rest() ?? []) this.#upload(held, rest);
    this.#tellChanged();
  }

  #upload({ device, id }: Held, { number, pixels }: ReducedSlice): void {
    drawerOf(device).renderer.writeSlice(id, number, pixels);
  }
}

/** What draws volumes: every device has it once the first volume was wanted. */
export function drawerOf({ volumes }: Device): VolumeDrawer {
  if (!volumes) throw new NoctisError("internal", "a volume on a device without volumes");
  return volumes;
}

/** A device, unless it is just being started again. */
export function present(device: Device | undefined): Device {
  if (device) return device;
  throw new NoctisError("device-lost", "the GPU is being started again; try in a moment");
}

function specOf(
  module: VolumeRenderModule,
  { format, padding }: VolumeLayout,
  shape: VolumeShape,
  frame: DecodedFrame,
): WasmVolumeSpec {
  const [slices, rows, columns] = shape.size;
  const spec = new module.VolumeSpec(slices, rows, columns, format);
  spec.setGeometry(Float64Array.from(shape.geometry.flat()));
  for (const [number, slice] of shape.slices.entries()) {
    spec.setSlice(number, slice.place, slice.rescaleSlope, slice.rescaleIntercept);
  }
  spec.setInverted(frame.inverted);
  spec.setWindow(frame.windowCenter, frame.windowWidth, frame.voiFunction);
  const { modality, voi, presentation } = frame.luts;
  if (modality) spec.setModalityLut(modality.first, modality.bits, modality.entries);
  for (const { first, bits, entries } of voi) spec.addVoiLut(first, bits, entries);
  if (presentation) spec.setPresentationLut(presentation.first, presentation.bits, presentation.entries);
  if (padding) spec.setPadding(...padding);
  spec.setUnused(frame.unusedAbove, frame.unused);
  return spec;
}
