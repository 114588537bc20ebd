import type { CineEvent, CineOptions, CineState } from "../../public/cine.js";
import { NoctisError } from "../../public/errors.js";
import type { Pane } from "../pane.js";

/** Where the object says nothing. */
const FRAMES_PER_SECOND = 10;
/** More is not shown by any screen. */
const MOST = 240;

/** Plays the slices of a viewport, until somebody does anything there. It waits for slices that are not decoded yet. */
export class Cine {
  readonly state: CineState;
  readonly #pane: Pane;
  readonly #stopped: () => void;
  readonly #listening = new AbortController();
  #request = 0;
  #direction: 1 | -1 = 1;
  #due: number | undefined;
  #isWaiting = false;

  constructor(pane: Pane, options: CineOptions, stopped: () => void) {
    this.#pane = pane;
    this.#stopped = stopped;
    const { framesPerSecond = recommended(pane), repeat = "loop" } = options;
    if (!(framesPerSecond > 0 && framesPerSecond <= MOST)) {
      throw new NoctisError("invalid-argument", `slices are played at up to ${MOST} a second`);
    }
    if (pane.sliceCount < 2) throw new NoctisError("invalid-argument", "there are no slices to play");
    this.state = { framesPerSecond, repeat };
    const { frame } = pane.shell;
    const { signal } = this.#listening;
    for (const type of ["pointerdown", "wheel", "keydown"] as const) {
      // Keys that play and stop do so by themselves.
      frame.addEventListener(type, (event) => isSpace(event) || this.stop(), { signal, capture: true, passive: true });
    }
    this.#request = requestAnimationFrame((now) => this.#tick(now));
  }

  stop(): void {
    if (this.#listening.signal.aborted) return;
    cancelAnimationFrame(this.#request);
    this.#listening.abort();
    this.#stopped();
  }

  #tick(now: number): void {
    if (this.#listening.signal.aborted) return;
    this.#request = requestAnimationFrame((next) => this.#tick(next));
    const step = 1000 / this.state.framesPerSecond;
    this.#due ??= now + step;
    if (now < this.#due || this.#isWaiting) return;
    // What was missed while the page was hidden is not made up for.
    this.#due = Math.max(this.#due + step, now);
    const next = this.#next();
    if (next === undefined) {
      this.stop();
      return;
    }
    this.#isWaiting = true;
    const shown = (): void => {
      this.#isWaiting = false;
    };
    // A slice that cannot be shown says so by itself.
    this.#pane.renderSlice(next).then(shown, shown);
  }

  #next(): number | undefined {
    const { sliceIndex, sliceCount } = this.#pane;
    const next = sliceIndex + this.#direction;
    if (next >= 0 && next < sliceCount) return next;
    const { repeat } = this.state;
    if (repeat === "loop") return 0;
    if (repeat === "once") return undefined;
    this.#direction = this.#direction > 0 ? -1 : 1;
    return Math.min(sliceCount - 1, Math.max(0, sliceIndex + this.#direction));
  }
}

/** What is told of it. */
export function cineEvent(pane: Pane, cine: Cine | undefined): CineEvent {
  const { face: viewport } = pane;
  return cine ? { viewport, framesPerSecond: cine.state.framesPerSecond } : { viewport };
}

function recommended({ series }: Pane): number {
  const { frameTimeMs } = series?.first ?? {};
  return frameTimeMs ? Math.min(MOST, 1000 / frameTimeMs) : FRAMES_PER_SECOND;
}

function isSpace(event: Event): boolean {
  return event instanceof KeyboardEvent && event.key === " ";
}
