/*
 * Measurements. To be imported by files that are loaded when the first annotation is wanted.
 */
import type { InstanceInfo } from "../../public/instance.js";
import type { PlaneGeometry } from "../../public/plane.js";
import type { Assets, Parts } from "../assets.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { VolumeLayout } from "../volume/layout.js";
import type { MeasureModule } from "../wasm/measure-api.js";
import { MeasuredFrame } from "./frame.js";
import { MeasuredPlane } from "./plane.js";

export type { MeasuredFrame } from "./frame.js";
export type { MeasuredPlane } from "./plane.js";
export type {
  Calibration,
  KnownLength,
  Measured,
  Point,
  Scale,
  UltrasoundAxis,
  UltrasoundScale,
} from "./types.js";
export { newUid } from "./uid.js";
export { unitText } from "./unit.js";

const MODULE: Parts<MeasureModule> = {
  code: () => import("../wasm/noctis_measure.js"),
  wasm: () => new URL("./noctis_measure_bg.wasm", import.meta.url),
};

/** Loads the module. */
export async function startMeasuring(assets: Assets): Promise<Measuring> {
  return new Measuring(await assets.module("noctis_measure", MODULE));
}

/** Measures on frames and planes. */
export class Measuring {
  readonly #module: MeasureModule;

  constructor(module: MeasureModule) {
    this.#module = module;
  }

  /** Frame `number` of an object, to measure on; without its values where it is not decoded. */
  frame(info: InstanceInfo, number: number, frame: DecodedFrame | undefined): MeasuredFrame {
    return new MeasuredFrame(this.#module, info, number, frame);
  }

  /** A plane through a volume, to measure on; `sample` is a frame of the volume, and `info` says what its values are. */
  plane(layout: VolumeLayout, sample: DecodedFrame, info: InstanceInfo, plane: PlaneGeometry): MeasuredPlane {
    return new MeasuredPlane(this.#module, layout, sample, info, plane);
  }
}
