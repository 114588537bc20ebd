/** So long after the last change. */
const QUIET_MS = 500;

/** Tells of changes when they come to rest, and at the latest when the page goes. */
export class Autosave {
  readonly #save: () => void;
  readonly #listening = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(save: () => void) {
    this.#save = save;
    const { signal } = this.#listening;
    addEventListener("pagehide", () => this.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.flush(), {
      signal,
    });
  }

  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), QUIET_MS);
  }

  /** Saves what has not been saved. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#save();
    } catch (error) {
      reportError(error);
    }
  }

  destroy(): void {
    this.flush();
    this.#listening.abort();
  }
}
