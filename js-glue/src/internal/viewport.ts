import type { CommandAction } from "../public/bindings.js";
import type { WindowLevel } from "../public/instance.js";
import type { ViewSettings } from "../public/viewer.js";
import type { Hand } from "./input/gestures.js";
import type { Stage } from "./stage.js";
import type { Picture } from "./surface.js";
import { clampZoom, draggedWindow, effectiveWindow, type ViewState } from "./view.js";

/** Slices that a page key passes over. */
const PAGE = 10;
const KEY_ZOOM = 1.2;

/** What hands and commands change. */
export interface ViewportTarget {
  readonly sliceIndex: number;
  readonly sliceCount: number;
  /** What is on the canvas. */
  picture(): Picture | undefined;
  view(): ViewState;
  goTo(index: number): void;
  setView(change: Partial<ViewSettings>): void;
  applyWindowLevel(window: WindowLevel): void;
  toggleOverlay(): void;
  reset(): void;
}

/** Carries out what hands and keys ask for: slices, window, and zoom and pan about a point of the image. */
export class Viewport implements Hand {
  readonly #target: ViewportTarget;
  readonly #stage: Stage;
  readonly #box: HTMLElement;

  constructor(target: ViewportTarget, stage: Stage, box: HTMLElement) {
    this.#target = target;
    this.#stage = stage;
    this.#box = box;
  }

  get sliceCount(): number {
    return this.#target.sliceCount;
  }

  grabWindow(): (dx: number, dy: number) => void {
    const picture = this.#target.picture();
    if (!picture || picture.frame.format.startsWith("rgba")) return () => {};
    const start = effectiveWindow(picture.view, picture.frame);
    return (dx, dy) => this.#target.applyWindowLevel(draggedWindow(start, dx, dy));
  }

  stepSlice(steps: number): void {
    this.jump(this.#target.sliceIndex + steps);
  }

  zoomAbout(factor: number, x: number, y: number): void {
    const picture = this.#target.picture();
    const point = picture && this.#stage.imageFromBox(picture, x, y);
    const zoom = clampZoom(this.#target.view().zoom * factor);
    this.#target.setView({ zoom });
    if (point) this.hold(point, x, y);
  }

  panBy(dx: number, dy: number): void {
    const [x, y] = this.#target.view().pan;
    this.#target.setView({ pan: [x + dx, y + dy] });
  }

  /** Pans so that a point of the image, `[column, row]`, lies at a point of the box, CSS pixels. */
  hold(point: readonly [number, number], x: number, y: number): void {
    const picture = this.#target.picture();
    const now = picture && this.#stage.boxFromImage({ ...picture, view: this.#target.view() }, ...point);
    if (now) this.panBy(x - now[0], y - now[1]);
  }

  /** Changes the size of the canvas and keeps what was in the middle there. */
  resize(apply: () => void): void {
    const picture = this.#target.picture();
    const [panX, panY] = this.#target.view().pan;
    const middle = (): [number, number] => {
      const [width, height] = this.#stage.size;
      return [width / this.#stage.pixelRatio / 2, height / this.#stage.pixelRatio / 2];
    };
    const moved = panX !== 0 || panY !== 0;
    const point = moved && picture ? this.#stage.imageFromBox(picture, ...middle()) : undefined;
    apply();
    if (point) this.hold(point, ...middle());
  }

  command(action: CommandAction): void {
    COMMANDS[action](this.#target, this);
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

type Command = (target: ViewportTarget, viewport: Viewport) => void;

function turn(degrees: number): Command {
  return (target) => target.setView({ rotation: target.view().rotation + degrees });
}

/** A change of view that depends on the view so far. */
function toggle(change: (view: ViewState) => Partial<ViewSettings>): Command {
  return (target) => target.setView(change(target.view()));
}

const COMMANDS: Record<CommandAction, Command> = {
  "next-slice": (_, viewport) => viewport.stepSlice(1),
  "previous-slice": (_, viewport) => viewport.stepSlice(-1),
  "next-page": (_, viewport) => viewport.stepSlice(PAGE),
  "previous-page": (_, viewport) => viewport.stepSlice(-PAGE),
  "first-slice": (_, viewport) => viewport.jump(0),
  "last-slice": (target, viewport) => viewport.jump(target.sliceCount - 1),
  "zoom-in": (_, viewport) => viewport.zoomAboutMiddle(KEY_ZOOM),
  "zoom-out": (_, viewport) => viewport.zoomAboutMiddle(1 / KEY_ZOOM),
  invert: toggle(({ invert }) => ({ invert: !invert })),
  "rotate-right": turn(90),
  "rotate-left": turn(-90),
  "flip-horizontal": toggle(({ flipHorizontal }) => ({ flipHorizontal: !flipHorizontal })),
  "flip-vertical": toggle(({ flipVertical }) => ({ flipVertical: !flipVertical })),
  "toggle-interpolation": toggle(({ interpolation }) => ({
    interpolation: interpolation === "linear" ? "nearest" : "linear",
  })),
  "toggle-overlay": (target) => target.toggleOverlay(),
  reset: (target) => target.reset(),
  none: () => {},
};
