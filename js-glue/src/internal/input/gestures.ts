import type { Bindings, CommandAction, DragAction } from "../../public/bindings.js";
import type { Grip, Marks, BoxPoint as Point, Press } from "../marks.js";
import { dragAction, keyAction, modifiers, wheelAction } from "./bindings.js";

/** What a hand can do to the viewer. Points are CSS pixels in the element. */
export interface Hand {
  readonly sliceCount: number;
  /** What can be done with annotations, once the first tool has been wanted. */
  readonly marks: Marks | undefined;
  /** Takes hold of an annotation, or begins one; undefined: the pointer does something else. */
  press(action: DragAction, at: Point, how: Press): Grip | undefined;
  /** Begins a change of window; the returned function takes the way since, CSS pixels. */
  grabWindow(): (dx: number, dy: number) => void;
  stepSlice(steps: number): void;
  zoomAbout(factor: number, x: number, y: number): void;
  panBy(dx: number, dy: number): void;
  /** Turns a volume by a way of the hand. */
  turnBy(dx: number, dy: number): void;
  /** Turns the picture by so many degrees, clockwise. */
  rotateBy(degrees: number): void;
  /** `isFar`: with shift. False when there is nothing to do. */
  command(action: CommandAction, isFar?: boolean): boolean;
}

/** What the fingers or the mouse are doing. */
type Gesture =
  | {
      readonly kind: "drag";
      readonly pointer: number;
      readonly start: Point;
      readonly move: (from: Point, to: Point) => void;
      /** What it holds, if it is an annotation. */
      readonly grip: Grip | undefined;
    }
  | { readonly kind: "pinch" }
  | undefined;

/** A trackpad moves in small steps: this many CSS pixels are a slice. */
const WHEEL_STEP_PX = 50;
/** Two taps within this time are a double tap. */
const DOUBLE_TAP_MS = 300;
const TAP_SLOP_PX = 12;
const CLICK_SLOP_PX = 3;
/** A double click this soon after a finger was lifted is the browser's echo of a double tap. */
const TOUCH_ECHO_MS = 500;

/** Turns pointer, wheel and key events into what the bindings say. One gesture at a time. */
export class Gestures {
  readonly #element: HTMLElement;
  readonly #hand: Hand;
  readonly #bindings: () => Bindings;
  readonly #listening = new AbortController();
  readonly #pointers = new Map<number, Point>();
  #gesture: Gesture;
  /** The last pointer that came down is a pen. */
  #isPen = false;
  #wheelRest = 0;
  #lastTap: (Point & { readonly time: number }) | undefined;
  #lastTouch = Number.NEGATIVE_INFINITY;

  constructor(element: HTMLElement, hand: Hand, bindings: () => Bindings) {
    this.#element = element;
    this.#hand = hand;
    this.#bindings = bindings;
    const { signal } = this.#listening;
    element.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    element.addEventListener("pointermove", (event) => this.#move(event), { signal });
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"] as const) {
      element.addEventListener(type, (event) => this.#up(event), { signal });
    }
    // Chromium takes a quick drag for a fling, whatever `touch-action` says, and lets the next tap only stop that fling.
    element.addEventListener("touchmove", (event) => event.preventDefault(), { signal, passive: false });
    element.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    element.addEventListener("keydown", (event) => this.#key(event), { signal });
    element.addEventListener("pointerleave", () => this.#hand.marks?.hover(undefined), { signal });
    element.addEventListener("contextmenu", (event) => this.#menu(event), { signal });
    element.addEventListener("dblclick", (event) => this.#double(event), { signal });
  }

  destroy(): void {
    this.#drop();
    this.#listening.abort();
  }

  #point(event: MouseEvent): Point {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #down(event: PointerEvent): void {
    const touch = event.pointerType === "touch";
    const pen = event.pointerType === "pen";
    // A hand that writes lies on the screen as well.
    if (pen) this.#drop();
    else if (this.#gesture && (!touch || this.#isPen)) return;
    this.#isPen = pen;
    const point = this.#point(event);
    this.#pointers.set(event.pointerId, point);
    this.#element.setPointerCapture(event.pointerId);
    this.#element.focus({ preventScroll: true });
    if (event.button === 1) event.preventDefault();
    const table = this.#bindings();
    if (touch && this.#pointers.size === 2 && table["touch:2"] === "zoom-pan") {
      this.#letGo();
      this.#gesture = { kind: "pinch" };
    } else if (this.#pointers.size === 1) {
      const held = modifiers(event);
      const action = touch ? (table["touch:1"] ?? "none") : dragAction(table, event.button, held, pen);
      const isPlain = event.button === 0 && held === "";
      const grip = this.#hand.press(action, point, { isTouch: touch, isPlain });
      const move = grip ? (_: Point, to: Point) => grip.move(to) : this.#mover(action, point);
      this.#gesture = { kind: "drag", pointer: event.pointerId, start: point, move, grip };
    }
  }

  /** Forgets all that is on the screen. */
  #drop(): void {
    this.#letGo();
    this.#pointers.clear();
    this.#gesture = undefined;
  }

  /** What is held is as if it had not been. */
  #letGo(): void {
    if (this.#gesture?.kind === "drag") this.#gesture.grip?.end(this.#gesture.start, true);
  }

  #mover(action: DragAction, start: Point): (from: Point, to: Point) => void {
    const hand = this.#hand;
    switch (action) {
      case "window": {
        const change = hand.grabWindow();
        return (_, to) => change(to.x - start.x, to.y - start.y);
      }
      case "slice":
        return this.#sliceMover(start);
      case "slice-or-window":
        return this.#mover(hand.sliceCount > 1 ? "slice" : "window", start);
      case "zoom":
        return (from, to) => hand.zoomAbout(Math.exp((from.y - to.y) * 0.008), start.x, start.y);
      case "pan":
        return (from, to) => hand.panBy(to.x - from.x, to.y - from.y);
      case "turn":
        return (from, to) => hand.turnBy(to.x - from.x, to.y - from.y);
      case "rotate":
        return (from, to) => hand.rotateBy(this.#angle(to) - this.#angle(from));
      default:
        return () => {};
    }
  }

  /** The direction of a point from the middle, degrees clockwise. */
  #angle({ x, y }: Point): number {
    const { clientWidth, clientHeight } = this.#element;
    return (Math.atan2(y - clientHeight / 2, x - clientWidth / 2) * 180) / Math.PI;
  }

  /** A drag over the whole height goes through the whole series, but no slice is nearer than 3 pixels. */
  #sliceMover(start: Point): (from: Point, to: Point) => void {
    const height = this.#element.clientHeight || 1;
    const pixels = Math.min(24, Math.max(3, height / Math.max(1, this.#hand.sliceCount)));
    let done = 0;
    return (_, to) => {
      const steps = Math.trunc((to.y - start.y) / pixels);
      if (steps !== done) this.#hand.stepSlice(steps - done);
      done = steps;
    };
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before && event.pointerType !== "touch") this.#hand.marks?.hover(this.#point(event));
    if (!before) return;
    const point = this.#point(event);
    const gesture = this.#gesture;
    if (gesture?.kind === "pinch") this.#pinch(event.pointerId, before, point);
    else if (gesture?.pointer === event.pointerId) gesture.move(before, point);
    this.#pointers.set(event.pointerId, point);
  }

  #pinch(moved: number, before: Point, after: Point): void {
    const [other] = [...this.#pointers].filter(([id]) => id !== moved).map(([, point]) => point);
    if (!other) return;
    const centre = (point: Point): Point => ({ x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 });
    const distance = (point: Point): number => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    const [from, to] = [centre(before), centre(after)];
    this.#hand.panBy(to.x - from.x, to.y - from.y);
    this.#hand.zoomAbout(distance(after) / distance(before), to.x, to.y);
  }

  #up(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    const gesture = this.#gesture;
    if (gesture?.kind === "drag" && gesture.pointer !== event.pointerId) return;
    this.#gesture = undefined;
    const touch = event.pointerType === "touch";
    const point = this.#point(event);
    if (touch) this.#lastTouch = event.timeStamp;
    if (gesture?.kind !== "drag") return;
    gesture.grip?.end(point, event.type !== "pointerup");
    if (event.type === "pointerup" && !gesture.grip) this.#tap(gesture.start, point, touch, event.timeStamp);
  }

  #tap(start: Point, end: Point, touch: boolean, time: number): void {
    const last = this.#lastTap;
    this.#lastTap = undefined;
    if (Math.hypot(end.x - start.x, end.y - start.y) > (touch ? TAP_SLOP_PX : CLICK_SLOP_PX)) return;
    if (this.#hand.marks?.tap(end, touch) || !touch) return;
    const near = last && Math.hypot(end.x - last.x, end.y - last.y) <= 3 * TAP_SLOP_PX;
    if (near && time - last.time <= DOUBLE_TAP_MS) this.#hand.command(this.#bindings()["double:left"] ?? "none");
    else this.#lastTap = { ...end, time };
  }

  #double(event: MouseEvent): void {
    if (event.timeStamp - this.#lastTouch < TOUCH_ECHO_MS || this.#hand.marks?.double(this.#point(event))) return;
    this.#hand.command(this.#bindings()["double:left"] ?? "none");
  }

  #wheel(event: WheelEvent): void {
    const action = wheelAction(this.#bindings(), modifiers(event));
    if (action === "none") return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : WHEEL_STEP_PX;
    const delta = (event.deltaY || event.deltaX) * unit;
    if (action === "zoom") {
      const { x, y } = this.#point(event);
      this.#hand.zoomAbout(Math.exp(-Math.max(-150, Math.min(150, delta)) * 0.002), x, y);
      return;
    }
    this.#wheelRest += delta;
    if (Math.abs(this.#wheelRest) < WHEEL_STEP_PX) return;
    this.#hand.stepSlice(Math.sign(this.#wheelRest));
    this.#wheelRest = 0;
  }

  #key(event: KeyboardEvent): void {
    const { marks } = this.#hand;
    const action = keyAction(this.#bindings(), event.key, modifiers(event), marks?.isHeld);
    if (action !== "none" && this.#hand.command(action, event.shiftKey)) event.preventDefault();
  }

  #menu(event: MouseEvent): void {
    if (dragAction(this.#bindings(), 2, modifiers(event)) !== "none") event.preventDefault();
  }
}
