import type { ViewerWarning, WarningRecord } from "../public/events.js";
import type { InstanceInfo } from "../public/instance.js";

/** Tells each finding of an object once, however often its frames are decoded. */
export class Warnings {
  readonly #emit: (warning: ViewerWarning) => void;
  readonly #told = new Set<string>();

  constructor(emit: (warning: ViewerWarning) => void) {
    this.#emit = emit;
  }

  tell({ sopInstanceUid, seriesInstanceUid }: InstanceInfo, records: readonly WarningRecord[]): void {
    for (const record of records) {
      const key = JSON.stringify([sopInstanceUid, record]);
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.#emit({ ...record, sopInstanceUid, seriesInstanceUid });
    }
  }

  clear(): void {
    this.#told.clear();
  }
}
