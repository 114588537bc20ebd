/** The number that a text of a query begins with, or another where there is none. */
export function numberOr(text: string | null | undefined, otherwise: number): number {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : otherwise;
}
