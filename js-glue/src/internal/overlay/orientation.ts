import type { InstanceInfo } from "../../public/instance.js";

/** A second letter is added when its share of the direction is above this (about 15 degrees). */
const SECOND = 0.26;
const NAMES = [
  ["R", "L"],
  ["A", "P"],
  ["F", "H"],
] as const;

/**
 * The letters of a direction in patient coordinates (LPS): the largest component first, at most two of them.
 *
 * @param direction - not necessarily of length 1
 */
export function letters(direction: readonly [number, number, number]): string {
  const length = Math.hypot(...direction);
  if (!(length > 0)) return "";
  return direction
    .map((component, axis) => ({ share: component / length, axis }))
    .filter(({ share }) => Math.abs(share) > SECOND)
    .sort((a, b) => Math.abs(b.share) - Math.abs(a.share))
    .slice(0, 2)
    .map(({ share, axis }) => NAMES[axis]?.[share > 0 ? 1 : 0] ?? "")
    .join("");
}

/** Letters for the edges of the canvas. */
export interface EdgeLetters {
  readonly top: string;
  readonly right: string;
  readonly bottom: string;
  readonly left: string;
}

/**
 * What lies towards each edge.
 *
 * @param right - way in the image, `[columns, rows]`, of one step to the right on the canvas
 * @param down - way in the image of one step down
 */
export function edgeLetters(
  info: InstanceInfo,
  right: readonly [number, number],
  down: readonly [number, number],
): EdgeLetters | undefined {
  const cosines = info.imageOrientationPatient;
  if (!cosines) return undefined;
  const [rowSpacing, columnSpacing] = info.spacingMm ?? [1, 1];
  const direction = ([columns, rows]: readonly [number, number], sign: number): [number, number, number] => {
    const [along, across] = [sign * columns * columnSpacing, sign * rows * rowSpacing];
    return [
      cosines[0] * along + cosines[3] * across,
      cosines[1] * along + cosines[4] * across,
      cosines[2] * along + cosines[5] * across,
    ];
  };
  return {
    top: letters(direction(down, -1)),
    right: letters(direction(right, 1)),
    bottom: letters(direction(down, 1)),
    left: letters(direction(right, -1)),
  };
}
