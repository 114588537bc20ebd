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
  readonly #told = new Map<string, string>();
  #isSilent = true;
  #toSpeak = (): string => "";
  #lastSpoken = 0;

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
    child(this.#scale, "i", "").hidden = true;
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
    const isSilent = !corners && !letters && !scale;
    if (isSilent && this.#isSilent) return;
    this.#isSilent = isSilent;
    const { px, text: length } = scale ? barOf(scale) : { px: 0, text: "" };
    const width = `${px.toFixed(1)}px`;
    this.#tell("scale", `${width} ${length}`, () => {
      const [bar, words] = this.#scale.children as unknown as [HTMLElement, HTMLElement];
      bar.hidden = px === 0;
      bar.style.width = width;
      words.textContent = length;
    });
    for (const name of CORNERS) {
      const lines = corners?.[name] ?? [];
      const said = lines.map(({ text, look }) => `${look} ${text}`).join("\n");
      this.#tell(name, said, () => write(this.#corners[name], lines));
    }
    for (const edge of EDGES) {
      const text = letters?.[edge] ?? "";
      this.#tell(edge, text, () => {
        this.#letters[edge].textContent = text;
      });
    }
  }

  /** The text in the middle: why there is no picture. */
  message(title: string, detail = "", failed = false): void {
    this.#tell("message", `${failed} ${title} ${detail}`, () => {
      clearTimeout(this.#messageTimer);
      const write = (): void => {
        this.#message.classList.toggle("failed", failed);
        this.#message.replaceChildren(element("b", title), element("span", detail));
        this.#message.hidden = false;
      };
      if (failed) write();
      else this.#message.hidden = true;
      if (!failed && title !== "") this.#messageTimer = setTimeout(write, LASTING_MS);
    });
  }

  /** Read to screen readers, the last of many only; the text is made when it is. */
  speak(text: () => string): void {
    this.#toSpeak = text;
    this.#lastSpoken = performance.now();
    this.#speakTimer ??= setTimeout(() => this.#speakNow(), SPEAK_MS);
  }

  #speakNow(): void {
    const rest = this.#lastSpoken + SPEAK_MS - performance.now();
    this.#speakTimer = rest > 1 ? setTimeout(() => this.#speakNow(), rest) : undefined;
    if (rest <= 1) this.#spoken.textContent = this.#toSpeak();
  }

  /** Writes what does not stand there already: called with every picture, and a page that does not change has no layout to do. */
  #tell(place: string, said: string, write: () => void): void {
    if (this.#told.get(place) === said) return;
    this.#told.set(place, said);
    write();
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
