import type { PlaneGeometry, Vector } from "./plane.js";

/** What draws and measures an annotation. */
export type AnnotationTool =
  | "probe"
  | "length"
  | "bidirectional"
  | "angle"
  | "cobb"
  | "rectangle"
  | "ellipse"
  | "circle"
  | "freehand"
  | "arrow"
  | "text";

/** A number with what it means and where it comes from. */
export interface Measurement {
  /** As in `"length"`, `"area"`, `"mean"`. */
  readonly name: string;
  /** In the unit. */
  readonly value: number;
  /** Of UCUM, as in `"mm"`, `"mm2"`, `"deg"`, `"[hnsf'U]"`, `"{SUVbw}g/ml"`, `"{pixels}"`, `"1"`. */
  readonly unit: string;
  /** How it was computed, as in `"sample standard deviation (n - 1); …"`. */
  readonly method?: string;
  /** What its millimetres or units come from, as in `"PixelSpacing"`, or `"user"`. */
  readonly source?: string;
}

/** The image that an annotation was made on. */
export interface AnnotationAnchor {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** From 0; absent where the object has one frame. */
  readonly frame?: number;
  readonly frameOfReferenceUid?: string;
}

/** What a person marked on a picture, where it is in the patient, and what was measured there. */
export interface Annotation {
  /** Names it for ever: 2.25 and a UUID. */
  readonly uid: string;
  readonly tool: AnnotationTool;
  /** What a person wrote. */
  readonly label?: string;
  /** UTC, RFC 3339. */
  readonly created: string;
  /** Counts its changes, from 1. */
  readonly revision: number;
  /** Of an annotation on a plane, the image of the series that is nearest to it. */
  readonly anchor: AnnotationAnchor;
  /** `[column, row]`, the centre of the first pixel at (0, 0); on a plane millimetres to the right and down of its center. */
  readonly points: readonly (readonly [number, number])[];
  /** The same points in the patient, where the image says where it is. */
  readonly patientPoints?: readonly Vector[];
  /** The plane through a volume that it was made on. */
  readonly plane?: PlaneGeometry;
  /** Where its text box begins, left and top, when a person moved it: as one of the points. */
  readonly textBox?: readonly [number, number];
  readonly measurements?: readonly Measurement[];
}

/** Annotations as they are kept and exchanged: `schemas/annotations.v1.json`. */
export interface AnnotationSet {
  readonly schema: "noctis.annotations/1";
  readonly annotations: readonly Annotation[];
}
