/** Small pictures of series: the gateway's, and where it has none the viewer's own, made one after the other when nothing else is to be done. */
import { thumbnailUrl } from "./gateway.js";

const SIZE = { width: 96, height: 96 };
const QUIET_MS = 400;

export class Thumbnails {
  #viewer;
  #areServed;
  #made = new Map();
  /** Whether the gateway has a picture of a series or study, as far as it was asked. */
  #served = new Map();
  #changed;
  #timer;

  /** `areServed`: by the gateway; `changed()` is called when there is another one. */
  constructor(viewer, areServed, changed) {
    this.#viewer = viewer;
    this.#areServed = areServed;
    this.#changed = changed;
  }

  /** The address of that of a study, or of one of its series; undefined while there is none. */
  of({ uid, local, count }, series) {
    const key = series ?? uid;
    if (this.#areServed && !local && count > 0 && !this.#served.has(key)) this.#served.set(key, true);
    return this.#served.get(key) ? thumbnailUrl(uid, series, SIZE) : this.#made.get(key);
  }

  /** There is nothing at the address that was given for it. */
  refused({ uid }, series) {
    this.#served.set(series ?? uid, false);
    this.soon();
    this.#changed();
  }

  /** Makes those that are missing, when it has been quiet for a moment. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), QUIET_MS);
  }

  async #next() {
    const isMissing = ({ seriesInstanceUid: uid }) => !this.#served.get(uid) && !this.#made.has(uid);
    const missing = this.#viewer.series.find(isMissing);
    if (!missing) return;
    const { seriesInstanceUid: uid } = missing;
    this.#made.set(uid, undefined);
    try {
      this.#made.set(uid, URL.createObjectURL(await this.#viewer.thumbnail(uid, SIZE)));
      this.#changed();
    } catch {
      // A series without a picture has its modality instead.
    }
    this.soon();
  }
}
