import type { Annotation, AnnotationSet, AnnotationTool } from "./annotations.js";

/** An annotation to be made; what is measured there is found by the viewer. */
export interface NewAnnotation {
  readonly tool: AnnotationTool;
  /** On what the active viewport shows: `[column, row]` of a slice, millimetres right and down of the center of a plane. */
  readonly points: readonly (readonly [number, number])[];
  readonly label?: string;
}

/** What a shape covers, on what the viewport shows: points as those of an annotation. */
export interface Region {
  readonly tool: "rectangle" | "ellipse" | "circle" | "freehand";
  readonly points: readonly (readonly [number, number])[];
}

/** What may be changed. */
export interface AnnotationChange {
  /** As many as the tool has. */
  readonly points?: readonly (readonly [number, number])[];
  /** `""` takes it away. */
  readonly label?: string;
  /** Where the text box begins, left and top, as one of the points; `null`: where there is room. */
  readonly textBox?: readonly [number, number] | null;
}

/** How many values lie in each of several equal ranges; the last one holds the highest value as well. */
export interface ValueHistogram {
  readonly low: number;
  readonly high: number;
  /** Of UCUM. */
  readonly unit: string;
  readonly counts: readonly number[];
}

/** What became of an annotation. */
export interface AnnotationEvent {
  /** `"selected"` also tells that none is any more; what a calibration changes comes after it. */
  readonly change: "added" | "changed" | "removed" | "selected" | "calibrated";
  /** Absent where none is selected any more, and of a calibration. */
  readonly annotation?: Annotation;
  /** How often the set was changed. */
  readonly revision: number;
}

/** The annotations of a viewer. They stay when other images are loaded, and show wherever their place is shown. */
export interface Annotations {
  /** In the order in which they were made. */
  readonly list: readonly Annotation[];
  /** Counts the changes of the set. */
  readonly revision: number;
  /** The one that is selected. */
  readonly selected: Annotation | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  get(uid: string): Annotation | undefined;
  /** What its text box says, line by line: the label, then values with their units, then what must be known of them. */
  text(uid: string): readonly string[];
  /**
   * How the values of a region are distributed, over 64 ranges unless it is said; as its other numbers, of stored values in units after
   * rescale. Undefined for what is no region, and where there are no values.
   *
   * @throws {NoctisError} kind `"invalid-argument"` when there is none of that UID, or its image has not been loaded
   */
  histogram(uid: string, bins?: number): Promise<ValueHistogram | undefined>;
  /**
   * Makes one on what the active viewport shows.
   *
   * @throws {NoctisError} kind `"invalid-argument"` when nothing is shown, or when the tool has another number of points
   */
  add(annotation: NewAnnotation): Promise<Annotation>;
  /** @throws {NoctisError} kind `"invalid-argument"` when there is none of that UID, or as `add` */
  update(uid: string, change: AnnotationChange): Promise<Annotation>;
  /** False when there is none of that UID. */
  remove(uid: string): boolean;
  /** Removes all; `undo` brings them back. */
  clear(): void;
  /** Takes back the last change; false when there is none. */
  undo(): boolean;
  /** Makes the last change again that was taken back. */
  redo(): boolean;
  /** Selects one, or none; with `show`, the active viewport goes to where it is. */
  select(uid: string | undefined, options?: { readonly show?: boolean }): void;
}

/** A form in which annotations leave. `"sr"` is a DICOM Structured Report (TID 1500), `"png"` the active viewport with them. */
export type AnnotationFormat = "json" | "csv" | "sr" | "png";

/** Options of `exportAnnotation`. */
export interface ExportOptions {
  /** Which; all unless given. A report is about one study: all of that which the active viewport shows. */
  readonly uids?: readonly string[];
  /** Of a report: who measured, as a DICOM name. */
  readonly observer?: string;
}

/** A set, its JSON, or the bytes of a DICOM Structured Report: ours, highdicom's, or in the shape of cornerstone3D's adapters. */
export type ImportInput = AnnotationSet | string | Blob | ArrayBuffer | Uint8Array;

/** What was imported. */
export interface ImportResult {
  readonly added: number;
  /** Those that were there already, of the same or a later revision. */
  readonly known: number;
  /** What could not be taken, and why, without patient data. */
  readonly warnings: readonly string[];
}
