/** The studies: what has been received or opened, which series they have, and what is arriving just now. */
import { coalesced } from "./dom.js";
import { StudyItem } from "./study-item.js";

/** A study counts as arriving for this long after its last object. */
export const ARRIVING_MS = 1500;

/** One study and its series, as far as they are known. */
export class Study {
  series = new Map();
  lastArrival = Number.NEGATIVE_INFINITY;

  constructor(uid, { local = false } = {}) {
    this.uid = uid;
    this.local = local;
    this.name = "";
    this.id = "";
    this.date = "";
    /** Whether all of its objects are tests, not to be taken as clinical. */
    this.isTest = false;
    this.modalities = new Set();
    this.listed = 0;
    this.canary = false;
  }

  /** Takes over a row of `GET /studies`. */
  update(row) {
    this.name = row.patient_name ?? "";
    this.id = row.patient_id ?? "";
    this.date = row.study_date ?? "";
    this.isTest = row.canary;
    this.listed = row.instance_count;
    this.canary = row.canary;
    for (const modality of row.modalities ?? []) this.modalities.add(modality);
  }

  /** Counts an object of a series, once. */
  add(seriesUid, sop, modality) {
    const series = this.series.get(seriesUid) ?? {
      uid: seriesUid,
      sops: new Set(),
      modality,
      description: "",
      number: undefined,
    };
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

/** The list of studies. */
export class StudyList {
  #list;
  #counter;
  #actions;
  #items = new Map();
  studies = new Map();
  open;
  shownSeries;
  private = false;
  /** Small pictures, once there is a viewer. */
  thumbnails;
  refresh = coalesced(() => this.#draw());

  /** `choose(study)` and `chooseSeries(study, series)` are called when a person does. */
  constructor({ list, counter, ...actions }) {
    this.#list = list;
    this.#counter = counter;
    this.#actions = actions;
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

  /** Whether any study is arriving. */
  get arriving() {
    return [...this.studies.values()].some((study) => study.arriving);
  }

  /** Elements stay the same while their text changes: one that is being clicked must not be replaced. */
  #draw() {
    this.#counter.textContent = this.studies.size > 0 ? String(this.studies.size) : "";
    const items = [...this.studies.values()].map((study) => {
      const item = this.#items.get(study.uid) ?? new StudyItem(study, this.#actions);
      this.#items.set(study.uid, item);
      item.update({
        isOpen: study.uid === this.open,
        shownSeries: this.shownSeries,
        isPrivate: this.private,
        thumbnails: this.thumbnails,
      });
      return item.element;
    });
    if (items.some((element, index) => this.#list.children[index] !== element)) this.#list.replaceChildren(...items);
  }
}
