import type { Feature } from "../../public/adapter.js";
import { FEATURES } from "./config.js";

/** A function of the page. */
export type PageFunction = (...args: readonly unknown[]) => unknown;
/** What is done instead; `original` is the page's own, with the arguments as they came. */
export type Replacement = (original: () => unknown, args: readonly unknown[]) => unknown;

interface Entry {
  readonly feature: Feature;
  readonly name: string;
  readonly original: PageFunction;
  readonly ours: PageFunction;
}

/**
 * Functions of the page that were replaced. What was put in their place goes on to the original once its feature is off, so
 * that also listeners which hold it lead to the page's own function again.
 */
export class Binding {
  readonly #entries: Entry[] = [];
  readonly #off: Set<Feature>;
  readonly #undo: (() => void)[] = [];
  readonly #bound = new AbortController();
  readonly #failed: (feature: Feature, error: unknown) => void;

  constructor(off: ReadonlySet<Feature>, failed: (feature: Feature, error: unknown) => void) {
    this.#off = new Set(off);
    this.#failed = failed;
  }

  isOn(feature: Feature): boolean {
    return !this.#off.has(feature);
  }

  /** Replaces a function of `window`, where there is one; gives the page's own. */
  replace(feature: Feature, name: string, replacement: Replacement): PageFunction | undefined {
    if (!this.isOn(feature)) return undefined;
    const original: unknown = Reflect.get(window, name);
    if (typeof original !== "function") return undefined;
    const entry = this.#entry(feature, name, original as PageFunction, replacement);
    return Reflect.set(window, name, entry.ours) ? entry.original : undefined;
  }

  /** The same for listeners, which hold the function itself where the page has bound them already. */
  replaceListener(
    feature: Feature,
    name: string,
    type: string,
    target: EventTarget | undefined,
    with_: Replacement,
  ): void {
    const original = this.replace(feature, name, with_);
    const entry = this.#entries.at(-1);
    if (!original || !entry || document.readyState === "loading") return;
    const swap = (from: PageFunction, to: PageFunction): void => {
      target?.removeEventListener(type, from);
      target?.addEventListener(type, to, { passive: false });
    };
    if (document.readyState === "complete") swap(entry.original, entry.ours);
  }

  /** Aborted when everything is put back: ends what listens for the adapter. */
  get restored(): AbortSignal {
    return this.#bound.signal;
  }

  /** Remembers how something that was done for a feature is taken back. */
  whenRestored(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** The page's own function, where it was replaced. */
  original(name: string): PageFunction | undefined {
    return this.#entries.find((entry) => entry.name === name)?.original;
  }

  /** Names of the functions that a feature has taken. */
  taken(feature: Feature): readonly string[] {
    return this.isOn(feature) ? this.#entries.filter((entry) => entry.feature === feature).map(({ name }) => name) : [];
  }

  /** Leaves a feature to the page again. */
  release(feature: Feature): void {
    this.#off.add(feature);
    for (const entry of this.#entries) if (entry.feature === feature) putBack(entry);
  }

  /** Puts everything back, but for features that are kept. */
  restore(kept: readonly Feature[] = []): void {
    for (const feature of FEATURES) if (!kept.includes(feature)) this.#off.add(feature);
    for (const entry of [...this.#entries].reverse()) if (!kept.includes(entry.feature)) putBack(entry);
    for (const undo of this.#undo.splice(0).reverse()) undo();
    this.#bound.abort();
  }

  #entry(feature: Feature, name: string, original: PageFunction, replacement: Replacement): Entry {
    const binding = this;
    function ours(this: unknown, ...args: readonly unknown[]): unknown {
      let isCalled = false;
      const call = (): unknown => {
        isCalled = true;
        return Reflect.apply(original, this, args);
      };
      if (!binding.isOn(feature)) return call();
      try {
        return replacement(call, args);
      } catch (error) {
        // What the page's own function throws is the page's.
        if (isCalled) throw error;
        binding.#failed(feature, error);
        return call();
      }
    }
    const entry = { feature, name, original, ours };
    this.#entries.push(entry);
    return entry;
  }
}

function putBack({ name, original, ours }: Entry): void {
  if (Reflect.get(window, name) === ours) Reflect.set(window, name, original);
}
