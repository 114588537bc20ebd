/** Error messages that name the error; the same error again counts up instead of piling up. */
import { icon, make } from "./dom.js";

const MOST = 4;
const STAYS_MS = 12_000;

const TITLES = {
  malformed: "Not a readable DICOM object",
  truncated: "The file ends too early",
  "no-pixel-data": "No picture in this object",
  "unsupported-transfer-syntax": "Compression not supported",
  "unsupported-photometric": "Colour model not supported",
  "unsupported-geometry": "Geometry not supported",
  limit: "Too large for this computer",
  io: "Could not be read",
  "device-lost": "The graphics device was lost",
  "invalid-argument": "Not possible here",
  import: "Could not be imported",
  "unsupported-browser": "This browser cannot show images",
};

/** What to do next, where that is not plain. */
const NEXT = { "no-pixel-data": "Reports of measurements are read by Import, in the list" };

function fileName(source) {
  return source
    ? decodeURIComponent(
        source
          .split(/[?#]/)[0]
          .split("/")
          .filter((part) => part && part !== "file")
          .at(-1),
      )
    : "";
}

/** The list of messages. */
export class Toasts {
  #list;
  #shown = new Map();

  constructor(list) {
    this.#list = list;
  }

  /** Shows an error of the viewer, or any other. */
  show(error) {
    const kind = error.kind ?? "error";
    const key = `${kind} ${error.message}`;
    const known = this.#shown.get(key);
    if (known) known.count += 1;
    const entry = known ?? { count: 1, item: make("li", { class: "toast" }) };
    this.#shown.set(key, entry);
    this.#fill(entry, error, kind, () => this.#remove(key));
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.#remove(key), STAYS_MS);
    this.#list.append(entry.item);
    while (this.#shown.size > MOST) this.#remove(this.#shown.keys().next().value);
  }

  #fill({ item, count }, error, kind, dismiss) {
    const close = make("button", { class: "button icon", "aria-label": "Dismiss" }, icon("close"));
    close.addEventListener("click", dismiss);
    const name = fileName(error.source);
    const where = [count > 1 ? `${count} objects` : name, error.tag && `tag ${error.tag}`, NEXT[kind]]
      .filter(Boolean)
      .join(" · ");
    item.dataset.kind = kind;
    item.replaceChildren(
      icon("alert"),
      make(
        "div",
        {},
        make("b", {}, TITLES[kind] ?? "Something went wrong"),
        make("p", {}, `${kind}: ${error.message}`),
        make("small", {}, where),
      ),
      close,
    );
  }

  #remove(key) {
    const entry = this.#shown.get(key);
    clearTimeout(entry?.timer);
    entry?.item.remove();
    this.#shown.delete(key);
  }
}
