import { type BoneView, page } from "./page.js";

/** What the page's own listeners do with a drag and the wheel. */
const RADIANS_PER_PX = 0.016;
const WHEEL = 0.1;
const ZOOM = { min: 0.25, max: 6 };
/** A pointer that moves more than this has dragged. */
const STILL_PX = 2;
/** Presses that the page hears of on its own canvas. */
const FORWARDED = ["click", "dblclick", "contextmenu"];

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * A canvas in the place of the page's own, on which the page may have a context of another kind: that one comes back as it was. What
 * the page hears there it goes on to hear.
 */
export class BoneCanvas {
  readonly #view: () => BoneView;
  #theirs: HTMLCanvasElement | undefined;
  #ours: HTMLCanvasElement | undefined;
  readonly #pointers = new Map<number, Place>();
  #isPanning = false;
  #spread: number | undefined;

  constructor(view: () => BoneView) {
    this.#view = view;
  }

  /** The canvas; undefined where the page has none. */
  take(): HTMLCanvasElement | undefined {
    if (this.#ours) return this.#ours;
    const theirs = document.getElementById("bone3DCanvas");
    if (!(theirs instanceof HTMLCanvasElement)) return undefined;
    const ours = theirs.cloneNode() as HTMLCanvasElement;
    this.#theirs = theirs;
    this.#ours = ours;
    exchange(theirs, ours);
    ours.addEventListener("pointerdown", (event) => this.#down(event));
    ours.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel"] as const) {
      ours.addEventListener(type, (event) => this.#up(event));
    }
    ours.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    for (const type of FORWARDED) {
      ours.addEventListener(type, (event) => {
        if (!theirs.dispatchEvent(new MouseEvent(type, event as MouseEvent))) event.preventDefault();
      });
    }
    return ours;
  }

  giveBack(): void {
    const [theirs, ours] = [this.#theirs, this.#ours];
    this.#theirs = undefined;
    this.#ours = undefined;
    if (!theirs || !ours) return;
    exchange(ours, theirs);
    theirs.style.cssText = ours.style.cssText;
    const { width, height } = ours;
    if (theirs.width !== width || theirs.height !== height) Object.assign(theirs, { width, height });
  }

  #down(event: PointerEvent): void {
    if (page.viewMode === "single") return;
    this.#ours?.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, placeOf(event));
    this.#isPanning = event.button === 1 || event.button === 2 || event.shiftKey || event.pointerType === "touch";
    Object.assign(this.#view(), { dragging: true, wasDragged: false });
  }

  #up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    this.#spread = undefined;
    if (this.#pointers.size === 0) this.#view().dragging = false;
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = placeOf(event);
    this.#pointers.set(event.pointerId, now);
    const view = this.#view();
    const [right, down] = [now.x - before.x, now.y - before.y];
    if (Math.abs(right) + Math.abs(down) > STILL_PX) view.wasDragged = true;
    const [first, second] = [...this.#pointers.values()];
    if (first && second) this.#pinch(Math.hypot(second.x - first.x, second.y - first.y));
    if (second || this.#isPanning) {
      view.panX = (view.panX ?? 0) + right;
      view.panY = (view.panY ?? 0) - down;
      return;
    }
    view.targetRotY = (view.targetRotY ?? view.rotY) - right * RADIANS_PER_PX;
    view.targetRotX = (view.targetRotX ?? view.rotX) - down * RADIANS_PER_PX;
  }

  #pinch(spread: number): void {
    if (this.#spread) this.#zoom(spread / this.#spread);
    this.#spread = spread;
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    this.#zoom(event.deltaY > 0 ? 1 + WHEEL : 1 - WHEEL);
  }

  #zoom(factor: number): void {
    const view = this.#view();
    view.targetZoom = Math.min(ZOOM.max, Math.max(ZOOM.min, (view.targetZoom ?? view.zoom) * factor));
  }
}

/** Puts a canvas in the place of another, also where the page keeps it. */
function exchange(from: HTMLCanvasElement, to: HTMLCanvasElement): void {
  from.replaceWith(to);
  const kept = page.planeCanvases;
  for (const [name, canvas] of Object.entries(kept)) if (canvas === from) kept[name] = to;
}

function placeOf({ clientX: x, clientY: y }: PointerEvent): Place {
  return { x, y };
}
