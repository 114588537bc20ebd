import type { ValueHistogram } from "../../public/annotating.js";
import type { AnnotationTool } from "../../public/annotations.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { PlaneGeometry } from "../../public/plane.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { VolumeLayout } from "../volume/layout.js";
import type { MeasureModule, WasmMeasuredPlane } from "../wasm/measure-api.js";
import { ask, flat, paddingOf, tableOf } from "./call.js";
import { factsOf } from "./facts.js";
import { BINS } from "./frame.js";
import type { Measured, Point } from "./types.js";

/**
 * A plane through a volume to measure on: geometry in the patient, statistics over stored values of voxels. Points are
 * millimetres to the right and down of the plane's center. Slices are given as they are wanted; of each it keeps what the
 * plane crosses, until `free`.
 */
export class MeasuredPlane {
  readonly #plane: WasmMeasuredPlane;

  /** `sample` is a frame of the volume, and `info` says what its values are. */
  constructor(
    { MeasuredPlane: Plane }: MeasureModule,
    layout: VolumeLayout,
    sample: DecodedFrame,
    info: InstanceInfo,
    { center, right, down }: PlaneGeometry,
  ) {
    const slices = layout.slices.flatMap((slice) => [slice.place, slice.rescaleSlope, slice.rescaleIntercept]);
    this.#plane = ask(
      () =>
        new Plane(
          factsOf(info, 0),
          Uint32Array.from(layout.size),
          layout.format,
          Float64Array.from(layout.geometry.flat()),
          Float64Array.from(slices),
          paddingOf(layout.padding?.[0], layout.padding?.[1]),
          ...tableOf(sample.luts.modality),
          Float64Array.from([...center, ...right, ...down]),
        ),
    );
  }

  /** Numbers of the slices that have to be written before the values of a tool are whole. */
  wanted(tool: AnnotationTool, points: readonly Point[]): number[] {
    return [...ask(() => this.#plane.wanted(tool, flat(points)))];
  }

  /** Takes what the plane crosses of a slice: the frame of `layout.sources[slice]`. */
  writeSlice(slice: number, { pixels, unusedAbove, unused }: DecodedFrame): void {
    ask(() => this.#plane.writeSlice(slice, Uint32Array.of(unusedAbove, unused), pixels));
  }

  /** Geometry at once; values when all wanted slices are written, until then a note says that they are to come. */
  measure(tool: AnnotationTool, points: readonly Point[]): Measured {
    return JSON.parse(ask(() => this.#plane.measure(tool, flat(points)))) as Measured;
  }

  /** How the values in the region of a tool are distributed; undefined where there are none, or some are to come. */
  histogram(tool: AnnotationTool, points: readonly Point[], bins = BINS): ValueHistogram | undefined {
    const found = ask(() => this.#plane.histogram(tool, flat(points), bins));
    return (JSON.parse(found) as ValueHistogram | null) ?? undefined;
  }

  /** A window for the values in the region of a tool, in units after rescale; undefined where there are none. */
  window(
    tool: AnnotationTool,
    points: readonly Point[],
  ): { readonly center: number; readonly width: number } | undefined {
    const [center, width] = ask(() => this.#plane.window(tool, flat(points))) ?? [];
    return center === undefined || width === undefined ? undefined : { center, width };
  }

  free(): void {
    this.#plane.free();
  }
}
