import { callPage, page } from "./page.js";
import { label, type Place, stroke } from "./pen.js";
import type { Spacing } from "./spacing.js";
import type { StoredNotes } from "./stored-notes.js";

/** The angle between two lines of image points, in the patient, degrees from 0 to 90; undefined of fewer than four points. */
export function cobbAngle([a, b, c, d]: readonly Place[], { row, col }: Spacing): number | undefined {
  if (!a || !b || !c || !d) return undefined;
  const direction = (from: Place, to: Place): number => Math.atan2((to.y - from.y) * row, (to.x - from.x) * col);
  const between = Math.abs(((direction(a, b) - direction(c, d)) * 180) / Math.PI) % 180;
  return Math.min(between, 180 - between);
}

/** The view of the page that they are in. */
export interface CobbView {
  readonly notes: StoredNotes;
  /** Of the image that is shown. */
  readonly shownId: () => string | undefined;
  readonly spacing: () => Spacing;
  readonly canvasPoint: (point: Place) => Place | undefined;
}

/** Cobb angles of a view, which the page itself does not have: drawn, and stored as its measurements are. */
export class CobbAngles {
  readonly #view: CobbView;
  #all: { readonly image: string; readonly points: readonly Place[]; readonly text: string }[] = [];

  constructor(view: CobbView) {
    this.#view = view;
  }

  /** One between two lines of the shown image; the hand goes back to the window, as after every measurement of the page. */
  finish(points: readonly Place[]): void {
    const { notes, shownId, spacing } = this.#view;
    const [image, degrees] = [shownId(), cobbAngle(points, spacing())];
    if (image === undefined || degrees === undefined) return;
    this.#all.push({ image, points, text: `${degrees.toFixed(1)}°` });
    notes.saveMeasurement(image, "cobb_angle", points, Math.round(degrees * 10) / 10, "deg");
    page.activeTool = "windowing";
    callPage("refreshToolButtonStates", "windowing");
  }

  /** Draws those of the shown image. */
  draw(context: CanvasRenderingContext2D): void {
    for (const { image, points, text } of this.#all) {
      if (image === this.#view.shownId()) label(context, text, this.drawLines(context, points)[3]);
    }
  }

  /** Draws both lines, as far as there are points; gives these on the canvas. */
  drawLines(context: CanvasRenderingContext2D, points: readonly Place[]): readonly Place[] {
    const at = points.map(this.#view.canvasPoint).filter((point) => point !== undefined);
    stroke(context, at.slice(0, 2));
    stroke(context, at.slice(2));
    return at;
  }

  forget(): void {
    this.#all = [];
  }
}
