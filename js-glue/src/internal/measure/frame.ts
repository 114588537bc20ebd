import type { ValueHistogram } from "../../public/annotating.js";
import type { AnnotationTool } from "../../public/annotations.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { MeasureModule, WasmMeasuredFrame } from "../wasm/measure-api.js";
import { ask, flat, paddingOf, tableOf } from "./call.js";
import { factsOf } from "./facts.js";
import type { Calibration, KnownLength, Measured, Point } from "./types.js";

/** Ranges of a histogram, unless others are asked for. */
export const BINS = 64;

/**
 * A frame to measure on. Its values are copied into the module once, and stay there until `free`; how it is shown does not
 * matter.
 */
export class MeasuredFrame {
  readonly #frame: WasmMeasuredFrame;
  #calibration: Calibration | undefined;

  /** Without a decoded frame only geometry is measured. */
  constructor(module: MeasureModule, info: InstanceInfo, number: number, frame: DecodedFrame | undefined) {
    const facts = factsOf(info, number);
    this.#frame = ask(() => (frame ? ofFrame(module, facts, frame) : module.MeasuredFrame.withoutValues(facts)));
  }

  /** What holds of steps from pixel to pixel. */
  get calibration(): Calibration {
    this.#calibration ??= JSON.parse(this.#frame.calibration()) as Calibration;
    return this.#calibration;
  }

  /**
   * Takes a length that a person knows instead of what the object says, or forgets it.
   *
   * @throws {NoctisError} kind `"invalid-argument"` when the points are one, or it has no millimetres
   */
  calibrate(known: KnownLength | undefined): void {
    const numbers = known ? [...known.from, ...known.to, known.mm] : [];
    ask(() => this.#frame.calibrate(Float64Array.from(numbers)));
    this.#calibration = undefined;
  }

  /** @throws {NoctisError} kind `"invalid-argument"` when the points are not as many as the tool has, or not finite */
  measure(tool: AnnotationTool, points: readonly Point[]): Measured {
    return JSON.parse(ask(() => this.#frame.measure(tool, flat(points)))) as Measured;
  }

  /** How the values in the region of a tool are distributed; undefined where there are none. */
  histogram(tool: AnnotationTool, points: readonly Point[], bins = BINS): ValueHistogram | undefined {
    const found = ask(() => this.#frame.histogram(tool, flat(points), bins));
    return (JSON.parse(found) as ValueHistogram | null) ?? undefined;
  }

  /** A window for the values in the region of a tool, in units after rescale; undefined where there are none. */
  window(
    tool: AnnotationTool,
    points: readonly Point[],
  ): { readonly center: number; readonly width: number } | undefined {
    const [center, width] = ask(() => this.#frame.window(tool, flat(points))) ?? [];
    return center === undefined || width === undefined ? undefined : { center, width };
  }

  free(): void {
    this.#frame.free();
  }
}

function ofFrame({ MeasuredFrame: Frame }: MeasureModule, facts: string, frame: DecodedFrame): WasmMeasuredFrame {
  return new Frame(
    facts,
    Uint32Array.of(frame.rows, frame.columns),
    frame.format,
    Float64Array.of(frame.rescaleSlope, frame.rescaleIntercept),
    Uint32Array.of(frame.unusedAbove, frame.unused),
    paddingOf(frame.paddingLow, frame.paddingHigh),
    ...tableOf(frame.luts.modality),
    frame.pixels,
  );
}
