/*
 * Annotations, measuring, the magnifier and cine: a file of its own, loaded when the first tool is wanted.
 */
import type {
  AnnotationChange,
  AnnotationFormat,
  Annotations,
  ExportOptions,
  ImportInput,
  ImportResult,
  NewAnnotation,
  Region,
  ValueHistogram,
} from "../../public/annotating.js";
import type { Annotation } from "../../public/annotations.js";
import type { CineOptions, CineState } from "../../public/cine.js";
import { NoctisError } from "../../public/errors.js";
import type { KnownLength } from "../../public/viewport.js";
import type { Engine } from "../engine.js";
import { startMeasuring } from "../measure/index.js";
import { addRules } from "../overlay/style.js";
import type { Pane } from "../pane.js";
import type { Toolbox } from "../toolbox.js";
import { Autosave } from "./autosave.js";
import { Cine, cineEvent } from "./cine.js";
import { fileOf, pictureOf, setOf } from "./export.js";
import { type Ground, shownIn } from "./ground.js";
import { Kit } from "./kit.js";
import type { PaneMarks } from "./pane-marks.js";
import { startReports } from "./reports.js";
import { RULES } from "./style.js";
import { goTo } from "./visit.js";

/** Makes what a viewer needs for tools. */
export async function startTools(engine: Engine): Promise<Toolbox> {
  const measuring = await startMeasuring(engine.assets);
  addRules(engine.shell.host, RULES);
  return new Tools(engine, new Kit(engine, measuring));
}

/** The tools of a viewer: checks, converts, delegates. */
class Tools implements Toolbox, Annotations {
  readonly #engine: Engine;
  readonly #kit: Kit;
  readonly #cines = new Map<Pane, Cine>();
  readonly #autosave: Autosave | undefined;

  constructor(engine: Engine, kit: Kit) {
    this.#engine = engine;
    this.#kit = kit;
    const { onAnnotationsChanged: changed } = engine.settings;
    if (!changed) return;
    const autosave = new Autosave(() => changed(kit.set, kit.store.revision));
    engine.events.on("annotation", ({ change }) => change !== "selected" && autosave.changed());
    this.#autosave = autosave;
  }

  get annotations(): Annotations {
    return this;
  }

  get list(): readonly Annotation[] {
    return this.#kit.store.list;
  }

  get revision(): number {
    return this.#kit.store.revision;
  }

  get selected(): Annotation | undefined {
    return this.#kit.store.selected;
  }

  get canUndo(): boolean {
    return this.#kit.store.canUndo;
  }

  get canRedo(): boolean {
    return this.#kit.store.canRedo;
  }

  get(uid: string): Annotation | undefined {
    return this.#kit.store.get(uid);
  }

  text(uid: string): readonly string[] {
    const found = this.get(uid);
    return found ? this.#kit.lines(found, true) : [];
  }

  async add({ tool, points, label }: NewAnnotation): Promise<Annotation> {
    return this.#kit.create(this.#ground(this.#engine.panes.active), tool, points, label);
  }

  update(uid: string, change: AnnotationChange): Promise<Annotation> {
    return this.#kit.change(uid, change);
  }

  histogram(uid: string, bins?: number): Promise<ValueHistogram | undefined> {
    return this.#kit.histogram(uid, bins);
  }

  remove(uid: string): boolean {
    return this.#kit.store.remove([uid]);
  }

  clear(): void {
    this.#kit.store.remove(this.list.map(({ uid }) => uid));
  }

  undo(): boolean {
    return this.#kit.store.undo();
  }

  redo(): boolean {
    return this.#kit.store.redo();
  }

  select(uid: string | undefined, options: { readonly show?: boolean } = {}): void {
    this.#kit.store.select(uid);
    const { selected } = this;
    if (options.show && selected) goTo(this.#engine, selected);
  }

  marks(pane: Pane): PaneMarks {
    return this.#kit.marksOf(pane);
  }

  drawn(pane: Pane): void {
    const slice = pane.content?.shownSlice;
    if (slice && this.#kit.gauge.recalls(slice)) this.#engine.refresh();
    this.marks(pane).scene.draw();
  }

  forget(pane: Pane): void {
    this.stop(pane);
    this.#kit.forget(pane);
  }

  cleared(): void {
    for (const cine of this.#cines.values()) cine.stop();
    this.#kit.gauge.clear();
  }

  async calibrate(pane: Pane, known: KnownLength | undefined): Promise<void> {
    const ground = this.#ground(pane);
    if (!("slice" in ground)) throw new NoctisError("invalid-argument", "slices are calibrated, not planes");
    await this.#kit.calibrate(ground.slice, known);
  }

  autoWindow(pane: Pane, { tool, points }: Region): Promise<void> {
    return this.#kit.autoWindow(pane, this.#ground(pane), tool, points);
  }

  async exported(format: AnnotationFormat, options: ExportOptions): Promise<Blob> {
    const { active } = this.#engine.panes;
    if (format === "png") return pictureOf(active, this.marks(active).scene.layer);
    const { uids } = options;
    const set = this.#kit.set;
    const annotations = uids ? set.annotations.filter(({ uid }) => uids.includes(uid)) : set.annotations;
    return fileOf({ ...set, annotations }, format, await startReports(this.#engine.assets), active, options);
  }

  async imported(input: ImportInput): Promise<ImportResult> {
    const { set, warnings } = await setOf(input, await startReports(this.#engine.assets));
    return { ...this.#kit.merge(set), warnings };
  }

  play(pane: Pane, options: CineOptions = {}): void {
    this.stop(pane);
    const { events } = this.#engine;
    const cine = new Cine(pane, options, () => {
      this.#cines.delete(pane);
      events.emit("cine", cineEvent(pane, undefined));
    });
    this.#cines.set(pane, cine);
    events.emit("cine", cineEvent(pane, cine));
  }

  stop(pane: Pane): void {
    this.#cines.get(pane)?.stop();
  }

  cine(pane: Pane): CineState | undefined {
    return this.#cines.get(pane)?.state;
  }

  destroy(): void {
    this.#autosave?.destroy();
    for (const cine of this.#cines.values()) cine.stop();
    this.#kit.destroy();
  }

  #ground(pane: Pane): Ground {
    pane.stage.settle();
    const shown = shownIn(pane);
    if (shown) return shown.ground;
    throw new NoctisError("invalid-argument", "nothing is shown that could be measured");
  }
}
