/** Whether a text of a query says yes. */
export function isYes(text: string | null | undefined): boolean {
  return text === "1" || text === "true";
}

/** The number that a text of a query begins with, or another where there is none. */
export function numberOr(text: string | null | undefined, otherwise: number): number {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : otherwise;
}
