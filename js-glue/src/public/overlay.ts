/**
 * A line of corner text. `{PatientName}` is the value of a DICOM attribute by its keyword; besides there are `Kind` (`Slice`, or
 * the name of a plane), `Slice`, `Slices`, `Frame`, `Window`, `Zoom`, `Position` and `Step` (millimetres), `Slab`, `Loading`,
 * `Reduced` and `Backend`. Two spaces separate parts: a part with a field that says nothing is left out, and a line without parts.
 */
export type OverlayLine = string | { readonly text: string; readonly look: OverlayLook };

/** `"wide"` is left out where there is little room. */
export type OverlayLook = "strong" | "dim" | "wide";

/**
 * Corner text; corners that are left out stay as they are. Without the patient, fields vanish that identify one: name, ID,
 * birth date, sex, age, accession number, institution, people, and date and time of the study.
 */
export interface OverlayTemplate {
  readonly topLeft?: readonly OverlayLine[];
  readonly topRight?: readonly OverlayLine[];
  readonly bottomLeft?: readonly OverlayLine[];
  readonly bottomRight?: readonly OverlayLine[];
}
