/** A rectangle, CSS pixels of a viewport. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How far from its owner a box may be, CSS pixels. */
const GAPS_PX = [12, 40, 80, 130];
const EDGE_PX = 6;
/** A box stays on its side unless another is better by this much of its area. */
const LOYALTY = 0.35;
/** To be one gap further away costs this much of its area. */
const WAY = 0.15;

/** Where a box may be beside what it belongs to, best first. */
const SIDES: readonly (readonly [x: -1 | 0 | 1, y: -1 | 0 | 1])[] = [
  [1, 0],
  [1, 1],
  [1, -1],
  [-1, 0],
  [-1, 1],
  [-1, -1],
  [0, 1],
  [0, -1],
];

function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** What of a box is outside of the viewport. */
function hidden(box: Rect, view: Rect): number {
  return box.width * box.height - overlap(box, view);
}

/**
 * Finds a place for a text box beside what it belongs to, where it covers as little as can be.
 *
 * @param bounds - what it belongs to
 * @param taken - what should not be covered; the first of them most of all
 * @param last - the side where it was before
 */
export function placed(
  [width, height]: readonly [number, number],
  bounds: Rect,
  view: Rect,
  taken: readonly Rect[],
  last: number | undefined,
): { readonly rect: Rect; readonly side: number } {
  const area = width * height;
  let best: { readonly rect: Rect; readonly side: number; readonly cost: number } | undefined;
  for (const [side, { gap, x, y }] of PLACES.entries()) {
    const rect = {
      x: beside(x, bounds.x, bounds.width, width, gap),
      y: x === 0 ? beside(y, bounds.y, bounds.height, height, gap) : level(y, bounds, height),
      width,
      height,
    };
    const covered = taken.reduce((sum, other) => sum + overlap(rect, other), 0);
    const loyalty = side === last ? LOYALTY * area : 0;
    const cost = 4 * hidden(rect, view) + 2 * covered + (side / SIDES.length) * WAY * area - loyalty;
    if (!best || cost < best.cost) best = { rect, side, cost };
  }
  const { rect, side } = best ?? { rect: { x: 0, y: 0, width, height }, side: 0 };
  return { rect: within(rect, view), side };
}

const PLACES = GAPS_PX.flatMap((gap) => SIDES.map(([x, y]) => ({ gap, x, y })));

function beside(direction: -1 | 0 | 1, start: number, length: number, own: number, gap: number): number {
  if (direction === 0) return start + length / 2 - own / 2;
  return direction > 0 ? start + length + gap : start - gap - own;
}

/** Beside something: in the middle, or at its lower or upper end. */
function level(direction: -1 | 0 | 1, bounds: Rect, height: number): number {
  if (direction === 0) return bounds.y + bounds.height / 2 - height / 2;
  return direction > 0 ? bounds.y + bounds.height : bounds.y - height;
}

/** Moved into the viewport, where its owner is at least partly inside. */
export function within(rect: Rect, view: Rect): Rect {
  const fit = (at: number, own: number, start: number, length: number): number =>
    Math.max(start + EDGE_PX, Math.min(at, start + length - own - EDGE_PX));
  return { ...rect, x: fit(rect.x, rect.width, view.x, view.width), y: fit(rect.y, rect.height, view.y, view.height) };
}
