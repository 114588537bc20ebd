/*
 * Measurements, and annotations as data. To be imported by files that are loaded when the first annotation is wanted.
 */
import type { AnnotationSet } from "../../public/annotations.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { PlaneGeometry } from "../../public/plane.js";
import type { Assets, Parts } from "../assets.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { VolumeLayout } from "../volume/layout.js";
import type { MeasureModule } from "../wasm/measure-api.js";
import { call } from "./call.js";
import { MeasuredFrame } from "./frame.js";
import { MeasuredPlane } from "./plane.js";
import { newUid } from "./uid.js";

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

/** Who measured, with what, and when. */
export interface ReportOptions {
  /** A DICOM name, as in `"Doe^Jane"`; the device alone where nobody is named. */
  readonly observer?: string;
  /** Names this installation for ever; a new one unless given. */
  readonly deviceUid?: string;
  /** The present unless given. */
  readonly now?: Date;
}

/** What a report says, and what of it was left out. */
export interface ReadReport {
  readonly set: AnnotationSet;
  readonly warnings: readonly string[];
}

/** Loads the module. */
export async function startMeasuring(assets: Assets): Promise<Measuring> {
  return new Measuring(await assets.module("noctis_measure", MODULE));
}

/** Measures, and reads and writes annotations. */
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

  /** The set, checked; @throws {NoctisError} kind `"malformed"`, naming the annotation by its number, or `"limit"` */
  check(set: string | AnnotationSet): AnnotationSet {
    return JSON.parse(call(() => this.#module.check(textOf(set)))) as AnnotationSet;
  }

  /** A table: one line a measurement, by RFC 4180. */
  csv(set: AnnotationSet): string {
    return call(() => this.#module.csv(textOf(set)));
  }

  /**
   * A DICOM report (TID 1500) as a Part 10 file. `about` is an image of the study that all of them belong to.
   *
   * @throws {NoctisError} kind `"malformed"` when one belongs to another study
   */
  report(set: AnnotationSet, about: InstanceInfo, options: ReportOptions = {}): Uint8Array<ArrayBuffer> {
    const { observer, deviceUid = newUid(), now = new Date() } = options;
    const { studyInstanceUid, patient, study } = about;
    const [date, time] = localMoment(now);
    const request = {
      subject: { studyInstanceUid, patient, study },
      sopInstanceUid: newUid(),
      seriesInstanceUid: newUid(),
      deviceUid,
      observer,
      date,
      time,
    };
    return call(() => this.#module.report(textOf(set), JSON.stringify(request)));
  }

  /**
   * The annotations of a report: ours, highdicom's, or in the shape that cornerstone's adapters write.
   *
   * @throws {NoctisError} when the bytes are no report
   */
  readReport(bytes: Uint8Array): ReadReport {
    return JSON.parse(call(() => this.#module.readReport(bytes))) as ReadReport;
  }

  /** Both sets: of two with the same UID the higher revision, of equal ones that of `into`. */
  merge(into: AnnotationSet, from: AnnotationSet): AnnotationSet {
    return JSON.parse(call(() => this.#module.merge(textOf(into), textOf(from)))) as AnnotationSet;
  }
}

function textOf(set: string | AnnotationSet): string {
  return typeof set === "string" ? set : JSON.stringify(set);
}

/** `YYYYMMDD` and `HHMMSS` of the page's time zone. */
function localMoment(now: Date): [string, string] {
  const two = (number: number): string => String(number).padStart(2, "0");
  return [
    `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`,
    [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(""),
  ];
}
