import type { Binding } from "./binding.js";
import { currentImageId, page } from "./page.js";
import { label, stroke } from "./tools.js";

/** An image is shown for so long before its measurements are asked for. */
const REST_MS = 400;
const CSRF = /(?:^|;\s*)csrftoken=([^;]*)/;

type Place = { readonly x: number; readonly y: number };

/** A measurement that was stored before. */
interface Stored {
  readonly points: readonly Place[];
  readonly text: string;
  readonly isClosed: boolean;
}

/** A measurement as the page hands it to be saved: of a length, two ends without a list of points. */
interface Given {
  readonly type?: unknown;
  readonly points?: unknown;
  readonly startX?: unknown;
  readonly startY?: unknown;
  readonly endX?: unknown;
  readonly endY?: unknown;
}

/** Measurements and texts that were stored come back; those that are stored take their points along. */
export class Notes {
  readonly #fetch: typeof fetch;
  readonly #ofImage = new Map<string, readonly Stored[] | Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #page: unknown[] | undefined;
  #series: unknown;
  readonly #hidden = new Set<string>();

  constructor(fetchOfPage: typeof fetch) {
    this.#fetch = fetchOfPage;
  }

  bind(binding: Binding): void {
    binding.replace("notes", "saveMeasurement", (original, [given]) => {
      addPoints(given);
      return original();
    });
    binding.replace("notes", "drawMeasurements", (original) => {
      original();
      this.#draw();
    });
    binding.whenRestored(() => clearTimeout(this.#timer));
  }

  /** Stores a measurement of the shown image. */
  save(type: string, points: readonly Place[], value: number, unit: string): void {
    const image = Number(currentImageId());
    const body = { image_id: image, measurement_type: type, points: JSON.stringify(points), value, unit, notes: "" };
    const headers = { "Content-Type": "application/json", "X-CSRFToken": CSRF.exec(document.cookie)?.[1] ?? "" };
    const request = { method: "POST", headers, body: JSON.stringify(body) };
    this.#fetch.call(window, "/dicom-viewer/measurements/save/", request).catch(() => {});
  }

  #draw(): void {
    const id = currentImageId();
    const context = page.context;
    if (id === undefined || !context || !/^\d+$/.test(id)) return;
    this.#follow();
    const known = this.#ofImage.get(id);
    if (!known) this.#later(id);
    if (!Array.isArray(known) || this.#hidden.has(id)) return;
    for (const { points, text, isClosed } of known as readonly Stored[]) {
      const [first] = points;
      stroke(context, isClosed && first ? [...points, first] : points);
      label(context, text, first);
    }
  }

  /** What deletes the page's measurements hides these, for the image that is shown. */
  #follow(): void {
    const [now, series] = [page.measurements, page.series];
    const id = currentImageId();
    const isDeleted = this.#page !== undefined && this.#page !== now && this.#series === series;
    if (isDeleted && id !== undefined && Array.isArray(this.#ofImage.get(id))) this.#hidden.add(id);
    this.#page = now;
    this.#series = series;
  }

  #later(id: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (currentImageId() === id && !this.#ofImage.has(id)) this.#ofImage.set(id, this.#load(id));
    }, REST_MS);
  }

  async #load(id: string): Promise<void> {
    const [measured, written] = await Promise.all([
      this.#get(`/dicom-viewer/measurements/${id}/`, "measurements"),
      this.#get(`/dicom-viewer/annotations/${id}/`, "annotations"),
    ]);
    const lines = measured.map(({ type, points, value, unit }) => ({
      points: Array.isArray(points) ? points.filter(isPlace) : [],
      text: `${value ?? ""} ${unit ?? ""}`.trim(),
      isClosed: type === "area",
    }));
    const texts = written.map(({ position_x: x, position_y: y, text }) => ({
      points: isPlace({ x, y }) ? [{ x: Number(x), y: Number(y) }] : [],
      text: String(text ?? ""),
      isClosed: false,
    }));
    this.#ofImage.set(
      id,
      [...lines, ...texts].filter(({ points }) => points.length > 0),
    );
  }

  async #get(url: string, name: string): Promise<readonly Record<string, unknown>[]> {
    try {
      const response = await this.#fetch.call(window, url);
      const answer: Record<string, unknown> = await response.json();
      const entries = answer[name];
      return Array.isArray(entries) ? entries : [];
    } catch {
      return [];
    }
  }
}

/** Gives a length the points that the server keeps. */
function addPoints(given: unknown): void {
  if (typeof given !== "object" || given === null) return;
  const { points, startX, startY, endX, endY }: Given = given;
  const numbers = [startX, startY, endX, endY].map(Number);
  if (Array.isArray(points) || !numbers.every(Number.isFinite)) return;
  const [x0, y0, x1, y1] = numbers;
  const both = [
    { x: x0, y: y0 },
    { x: x1, y: y1 },
  ];
  Reflect.set(given, "points", both);
}

function isPlace(value: unknown): value is Place {
  const { x, y } = (value ?? {}) as { readonly x?: unknown; readonly y?: unknown };
  return Number.isFinite(x) && Number.isFinite(y);
}
