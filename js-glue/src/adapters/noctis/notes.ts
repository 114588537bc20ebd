import type { Binding } from "./binding.js";
import { callPage, currentImageId, page, pageFunction } from "./page.js";
import { addPoints, StoredNotes } from "./stored-notes.js";
import { canvasPoint } from "./tools.js";

/** Measurements and texts of the main view that were stored come back; those that are stored take their points along. */
export class Notes {
  readonly stored: StoredNotes;
  #page: unknown[] | undefined;
  #series: unknown;

  constructor(fetchOfPage: typeof fetch) {
    this.stored = new StoredNotes(fetchOfPage, currentImageId, () => callPage("redrawCurrentImage"));
  }

  bind(binding: Binding): void {
    binding.replace("notes", "saveMeasurement", (original, [given]) => {
      // The page of 2025 has its canvas's points, which are no place in the image.
      if (pageFunction("imagePxToCanvasPoint")) addPoints(given);
      return original();
    });
    binding.replace("notes", "drawMeasurements", (original) => {
      original();
      this.#follow();
      if (page.context) this.stored.draw(page.context, canvasPoint);
    });
    this.#bindDelete(binding);
    binding.whenRestored(() => this.stored.forget());
  }

  /** On Delete the page deletes where it has measurements of its own; those that came back are none of them. */
  #bindDelete(binding: Binding): void {
    const listen = ({ key, target }: KeyboardEvent): void => {
      const isDelete = (key === "Delete" || key === "Backspace") && !isTyped(target) && page.viewMode !== "mpr";
      const id = currentImageId();
      if (!isDelete || id === undefined || page.measurements?.length || !binding.isOn("notes")) return;
      this.stored.hide(id);
      callPage("redrawCurrentImage");
    };
    document.addEventListener("keydown", listen, { signal: binding.restored });
  }

  /** What deletes the page's measurements hides these, for the image that is shown. */
  #follow(): void {
    const [now, series, id] = [page.measurements, page.series, currentImageId()];
    const isDeleted = this.#page !== undefined && this.#page !== now && this.#series === series;
    if (isDeleted && id !== undefined) this.stored.hide(id);
    this.#page = now;
    this.#series = series;
  }
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches("input:not([type=range]), textarea, select, [contenteditable]");
}
