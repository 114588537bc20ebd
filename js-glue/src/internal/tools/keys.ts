import type { CommandAction } from "../../public/bindings.js";
import type { BoxPoint, Grip } from "../marks.js";
import { applied, type Point } from "./affine.js";
import type { Handle } from "./draw.js";
import type { Kit } from "./kit.js";
import { spokenText } from "./labels.js";
import type { Visible } from "./layer.js";
import { type PaneMarks, purposeOf } from "./pane-marks.js";

const STEP_PX = 1;
const FAR_STEP_PX = 10;
/** Steps that follow each other faster are one change. */
const SETTLED_MS = 600;

/** Annotations by keys: choose one, move it or a handle, or place point after point. */
export class Keys {
  readonly #marks: PaneMarks;
  readonly #kit: Kit;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is carried about, and where it is; it is put down when the viewport loses the keys. */
  #carried: { readonly grip: Grip; readonly at: BoxPoint; readonly kept: AbortController } | undefined;

  constructor(marks: PaneMarks, kit: Kit) {
    this.#marks = marks;
    this.#kit = kit;
  }

  get isCarrying(): boolean {
    return this.#carried !== undefined;
  }

  /** False when there is nothing to do. */
  command(action: CommandAction, isFar: boolean): boolean {
    const direction = NUDGES.get(action);
    if (direction) return this.#nudge(direction, isFar ? FAR_STEP_PX : STEP_PX);
    this.#settle();
    const { store } = this.#kit;
    switch (action) {
      case "next-annotation":
        return this.#step(1);
      case "previous-annotation":
        return this.#step(-1);
      case "next-handle":
        return this.#nextHandle();
      case "add-point":
        return this.#point((selected, handle) => this.#marks.scene.addPoint(selected, handle));
      case "remove-point":
        return this.#point((selected, handle) => this.#marks.scene.removePoint(selected, handle));
      case "place":
        return this.#place();
      case "cancel":
        return this.#cancel();
      case "delete-annotation":
        return store.selected !== undefined && store.remove([store.selected.uid]);
      case "undo":
        return store.undo();
      case "redo":
        return store.redo();
      default:
        return false;
    }
  }

  remove(): void {
    clearTimeout(this.#timer);
    this.#putDown();
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#marks.scene.settle();
  }

  /** Moves the point that is to be placed, the handle, or the whole. */
  #nudge([dx, dy]: Point, px: number): boolean {
    const { scene } = this.#marks;
    const { draft, shown, selected } = scene;
    if (this.#carried) {
      const { grip, at } = this.#carried;
      const to = { x: at.x + dx * px, y: at.y + dy * px };
      this.#carried = { ...this.#carried, at: to };
      grip.move(to);
      return true;
    }
    if (draft && shown) {
      const [x, y] = applied(shown.toBox, draft.pen.next);
      draft.pen.move(applied(shown.fromBox, [x + dx * px, y + dy * px]), false);
      scene.draw();
      return true;
    }
    const mark = scene.marks.find(({ uid }) => uid === selected?.annotation.uid);
    const fromBox = selected && scene.fromBox(selected);
    if (!selected || !fromBox || !mark) return false;
    const { handle } = scene;
    const { handles, numbers } = mark.outline;
    const index = typeof handle === "number" ? (numbers?.indexOf(handle) ?? handle) : -1;
    const [x, y] = handles[index] ?? [0, 0];
    const held = handle === "text" ? scene.pinned(selected) : selected;
    scene.move(held, handle, applied(fromBox, [x, y]), applied(fromBox, [x + dx * px, y + dy * px]));
    scene.draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), SETTLED_MS);
    return true;
  }

  /** The next of those that are shown here; after the last one the key is the browser's, and goes on through the page. */
  #step(by: 1 | -1): boolean {
    const { scene } = this.#marks;
    if (scene.draft) return true;
    const { visible, selected } = scene;
    const now = selected ? visible.indexOf(selected) : by > 0 ? -1 : visible.length;
    const next = visible[now + by]?.annotation;
    scene.handle = undefined;
    this.#kit.store.select(next?.uid);
    if (next) scene.pane.shell.speak(() => spokenText(next));
    return next !== undefined;
  }

  #nextHandle(): boolean {
    const { scene } = this.#marks;
    const mark = scene.marks.find(({ uid }) => uid === scene.selected?.annotation.uid);
    if (!mark) return false;
    const { handles, numbers } = mark.outline;
    const points = numbers ?? [...handles.keys()];
    const all: Handle[] = mark.box ? [...points, "text"] : [...points];
    const next = scene.handle === undefined ? 0 : all.indexOf(scene.handle) + 1;
    scene.handle = all[next];
    const what = scene.handle === "text" ? "Text box" : `Point ${next + 1} of ${points.length}`;
    const said = scene.handle === undefined ? "All points" : what;
    scene.pane.shell.speak(() => said);
    scene.invalidate();
    return true;
  }

  /** What is done to the point of a freehand line that is held. */
  #point(what: (selected: Visible, handle: number) => void): boolean {
    const { selected, handle } = this.#marks.scene;
    if (selected?.annotation.tool !== "freehand" || typeof handle !== "number") return false;
    what(selected, handle);
    return true;
  }

  /** Places a point; begins in the middle of the viewport with the tool in the hand; or asks for the words of what is selected. */
  #place(): boolean {
    if (this.#putDown()) return true;
    const { scene } = this.#marks;
    const { draft, shown, selected } = scene;
    if (draft) {
      draft.pen.place();
      scene.invalidate();
      void this.#marks.finish(draft);
      return true;
    }
    if (selected) {
      void this.#marks.label(selected.annotation);
      return true;
    }
    const purpose = purposeOf(this.#kit.tool);
    if (!shown) return false;
    const { clientWidth, clientHeight } = scene.pane.shell.box;
    const middle: Point = [clientWidth / 2, clientHeight / 2];
    if (!purpose) return this.#carry(middle);
    this.#marks.begin(purpose, shown, middle, false);
    scene.pane.shell.speak(() => "Arrow keys move the point, Enter places it");
    return true;
  }

  /** Takes up what the tool in the hand carries about. */
  #carry(middle: Point): boolean {
    const { pane } = this.#marks.scene;
    const { tool, crosshair } = this.#kit;
    const [x, y] = (tool === "crosshair" && crosshair && pane.boxFromPatient(crosshair)) || middle;
    const grip = this.#marks.carry(tool, { x, y });
    if (!grip) return false;
    const kept = new AbortController();
    this.#carried = { grip, at: { x, y }, kept };
    pane.shell.frame.addEventListener("blur", () => this.#putDown(), { signal: kept.signal });
    pane.shell.speak(() => "Arrow keys move it, Enter puts it down");
    return true;
  }

  /** False when nothing was carried. */
  #putDown(): boolean {
    const carried = this.#carried;
    this.#carried = undefined;
    carried?.kept.abort();
    carried?.grip.end(carried.at, false);
    return carried !== undefined;
  }

  #cancel(): boolean {
    if (this.#putDown()) return true;
    const { scene } = this.#marks;
    const { store } = this.#kit;
    const isBusy = scene.draft !== undefined || store.selected !== undefined;
    scene.draft = undefined;
    scene.putBack();
    store.select(undefined);
    return isBusy;
  }
}

const NUDGES: ReadonlyMap<CommandAction, Point> = new Map<CommandAction, Point>([
  ["nudge-left", [-1, 0]],
  ["nudge-right", [1, 0]],
  ["nudge-up", [0, -1]],
  ["nudge-down", [0, 1]],
]);
