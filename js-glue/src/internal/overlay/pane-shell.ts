import { child, element } from "./dom.js";
import type { EdgeLetters } from "./orientation.js";
import { barOf, type Scale } from "./scale.js";
import type { Corners, Line } from "./text.js";

/** A live region is told at most this often. */
const SPEAK_MS = 400;
/** A message that is no failure is shown when it lasts this long; sooner, its layout would only delay the picture. */
const LASTING_MS = 250;

const CORNERS = ["tl", "tr", "bl", "br"] as const;
const EDGES = ["top", "right", "bottom", "left"] as const;

/** The elements of a viewport: canvas box, corner text, a message, and what is read to screen readers. */
export class PaneShell {
  /** Takes focus and input. */
  readonly frame: HTMLElement;
  /** Holds the canvas. */
  readonly box: HTMLElement;
  readonly #corners: Record<(typeof CORNERS)[number], HTMLElement>;
  readonly #letters: Record<(typeof EDGES)[number], HTMLElement>;
  readonly #scale: HTMLElement;
  readonly #message: HTMLElement;
  readonly #spoken: HTMLElement;
  #speakTimer: ReturnType<typeof setTimeout> | undefined;
  #messageTimer: ReturnType<typeof setTimeout> | undefined;
  #told = "";

  constructor(parent: ParentNode) {
    this.frame = child(parent, "div", "frame");
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "application");
    this.frame.setAttribute("aria-roledescription", "image viewer");
    this.frame.setAttribute("aria-label", "DICOM images");
    this.box = child(this.frame, "div", "box");
    this.#corners = {
      tl: this.#silent("corner tl"),
      tr: this.#silent("corner tr"),
      bl: this.#silent("corner bl"),
      br: this.#silent("corner br"),
    };
    this.#letters = {
      top: this.#silent("letter top"),
      right: this.#silent("letter right"),
      bottom: this.#silent("letter bottom"),
      left: this.#silent("letter left"),
    };
    this.#scale = this.#silent("scale");
    child(this.#scale, "i", "");
    child(this.#scale, "span", "");
    this.#message = child(this.frame, "div", "message");
    this.#message.hidden = true;
    this.#spoken = child(this.frame, "div", "spoken");
    this.#spoken.setAttribute("role", "status");
    this.#spoken.setAttribute("aria-live", "polite");
  }

  /** Says which of several it is; alone it needs no name of its own. */
  name(number: number, count: number, isActive: boolean): void {
    const label = count > 1 ? `DICOM images, viewport ${number} of ${count}` : "DICOM images";
    this.frame.setAttribute("aria-label", label);
    this.frame.classList.toggle("active", isActive && count > 1);
  }

  /** Corner text, edge letters and the scale bar; none without facts. */
  text(corners: Corners | undefined, letters: EdgeLetters | undefined, scale?: Scale): void {
    const { px, text: length } = scale ? barOf(scale) : { px: 0, text: "" };
    const [bar, words] = this.#scale.children as unknown as [HTMLElement, HTMLElement];
    const width = `${px.toFixed(1)}px`;
    bar.hidden = px === 0;
    if (bar.style.width !== width) bar.style.width = width;
    if (words.textContent !== length) words.textContent = length;
    for (const name of CORNERS) write(this.#corners[name], corners?.[name] ?? []);
    for (const edge of EDGES) {
      const text = letters?.[edge] ?? "";
      if (this.#letters[edge].textContent !== text) this.#letters[edge].textContent = text;
    }
  }

  /** The text in the middle: why there is no picture. */
  message(title: string, detail = "", failed = false): void {
    // Called with every picture: a page whose text does not change has no layout to do.
    const told = `${failed} ${title} ${detail}`;
    if (told === this.#told) return;
    this.#told = told;
    clearTimeout(this.#messageTimer);
    const write = (): void => {
      this.#message.classList.toggle("failed", failed);
      this.#message.replaceChildren(element("b", title), element("span", detail));
      this.#message.hidden = false;
    };
    if (failed) write();
    else this.#message.hidden = true;
    if (!failed && title !== "") this.#messageTimer = setTimeout(write, LASTING_MS);
  }

  /** Read to screen readers, the last of many only. */
  speak(text: string): void {
    clearTimeout(this.#speakTimer);
    this.#speakTimer = setTimeout(() => {
      this.#spoken.textContent = text;
    }, SPEAK_MS);
  }

  destroy(): void {
    clearTimeout(this.#speakTimer);
    clearTimeout(this.#messageTimer);
    this.frame.remove();
  }

  #silent(className: string): HTMLElement {
    const made = child(this.frame, "div", className);
    made.setAttribute("aria-hidden", "true");
    return made;
  }
}

/** Changes only the lines that changed. */
function write(corner: HTMLElement, lines: readonly Line[]): void {
  while (corner.children.length > lines.length) corner.lastElementChild?.remove();
  for (const [index, { text, look = "" }] of lines.entries()) {
    const line = corner.children[index] ?? child(corner, "span", "");
    if (line.className !== look) line.className = look;
    if (line.textContent !== text) line.textContent = text;
  }
}
