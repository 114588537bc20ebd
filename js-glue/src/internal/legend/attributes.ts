import type { Parts } from "../assets.js";
import type { Engine } from "../engine.js";
import { errorRecord } from "../errors.js";
import type { Slice, StoredObject } from "../library.js";
import type { AttributesModule } from "../wasm/attributes-api.js";
import { beginningOf } from "./beginning.js";

const MODULE: Parts<AttributesModule> = {
  code: () => import("../wasm/noctis_attributes.js"),
  wasm: () => new URL("./noctis_attributes_bg.wasm", import.meta.url),
};

/** What an object and its frames say, in the order of the keywords; `null`: nothing. */
interface Texts {
  readonly object: readonly (string | null)[];
  readonly frames: readonly (readonly (string | null)[])[];
}

/** Reads the headers of objects again, each once, for what is asked of them. */
export class AttributeReader {
  readonly #engine: Engine;
  readonly #module: AttributesModule;
  readonly #keywords: string[] = [];
  readonly #known = new WeakMap<StoredObject, Texts>();
  readonly #asked = new WeakSet<StoredObject>();

  constructor(engine: Engine, module: AttributesModule) {
    this.#engine = engine;
    this.#module = module;
  }

  static async start(engine: Engine): Promise<AttributeReader> {
    return new AttributeReader(engine, await engine.assets.module("noctis_attributes", MODULE));
  }

  text({ object, frame }: Slice, keyword: string): string {
    if (!this.#engine.overlay.patient && this.#module.isIdentifying(keyword)) return "";
    if (!this.#keywords.includes(keyword)) this.#keywords.push(keyword);
    const index = this.#keywords.indexOf(keyword);
    const known = this.#known.get(object);
    if (!known || index >= known.object.length) void this.#ask(object);
    return known?.frames[frame]?.[index] ?? known?.object[index] ?? "";
  }

  async #ask(object: StoredObject): Promise<void> {
    if (this.#asked.has(object)) return;
    this.#asked.add(object);
    // When all that the text names has been asked for.
    await null;
    this.#known.set(object, await this.#read(object));
    this.#asked.delete(object);
    this.#engine.refresh();
  }

  async #read({ source }: StoredObject): Promise<Texts> {
    const keywords = [...this.#keywords];
    const read = (bytes: Uint8Array): Texts => JSON.parse(this.#module.texts(bytes, keywords)) as Texts;
    try {
      const head = await beginningOf(source);
      try {
        return read(head);
      } catch (thrown) {
        if (errorRecord(thrown).kind !== "truncated") throw thrown;
      }
      return read((await source.read()).bytes);
    } catch {
      // Whoever shows the object tells what is wrong with it.
      return { object: keywords.map(() => null), frames: [] };
    }
  }
}
