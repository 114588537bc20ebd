import type { AnnotationSet } from "../../public/annotations.js";
import type { InstanceInfo } from "../../public/instance.js";
import type { Assets, Parts } from "../assets.js";
import { call } from "../measure/call.js";
import { newUid } from "../measure/uid.js";
import type { ReportsModule } from "../wasm/reports-api.js";

const MODULE: Parts<ReportsModule> = {
  code: () => import("../wasm/noctis_reports.js"),
  wasm: () => new URL("./noctis_reports_bg.wasm", import.meta.url),
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
export async function startReports(assets: Assets): Promise<Reports> {
  return new Reports(await assets.module("noctis_reports", MODULE));
}

/** Annotations as data: checked, merged, written and read. */
export class Reports {
  readonly #module: ReportsModule;

  constructor(module: ReportsModule) {
    this.#module = module;
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
