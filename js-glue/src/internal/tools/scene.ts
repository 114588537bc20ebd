import type { Annotation, AnnotationTool } from "../../public/annotations.js";
import type { Pane } from "../pane.js";
import { applied, inverse, type Point } from "./affine.js";
import type { Handle, Mark } from "./draw.js";
import { pieceAt, withoutPoint, withPoint } from "./freehand.js";
import { boxFromAnnotation, type Ground, groundUnder, isSameGround, type Shown, scaleOf, shownIn } from "./ground.js";
import type { Kit } from "./kit.js";
import { linesOf } from "./labels.js";
import { type Hit, Layer, type Visible } from "./layer.js";
import type { Pen } from "./pen.js";
import { moved, pointCount, shifted, withHandle } from "./shapes.js";

const DRAFT = "draft";

/** What is drawn for: an annotation, or something else that a line or a region tells. */
export type Purpose = AnnotationTool | "calibrate" | "auto-window";

/** What is being drawn. */
export interface Draft {
  readonly purpose: Purpose;
  readonly pen: Pen;
  readonly ground: Ground;
}

/** What is being moved, as it would be. */
interface Moving {
  readonly annotation: Annotation;
  /** Not only its text box. */
  readonly hasPoints: boolean;
  readonly isSettled: boolean;
}

/** What a viewport shows of the annotations, and of what a person does with one. */
export class Scene {
  readonly pane: Pane;
  readonly layer: Layer;
  readonly #kit: Kit;
  draft: Draft | undefined;
  hovered: string | undefined;
  /** What keys move of what is selected; undefined: the whole. */
  handle: Handle | undefined;
  #visible: readonly Visible[] = [];
  #moving: Moving | undefined;
  #request = 0;

  constructor(pane: Pane, kit: Kit) {
    this.pane = pane;
    this.#kit = kit;
    this.layer = new Layer(pane);
  }

  get shown(): Shown | undefined {
    return shownIn(this.pane);
  }

  /** What is to be seen; drawn before it is asked for, so that nothing that is no more is taken hold of. */
  get visible(): readonly Visible[] {
    if (this.#request !== 0) this.draw();
    return this.#visible;
  }

  /** The same as it was drawn. */
  get marks(): readonly Mark[] {
    return this.visible && this.layer.marks;
  }

  /** What lies within `reach` of a point. */
  hit(at: Point, reach: number, withBoxes: boolean): Hit | undefined {
    return this.visible.length > 0 ? this.layer.hit(at, reach, withBoxes) : undefined;
  }

  /** The selected annotation, where it is shown here. */
  get selected(): Visible | undefined {
    const { selected } = this.#kit.store;
    return this.visible.find(({ annotation }) => annotation.uid === selected?.uid);
  }

  get isMoving(): boolean {
    return this.#moving !== undefined;
  }

  /** Draws at once. */
  draw(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    const { shown } = this;
    if (this.draft && (!shown || !isSameGround(this.draft.ground, shown.ground))) this.draft = undefined;
    const draft = shown && this.draft && this.#drafted(this.draft, shown);
    this.#visible = shown ? [...this.#kept(shown), ...(draft ? [draft] : [])] : [];
    const selected = this.draft ? DRAFT : this.#kit.store.selected?.uid;
    const handle = draft ? draft.annotation.points.length - 1 : this.handle;
    this.layer.draw(this.#visible, { selected, hovered: this.hovered, handle });
  }

  /** Draws with the next animation frame. */
  invalidate(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.draw());
  }

  remove(): void {
    cancelAnimationFrame(this.#request);
    this.layer.remove();
  }

  /** The same with its text box where it is drawn now: it stays there, relative to the picture. */
  pinned(visible: Visible): Visible {
    const { annotation, toBox } = visible;
    const box = this.layer.marks.find(({ uid }) => uid === annotation.uid)?.box;
    const back = inverse(toBox);
    return box && back
      ? { ...visible, annotation: { ...annotation, textBox: applied(back, [box.x, box.y]) } }
      : visible;
  }

  /** Shows it as it would be after a move from one of its points to another: of a handle, the text box, or the whole. */
  move({ annotation, toBox }: Visible, handle: Handle | undefined, from: Point, to: Point): void {
    const { tool, points, textBox } = annotation;
    const by: Point = [to[0] - from[0], to[1] - from[1]];
    const scale = scaleOf(toBox);
    const isPoint = typeof handle === "number";
    const now = isPoint ? withHandle(tool, points, handle, to, scale) : handle ? points : moved(points, by);
    const box = textBox && !isPoint && { textBox: shifted(textBox, by, 1) };
    this.#moving = {
      annotation: { ...annotation, points: now, ...box },
      hasPoints: handle !== "text",
      isSettled: false,
    };
    this.invalidate();
  }

  /** What was moved is so from now on. */
  settle(): void {
    const moving = this.#moving;
    if (!moving || moving.isSettled) return;
    const settled = { ...moving, isSettled: true };
    this.#moving = settled;
    const { annotation, hasPoints } = moving;
    const { uid, points, textBox } = annotation;
    void this.#kit
      .change(uid, { ...(hasPoints && { points }), ...(textBox && { textBox }) })
      .catch((error: unknown) => this.#kit.failed(error))
      .finally(() => {
        if (this.#moving === settled) this.#moving = undefined;
        this.invalidate();
      });
  }

  /** One point more of a freehand line at a point of the viewport, or one less, where that has a handle. */
  edit(uid: string, handle: number | undefined, at: Point): void {
    const found = this.visible.find(({ annotation }) => annotation.uid === uid);
    const back = found && inverse(found.toBox);
    if (!found || !back) return;
    if (handle !== undefined) {
      this.removePoint(found, handle);
      return;
    }
    const piece = pieceAt(
      found.annotation.points.map((point) => applied(found.toBox, point)),
      at,
    );
    this.addPoint(found, piece, applied(back, at));
  }

  /** A point after that one; halfway to the next unless it is said where. */
  addPoint({ annotation }: Visible, number: number, at?: Point): void {
    this.handle = number + 1;
    this.#repoint(annotation, withPoint(annotation.points, number, at));
  }

  removePoint({ annotation, toBox }: Visible, number: number): void {
    this.handle = undefined;
    this.#repoint(annotation, withoutPoint(annotation.points, number, scaleOf(toBox)));
  }

  #repoint({ uid, points: before }: Annotation, points: readonly Point[]): void {
    const failed = (error: unknown): void => this.#kit.failed(error);
    if (points !== before) this.#kit.change(uid, { points }).catch(failed);
  }

  /** It stays where it was. */
  putBack(): void {
    this.#moving = undefined;
    this.invalidate();
  }

  /** From CSS pixels of the viewport to the points of something visible. */
  fromBox({ toBox }: Visible): ReturnType<typeof inverse> {
    return inverse(toBox);
  }

  /** What is to be seen of the store, with what is moved in its place. */
  #kept(shown: Shown): Visible[] {
    const { store, library } = this.#kit;
    const moving = this.#moving?.annotation;
    return store.list.flatMap((kept) => {
      const annotation = kept.uid === moving?.uid ? moving : kept;
      const toBox = boxFromAnnotation(kept, this.pane, shown, library);
      if (!toBox) return [];
      return [{ annotation, toBox, lines: annotation === kept ? this.#kit.lines(kept) : this.#live(annotation) }];
    });
  }

  #drafted({ pen, ground, purpose }: Draft, { toBox }: Shown): Visible {
    const annotation = { ...this.#kit.blank(ground, pen.tool, pen.points), uid: DRAFT };
    return { annotation, toBox, lines: purpose === "auto-window" ? [] : this.#live(annotation, ground) };
  }

  /** Values while something is drawn or moved. */
  #live(annotation: Annotation, ground = groundUnder(annotation, this.#kit.library)): string[] {
    const { tool, points } = annotation;
    if (!ground || points.length < pointCount(tool)[0]) return linesOf(annotation);
    const { gauge } = this.#kit;
    const { measurements, notes, isPartial } = gauge.now(ground, tool, points);
    // Values that come later are drawn then; those that cannot come are told when it is made.
    if (isPartial)
      gauge.fetch(ground, tool, points).then(
        () => this.invalidate(),
        () => {},
      );
    return [...linesOf({ ...annotation, measurements }), ...notes];
  }
}
