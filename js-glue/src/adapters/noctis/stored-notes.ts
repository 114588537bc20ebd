import { isPlace, label, type Place, stroke } from "./pen.js";

/** An image is shown for so long before its notes are asked for. */
const REST_MS = 400;
const CSRF = /(?:^|;\s*)csrftoken=([^;]*)/;

/** A measurement or a text that was stored. */
interface StoredNote {
  readonly lines: readonly (readonly Place[])[];
  readonly text: string;
}

const UNITS: Readonly<Record<string, string>> = { deg: "°", mm2: " mm²", px2: " px²" };

/** What the page's server keeps of images: measurements and texts, of one view of them. */
export class StoredNotes {
  readonly #fetch: typeof fetch;
  readonly #shownId: () => string | undefined;
  readonly #changed: () => void;
  readonly #ofImage = new Map<string, readonly StoredNote[] | Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `shownId` is that of the image in the view; `changed` has the view drawn again. */
  constructor(fetchOfPage: typeof fetch, shownId: () => string | undefined, changed: () => void) {
    this.#fetch = fetchOfPage;
    this.#shownId = shownId;
    this.#changed = changed;
  }

  /** Draws those of the shown image; asks for them when it has been shown for a while. */
  draw(context: CanvasRenderingContext2D, canvasPoint: (point: Place) => Place | undefined): void {
    const id = this.#shownId();
    // Files from the disk have no number.
    if (id === undefined || !/^\d+$/.test(id)) return;
    const known = this.#ofImage.get(id);
    if (!known) this.#later(id);
    if (!Array.isArray(known)) return;
    for (const { lines, text } of known as readonly StoredNote[]) {
      const drawn = lines.map((line) => line.map(canvasPoint).filter((point) => point !== undefined));
      for (const line of drawn) stroke(context, line);
      label(context, text, drawn[0]?.[0]);
    }
  }

  /** Has nothing more to show of an image. */
  hide(id: string): void {
    if (Array.isArray(this.#ofImage.get(id))) this.#ofImage.set(id, []);
  }

  /** Asks again when images are shown. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#ofImage.clear();
  }

  saveMeasurement(image: string, type: string, points: readonly Place[], value: number, unit: string): void {
    const measured = { measurement_type: type, points: JSON.stringify(points), value, unit, notes: "" };
    this.#post("/dicom-viewer/measurements/save/", { image_id: Number(image), ...measured });
  }

  saveText(image: string, { x, y }: Place, text: string, color: string): void {
    const body = { image_id: Number(image), position_x: x, position_y: y, text, color };
    this.#post("/dicom-viewer/annotations/save/", body);
  }

  #post(url: string, body: object): void {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": CSRF.exec(document.cookie)?.[1] ?? "" };
    this.#fetch.call(window, url, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => {});
  }

  #later(id: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#shownId() === id && !this.#ofImage.has(id)) this.#ofImage.set(id, this.#load(id));
    }, REST_MS);
  }

  async #load(id: string): Promise<void> {
    const [measured, written] = await Promise.all([
      this.#get(`/dicom-viewer/measurements/${id}/`, "measurements"),
      this.#get(`/dicom-viewer/annotations/${id}/`, "annotations"),
    ]);
    const found = [...measured.map(noteOf), ...written.map(textOf)].filter(({ lines }) => lines.length > 0);
    this.#ofImage.set(id, found);
    if (found.length > 0 && this.#shownId() === id) this.#changed();
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

/** Angles of Cobb are two lines, areas come back to where they began. */
function noteOf({ type, points, value, unit }: Record<string, unknown>): StoredNote {
  const all = Array.isArray(points) ? points.filter(isPlace) : [];
  const isCobb = type === "cobb_angle" && all.length === 4;
  const lines = isCobb ? [all.slice(0, 2), all.slice(2)] : [type === "area" ? [...all, ...all.slice(0, 1)] : all];
  const unitText = UNITS[String(unit)] ?? ` ${unit ?? ""}`;
  return { lines: all.length > 0 ? lines : [], text: `${value ?? ""}${unitText}`.trim() };
}

function textOf({ position_x: x, position_y: y, text }: Record<string, unknown>): StoredNote {
  const at = { x: Number(x), y: Number(y) };
  return { lines: isPlace(at) ? [[at]] : [], text: String(text ?? "") };
}

/** A measurement as the page hands it to be saved: of a length, two ends without a list of points. */
interface Given {
  readonly points?: unknown;
  readonly startX?: unknown;
  readonly startY?: unknown;
  readonly endX?: unknown;
  readonly endY?: unknown;
}

/** Gives a length the points that the server keeps. */
export function addPoints(given: unknown): void {
  const ends = endsOf(given);
  if (ends && !Array.isArray((given as Given).points)) Reflect.set(given as Given, "points", ends);
}

/** Both ends of a length as the page keeps it; undefined of anything else. */
export function endsOf(given: unknown): readonly [Place, Place] | undefined {
  const { startX, startY, endX, endY } = Object(given) as Given;
  const [start, end] = [
    { x: Number(startX), y: Number(startY) },
    { x: Number(endX), y: Number(endY) },
  ];
  return isPlace(start) && isPlace(end) ? [start, end] : undefined;
}
