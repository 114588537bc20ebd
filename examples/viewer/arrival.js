/** How long it takes from the receiver's event to a frame that can be drawn. */

const QUIET_MS = 500;

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Measures each object that arrives live, and prints the figures when a burst is over. */
export class ArrivalClock {
  #pending = new Map();
  #timer;
  /** Milliseconds, one a slice. Tests read it as `window.noctisArrival.samples`. */
  samples = [];

  /** An object was announced; `time` is when the receiver had it (RFC 3339). */
  announced(sop, time) {
    const stored = Date.parse(time);
    if (Number.isFinite(stored)) this.#pending.set(sop, stored);
  }

  /** Its frame can be drawn. */
  ready(sop, time) {
    const stored = this.#pending.get(sop);
    if (stored === undefined) return;
    this.#pending.delete(sop);
    this.samples.push(time - stored);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#print(), QUIET_MS);
  }

  #print() {
    const sorted = [...this.samples].sort((a, b) => a - b);
    const [median, p95] = [percentile(sorted, 0.5), percentile(sorted, 0.95)].map(Math.round);
    console.info(`arrival to drawable: median ${median} ms, p95 ${p95} ms, n=${sorted.length}`);
  }
}
