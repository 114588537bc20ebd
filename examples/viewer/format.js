/** DICOM values as people read them. */

/** `FAMILY^GIVEN` as `Family, Given` would be guessing about case: only the separators change. */
export function personName(value) {
  const [family = "", given = ""] = (value ?? "").split("=")[0].split("^");
  return given ? `${family}, ${given}` : family;
}

/** `20261124` as `2026-11-24`. */
export function date(value) {
  const match = /^(\d{4})(\d{2})(\d{2})/.exec(value ?? "");
  return match ? match.slice(1).join("-") : (value ?? "");
}

/** `1 slice`, `120 slices`. */
export function counted(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
