import type { CommandAction, DragAction } from "../public/bindings.js";
import type { ShownWindow, WindowLevel } from "../public/instance.js";
import type { ViewSettings } from "../public/viewport.js";
import type { Hand } from "./input/gestures.js";
import type { BoxPoint, Grip, Marks, Press } from "./marks.js";
import type { Picture } from "./picture.js";
import type { Stage } from "./stage.js";
import { clampZoom, draggedWindow, type ViewState } from "./view.js";

/** Slices that a page key passes over. */
const PAGE = 10;
const KEY_ZOOM = 1.2;
/** A drag over so many CSS pixels turns by a degree, and a key by so many degrees. */
const TURN_PX = 2;
const KEY_TURN = 15;

/** What hands and commands change: a hand. */
export interface HandTarget {
  readonly stage: Stage;
  readonly sliceIndex: number;
  readonly sliceCount: number;
  /** What is on the canvas. */
  readonly picture: Picture | undefined;
  readonly view: ViewState;
  /** The window in force, where there is one. */
  readonly greyWindow: ShownWindow | undefined;
  goTo(index: number): void;
  setView(change: Partial<ViewSettings>): void;
  applyWindowLevel(window: WindowLevel): void;
  /** Turns a volume: its near side to the right and down, degrees. */
  turn(right: number, down: number): void;
  toggleOverlay(): void;
  reset(): void;
}

/** What a hand does with what comes with the first tool that is wanted. */
export interface HandTools {
  /** Undefined until then. */
  readonly marks: Marks | undefined;
  /** As `Marks.press`; loads what the action needs. */
  press(action: DragAction, at: BoxPoint, how: Press): Grip | undefined;
  /** Plays the slices, or stops; false when there is nothing to play. */
  toggleCine(): boolean;
}

/** Carries out what hands and keys ask for: slices, window, and zoom and pan about a point of the image. */
export class ViewportHand implements Hand {
  readonly #target: HandTarget;
  readonly #box: HTMLElement;
  readonly tools: HandTools;

  constructor(target: HandTarget, box: HTMLElement, tools: HandTools) {
    this.#target = target;
    this.#box = box;
    this.tools = tools;
  }

  get sliceCount(): number {
    return this.#target.sliceCount;
  }

  get marks(): Marks | undefined {
    return this.tools.marks;
  }

  press(action: DragAction, at: BoxPoint, how: Press): Grip | undefined {
    return this.tools.press(action, at, how);
  }

  grabWindow(): (dx: number, dy: number) => void {
    const start = this.#target.greyWindow;
    if (!start) return () => {};
    return (dx, dy) => this.#target.applyWindowLevel(draggedWindow(start, dx, dy));
  }

  stepSlice(steps: number): void {
    this.jump(this.#target.sliceIndex + steps);
  }

  zoomAbout(factor: number, x: number, y: number): void {
    const { picture, stage } = this.#target;
    const point = picture && stage.pointFromBox(picture, x, y);
    const zoom = clampZoom(this.#target.view.zoom * factor);
    this.#target.setView({ zoom });
    if (point) this.hold(point, x, y);
  }

  turnBy(dx: number, dy: number): void {
    this.#target.turn(dx / TURN_PX, dy / TURN_PX);
  }

  panBy(dx: number, dy: number): void {
    const [x, y] = this.#target.view.pan;
    this.#target.setView({ pan: [x + dx, y + dy] });
  }

  rotateBy(degrees: number): void {
    this.#target.setView({ rotation: this.#target.view.rotation + degrees });
  }

  /** Pans so that a point of the picture lies at a point of the box, CSS pixels. */
  hold(point: readonly [number, number], x: number, y: number): void {
    const { picture, stage } = this.#target;
    const now = picture && stage.boxFromPoint(picture, point);
    if (now) this.panBy(x - now[0], y - now[1]);
  }

  /** Changes the size of the canvas and keeps what was in the middle there. */
  resize(apply: () => void): void {
    const { picture, stage } = this.#target;
    const [panX, panY] = this.#target.view.pan;
    const middle = (): [number, number] => {
      const [width, height] = stage.size;
      return [width / stage.pixelRatio / 2, height / stage.pixelRatio / 2];
    };
    const moved = panX !== 0 || panY !== 0;
    const point = moved && picture ? stage.pointFromBox(picture, ...middle()) : undefined;
    apply();
    if (point) this.hold(point, ...middle());
  }

  command(action: CommandAction, isFar = false): boolean {
    const command = COMMANDS[action];
    if (!command) return this.marks?.command(action, isFar) ?? false;
    return command(this.#target, this) !== false;
  }

  /** Zooms about the middle of the box. */
  zoomAboutMiddle(factor: number): void {
    this.zoomAbout(factor, this.#box.clientWidth / 2, this.#box.clientHeight / 2);
  }

  /** Goes to a slice, or to the nearest one that there is. */
  jump(index: number): void {
    const last = this.#target.sliceCount - 1;
    if (last >= 0) this.#target.goTo(Math.min(last, Math.max(0, index)));
  }
}

/** False when there was nothing to do. */
type Command = (target: HandTarget, hand: ViewportHand) => unknown;

function turn(degrees: number): Command {
  return (_, hand) => hand.rotateBy(degrees);
}

/** A change of view that depends on the view so far. */
function toggle(change: (view: ViewState) => Partial<ViewSettings>): Command {
  return (target) => target.setView(change(target.view));
}

/** Those that are not here are about annotations. */
const COMMANDS: { readonly [action in CommandAction]?: Command } = {
  "next-slice": (_, hand) => hand.stepSlice(1),
  "previous-slice": (_, hand) => hand.stepSlice(-1),
  "next-page": (_, hand) => hand.stepSlice(PAGE),
  "previous-page": (_, hand) => hand.stepSlice(-PAGE),
  "first-slice": (_, hand) => hand.jump(0),
  "last-slice": (target, hand) => hand.jump(target.sliceCount - 1),
  "zoom-in": (_, hand) => hand.zoomAboutMiddle(KEY_ZOOM),
  "zoom-out": (_, hand) => hand.zoomAboutMiddle(1 / KEY_ZOOM),
  invert: toggle(({ invert }) => ({ invert: !invert })),
  "rotate-right": turn(90),
  "rotate-left": turn(-90),
  "turn-right": (target) => target.turn(KEY_TURN, 0),
  "turn-left": (target) => target.turn(-KEY_TURN, 0),
  "turn-up": (target) => target.turn(0, -KEY_TURN),
  "turn-down": (target) => target.turn(0, KEY_TURN),
  "flip-horizontal": toggle(({ flipHorizontal }) => ({ flipHorizontal: !flipHorizontal })),
  "flip-vertical": toggle(({ flipVertical }) => ({ flipVertical: !flipVertical })),
  "toggle-interpolation": toggle(({ interpolation }) => ({
    interpolation: interpolation === "linear" ? "nearest" : "linear",
  })),
  "toggle-overlay": (target) => target.toggleOverlay(),
  reset: (target) => target.reset(),
  "toggle-cine": (_, hand) => hand.tools.toggleCine(),
};
