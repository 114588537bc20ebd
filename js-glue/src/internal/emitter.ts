/** Typed events. A listener that throws is reported and disturbs nobody. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();

  on<T extends keyof Events>(type: T, listener: (event: Events[T]) => void): () => void {
    const set = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  emit<T extends keyof Events>(type: T, event: Events[T]): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(event as never);
      } catch (error) {
        reportError(error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
