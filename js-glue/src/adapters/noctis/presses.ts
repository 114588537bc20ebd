import type { Binding } from "./binding.js";

/** Presses nearer than this are one point. */
const NEAR_PX = 3;

/** Whether somebody pressed at one place twice. */
export function isNear(last: MouseEvent | undefined, now: MouseEvent): boolean {
  return last !== undefined && Math.hypot(last.clientX - now.clientX, last.clientY - now.clientY) < NEAR_PX;
}

/**
 * Hands presses to the listeners of the mouse: the page takes each for a drag, or for turning over slices where it goes down, and lets
 * no event of the mouse come of it.
 */
export function leaveToMouse(binding: Binding, isOurs: (event: PointerEvent) => boolean): void {
  const keep = (event: PointerEvent): void => {
    if (event.button === 0 && binding.isOn("tools") && isOurs(event)) event.stopPropagation();
  };
  window.addEventListener("pointerdown", keep, true);
  binding.whenRestored(() => window.removeEventListener("pointerdown", keep, true));
}

/** Calls on Escape. */
export function onEscape(binding: Binding, cancel: () => void): void {
  const listen = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && binding.isOn("tools")) cancel();
  };
  document.addEventListener("keydown", listen);
  binding.whenRestored(() => document.removeEventListener("keydown", listen));
}
