/** Small pictures of series, made one after the other when nothing else is to be done. */

const SIZE = { width: 96, height: 96 };
const QUIET_MS = 400;

export class Thumbnails {
  #viewer;
  #made = new Map();
  #changed;
  #timer;

  /** `changed()` is called when there is another one. */
  constructor(viewer, changed) {
    this.#viewer = viewer;
    this.#changed = changed;
  }

  /** Its address; undefined while there is none. */
  of(series) {
    return this.#made.get(series);
  }

  /** Makes those that are missing, when it has been quiet for a moment. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), QUIET_MS);
  }

  async #next() {
    const missing = this.#viewer.series.find(({ seriesInstanceUid: uid }) => !this.#made.has(uid));
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
