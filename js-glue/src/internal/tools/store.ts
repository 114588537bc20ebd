import type { AnnotationEvent } from "../../public/annotating.js";
import type { Annotation } from "../../public/annotations.js";

/** One annotation before and after a change; where it stands in the list. */
interface Step {
  readonly uid: string;
  readonly index: number;
  readonly before: Annotation | undefined;
  readonly after: Annotation | undefined;
}

/** Annotations that were changed together, and with a calibration what else it changes. */
interface Change {
  readonly steps: readonly Step[];
  readonly calibrate?: ((isUndone: boolean) => void) | undefined;
}

/** More changes than these are not taken back. */
const MOST_STEPS = 500;

/** The annotations of a viewer, and how they came to be what they are. */
export class AnnotationStore {
  readonly #told: (event: AnnotationEvent) => void;
  #list: Annotation[] = [];
  #revision = 0;
  #selected: string | undefined;
  #done: Change[] = [];
  #undone: Change[] = [];

  constructor(told: (event: AnnotationEvent) => void) {
    this.#told = told;
  }

  get list(): readonly Annotation[] {
    return this.#list;
  }

  get revision(): number {
    return this.#revision;
  }

  get selected(): Annotation | undefined {
    return this.#selected === undefined ? undefined : this.get(this.#selected);
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  get(uid: string): Annotation | undefined {
    return this.#list.find((annotation) => annotation.uid === uid);
  }

  /** Adds those that are new and changes the others, as one change; `calibrate` is called when it is taken back or made again. */
  put(annotations: readonly Annotation[], calibrate?: (isUndone: boolean) => void): void {
    let end = this.#list.length;
    const steps = annotations.map((after) => {
      const index = this.#list.findIndex(({ uid }) => uid === after.uid);
      const before = this.#list[index];
      return { uid: after.uid, before, after, index: before ? index : end++ };
    });
    this.#change({ steps, calibrate });
  }

  remove(uids: readonly string[]): boolean {
    const steps = this.#list
      .map((before, index) => ({ uid: before.uid, before, after: undefined, index }))
      .filter(({ uid }) => uids.includes(uid));
    if (steps.length > 0) this.#change({ steps });
    return steps.length > 0;
  }

  select(uid: string | undefined): void {
    if (this.#selected === uid) return;
    this.#selected = uid;
    const annotation = this.selected;
    this.#told({ change: "selected", revision: this.#revision, ...(annotation && { annotation }) });
  }

  undo(): boolean {
    const change = this.#done.pop();
    if (!change) return false;
    const { steps, calibrate } = change;
    this.#undone.push(change);
    calibrate?.(true);
    this.#apply({ steps: steps.map((step) => ({ ...step, before: step.after, after: step.before })), calibrate });
    return true;
  }

  redo(): boolean {
    const change = this.#undone.pop();
    if (!change) return false;
    this.#done.push(change);
    change.calibrate?.(false);
    this.#apply(change);
    return true;
  }

  #change(change: Change): void {
    this.#done.push(change);
    if (this.#done.length > MOST_STEPS) this.#done.shift();
    this.#undone = [];
    this.#apply(change);
  }

  /** Lowest places first where something comes back, so that each finds its own. */
  #apply({ steps, calibrate }: Change): void {
    this.#revision += 1;
    const events: AnnotationEvent[] = calibrate ? [{ change: "calibrated", revision: this.#revision }] : [];
    for (const step of [...steps].sort((a, b) => a.index - b.index)) events.push(this.#one(step));
    if (this.#selected !== undefined && !this.selected) this.select(undefined);
    for (const event of events) this.#told(event);
  }

  #one({ uid, index, before, after }: Step): AnnotationEvent {
    const revision = this.#revision;
    const at = this.#list.findIndex((annotation) => annotation.uid === uid);
    if (!after) {
      this.#list = this.#list.filter((annotation) => annotation.uid !== uid);
      return { change: "removed", revision, ...(before && { annotation: before }) };
    }
    // What comes back is another change: revisions only grow.
    const now = this.#list[at] ?? before;
    const annotation = now && now.revision >= after.revision ? { ...after, revision: now.revision + 1 } : after;
    const list = [...this.#list];
    if (at < 0) list.splice(index, 0, annotation);
    else list[at] = annotation;
    this.#list = list;
    return { change: at < 0 ? "added" : "changed", annotation, revision };
  }
}
