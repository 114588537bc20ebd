import type { AnnotationChange, Annotations, NewAnnotation, ValueHistogram } from "../public/annotating.js";
import type { Annotation } from "../public/annotations.js";
import type { Engine } from "./engine.js";

/** The annotations of a viewer, also before anything of them has been loaded: there are none then. */
export class AnnotationsFace implements Annotations {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get list(): readonly Annotation[] {
    return this.#now?.list ?? [];
  }

  get revision(): number {
    return this.#now?.revision ?? 0;
  }

  get selected(): Annotation | undefined {
    return this.#now?.selected;
  }

  get canUndo(): boolean {
    return this.#now?.canUndo ?? false;
  }

  get canRedo(): boolean {
    return this.#now?.canRedo ?? false;
  }

  get(uid: string): Annotation | undefined {
    return this.#now?.get(uid);
  }

  text(uid: string): readonly string[] {
    return this.#now?.text(uid) ?? [];
  }

  async add(annotation: NewAnnotation): Promise<Annotation> {
    return (await this.#engine.tools.load()).annotations.add(annotation);
  }

  async update(uid: string, change: AnnotationChange): Promise<Annotation> {
    return (await this.#engine.tools.load()).annotations.update(uid, change);
  }

  async histogram(uid: string, bins?: number): Promise<ValueHistogram | undefined> {
    return (await this.#engine.tools.load()).annotations.histogram(uid, bins);
  }

  remove(uid: string): boolean {
    return this.#now?.remove(uid) ?? false;
  }

  clear(): void {
    this.#now?.clear();
  }

  undo(): boolean {
    return this.#now?.undo() ?? false;
  }

  redo(): boolean {
    return this.#now?.redo() ?? false;
  }

  select(uid: string | undefined, options?: { readonly show?: boolean }): void {
    this.#now?.select(uid, options);
  }

  get #now(): Annotations | undefined {
    return this.#engine.tools.box?.annotations;
  }
}
