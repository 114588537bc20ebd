import type { Binding, PageFunction } from "./binding.js";
import type { Place } from "./pen.js";

/** Presses nearer than this are one point. */
const NEAR_PX = 3;
/** A finger that moves less has tapped; the page takes what moves more for a drag, or for turning over slices. */
const TAP_PX = 10;

/** Whether somebody pressed at one place twice; an event of the mouse is where it was. */
export function isNear(last: Place | undefined, now: Place | undefined): boolean {
  return last !== undefined && now !== undefined && Math.hypot(last.x - now.x, last.y - now.y) < NEAR_PX;
}

/** Where an event is on a canvas, in its pixels; undefined on one that is not shown. */
export function onCanvas(
  { clientX, clientY }: MouseEvent,
  canvas: HTMLCanvasElement | null | undefined,
): Place | undefined {
  const box = canvas?.getBoundingClientRect();
  if (!canvas || !box || box.width === 0) return undefined;
  return {
    x: ((clientX - box.left) * canvas.width) / box.width,
    y: ((clientY - box.top) * canvas.height) / box.height,
  };
}

/** What the page does when the mouse is pressed, moved and let go. */
export interface MouseFunctions {
  readonly press: PageFunction | undefined;
  readonly move: PageFunction | undefined;
  readonly release: PageFunction | undefined;
}

/** The page's own drag over three points: pressed at the first, moved to the two others, let go. */
export function replay(
  { press, move, release }: MouseFunctions,
  [first, second, third]: readonly MouseEvent[],
  ...others: readonly unknown[]
): void {
  press?.(first, ...others);
  move?.(second, ...others);
  move?.(third, ...others);
  release?.(third, ...others);
}

/**
 * Hands presses of the mouse to its listeners: the page takes each for a drag, or for turning over slices where it goes down, and lets
 * no event of the mouse come of it.
 */
export function leaveToMouse(binding: Binding, isOurs: (event: PointerEvent) => boolean): void {
  const keep = (event: PointerEvent): void => {
    const isPress = event.pointerType === "mouse" && event.button === 0;
    if (isPress && binding.isOn("tools") && isOurs(event)) event.stopPropagation();
  };
  window.addEventListener("pointerdown", keep, { capture: true, signal: binding.restored });
}

/** Makes a press of the mouse of a tap: what a finger does otherwise, alone or with another, stays the page's. */
export function pressByTap(binding: Binding, isOurs: (event: PointerEvent) => boolean): void {
  let down: PointerEvent | undefined;
  const begin = (event: PointerEvent): void => {
    const isFirst = event.pointerType !== "mouse" && event.isPrimary;
    down = isFirst && binding.isOn("tools") && isOurs(event) ? event : undefined;
  };
  const end = ({ pointerId, clientX, clientY, target }: PointerEvent): void => {
    if (down?.pointerId !== pointerId) return;
    const isTap = Math.hypot(clientX - down.clientX, clientY - down.clientY) < TAP_PX;
    down = undefined;
    for (const type of isTap ? ["mousedown", "mouseup"] : []) {
      target?.dispatchEvent(new MouseEvent(type, { clientX, clientY, bubbles: true }));
    }
  };
  const options = { capture: true, signal: binding.restored };
  window.addEventListener("pointerdown", begin, options);
  window.addEventListener("pointerup", end, options);
}

/** Calls on Escape. */
export function onEscape(binding: Binding, cancel: () => void): void {
  const listen = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && binding.isOn("tools")) cancel();
  };
  document.addEventListener("keydown", listen, { signal: binding.restored });
}
