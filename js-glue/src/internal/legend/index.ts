/*
 * What stands beside a picture or lies over it and not every picture needs: text of any attribute, scales of projections and of
 * ultrasound, lines where what other viewports show cuts it. A file of its own, loaded with the first picture that needs it.
 */
import type { Engine } from "../engine.js";
import { toNoctisError } from "../errors.js";
import type { Legend } from "../legend-loader.js";
import type { Slice } from "../library.js";
import type { Scale } from "../overlay/scale.js";
import { AttributeReader } from "./attributes.js";
import { Lines } from "./lines.js";
import { ScaleReader } from "./scales.js";

/** Makes what a viewer needs of it. */
export function startLegend(engine: Engine): Legend {
  return new Parts(engine);
}

/** Its parts, each of which brings a module. */
class Parts implements Legend {
  readonly #engine: Engine;
  readonly #attributes: () => AttributeReader | undefined;
  readonly #scales: () => ScaleReader | undefined;
  readonly #lines: Lines;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#attributes = this.#later(AttributeReader.start);
    this.#scales = this.#later(ScaleReader.start);
    this.#lines = new Lines(engine);
  }

  text(slice: Slice, keyword: string): string {
    return this.#attributes()?.text(slice, keyword) ?? "";
  }

  scale(slice: Slice, at: readonly [number, number], way: readonly [number, number]): Scale | undefined {
    return this.#scales()?.scale(slice, at, way);
  }

  drawn(): void {
    this.#lines.invalidate();
  }

  /** Starts a part when it is first asked for; undefined until it is there. */
  #later<T>(start: (engine: Engine) => Promise<T>): () => T | undefined {
    let part: T | undefined;
    let isStarting = false;
    const started = (made: T): void => {
      part = made;
      this.#engine.refresh();
    };
    return () => {
      if (!isStarting) start(this.#engine).then(started, (error: unknown) => this.#engine.fail(toNoctisError(error)));
      isStarting = true;
      return part;
    };
  }
}
