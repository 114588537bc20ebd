/** The list of annotations with their values: one is selected and shown, named, removed; all of them taken back, exported, imported. */
import { button, byId, coalesced, icon, make } from "./dom.js";
import { counted } from "./format.js";
import { showHistogram } from "./histogram.js";
import { item, menu } from "./menu.js";
import { TOOLS } from "./rail.js";

const NAMES = new Map(TOOLS.flatMap(([, tools]) => tools.map(([name, title]) => [name, title])));
const FORMATS = [
  ["sr", "DICOM report (SR)", "dcm"],
  ["csv", "Table (CSV)", "csv"],
  ["json", "Annotations (JSON)", "json"],
  ["png", "Picture with annotations (PNG)", "png"],
];
/** Wide enough to have the list beside the picture without being asked. */
const ROOMY = matchMedia("(min-width: 1200px)");

/** Hands a file to the person. */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** A line of values, broken between them only. */
function lineOf(line) {
  return make("span", {}, ...line.split("  ").map((part) => make("span", {}, part)));
}

export class Measurements {
  #viewer;
  #failed;
  #list = byId("annotations");
  #items = new Map();
  #toggle;
  #count = make("span", { class: "badge" });
  #undo;
  #redo;
  #clear;
  #export;
  #wasAsked = false;
  #numbers = new Map();
  #numbersOf;
  refresh = coalesced(() => this.#draw());
  /** For the toolbar. */
  elements;

  constructor(viewer, failed) {
    this.#viewer = viewer;
    this.#failed = failed;
    this.#undo = button("undo", "Undo (Ctrl + Z)", () => viewer.annotations.undo());
    this.#redo = button("redo", "Redo (Ctrl + Shift + Z)", () => viewer.annotations.redo());
    this.#toggle = button("list", "Annotations and their values", () => this.open(byId("panel").hidden, true));
    this.#toggle.append(this.#count);
    const saving = FORMATS.map(([format, title, ending]) =>
      item(title, () => this.#save(format, ending), { "data-format": format }),
    );
    this.#export = menu({ name: "export", title: "Export", iconName: "export", text: "Export", content: saving });
    this.#clear = button("trash", "Remove all", () => viewer.annotations.clear());
    const load = button("import", "Import JSON or a DICOM report", () => byId("annotation-input").click());
    byId("panel-actions").append(this.#export.element, load, this.#clear);
    const history = make("div", { class: "group", role: "group", "aria-label": "History" }, this.#undo, this.#redo);
    this.elements = [history, this.#toggle];
    byId("panel-close").addEventListener("click", () => this.open(false, true));
    byId("annotation-input").addEventListener("change", (event) => this.#load(event.target));
    viewer.on("annotation", ({ change }) => {
      if (change === "added" && ROOMY.matches && !this.#wasAsked) this.open(true);
      this.refresh();
    });
    this.refresh();
  }

  /** Shows or hides the list; `byHand`: it stays so. */
  open(isOpen, byHand = false) {
    this.#wasAsked ||= byHand;
    byId("panel").hidden = !isOpen;
    document.body.toggleAttribute("data-panel", isOpen);
    this.refresh();
  }

  async #save(format, ending) {
    this.#export.close();
    try {
      save(await this.#viewer.exportAnnotation(format), `annotations.${ending}`);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #load(input) {
    const files = [...input.files];
    input.value = "";
    for (const file of files) {
      try {
        const { warnings } = await this.#viewer.importAnnotations(file);
        for (const message of warnings) this.#failed({ kind: "import", message });
      } catch ({ message }) {
        this.#failed({ kind: "import", message });
      }
    }
  }

  #draw() {
    const { annotations } = this.#viewer;
    const { list, selected } = annotations;
    this.#undo.disabled = !annotations.canUndo;
    this.#redo.disabled = !annotations.canRedo;
    this.#clear.disabled = list.length === 0;
    this.#toggle.setAttribute("aria-pressed", String(!byId("panel").hidden));
    this.#count.textContent = String(list.length);
    this.#count.hidden = list.length === 0;
    byId("panel-count").textContent = list.length > 0 ? counted(list.length, "annotation") : "";
    byId("panel-empty").hidden = list.length > 0;
    for (const [uid, { element }] of this.#items) {
      if (annotations.get(uid)) continue;
      element.remove();
      this.#items.delete(uid);
    }
    for (const [index, annotation] of list.entries()) {
      const entry = this.#items.get(annotation.uid) ?? this.#made(annotation.uid);
      this.#fill(entry, annotation, annotation === selected);
      if (this.#list.children[index] !== entry.element)
        this.#list.insertBefore(entry.element, this.#list.children[index] ?? null);
    }
  }

  #made(uid) {
    const { annotations } = this.#viewer;
    const sign = make("span", { class: "sign" });
    const name = make("b");
    const values = make("span", { class: "values" });
    const histogram = make("span", { class: "histogram" });
    const place = make("small");
    const head = make("button", { class: "annotation-head" }, sign, make("span", {}, name, values, histogram, place));
    head.addEventListener("click", () => annotations.select(uid, { show: true }));
    const rename = button("edit", "Label", () => this.#rename(uid));
    const remove = button("close", "Remove", () => annotations.remove(uid));
    const element = make("li", { class: "annotation", "data-uid": uid }, head, rename, remove);
    const entry = { element, head, sign, name, values, histogram, place };
    this.#items.set(uid, entry);
    return entry;
  }

  #fill({ element, head, sign, name, values, histogram, place }, annotation, isSelected) {
    const { tool, label, uid } = annotation;
    if (sign.dataset.tool !== tool) sign.replaceChildren(icon(tool));
    sign.dataset.tool = tool;
    name.textContent = label || NAMES.get(tool);
    const lines = this.#viewer.annotations.text(uid);
    values.replaceChildren(...lines.slice(label ? 1 : 0).map(lineOf));
    void showHistogram(histogram, this.#viewer, annotation);
    place.textContent = this.#placeOf(annotation);
    element.toggleAttribute("data-selected", isSelected);
    head.setAttribute("aria-current", String(isSelected));
  }

  #placeOf({ anchor, plane }) {
    const series = this.#viewer.series.find(({ seriesInstanceUid: uid }) => uid === anchor.seriesInstanceUid);
    if (!series) return "On another study";
    const what = series.description || (series.number === undefined ? "Series" : `Series ${series.number}`);
    if (plane) return `Plane · ${what}`;
    const number = this.#slices().get(`${anchor.sopInstanceUid} ${anchor.frame ?? 0}`);
    return number === undefined ? what : `Slice ${number} · ${what}`;
  }

  /** The numbers of the slices that are shown, by object and frame. */
  #slices() {
    const { kind, seriesInstanceUid, sliceCount } = this.#viewer.state;
    const of = `${kind} ${seriesInstanceUid} ${sliceCount}`;
    if (of === this.#numbersOf) return this.#numbers;
    this.#numbersOf = of;
    this.#numbers = new Map();
    const seen = new Map();
    for (let index = 0; kind === "stack" && index < sliceCount; index += 1) {
      const { sopInstanceUid, frames } = this.#viewer.instance(index);
      const frame = frames > 1 ? (seen.get(sopInstanceUid) ?? 0) : 0;
      seen.set(sopInstanceUid, frame + 1);
      this.#numbers.set(`${sopInstanceUid} ${frame}`, index + 1);
    }
    return this.#numbers;
  }

  /** A field in the place of the entry. */
  #rename(uid) {
    const { element, head } = this.#items.get(uid);
    const { annotations } = this.#viewer;
    const before = annotations.get(uid)?.label ?? "";
    const field = make("input", { class: "field", value: before, "aria-label": "Label", maxlength: "200" });
    const done = (label) => {
      field.remove();
      head.hidden = false;
      if (label !== before) annotations.update(uid, { label }).catch(this.#failed);
    };
    head.hidden = true;
    element.prepend(field);
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") field.blur();
      if (event.key === "Escape") {
        field.value = before;
        field.blur();
      }
    });
    field.addEventListener("blur", () => done(field.value.trim()), { once: true });
    field.select();
    field.focus();
  }
}
