// What every app of the benchmark does in the same way: one element that fills the window, one library in it,
// and the handle that the harness drives (see README.md, "The apps").

/**
 * @typedef {object} Shower One library, bound to one element.
 * @property {(url: string) => Promise<void>} loadFromUrl shows the object at the address; settles when the library says so
 * @property {(bytes: ArrayBuffer) => Promise<void>} loadFromBytes shows the object in memory, in place of what is shown
 * @property {(center: number, width: number) => void} setWindow shows the same image with another window
 * @property {() => Record<string, unknown>} [describe] the backend in use, for the report
 */

const parameters = new URLSearchParams(location.search);

/**
 * Starts the app: makes the library ready, and shows `?file=URL` where one is given.
 *
 * @param {(element: HTMLElement, parameters: URLSearchParams) => Promise<Shower>} create
 */
export function start(create) {
  const element = document.getElementById("viewer");
  const ready = create(element, parameters).then((shower) => {
    performance.mark("bench:ready");
    return shower;
  });
  const file = parameters.get("file");
  const loaded = file ? ready.then((shower) => shower.loadFromUrl(file)) : ready;
  loaded.then(
    () => performance.mark("bench:loaded"),
    (error) => console.error("bench:", error),
  );
  globalThis.bench = new Bench(ready, loaded);
}

class Bench {
  constructor(ready, loaded) {
    this.ready = ready;
    this.loaded = loaded;
    this.files = new Map();
  }

  /** Brings the object into memory without showing it. */
  async keep(url) {
    const response = await fetch(url);
    this.files.set(url, await response.arrayBuffer());
  }

  /**
   * Shows an object that is in memory.
   *
   * @returns {Promise<number>} the moment of the call, ms since the epoch
   */
  async show(url) {
    const shower = await this.ready;
    const bytes = this.files.get(url);
    const called = performance.timeOrigin + performance.now();
    shower.loadFromBytes(bytes).catch((error) => console.error("bench:", error));
    return called;
  }

  /**
   * One window step in each animation frame, moving to and fro between two windows, so that no step repeats the one
   * before it. Marks each step, and ends two frames after the last.
   *
   * @returns {Promise<{calls: number[], intervals: number[]}>} ms: the call itself, and from one step to the next
   */
  async stepWindow(steps, limitMs, from, to) {
    const shower = await this.ready;
    const calls = [];
    const intervals = [];
    await nextFrame();
    const begun = performance.now();
    let last = begun;
    for (let step = 0; step < steps && (step < 5 || performance.now() - begun < limitMs); step += 1) {
      await nextFrame();
      const now = performance.now();
      if (step > 0) intervals.push(now - last);
      last = now;
      performance.mark("bench:step");
      const share = (Math.sin(step) + 1) / 2;
      const mix = (a, b) => a + (b - a) * share;
      shower.setWindow(mix(from.center, to.center), mix(from.width, to.width));
      calls.push(performance.now() - now);
    }
    await nextFrame();
    performance.mark("bench:step");
    await nextFrame();
    return { calls, intervals };
  }

  /** Marks each move of a pointer, before anybody else hears of it, once the image is there. */
  async stepWithPointer() {
    await this.loaded;
    addEventListener("pointermove", () => performance.mark("bench:step"), { capture: true });
  }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
