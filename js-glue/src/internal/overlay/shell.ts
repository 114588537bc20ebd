import type { NoctisError } from "../../public/errors.js";
import type { LoadProgress } from "../../public/events.js";
import type { EdgeLetters } from "./orientation.js";
import { viewerSheet } from "./style.js";
import type { Corners, Line } from "./text.js";

/** A live region is told at most this often. */
const SPEAK_MS = 400;
/** A message that is no failure is shown when it lasts this long; sooner, its layout would only delay the picture. */
const LASTING_MS = 250;

const CORNERS = ["tl", "tr", "bl", "br"] as const;
const EDGES = ["top", "right", "bottom", "left"] as const;

/** The elements of a viewer: canvas box, corner text, messages, progress, and what is read to screen readers. */
export class Shell {
  /** What is put into the page's element. */
  readonly host: HTMLElement;
  /** Takes focus and input. */
  readonly frame: HTMLElement;
  /** Holds the canvas. */
  readonly box: HTMLElement;
  readonly #corners: Record<(typeof CORNERS)[number], HTMLElement>;
  readonly #letters: Record<(typeof EDGES)[number], HTMLElement>;
  readonly #bar: HTMLElement;
  readonly #message: HTMLElement;
  readonly #notice: HTMLElement;
  readonly #spoken: HTMLElement;
  #speakTimer: ReturnType<typeof setTimeout> | undefined;
  #messageTimer: ReturnType<typeof setTimeout> | undefined;
  #told = "";

  constructor(parent: HTMLElement) {
    this.host = document.createElement("noctis-viewer-host");
    const root = this.host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [viewerSheet()];
    this.frame = child(root, "div", "frame");
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
    this.#message = child(this.frame, "div", "message");
    this.#message.hidden = true;
    this.#bar = this.#silent("bar");
    child(this.#bar, "i", "");
    this.#bar.hidden = true;
    this.#notice = child(this.frame, "div", "notice");
    this.#notice.setAttribute("role", "alert");
    this.#notice.hidden = true;
    this.#spoken = child(this.frame, "div", "spoken");
    this.#spoken.setAttribute("role", "status");
    this.#spoken.setAttribute("aria-live", "polite");
    parent.append(this.host);
    if (parent.clientWidth > 0 && parent.clientHeight === 0) this.host.dataset["unsized"] = "";
  }

  /** Corner text and edge letters; none without facts. */
  text(corners: Corners | undefined, letters: EdgeLetters | undefined): void {
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

  /** Tells what could not be shown, `count` objects in all, until it is dismissed. */
  notice(error: NoctisError, count: number, dismissed: () => void): void {
    const close = element("button", "✕");
    close.setAttribute("aria-label", "Dismiss");
    close.addEventListener("click", dismissed);
    close.addEventListener("pointerdown", (event) => event.stopPropagation());
    const many = count > 1 ? `${count} objects could not be shown. Last: ` : "";
    this.#notice.replaceChildren(element("span", `${many}${describe(error)}`), close);
    this.#notice.hidden = false;
  }

  hideNotice(): void {
    this.#notice.hidden = true;
  }

  /** The bar at the bottom; hidden when nothing is loading. */
  progress(progress: LoadProgress | undefined): void {
    this.#bar.hidden = !progress;
    if (!progress) return;
    const done = progress.loaded + progress.failed;
    this.#bar.classList.toggle("unknown", progress.total === undefined);
    this.#bar.style.setProperty("--done", progress.total ? String(done / progress.total) : "0");
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
    this.host.remove();
  }

  #silent(className: string): HTMLElement {
    const made = child(this.frame, "div", className);
    made.setAttribute("aria-hidden", "true");
    return made;
  }
}

/** An error as a person reads it: its kind and its text. */
export function describe(error: NoctisError): string {
  return `${error.source ? `${fileName(error.source)}: ` : ""}${error.kind}: ${error.message}`;
}

function fileName(source: string): string {
  return source.split(/[?#]/, 1)[0]?.split("/").filter(Boolean).at(-1) ?? source;
}

function element(tag: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function child(parent: ParentNode, tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  parent.append(made);
  return made;
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
