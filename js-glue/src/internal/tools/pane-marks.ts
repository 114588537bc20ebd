import type { Annotation } from "../../public/annotations.js";
import type { CommandAction, DragAction } from "../../public/bindings.js";
import type { BoxPoint, Grip, Marks, Press } from "../marks.js";
import type { Pane } from "../pane.js";
import { applied, distance, type Point } from "./affine.js";
import { type Ground, type Shown, scaleOf } from "./ground.js";
import { Keys } from "./keys.js";
import type { Kit } from "./kit.js";
import type { Hit } from "./layer.js";
import { Pen } from "./pen.js";
import { ask } from "./prompt.js";
import { type Draft, type Purpose, Scene } from "./scene.js";
import { isAnnotationTool } from "./shapes.js";

/** How near a pointer must come to hold something, CSS pixels; a finger is larger (WCAG 2.5.8). */
const REACH_PX = 8;
const FINGER_PX = 22;
/** A hand trembles by this much, CSS pixels. */
const SLOP_PX = 4;

/** What hands and keys do with the annotations of one viewport: hold nothing, move one, or draw one. */
export class PaneMarks implements Marks {
  readonly scene: Scene;
  readonly #kit: Kit;
  readonly #keys: Keys;

  constructor(pane: Pane, kit: Kit) {
    this.#kit = kit;
    this.scene = new Scene(pane, kit);
    this.#keys = new Keys(this, kit);
  }

  get isHeld(): boolean {
    return this.scene.draft !== undefined || this.scene.selected !== undefined || this.#keys.isCarrying;
  }

  remove(): void {
    this.#keys.remove();
    this.scene.remove();
  }

  press(action: DragAction, at: BoxPoint, { isTouch, isPlain }: Press): Grip | undefined {
    const { scene } = this;
    const { shown, draft } = scene;
    if (!shown) return undefined;
    scene.settle();
    if (action === "erase") return this.#erasing(at);
    const point: Point = [at.x, at.y];
    if (draft) {
      draft.pen.press(applied(shown.fromBox, point));
      return this.#drawing(draft, point);
    }
    const purpose = purposeOf(action);
    // What is to be drawn may begin on a text box.
    const hit = isPlain ? this.#hit(at, isTouch, !purpose) : undefined;
    // A finger that lands on something may be about to scroll: it moves only what was selected before.
    if (hit && (!isTouch || hit.uid === this.#kit.store.selected?.uid)) return this.#taking(hit, point);
    return purpose ? this.#drawing(this.begin(purpose, shown, point), point) : this.carry(action, at);
  }

  /** Takes up what is carried about and draws nothing: a glass, or the point that planes share. */
  carry(action: DragAction, at: BoxPoint): Grip | undefined {
    if (action === "magnifier") return this.#kit.magnify(this.scene.pane, at);
    return action === "crosshair" ? this.#kit.carryCrosshair(this.scene.pane, at) : undefined;
  }

  hover(at: BoxPoint | undefined): void {
    const { scene } = this;
    const shown = scene.draft && at && scene.shown;
    if (scene.draft && at && shown) {
      scene.draft.pen.move(applied(shown.fromBox, [at.x, at.y]), false);
      scene.invalidate();
      return;
    }
    const purpose = purposeOf(this.#kit.tool);
    const hit = at && this.#hit(at, false, !purpose);
    const free = purpose || this.#kit.tool === "crosshair" ? "crosshair" : "";
    scene.pane.shell.frame.style.cursor = hit ? (typeof hit.handle === "number" ? "grab" : "move") : free;
    if (hit?.uid === scene.hovered) return;
    scene.hovered = hit?.uid;
    scene.invalidate();
  }

  tap(at: BoxPoint, isTouch: boolean): boolean {
    const hit = this.#hit(at, isTouch);
    this.scene.handle = hit?.handle;
    this.#kit.store.select(hit?.uid);
    return hit !== undefined;
  }

  double(at: BoxPoint): boolean {
    if (this.scene.draft) return true;
    const hit = this.#hit(at, false);
    const found = hit && this.#kit.store.get(hit.uid);
    if (found?.tool === "freehand" && hit?.handle !== "text") this.scene.edit(found.uid, hit?.handle, [at.x, at.y]);
    else if (found) void this.label(found);
    // Two clicks of a tool that draws are two points.
    return found !== undefined || purposeOf(this.#kit.tool) !== undefined;
  }

  command(action: CommandAction, isFar: boolean): boolean {
    return this.#keys.command(action, isFar);
  }

  /** Begins to draw at a point of the viewport. */
  begin(purpose: Purpose, { ground, fromBox, toBox }: Shown, at: Point, isPressed = true): Draft {
    const tool = purpose === "calibrate" ? "length" : purpose === "auto-window" ? "rectangle" : purpose;
    const draft = { purpose, ground, pen: new Pen(tool, applied(fromBox, at), scaleOf(toBox), isPressed) };
    this.#kit.store.select(undefined);
    this.scene.draft = draft;
    this.scene.handle = undefined;
    this.scene.invalidate();
    return draft;
  }

  /** Makes what was drawn, when all its points are placed. */
  async finish(draft: Draft): Promise<void> {
    const { purpose, pen, ground } = draft;
    if (!pen.isWhole) return;
    const { points, tool } = pen;
    try {
      if (purpose === "calibrate") await this.#kit.askCalibration(this.scene.pane, ground, points, this.#end(points));
      else if (purpose === "auto-window") await this.#kit.autoWindow(this.scene.pane, ground, tool, points);
      else if (purpose === "text") await this.#write(ground, points);
      else await this.#kit.create(ground, purpose, points);
    } catch (error) {
      this.#kit.failed(error);
    } finally {
      if (this.scene.draft === draft) this.scene.draft = undefined;
      this.scene.invalidate();
    }
  }

  /** Asks for the words of an annotation. */
  async label(annotation: Annotation): Promise<void> {
    const mark = this.scene.marks.find(({ uid }) => uid === annotation.uid);
    const at: Point = mark?.box ? [mark.box.x, mark.box.y] : (mark?.outline.handles[0] ?? [0, 0]);
    const before = annotation.label ?? "";
    const label = await ask(this.scene.pane, at, { label: "Label", value: before });
    if (label === undefined || label === before) return;
    await this.#kit.change(annotation.uid, { label }).catch((error: unknown) => this.#kit.failed(error));
  }

  #hit(at: BoxPoint, isTouch: boolean, withBoxes = true): Hit | undefined {
    return this.scene.hit([at.x, at.y], isTouch ? FINGER_PX : REACH_PX, withBoxes);
  }

  #drawing(draft: Draft, start: Point): Grip {
    const { scene } = this;
    const own = (to: BoxPoint): Point | undefined => {
      const shown = scene.draft === draft && scene.shown;
      return shown ? applied(shown.fromBox, [to.x, to.y]) : undefined;
    };
    return {
      move: (to) => {
        const point = own(to);
        if (point) draft.pen.move(point, true);
        scene.invalidate();
      },
      end: (to, isCancelled) => {
        const point = isCancelled ? undefined : own(to);
        if (point) draft.pen.release(point, distance(start, [to.x, to.y]) > SLOP_PX);
        else if (scene.draft === draft) scene.draft = undefined;
        scene.invalidate();
        if (point) void this.finish(draft);
      },
    };
  }

  #taking({ uid, handle }: Hit, start: Point): Grip | undefined {
    const { scene } = this;
    this.#kit.store.select(uid);
    scene.handle = handle;
    const seen = scene.visible.find(({ annotation }) => annotation.uid === uid);
    const held = seen && handle === "text" ? scene.pinned(seen) : seen;
    const fromBox = held && scene.fromBox(held);
    if (!held || !fromBox) return undefined;
    return {
      move: (to) => {
        if (!scene.isMoving && distance(start, [to.x, to.y]) <= SLOP_PX / 2) return;
        scene.move(held, handle, applied(fromBox, start), applied(fromBox, [to.x, to.y]));
      },
      end: (_, isCancelled) => {
        if (isCancelled) scene.putBack();
        else scene.settle();
      },
    };
  }

  /** Removes what the pointer passes, and gives up what is being drawn. */
  #erasing(at: BoxPoint): Grip {
    this.scene.draft = undefined;
    this.scene.invalidate();
    const move = (to: BoxPoint): void => {
      const hit = this.#hit(to, false, false);
      if (hit) this.#kit.store.remove([hit.uid]);
    };
    move(at);
    return { move, end: () => {} };
  }

  async #write(ground: Ground, points: readonly Point[]): Promise<void> {
    const label = await ask(this.scene.pane, this.#end(points), { label: "Text", value: "" });
    if (label) await this.#kit.create(ground, "text", points, label);
  }

  /** The last point, CSS pixels. */
  #end(points: readonly Point[]): Point {
    const { shown } = this.scene;
    const last = points.at(-1);
    return shown && last ? applied(shown.toBox, last) : [0, 0];
  }
}

/** What a drag draws; undefined when it draws nothing. */
export function purposeOf(action: DragAction): Purpose | undefined {
  return isAnnotationTool(action) || action === "calibrate" || action === "auto-window" ? action : undefined;
}
