import type { Binding, PageFunction } from "./binding.js";
import { CobbAngles } from "./cobb.js";
import { callPage, currentImageId, page, pageFunction } from "./page.js";
import { isPlace, type Place, stroke } from "./pen.js";
import { isNear, leaveToMouse, onCanvas, onEscape, pressByTap, replay } from "./presses.js";
import { spacingOfMain } from "./spacing.js";
import type { StoredNotes } from "./stored-notes.js";

/** Tools of three points, which the page takes from one drag. */
export const THREE_POINTS: readonly string[] = ["angle", "area"];
/** Tools that draw from where the mouse is pressed, downwards as well as across. */
const DRAWING: readonly unknown[] = ["measure", "roi", "annotate"];
/** Buttons that act at once and are no tools to drag with. */
const NO_TOOLS: readonly (string | undefined)[] = ["flipv", "compare", "ai", "rotate-ccw", undefined];

/** A point as it came from the hand, and on the page's canvas. */
interface Point {
  readonly event: MouseEvent;
  readonly image: Place;
}

/**
 * Angles, areas and Cobb angles, point by point. The page's own functions make an angle or an area of the points as soon as
 * there are three, so that they are drawn, listed and stored as all others; Cobb angles it never finishes: they are drawn here.
 */
export class Tools {
  readonly #cobbs: CobbAngles;
  #points: Point[] = [];
  #hover: Point | undefined;
  #page: unknown[] | undefined;
  /** Whether the page draws its measurements at this moment. */
  #isDrawing = false;
  #originals: Record<string, PageFunction | undefined> = {};

  constructor(notes: StoredNotes) {
    this.#cobbs = new CobbAngles({ notes, shownId: currentImageId, spacing: spacingOfMain, canvasPoint });
  }

  bind(binding: Binding): void {
    const target = page.canvas;
    const on = (name: string, type: string, handle: (event: MouseEvent) => boolean): void => {
      this.#originals[name] = pageFunction(name) as PageFunction | undefined;
      binding.replaceListener("tools", name, type, target, (original, [event]) => {
        // The page's drag of a finger is no event, and makes no points.
        const isOurs = event instanceof MouseEvent ? handle(event) : this.#wanted() > 0;
        return isOurs ? undefined : original();
      });
    };
    on("handleMouseDown", "mousedown", (event) => this.#down(event));
    on("handleMouseMove", "mousemove", (event) => this.#move(event));
    on("handleMouseUp", "mouseup", (event) => this.#up(event));
    binding.replace("tools", "drawMeasurements", (original) => {
      this.#isDrawing = true;
      try {
        original();
      } finally {
        this.#isDrawing = false;
      }
      this.#draw();
    });
    const area: PageFunction | undefined = binding.replace("tools", "calculateArea", (original, [points]) =>
      Array.isArray(points) ? area?.(this.inImage(points)) : original(),
    );
    const isPoint = ({ target }: PointerEvent): boolean => target === page.canvas && this.#wanted() > 0;
    leaveToMouse(binding, (event) => isPoint(event) || (event.target === page.canvas && isDrawn(event)));
    pressByTap(binding, isPoint);
    onEscape(binding, () => {
      this.#points = [];
      callPage("redrawCurrentImage");
    });
    bindButtons(binding);
    bindEscape(binding);
  }

  /** Points of the page in its image: for what it writes beside a measurement it takes those on its canvas, zoomed and turned. */
  inImage(points: readonly unknown[]): readonly unknown[] {
    if (!this.#isDrawing) return points;
    const found = points.map((point) =>
      isPlace(point) ? pageFunction("canvasPointToImagePx")?.(point.x, point.y) : null,
    );
    return found.every(isPlace) ? found : points;
  }

  /** Whether a press belongs to a tool of several points. */
  #down(event: MouseEvent): boolean {
    return event.button === 0 && this.#wanted() > 0;
  }

  #move(event: MouseEvent): boolean {
    if (this.#points.length === 0 || this.#wanted() === 0) return false;
    this.#hover = this.#point(event);
    callPage("redrawCurrentImage");
    return false;
  }

  #up(event: MouseEvent): boolean {
    const wanted = this.#wanted();
    if (wanted === 0 || event.button !== 0) {
      this.#points = [];
      return false;
    }
    const point = this.#point(event);
    if (point && !isNear(this.#points.at(-1)?.event, event)) this.#points.push(point);
    this.#hover = undefined;
    if (this.#points.length === wanted) {
      const points = this.#points.splice(0);
      if (wanted === 4) this.#cobbs.finish(points.map(({ image }) => image));
      else this.#replay(points);
    }
    callPage("redrawCurrentImage");
    return true;
  }

  /** How many points the page's tool of the moment takes here; 0 for those that are the page's. */
  #wanted(): number {
    const tool = page.activeTool ?? "";
    if (page.viewMode === "mpr" || !pageFunction("canvasPointToImagePx")) return 0;
    if (THREE_POINTS.includes(tool)) return 3;
    return tool === "cobb_angle" ? 4 : 0;
  }

  #point(event: MouseEvent): Point | undefined {
    const pixel = onCanvas(event, page.canvas);
    const image = pixel && pageFunction("canvasPointToImagePx")?.(pixel.x, pixel.y);
    return isPlace(image) ? { event, image } : undefined;
  }

  #replay(points: readonly Point[]): void {
    const { handleMouseDown: press, handleMouseMove: move, handleMouseUp: release } = this.#originals;
    replay(
      { press, move, release },
      points.map(({ event }) => event),
    );
  }

  #draw(): void {
    const context = page.context;
    if (!context) return;
    // What deletes the page's measurements deletes these.
    if (this.#page !== page.measurements) {
      if (this.#page !== undefined) this.#cobbs.forget();
      this.#page = page.measurements;
    }
    this.#cobbs.draw(context);
    if (this.#points.length === 0) return;
    const open = [...this.#points.map(({ image }) => image), ...(this.#hover ? [this.#hover.image] : [])];
    if (page.activeTool === "cobb_angle") this.#cobbs.drawLines(context, open);
    else
      stroke(
        context,
        open.map(canvasPoint).filter((point) => point !== undefined),
      );
  }
}

/** Whether a press draws, or puts the crosshair somewhere: the page hears of neither from a mouse that does not move across. */
function isDrawn({ altKey }: PointerEvent): boolean {
  return DRAWING.includes(page.activeTool) || (altKey && page.hasCrosshair);
}

/** Where an image point is on the canvas of the main view. */
export function canvasPoint(point: Place): Place | undefined {
  const at = pageFunction("imagePxToCanvasPoint")?.({ x: point.x, y: point.y });
  return isPlace(at) ? at : undefined;
}

/** Buttons that act leave the tool as it was, and turn back by 90 degrees, once. */
function bindButtons(binding: Binding): void {
  const before = (event: Event): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>(".tool-btn") : null;
    if (!button || !binding.isOn("tools")) return;
    const tool = button.dataset["tool"];
    if (!NO_TOOLS.includes(tool)) return;
    const [active, rotation] = [page.activeTool, page.rotation];
    // After the page's own listeners.
    setTimeout(() => {
      if (page.activeTool !== active) {
        page.activeTool = active;
        callPage("refreshToolButtonStates", active);
      }
      if (tool === "rotate-ccw" && (((rotation - page.rotation) % 360) + 360) % 360 === 180) {
        page.rotation = (rotation + 270) % 360;
        callPage("redrawCurrentImage");
      }
    });
  };
  document.addEventListener("click", before, { capture: true, signal: binding.restored });
}

/** On Escape the page calls a function that there is not, and what comes after it never runs. */
function bindEscape(binding: Binding): void {
  const name = "_closeLocalDicomViewer";
  if (!binding.isOn("tools") || pageFunction(name)) return;
  Reflect.set(window, name, () => {});
  binding.whenRestored(() => Reflect.deleteProperty(window, name));
}
