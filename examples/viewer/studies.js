/** The study list: what has been received or opened, which series it has, and what is arriving just now. */
import { coalesced, make } from "./dom.js";
import { counted, date, personName } from "./format.js";

/** A study counts as arriving for this long after its last object. */
const ARRIVING_MS = 1500;

/** One study and its series, as far as they are known. */
export class Study {
  series = new Map();
  lastArrival = 0;

  constructor(uid, { local = false } = {}) {
    this.uid = uid;
    this.local = local;
    this.name = "";
    this.id = "";
    this.date = "";
    this.modalities = new Set();
    this.listed = 0;
  }

  /** Takes over a row of `GET /studies`. */
  update(row) {
    this.name = row.patient_name ?? "";
    this.id = row.patient_id ?? "";
    this.date = row.study_date ?? "";
    this.listed = row.instance_count;
    for (const modality of row.modalities ?? []) this.modalities.add(modality);
  }

  /** Counts an object of a series, once. */
  add(seriesUid, sop, modality) {
    const series = this.series.get(seriesUid) ?? { uid: seriesUid, sops: new Set(), modality, description: "", number: undefined };
    this.series.set(seriesUid, series);
    series.sops.add(sop);
    if (modality) this.modalities.add(modality);
  }

  get count() {
    let known = 0;
    for (const { sops } of this.series.values()) known += sops.size;
    return Math.max(known, this.listed);
  }

  get arriving() {
    return performance.now() - this.lastArrival < ARRIVING_MS;
  }
}

/** Draws the list. */
export class StudyList {
  #list;
  #counter;
  #choose;
  #chooseSeries;
  #arrivalOver;
  #thumbs = new Map();
  #timer;
  studies = new Map();
  open;
  shownSeries;
  private = false;
  refresh = coalesced(() => this.#draw());

  constructor({ list, counter, choose, chooseSeries, arrivalOver }) {
    this.#list = list;
    this.#counter = counter;
    this.#choose = choose;
    this.#chooseSeries = chooseSeries;
    this.#arrivalOver = arrivalOver;
  }

  /** The study of that UID, made if it is new. New studies come first. */
  study(uid, options) {
    let study = this.studies.get(uid);
    if (!study) {
      study = new Study(uid, options);
      this.studies = new Map([[uid, study], ...this.studies]);
    }
    return study;
  }

  /** Puts studies in the order of the gateway; those of this computer stay in front. */
  order(uids) {
    const local = [...this.studies.values()].filter((study) => study.local || !uids.includes(study.uid));
    const listed = uids.map((uid) => this.studies.get(uid)).filter((study) => study && !local.includes(study));
    this.studies = new Map([...local, ...listed].map((study) => [study.uid, study]));
  }

  /** A small picture of a study. */
  thumbnail(uid, blob) {
    const old = this.#thumbs.get(uid);
    if (old) URL.revokeObjectURL(old);
    this.#thumbs.set(uid, URL.createObjectURL(blob));
    this.refresh();
  }

  hasThumbnail(uid) {
    return this.#thumbs.has(uid);
  }

  #draw() {
    const focused = document.activeElement?.dataset?.key;
    this.#counter.textContent = this.studies.size > 0 ? String(this.studies.size) : "";
    this.#list.replaceChildren(...[...this.studies.values()].map((study) => this.#item(study)));
    if (focused) this.#list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    clearTimeout(this.#timer);
    if ([...this.studies.values()].some((study) => study.arriving)) {
      this.#timer = setTimeout(() => this.#arrivalOver(), ARRIVING_MS + 50);
    }
  }

  #item(study) {
    const isOpen = study.uid === this.open;
    const name = this.private ? "Patient hidden" : personName(study.name) || study.id || (study.local ? "Local files" : "No name");
    const modalities = [...study.modalities].join(" ");
    const thumb = this.#thumbs.get(study.uid);
    const sub = [modalities, this.private ? "" : date(study.date)].filter(Boolean).join(" · ");
    const state = study.arriving ? `Receiving · ${counted(study.count, "image")}` : counted(study.count, "image");
    const head = make(
      "button",
      { class: "study-head", "data-key": study.uid, "aria-expanded": String(isOpen) },
      make("span", { class: "thumb" }, thumb ? make("img", { src: thumb, alt: "" }) : modalities.slice(0, 2) || "—"),
      make(
        "span",
        { class: "study-text" },
        make("span", { class: "study-name" }, name),
        make("span", { class: "study-sub" }, sub || (study.local ? "This computer" : " ")),
        make("span", { class: "study-state", "data-arriving": study.arriving }, state),
      ),
    );
    head.addEventListener("click", () => this.#choose(study));
    const item = make("li", { class: "study", "data-open": isOpen, "data-study": study.uid }, head);
    if (isOpen && study.series.size > 0) item.append(this.#seriesList(study));
    return item;
  }

  #seriesList(study) {
    const list = make("ol", { class: "series" });
    const sorted = [...study.series.values()].sort((a, b) => (a.number ?? 1e9) - (b.number ?? 1e9));
    for (const series of sorted) {
      const current = series.uid === this.shownSeries;
      const label = series.description || (series.number === undefined ? "Series" : `Series ${series.number}`);
      const row = make(
        "button",
        { "data-key": series.uid, "data-series": series.uid, "aria-current": current ? "true" : undefined },
        make("span", { class: "badge" }, series.modality || "—"),
        make("span", {}, label),
        make("span", {}, String(series.sops.size)),
      );
      row.addEventListener("click", () => this.#chooseSeries(study, series));
      list.append(make("li", {}, row));
    }
    return list;
  }
}
