import { NoctisError } from "../public/errors.js";
import type { GridLayout, LayoutName, SyncGroup } from "../public/layout.js";
import type { PlaneName } from "../public/plane.js";
import type { PaneMemory } from "./content.js";
import type { Series } from "./library.js";
import type { Pane } from "./pane.js";

const MAX_SIDE = 4;
const MPR = ["axial", "sagittal", "coronal", undefined] as const;

/** What a layout asks for. */
export interface Arrangement extends GridLayout {
  /** Viewports that begin to do something together. */
  readonly sync?: readonly SyncGroup[];
  /** Planes of one series, viewport by viewport; undefined is the series itself. */
  readonly planes?: readonly (PlaneName | undefined)[];
}

/** A layout, checked. */
export function arrangementOf(layout: LayoutName | GridLayout): Arrangement {
  if (layout === "compare") return { rows: 1, columns: 2, sync: [{ scroll: true, zoom: true, pan: true }] };
  if (layout === "mpr") return { rows: 2, columns: 2, planes: MPR, sync: [{ window: true }] };
  const [rows = 0, columns = 0] =
    typeof layout === "string" ? layout.split("x").map(Number) : [layout.rows, layout.columns];
  if ([rows, columns].every((side) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE))
    return { rows, columns };
  throw new NoctisError("invalid-argument", `a layout has 1 to ${MAX_SIDE} rows and columns, as in "2x3"`);
}

/** The viewports of a viewer, and what those show that have no place at the moment. */
export class Panes {
  readonly #make: () => Pane;
  #all: Pane[] = [];
  readonly #away = new Map<number, PaneMemory>();
  #active: Pane;

  constructor(make: () => Pane) {
    this.#make = make;
    this.#active = make();
    this.#all = [this.#active];
    this.#active.start(undefined);
  }

  get all(): readonly Pane[] {
    return this.#all;
  }

  get active(): Pane {
    return this.#active;
  }

  /** Makes it the active one; false when it is that already, or has no place any more. */
  activate(pane: Pane): boolean {
    if (pane === this.#active || !this.#all.includes(pane)) return false;
    this.#active = pane;
    this.mark();
    return true;
  }

  /** Tells the viewports their number, and which one is active. */
  mark(): void {
    for (const [index, pane] of this.#all.entries()) {
      pane.shell.name(index + 1, this.#all.length, pane === this.#active);
    }
  }

  /** Has exactly so many; what is active keeps a place. New ones begin with what was there, or with what `next` gives. */
  arrange(count: number, next: () => Series | undefined): void {
    const active = this.#all.indexOf(this.#active);
    if (active >= count) {
      const [before] = this.#all.splice(count - 1, 1, this.#active);
      if (before) this.#all[active] = before;
    }
    for (const [index, pane] of [...this.#all.entries()].slice(count)) {
      this.#away.set(index, pane.memory);
      pane.destroy();
    }
    this.#all.length = Math.min(this.#all.length, count);
    for (let index = this.#all.length; index < count; index += 1) {
      const memory = this.#away.get(index);
      this.#away.delete(index);
      const pane = this.#make();
      this.#all.push(pane);
      pane.start(memory, memory?.shown ? undefined : next());
    }
    this.mark();
  }

  /** Forgets what is shown, and what was. */
  clear(): void {
    this.#away.clear();
    for (const pane of this.#all) pane.clear();
  }
}
