import type { NoctisError } from "../public/errors.js";
import { describe, type Shell } from "./overlay/shell.js";
import type { Pane } from "./pane.js";

/** What the viewports say in words: why there is no picture, and what could not be shown. */
export class Notices {
  readonly #shell: Shell;
  readonly #wanted: boolean;
  #failures = 0;
  #last: NoctisError | undefined;

  constructor(shell: Shell, wanted: boolean) {
    this.#shell = shell;
    this.#wanted = wanted;
  }

  get failed(): boolean {
    return this.#last !== undefined;
  }

  /** Counts a failure. */
  add(error: NoctisError): void {
    this.#failures += 1;
    this.#last = error;
  }

  forget(): void {
    this.#failures = 0;
    this.#last = undefined;
    this.#shell.hideNotice();
  }

  /** Says beside the picture what could not be shown. */
  beside(): void {
    if (this.#last && this.#wanted) this.#shell.notice(this.#last, this.#failures, () => this.forget());
  }

  /** Says in the middle of each viewport without a series why there is no picture. */
  within(panes: readonly Pane[], phase: string): void {
    if (!this.#wanted) return;
    for (const { shell, series } of panes) {
      if (series) continue;
      if (phase === "loading") shell.message("Loading…");
      else if (phase === "showing") shell.message("No series");
      else if (this.#last) shell.message("Nothing could be shown", describe(this.#last), true);
      else shell.message("No images");
    }
  }
}
