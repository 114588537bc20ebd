// What every app of the volume benchmark does in the same way: elements for its viewports, one library in them, and the
// handle that the harness drives (see README.md, "Volumes").

/**
 * @typedef {object} VolumeShower One library, bound to the elements.
 * @property {(files: ArrayBuffer[]) => Promise<void>} load shows the volume of these files; settles when the library says so
 * @property {(center: number, width: number) => void} [setWindow]
 * @property {(share: number) => void} [scroll] shows the axial plane at a share (0 to 1) of the volume
 * @property {(degrees: number) => void} [turnPlane] turns the plane about the patient's left-right axis
 * @property {(mm: number) => void} [setSlab] shows the maximum of so many millimetres
 * @property {(degrees: number) => void} [turnView] turns the three-dimensional view about the head-feet axis
 * @property {() => Record<string, unknown>} [describe] the backend in use, for the report
 */

/** Steps that are made however long they take. */
const FEWEST = 3;

const parameters = new URLSearchParams(location.search);

/**
 * Starts the app in the layout that the address names: `planes` (axial, sagittal, coronal), `axial` or `3d`.
 *
 * @param {(elements: Record<string, HTMLElement>, parameters: URLSearchParams) => Promise<VolumeShower>} create
 */
export function start(create) {
  const layout = parameters.get("layout");
  const names = layout === "planes" ? ["axial", "sagittal", "coronal"] : [layout];
  document.body.className = layout;
  const elements = {};
  for (const name of names) {
    elements[name] = document.createElement("div");
    elements[name].className = "viewport";
    document.getElementById("viewports").append(elements[name]);
  }
  globalThis.bench = new Bench(create(elements, parameters));
}

class Bench {
  constructor(ready) {
    this.ready = ready;
    this.files = [];
    ready.catch((error) => console.error("bench:", error));
  }

  /** Brings the files into memory without showing them. */
  async keep(urls) {
    for (const url of urls) this.files.push(await (await fetch(url)).arrayBuffer());
  }

  /** Shows what is in memory; gives the moment of the call, ms since the epoch, and a promise to wait for apart. */
  async show() {
    const shower = await this.ready;
    const called = performance.timeOrigin + performance.now();
    this.loaded = shower.load(this.files).catch((error) => console.error("bench:", error));
    return called;
  }

  /**
   * One step of an interaction in each animation frame.
   *
   * @param {string} kind a call of the shower
   * @param {number[][]} steps what it is called with, step by step
   * @returns {Promise<number[]>} ms from one step to the next
   */
  async steps(kind, steps, limitMs) {
    const shower = await this.ready;
    const intervals = [];
    await nextFrame();
    const begun = performance.now();
    let last = begun;
    for (const [number, given] of steps.entries()) {
      if (number >= FEWEST && performance.now() - begun > limitMs) break;
      await nextFrame();
      const now = performance.now();
      if (number > 0) intervals.push(now - last);
      last = now;
      shower[kind](...given);
    }
    await nextFrame();
    intervals.push(performance.now() - last);
    return intervals;
  }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
