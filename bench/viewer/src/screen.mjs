// What a person in front of the screen sees: the pictures that the browser's compositor puts out, each with its time.

import pngjs from "pngjs";
import { GRID } from "./objects.mjs";

const SIDE = 4 * GRID;

/** Thresholds of "this is the picture": viewers sample differently, so not more exact than this. */
const LIKENESS = { correlation: 0.97, difference: 10 };

/** Watches the composited frames of one page. */
export class Screen {
  constructor(cdp) {
    this.cdp = cdp;
    this.frames = [];
    this.arrived = () => {};
    this.failure = undefined;
    cdp.on("Page.screencastFrame", ({ data, sessionId }) => {
      // When it has come out, which is after the GPU was done with it. The time that the browser gives with it is
      // the one at which the frame was begun.
      this.frames.push({ data, time: Date.now() });
      cdp.send("Page.screencastFrameAck", { sessionId }).catch(() => {});
      // After whatever else has come in, so that comparing pictures delays no time.
      setImmediate(() => this.arrived());
    });
  }

  async start() {
    this.frames.length = 0;
    await this.cdp.send("Page.startScreencast", { format: "png", maxWidth: SIDE, maxHeight: SIDE, everyNthFrame: 1 });
  }

  async stop() {
    await this.cdp.send("Page.stopScreencast");
  }

  /** The arrival of the next frame, whatever it shows. */
  async next() {
    while (this.frames.length === 0) await new Promise((resolve) => (this.arrived = resolve));
    return this.frames.shift().time;
  }

  /** Nothing more is to be expected. */
  giveUp(reason) {
    this.failure = reason;
    this.arrived();
  }

  /**
   * The arrival of the first frame, among those not looked at yet, that shows the picture.
   *
   * @param {Float64Array} expected grey levels, GRID x GRID
   * @returns {Promise<number>} ms since the epoch
   */
  async shows(expected, limitMs = 30_000) {
    const deadline = Date.now() + limitMs;
    let nearest = { correlation: -1, difference: 255 };
    for (;;) {
      while (this.frames.length > 0) {
        const { data, time } = this.frames.shift();
        const likeness = compare(cellsOf(Buffer.from(data, "base64")), expected);
        if (isLike(likeness)) return time;
        if (likeness.correlation > nearest.correlation) nearest = likeness;
      }
      if (this.failure) throw new Error(this.failure);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`the picture never came; nearest ${JSON.stringify(nearest)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** Mean grey level in each cell of a PNG. */
export function cellsOf(png) {
  const { width, height, data } = pngjs.PNG.sync.read(png);
  const sums = new Float64Array(GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 0; x < width; x += 1) {
      const at = 4 * (y * width + x);
      const cell = row + Math.floor((x * GRID) / width);
      sums[cell] += (data[at] + data[at + 1] + data[at + 2]) / 3;
      counts[cell] += 1;
    }
  }
  return sums.map((sum, cell) => sum / Math.max(1, counts[cell]));
}

/** Pearson's correlation, and the mean absolute difference in grey levels. */
export function compare(actual, expected) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(actual), mean(expected)];
  let [ab, aa, bb, difference] = [0, 0, 0, 0];
  for (let i = 0; i < expected.length; i += 1) {
    const [x, y] = [actual[i] - a, expected[i] - b];
    ab += x * y;
    aa += x * x;
    bb += y * y;
    difference += Math.abs(actual[i] - expected[i]);
  }
  const correlation = aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : -1;
  return { correlation, difference: difference / expected.length };
}

export const isLike = ({ correlation, difference }) =>
  correlation >= LIKENESS.correlation && difference <= LIKENESS.difference;

/** The same comparison on a full screenshot. */
export async function look(cdp, expected) {
  const { data } = await cdp.send("Page.captureScreenshot", { format: "png" });
  const png = Buffer.from(data, "base64");
  return { png, likeness: compare(cellsOf(png), expected) };
}
