import type { NoctisError } from "../../public/errors.js";
import type { LoadProgress } from "../../public/events.js";
import { child, element } from "./dom.js";
import { viewerSheet } from "./style.js";

/** The elements of a viewer around its viewports: their grid, the progress of loads, and notices. */
export class Shell {
  /** What is put into the page's element. */
  readonly host: HTMLElement;
  /** Holds the viewports. */
  readonly grid: HTMLElement;
  readonly #bar: HTMLElement;
  readonly #notice: HTMLElement;

  constructor(parent: HTMLElement) {
    this.host = document.createElement("noctis-viewer-host");
    const root = this.host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [viewerSheet()];
    this.grid = child(root, "div", "grid");
    this.#bar = child(root, "div", "bar");
    this.#bar.setAttribute("aria-hidden", "true");
    child(this.#bar, "i", "");
    this.#bar.hidden = true;
    this.#notice = child(root, "div", "notice");
    this.#notice.setAttribute("role", "alert");
    this.#notice.hidden = true;
    parent.append(this.host);
    if (parent.clientWidth > 0 && parent.clientHeight === 0) this.host.dataset["unsized"] = "";
  }

  /** Rows and columns of the grid. */
  layOut(rows: number, columns: number): void {
    this.grid.style.setProperty("--rows", String(rows));
    this.grid.style.setProperty("--columns", String(columns));
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

  destroy(): void {
    this.host.remove();
  }
}

/** An error as a person reads it: its kind and its text. */
export function describe(error: NoctisError): string {
  return `${error.source ? `${fileName(error.source)}: ` : ""}${error.kind}: ${error.message}`;
}

function fileName(source: string): string {
  return source.split(/[?#]/, 1)[0]?.split("/").filter(Boolean).at(-1) ?? source;
}
