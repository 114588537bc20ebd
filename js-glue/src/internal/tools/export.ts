import type { AnnotationFormat, ExportOptions, ImportInput } from "../../public/annotating.js";
import type { AnnotationSet } from "../../public/annotations.js";
import { NoctisError } from "../../public/errors.js";
import type { Pane } from "../pane.js";
import { blobOf, canvasOf } from "../png.js";
import type { Layer } from "./layer.js";
import type { Reports } from "./reports.js";

/** Where a Part 10 file says that it is one. */
const MAGIC_AT = 128;

/** Annotations as a file. */
export function fileOf(
  set: AnnotationSet,
  format: Exclude<AnnotationFormat, "png">,
  reports: Reports,
  pane: Pane,
  { observer }: ExportOptions,
): Blob {
  switch (format) {
    case "json":
      return new Blob([`${JSON.stringify(set, undefined, 1)}\n`], { type: "application/json" });
    case "csv":
      return new Blob([reports.csv(set)], { type: "text/csv" });
    case "sr": {
      const about = pane.series?.first;
      if (!about) throw new NoctisError("invalid-argument", "a report is about the study that is shown, and none is");
      const annotations = set.annotations.filter(({ anchor }) => anchor.studyInstanceUid === about.studyInstanceUid);
      if (annotations.length === 0) {
        throw new NoctisError(
          "invalid-argument",
          "a report is about the study that is shown, and no annotation is on it",
        );
      }
      const bytes = reports.report({ ...set, annotations }, about, observer === undefined ? {} : { observer });
      return new Blob([bytes], { type: "application/dicom" });
    }
    default:
      throw new NoctisError("invalid-argument", `annotations are exported as json, csv, sr or png, not "${format}"`);
  }
}

/** What a viewport shows with its annotations, without corner text. */
export async function pictureOf(pane: Pane, layer: Layer): Promise<Blob> {
  const { stage } = pane;
  stage.flush();
  const { picture } = pane;
  if (!picture) throw new NoctisError("invalid-argument", "there is no picture yet");
  const [width, height] = stage.size;
  const canvas = canvasOf(await stage.pixels(picture, width, height), width, height);
  const context = canvas.getContext("2d");
  if (context) layer.drawOn(context, stage.pixelRatio);
  return blobOf(canvas);
}

/** A set as it was given, and what could not be taken of it. */
export async function setOf(
  input: ImportInput,
  reports: Reports,
): Promise<{ readonly set: AnnotationSet; readonly warnings: readonly string[] }> {
  if (typeof input !== "string" && (typeof input !== "object" || input === null)) {
    throw new NoctisError(
      "invalid-argument",
      "annotations are imported from a set, its JSON, or the bytes of a report",
    );
  }
  if (typeof input === "string" || "annotations" in input) return { set: reports.check(input), warnings: [] };
  const buffer = input instanceof Blob ? await input.arrayBuffer() : input;
  const bytes = buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer);
  const magic = new TextDecoder().decode(bytes.subarray(MAGIC_AT, MAGIC_AT + 4));
  if (magic === "DICM") return reports.readReport(bytes);
  return { set: reports.check(new TextDecoder().decode(bytes)), warnings: [] };
}
