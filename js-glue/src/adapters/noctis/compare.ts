import type { Binding } from "./binding.js";
import { CobbAngles } from "./cobb.js";
import { callPage, get, page, pageFunction, put } from "./page.js";
import { isPlace, type Place } from "./pen.js";
import { isNear, onEscape } from "./presses.js";
import { type Spacing, withSpacing } from "./spacing.js";
import { addPoints, StoredNotes } from "./stored-notes.js";

/** A measurement that is being made. */
interface Draft {
  readonly type?: unknown;
  readonly points?: Place[];
}

declare let _cmpMeasurements: readonly unknown[];
declare let _cmpAnnotations: readonly unknown[];
declare let _cmpCurrentMeasurement: Draft | null;

/**
 * The page's second pane. Its measurements are stored with their points, its texts at all, and both come back; angles, areas and Cobb
 * angles are made point by point.
 */
export class Compare {
  readonly #notes: StoredNotes;
  readonly #cobbs: CobbAngles;
  /** The image that the draft, or the open Cobb angle, is of. */
  #image: string | undefined;
  #open: Place[] = [];
  #page: unknown;
  /** Whether the page draws its measurements at this moment. */
  #isDrawing = false;

  constructor(fetchOfPage: typeof fetch) {
    this.#notes = new StoredNotes(fetchOfPage, shownId, () => callPage("_cmpRedraw"));
    this.#cobbs = new CobbAngles({ notes: this.#notes, shownId, spacing: spacingOf, canvasPoint });
  }

  bind(binding: Binding): void {
    this.#bindPoints(binding);
    binding.replace("notes", "_cmpSaveMeasurement", (original, [given]) => {
      addPoints(given);
      return original();
    });
    binding.replace("notes", "_cmpAddAnnotation", (original) => {
      const known = get(() => _cmpAnnotations)?.length ?? 0;
      const result = original();
      for (const added of get(() => _cmpAnnotations)?.slice(known) ?? []) this.#saveText(added);
      return result;
    });
    binding.replace("notes", "_cmpDrawMeasurements", (original, [context]) => {
      original();
      this.#follow();
      if (context instanceof CanvasRenderingContext2D) this.#notes.draw(context, canvasPoint);
    });
    binding.whenRestored(() => this.#notes.forget());
  }

  #bindPoints(binding: Binding): void {
    for (const [name, type] of [
      ["_cmpStartAngleMeasurement", "angle"],
      ["_cmpStartAreaMeasurement", "area"],
    ] as const) {
      binding.replace("tools", name, (original, [x, y]) => this.#press(type, original, x, y));
    }
    // The page takes the second and the third point from the first moves of the mouse.
    binding.replace("tools", "_cmpUpdateMeasurement", (original) => (hasPoints(draft()) ? undefined : original()));
    // The page's functions for angles take the millimetres of the main view.
    binding.replace("tools", "_cmpFinalizeMeasurement", (original) => {
      const { points } = draft() ?? {};
      if (points && points.length < 3) return undefined;
      return withSpacing(spacingOf(), original);
    });
    binding.replace("tools", "_cmpDrawMeasurements", (original, [context]) => {
      this.#isDrawing = true;
      try {
        withSpacing(spacingOf(), original);
      } finally {
        this.#isDrawing = false;
      }
      if (!(context instanceof CanvasRenderingContext2D)) return;
      this.#cobbs.draw(context);
      if (this.#image === shownId()) this.#cobbs.drawLines(context, this.#open);
    });
    // What it writes beside an area is that of the points on its canvas.
    const area = binding.replace("tools", "_cmpCalculateArea", (original, [points]) => {
      const found = this.#isDrawing && Array.isArray(points) ? points.map(imagePoint) : [];
      return found.length > 0 && found.every(isPlace) ? area?.(found) : original();
    });
    onEscape(binding, () => {
      if (hasPoints(draft())) forgetDraft();
      this.#open = [];
      callPage("_cmpRedraw");
    });
  }

  /** A point of an angle or an area more, or the first one. */
  #press(type: "angle" | "area", original: () => unknown, x: unknown, y: unknown): unknown {
    const isSame = this.#image === shownId();
    this.#image = shownId();
    const at = imagePoint({ x, y });
    if (page.activeTool === "cobb_angle") {
      this.#open = isSame ? this.#open : [];
      if (at && !isSamePlace(this.#open.at(-1), at)) this.#open.push(at);
      if (this.#open.length === 4) this.#cobbs.finish(this.#open.splice(0));
      callPage("_cmpRedraw");
      return undefined;
    }
    const open = draft();
    if (!isSame || open?.type !== type || !hasPoints(open)) return original();
    if (at && !isSamePlace(open.points.at(-1), at)) open.points.push(at);
    callPage("_cmpRedraw");
    return undefined;
  }

  #saveText(added: unknown): void {
    const { image_id: image, x, y, text, color } = Object(added) as Record<string, unknown>;
    const at = { x, y };
    if (typeof text !== "string" || !isPlace(at) || image === undefined || image === null) return;
    this.#notes.saveText(String(image), at, text, typeof color === "string" ? color : "#ffff00");
  }

  /** With another series the page forgets what it drew, also what was stored since. */
  #follow(): void {
    const now = get(() => _cmpMeasurements);
    if (this.#page !== undefined && this.#page !== now) {
      this.#notes.forget();
      this.#cobbs.forget();
    }
    this.#page = now;
  }
}

function shownId(): string | undefined {
  const id = pageFunction("_cmpCurrentImageId")?.();
  return id === undefined || id === null ? undefined : String(id);
}

function draft(): Draft | undefined {
  return get(() => _cmpCurrentMeasurement) ?? undefined;
}

function forgetDraft(): void {
  put(() => {
    _cmpCurrentMeasurement = null;
  });
}

/** Whether it is made of points: of a length the page has two ends. */
function hasPoints(open: Draft | undefined): open is Draft & { readonly points: Place[] } {
  return Array.isArray(open?.points);
}

function imagePoint(point: unknown): Place | undefined {
  const { x, y } = Object(point) as Record<string, unknown>;
  const at = pageFunction("_cmpCanvasPointToImagePx")?.(x, y);
  return isPlace(at) ? at : undefined;
}

function canvasPoint(point: Place): Place | undefined {
  const at = pageFunction("_cmpImagePxToCanvasPoint")?.(point);
  return isPlace(at) ? at : undefined;
}

function isSamePlace(last: Place | undefined, at: Place): boolean {
  return isNear(last && canvasPoint(last), canvasPoint(at));
}

/** Of the image in the pane; 1 where the page does not know. */
function spacingOf(): Spacing {
  const { row, col } = Object(pageFunction("_cmpGetPixelSpacing")?.()) as Partial<Spacing>;
  return { row: row || 1, col: col || 1 };
}
