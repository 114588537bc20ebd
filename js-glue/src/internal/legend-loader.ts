import type { Engine } from "./engine.js";
import { toNoctisError } from "./errors.js";
import type { Slice } from "./library.js";
import type { Scale } from "./overlay/scale.js";

/** A point of an image, or a way in it: columns and rows. */
type Point = readonly [number, number];

/** What stands beside a picture and not every picture needs. */
export interface Legend {
  /** The text of an attribute that objects are not described by; empty until it is known. */
  text(slice: Slice, keyword: string): string;
  /** The scale at a point of a slice along a way; undefined until it is known. */
  scale(slice: Slice, at: Point, way: Point): Scale | undefined;
  /** What a viewport shows has changed, or where that is: lines are drawn anew. */
  drawn(): void;
}

/** Loads it when the first picture needs it; text is written again when there is more of it. */
export class LegendLoader {
  readonly #engine: Engine;
  #isLoading = false;
  #legend: Legend | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Undefined until it has been loaded. */
  get now(): Legend | undefined {
    if (!this.#isLoading) this.#load().catch((error: unknown) => this.#engine.fail(toNoctisError(error)));
    return this.#legend;
  }

  /** As `Legend.drawn`; the first time that there is another viewport to draw lines of, it is loaded. */
  drawn(): void {
    (this.#engine.panes.all[1] ? this.now : this.#legend)?.drawn();
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    const { startLegend } = await import("./legend/index.js");
    this.#legend = startLegend(this.#engine);
    this.#engine.refresh();
  }
}
