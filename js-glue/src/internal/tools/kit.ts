import type { AnnotationChange, ValueHistogram } from "../../public/annotating.js";
import type { Annotation, AnnotationSet, AnnotationTool } from "../../public/annotations.js";
import type { DragAction } from "../../public/bindings.js";
import { NoctisError } from "../../public/errors.js";
import type { Vector } from "../../public/plane.js";
import type { Engine } from "../engine.js";
import { toNoctisError } from "../errors.js";
import type { Library, Slice } from "../library.js";
import type { BoxPoint, Grip } from "../marks.js";
import { type KnownLength, type Measuring, newUid } from "../measure/index.js";
import type { Pane } from "../pane.js";
import type { Point } from "./affine.js";
import { Gauge } from "./gauge.js";
import { anchorOf, type Ground, groundUnder, patientOf } from "./ground.js";
import { linesOf, spokenText } from "./labels.js";
import { magnify } from "./magnifier.js";
import { PaneMarks } from "./pane-marks.js";
import { ask } from "./prompt.js";
import { ordered, pointCount } from "./shapes.js";
import { AnnotationStore } from "./store.js";

/** What all viewports share of the annotations: the set, the values below them, and how they are made. */
export class Kit {
  readonly store: AnnotationStore;
  readonly gauge: Gauge;
  readonly #engine: Engine;
  readonly #marks = new Map<Pane, PaneMarks>();
  /** What a reader must know of measurements, by the points that were measured: what is taken back has its own again. */
  readonly #notes = new WeakMap<readonly Point[], readonly string[]>();

  constructor(engine: Engine, measuring: Measuring) {
    this.#engine = engine;
    this.gauge = new Gauge(engine, measuring);
    this.store = new AnnotationStore((event) => {
      engine.events.emit("annotation", event);
      this.invalidate();
    });
  }

  get library(): Library {
    return this.#engine.library;
  }

  /** What the first button does. */
  get tool(): DragAction {
    return this.#engine.bindings["drag:left"] ?? "none";
  }

  get set(): AnnotationSet {
    return { schema: "noctis.annotations/1", annotations: this.store.list };
  }

  marksOf(pane: Pane): PaneMarks {
    const marks = this.#marks.get(pane) ?? new PaneMarks(pane, this);
    this.#marks.set(pane, marks);
    return marks;
  }

  forget(pane: Pane): void {
    this.#marks.get(pane)?.remove();
    this.#marks.delete(pane);
  }

  /** Has all viewports drawn again. */
  invalidate(): void {
    for (const pane of this.#engine.panes.all) this.marksOf(pane).scene.invalidate();
  }

  failed(error: unknown): void {
    const failure = toNoctisError(error);
    if (failure.kind !== "cancelled") this.#engine.fail(failure);
  }

  /** What the text box of an annotation says; where it is selected, all of it. */
  lines(annotation: Annotation, isWhole = annotation.uid === this.store.selected?.uid): string[] {
    return [...linesOf(annotation, isWhole), ...(this.#notes.get(annotation.points) ?? [])];
  }

  /** An annotation without measurements. */
  blank(ground: Ground, tool: AnnotationTool, points: readonly Point[]): Annotation {
    return {
      uid: "",
      tool,
      created: `${new Date().toISOString().slice(0, 19)}Z`,
      revision: 1,
      anchor: anchorOf(ground),
      points,
      ...placeOfPoints(ground, points),
    };
  }

  /** Makes one, measures it and selects it. */
  async create(ground: Ground, tool: AnnotationTool, points: readonly Point[], label?: string): Promise<Annotation> {
    checkPoints(tool, points);
    const inOrder = ordered(tool, points, this.gauge.scaleOf(ground));
    const made = { ...this.blank(ground, tool, inOrder), uid: newUid(), ...(label && { label }) };
    const annotation = await this.#measured(made, ground);
    this.#keep(annotation);
    this.store.select(annotation.uid);
    return annotation;
  }

  async change(uid: string, { points, label, textBox }: AnnotationChange): Promise<Annotation> {
    const before = this.#get(uid);
    const { label: _label, textBox: _box, ...bare } = before;
    const words = label ?? before.label;
    const box = textBox === undefined ? before.textBox : textBox;
    checkPoint(box);
    const own = { ...(words && { label: words }), ...(box && { textBox: box }) };
    const next: Annotation = { ...bare, ...own, revision: before.revision + 1 };
    if (!points) return this.#keep(next);
    checkPoints(before.tool, points);
    const ground = this.#groundOf(before);
    const inOrder = ordered(before.tool, points, this.gauge.scaleOf(ground));
    const placed = { ...next, points: inOrder, ...placeOfPoints(ground, inOrder) };
    return this.#keep(await this.#measured(placed, ground));
  }

  async histogram(uid: string, bins?: number): Promise<ValueHistogram | undefined> {
    const annotation = this.#get(uid);
    return this.gauge.histogram(this.#groundOf(annotation), annotation.tool, annotation.points, bins);
  }

  /** Adds what is new, or newer than what is here; gives the number of those that were not. */
  merge(set: AnnotationSet): { readonly added: number; readonly known: number } {
    const newer = set.annotations.filter(({ uid, revision }) => (this.store.get(uid)?.revision ?? 0) < revision);
    if (newer.length > 0) this.store.put(newer);
    return { added: newer.length, known: set.annotations.length - newer.length };
  }

  /** Asks how long a line is. */
  async askCalibration(pane: Pane, ground: Ground, [from, to]: readonly Point[], at: Point): Promise<void> {
    if (!("slice" in ground) || !from || !to) {
      throw new NoctisError("invalid-argument", "a plane is in millimetres already: slices are calibrated");
    }
    const answer = await ask(pane, at, { label: "Known length", value: "", unit: "mm" });
    if (!answer) return;
    await this.calibrate(ground.slice, { from, to, mm: Number(answer.replace(",", ".")) });
  }

  /** Millimetres of an object by a known distance; measures again what was measured there. */
  async calibrate(slice: Slice, known: KnownLength | undefined): Promise<void> {
    const before = this.gauge.known(slice);
    this.gauge.calibrate(slice, known);
    const uid = slice.object.info.sopInstanceUid;
    const there = this.store.list.filter(({ anchor, plane }) => anchor.sopInstanceUid === uid && !plane);
    const changed = await Promise.all(
      there.map((annotation) => {
        const ground = groundUnder(annotation, this.library) ?? { slice };
        return this.#measured({ ...annotation, revision: annotation.revision + 1 }, ground);
      }),
    );
    this.store.put(changed, (isUndone) => {
      this.gauge.calibrate(slice, isUndone ? before : known);
      this.#engine.refresh();
    });
    this.#engine.refresh();
  }

  async autoWindow(pane: Pane, ground: Ground, tool: AnnotationTool, points: readonly Point[]): Promise<void> {
    pane.applyWindowLevel(await this.gauge.window(ground, tool, points));
  }

  magnify(pane: Pane, at: BoxPoint): Grip | undefined {
    return magnify(this.#engine, pane, at);
  }

  /** The point through which planes are laid; undefined while none is shown. */
  get crosshair(): Vector | undefined {
    return this.#engine.mpr?.crosshair;
  }

  /** Lays planes through the point of the patient that is seen there, and wherever the hand goes. */
  carryCrosshair(pane: Pane, at: BoxPoint): Grip | undefined {
    const { mpr } = this.#engine;
    if (!mpr || !this.crosshair) return undefined;
    const move = ({ x, y }: BoxPoint): void => {
      const point = pane.patientFromBox(x, y);
      if (point) mpr.setCrosshair(point);
    };
    move(at);
    return { move, end: () => {} };
  }

  destroy(): void {
    for (const marks of this.#marks.values()) marks.remove();
    this.#marks.clear();
    this.gauge.clear();
  }

  #get(uid: string): Annotation {
    const found = this.store.get(uid);
    if (found) return found;
    throw new NoctisError("invalid-argument", "there is no annotation of that UID");
  }

  #groundOf(annotation: Annotation): Ground {
    const ground = groundUnder(annotation, this.library);
    if (ground) return ground;
    throw new NoctisError("invalid-argument", "the image that it was made on has not been loaded");
  }

  async #measured(annotation: Annotation, ground: Ground): Promise<Annotation> {
    const { tool } = annotation;
    const points = [...annotation.points];
    const now = this.gauge.now(ground, tool, points);
    const { measurements, notes } = now.isPartial ? await this.gauge.whole(ground, tool, points) : now;
    this.#notes.set(points, notes);
    const { measurements: _, ...rest } = annotation;
    return { ...rest, points, ...(measurements.length > 0 && { measurements }) };
  }

  #keep(annotation: Annotation): Annotation {
    this.store.put([annotation]);
    this.#engine.panes.active.shell.speak(() => spokenText(annotation));
    return annotation;
  }
}

/** The points in the patient, where the ground says where it is. */
function placeOfPoints(ground: Ground, points: readonly Point[]): Pick<Annotation, "patientPoints" | "plane"> {
  const inPatient = points.map((point) => patientOf(ground, point)).filter((point) => point !== undefined);
  return {
    ...(inPatient.length === points.length && { patientPoints: inPatient }),
    ...("plane" in ground && { plane: ground.plane }),
  };
}

function checkPoint(point: Point | null | undefined): void {
  const isSound = !point || (point.length === 2 && point.every(Number.isFinite));
  if (!isSound) throw new NoctisError("invalid-argument", "a text box begins at a column and a row");
}

function checkPoints(tool: AnnotationTool, points: readonly Point[]): void {
  const [least, most] = pointCount(tool);
  const isWhole = points.length >= least && points.length <= most && points.flat().every(Number.isFinite);
  if (!isWhole) throw new NoctisError("invalid-argument", `an annotation "${tool}" has other points than these`);
}
