/**
 * A cache with a budget of bytes that lets go of what was used longest ago.
 *
 * The entry that was set last and pinned ones always stay, so that what is on the screen can be held even when it alone is
 * over the budget.
 */
export class LruCache<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #maxBytes: number;
  readonly #bytesOf: (value: V) => number;
  readonly #onEvict: (value: V, key: K) => void;
  #bytes = 0;
  readonly #pins = new Map<unknown, K>();

  constructor(maxBytes: number, bytesOf: (value: V) => number, onEvict: (value: V, key: K) => void = () => {}) {
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
    this.#onEvict = onEvict;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** The value, which then counts as just used. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: K, value: V): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#bytes += this.#bytesOf(value);
    if (this.#bytes <= this.#maxBytes) return;
    const pinned = new Set(this.#pins.values());
    for (const old of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      if (old !== key && !pinned.has(old)) this.delete(old);
    }
  }

  /** Keeps this entry, whatever comes; each owner pins one at a time. */
  pin(key: K | undefined, owner?: unknown): void {
    if (key === undefined) this.#pins.delete(owner);
    else this.#pins.set(owner, key);
  }

  delete(key: K): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= this.#bytesOf(value);
    this.#onEvict(value, key);
  }

  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }
}
