/**
 * A line of corner text. `{PatientName}` is the value of a DICOM attribute by its keyword (PS3.6), any of the object that is shown:
 * what holds for its frame comes first, a sequence of codes is what they mean. Besides there are `Kind` (`Slice`, or the name of a
 * plane), `Slice`, `Slices`, `Frame`, `Window`, `Zoom`, `Position` and `Step` (millimetres), `Slab`, `Volume` (how one
 * is shown in three dimensions), `Loading`, `Reduced` and `Backend`. Two spaces separate parts: a part with a field that says nothing is left out, and a line without parts.
 */
export type OverlayLine = string | { readonly text: string; readonly look: OverlayLook };

/** `"wide"` is left out where there is little room. */
export type OverlayLook = "strong" | "dim" | "wide";

/**
 * Corner text; corners that are left out stay as they are. Without the patient, fields vanish that may identify one: all attributes
 * of PS3.15 table E.1-1, people, dates and times, descriptions and other free text, institutions, devices and UIDs among them.
 */
export interface OverlayTemplate {
  readonly topLeft?: readonly OverlayLine[];
  readonly topRight?: readonly OverlayLine[];
  readonly bottomLeft?: readonly OverlayLine[];
  readonly bottomRight?: readonly OverlayLine[];
}

/** Parts of what lies over the picture; what is left out stays as it is, and is shown at first. */
export interface OverlayParts {
  /** What may identify the patient, in the corner text. */
  readonly patient?: boolean;
  /** Lines where the slices and planes of other viewports cut that of this one. */
  readonly lines?: boolean;
}
