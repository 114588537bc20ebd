import type { ValueHistogram } from "../../public/annotating.js";
import type { AnnotationTool, Measurement } from "../../public/annotations.js";
import { NoctisError } from "../../public/errors.js";
import { Priority } from "../decode/pool.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { Engine } from "../engine.js";
import type { Slice } from "../library.js";
import type { KnownLength, MeasuredFrame, MeasuredPlane, Measuring } from "../measure/index.js";
import type { Volume } from "../volume/volume.js";
import type { Point } from "./affine.js";
import type { Ground } from "./ground.js";

/** Frames and planes whose values are held for measuring. */
const HELD = 3;

/** What was measured, and what a reader must know of it. */
export interface Reading {
  readonly measurements: readonly Measurement[];
  readonly notes: readonly string[];
  /** More of it will be known when more values have arrived. */
  readonly isPartial: boolean;
}

interface HeldFrame {
  readonly key: string;
  readonly frame: DecodedFrame | undefined;
  readonly gauge: MeasuredFrame;
}

interface HeldPlane {
  readonly key: string;
  readonly volume: Volume;
  readonly gauge: MeasuredPlane;
}

/** Measures on stored values, in the measure module: values go there once, then points only. */
export class Gauge {
  readonly #engine: Engine;
  readonly #measuring: Measuring;
  readonly #known = new Map<string, KnownLength>();
  #frames: HeldFrame[] = [];
  #planes: HeldPlane[] = [];

  constructor(engine: Engine, measuring: Measuring) {
    this.#engine = engine;
    this.#measuring = measuring;
  }

  /** What can be said now, without waiting for values. */
  now(ground: Ground, tool: AnnotationTool, points: readonly Point[]): Reading {
    if ("slice" in ground) {
      const held = this.#frame(ground.slice);
      return { ...held.gauge.measure(tool, points), isPartial: !held.frame };
    }
    const held = this.#plane(ground);
    if (!held) return { measurements: [], notes: [], isPartial: false };
    return { ...held.gauge.measure(tool, points), isPartial: held.gauge.wanted(tool, points).length > 0 };
  }

  /** All that can be said, when the values are there. */
  async whole(ground: Ground, tool: AnnotationTool, points: readonly Point[]): Promise<Reading> {
    await this.fetch(ground, tool, points);
    return this.now(ground, tool, points);
  }

  /** Gets the values that these points need. */
  async fetch(ground: Ground, tool: AnnotationTool, points: readonly Point[]): Promise<void> {
    const { frames } = this.#engine;
    if ("slice" in ground) {
      await frames.request(ground.slice, Priority.Visible);
      return;
    }
    const held = this.#plane(ground);
    for (const number of held?.gauge.wanted(tool, points) ?? []) {
      const slice = held?.volume.layout.sources[number];
      const frame = slice && (await frames.request(slice, Priority.Visible));
      // Meanwhile it may have been let go.
      if (frame && held && this.#planes.includes(held)) held.gauge.writeSlice(number, frame);
    }
  }

  /** A window for what is in a region, in units after rescale. */
  async window(
    ground: Ground,
    tool: AnnotationTool,
    points: readonly Point[],
  ): Promise<{ center: number; width: number }> {
    const found = (await this.#filled(ground, tool, points))?.window(tool, points);
    if (found) return found;
    throw new NoctisError("invalid-argument", "there are no values in this region of which a window could be made");
  }

  /** How the values of a region are distributed. */
  async histogram(
    ground: Ground,
    tool: AnnotationTool,
    points: readonly Point[],
    bins: number | undefined,
  ): Promise<ValueHistogram | undefined> {
    return (await this.#filled(ground, tool, points))?.histogram(tool, points, bins);
  }

  /** How large a step in columns and one in rows is, in one unit. */
  scaleOf(ground: Ground): Point {
    if (!("slice" in ground)) return [1, 1];
    const [row, column] = this.#frame(ground.slice).gauge.calibration.scale.spacing;
    return [column, row];
  }

  /** The distance by which an object is calibrated. */
  known({ object }: Slice): KnownLength | undefined {
    return this.#known.get(object.info.sopInstanceUid);
  }

  /** Millimetres of an object by a distance that somebody knows; undefined: its own again. */
  calibrate(slice: Slice, known: KnownLength | undefined): void {
    const uid = slice.object.info.sopInstanceUid;
    const { gauge } = this.#frame(slice);
    // Refused before it is kept.
    gauge.calibrate(known);
    slice.object.calibratedMm = known && gauge.calibration.scale.spacing;
    if (known) this.#known.set(uid, known);
    else this.#known.delete(uid);
    this.#freeFrames();
  }

  /** Whether an object that was loaded anew has its calibration again. */
  recalls(slice: Slice): boolean {
    const { object } = slice;
    if (object.calibratedMm || !this.known(slice)) return false;
    object.calibratedMm = this.#frame(slice).gauge.calibration.scale.spacing;
    return true;
  }

  /** Lets go of all values. */
  clear(): void {
    this.#freeFrames();
    for (const { gauge } of this.#planes) gauge.free();
    this.#planes = [];
  }

  #freeFrames(): void {
    for (const { gauge } of this.#frames) gauge.free();
    this.#frames = [];
  }

  /** What measures there, with the values that these points need. */
  async #filled(
    ground: Ground,
    tool: AnnotationTool,
    points: readonly Point[],
  ): Promise<MeasuredFrame | MeasuredPlane | undefined> {
    await this.fetch(ground, tool, points);
    return "slice" in ground ? this.#frame(ground.slice).gauge : this.#plane(ground)?.gauge;
  }

  #frame(slice: Slice): HeldFrame {
    const frame = this.#engine.frames.get(slice);
    const found = this.#frames.find(({ key }) => key === slice.key);
    if (found && (found.frame || !frame)) return found;
    const { info } = slice.object;
    const gauge = this.#measuring.frame(info, slice.frame, frame);
    const known = this.#known.get(info.sopInstanceUid);
    if (known) gauge.calibrate(known);
    const held = { key: slice.key, frame, gauge };
    found?.gauge.free();
    this.#frames = kept([held, ...this.#frames.filter((other) => other !== found)]);
    return held;
  }

  /** Undefined where no viewport shows the volume of its series any more. */
  #plane(ground: Extract<Ground, { readonly nearest: Slice }>): HeldPlane | undefined {
    const uid = ground.nearest.object.info.seriesInstanceUid;
    const volume = this.#engine.panes.all.map(({ content }) => content?.volume).find((one) => one?.series.uid === uid);
    if (!volume) return undefined;
    const { center, right, down } = ground.plane;
    const key = JSON.stringify([center, right, down]);
    const found = this.#planes.find((held) => held.key === key && held.volume === volume);
    if (found) return found;
    const gauge = this.#measuring.plane(volume.layout, volume.sample, ground.nearest.object.info, ground.plane);
    const held = { key, volume, gauge };
    this.#planes = kept([held, ...this.#planes]);
    return held;
  }
}

/** The first few; the others are let go. */
function kept<T extends { readonly gauge: { free(): void } }>(held: readonly T[]): T[] {
  for (const { gauge } of held.slice(HELD)) gauge.free();
  return held.slice(0, HELD);
}
