/** One study in the list, with its series. */
import { make } from "./dom.js";
import { counted, date, personName } from "./format.js";
import { draggable } from "./layouts.js";

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** The small picture of a study or series, or letters while there is none. */
function setPicture(element, thumbnails, study, series, letters) {
  const address = thumbnails?.of(study, series);
  const shown = element.querySelector("img");
  if (!address && (shown || element.textContent !== letters)) element.replaceChildren(letters);
  if (!address || shown?.getAttribute("src") === address) return;
  const picture = make("img", { src: address, alt: "", loading: "lazy" });
  picture.addEventListener("error", () => thumbnails.refused(study, series));
  // The letters stay below it until it has been read.
  element.replaceChildren(letters, picture);
}

/** What a series is called. */
function seriesName({ description, number }) {
  return description || (number === undefined ? "Series" : `Series ${number}`);
}

/** The elements of a study; made once, changed in place. */
export class StudyItem {
  #study;
  #chooseSeries;
  #head;
  #thumb = make("span", { class: "thumb" });
  #name = make("span", { class: "study-name" });
  #canary = make("span", { class: "badge canary", title: "Test objects only: not to be read", hidden: true }, "Test");
  #sub = make("span", { class: "study-sub" });
  #state = make("span", { class: "study-state" });
  #series = make("ol", { class: "series" });
  #rows = new Map();
  element;

  constructor(study, { choose, chooseSeries }) {
    this.#study = study;
    this.#chooseSeries = chooseSeries;
    const title = make("span", { class: "study-title" }, this.#name, this.#canary);
    const text = make("span", { class: "study-text" }, title, this.#sub, this.#state);
    this.#head = make("button", { class: "study-head" }, this.#thumb, text);
    this.#head.addEventListener("click", () => choose(study));
    this.element = make("li", { class: "study", "data-study": study.uid }, this.#head, this.#series);
  }

  update({ isOpen, shownSeries, isPrivate, thumbnails }) {
    const study = this.#study;
    const modalities = [...study.modalities].join(" ");
    const unnamed = study.local ? "Local files" : "No name";
    const sub = [modalities, isPrivate ? "" : date(study.date)].filter(Boolean).join(" · ");
    const count = `${study.isTest ? "Test · " : ""}${counted(study.count, "image")}`;
    setText(this.#name, isPrivate ? "Patient hidden" : personName(study.name) || study.id || unnamed);
    setText(this.#sub, sub || (study.local ? "This computer" : " "));
    setText(this.#state, study.arriving ? `Receiving · ${count}` : count);
    this.#state.toggleAttribute("data-arriving", study.arriving);
    this.element.toggleAttribute("data-open", isOpen);
    this.#head.setAttribute("aria-expanded", String(isOpen));
    this.#canary.hidden = !study.canary;
    const first = [...study.series.keys()].find((series) => thumbnails?.of(study, series));
    setPicture(this.#thumb, thumbnails, study, first, modalities.slice(0, 2) || "—");
    this.#series.hidden = !isOpen || study.series.size === 0;
    if (!this.#series.hidden) this.#updateSeries(shownSeries, thumbnails);
  }

  #updateSeries(shownSeries, thumbnails) {
    const sorted = [...this.#study.series.values()].sort((a, b) => (a.number ?? 1e9) - (b.number ?? 1e9));
    for (const [index, series] of sorted.entries()) {
      const row = this.#rows.get(series.uid) ?? this.#row(series);
      const [thumb, badge, label, count] = row.button.children;
      setPicture(thumb, thumbnails, this.#study, series.uid, series.modality || "—");
      setText(badge, series.modality || "—");
      setText(label, seriesName(series));
      setText(count, String(series.sops.size));
      if (series.uid === shownSeries) row.button.setAttribute("aria-current", "true");
      else row.button.removeAttribute("aria-current");
      if (this.#series.children[index] !== row.element)
        this.#series.insertBefore(row.element, this.#series.children[index] ?? null);
    }
  }

  #row(series) {
    const button = make(
      "button",
      { "data-series": series.uid },
      make("span", { class: "thumb" }),
      make("span", { class: "badge" }),
      make("span"),
      make("span"),
    );
    button.addEventListener("click", () => this.#chooseSeries(this.#study, series));
    draggable(button, series.uid);
    const row = { button, element: make("li", {}, button) };
    this.#rows.set(series.uid, row);
    return row;
  }
}
