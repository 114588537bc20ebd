import type { Bindings, DragAction } from "../public/bindings.js";
import type { Engine } from "./engine.js";
import { toNoctisError } from "./errors.js";
import type { HandTools } from "./hand.js";
import { mergedBindings, needsTools } from "./input/bindings.js";
import type { BoxPoint, Grip, Marks, Press } from "./marks.js";
import type { Pane } from "./pane.js";
import type { Toolbox } from "./toolbox.js";

/** Loads what annotations and other tools need, when the first is wanted. */
export class ToolLoader {
  readonly #engine: Engine;
  #loading: Promise<Toolbox> | undefined;
  /** Undefined until it has been loaded. */
  box: Toolbox | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  load(): Promise<Toolbox> {
    this.#engine.assertAlive();
    this.#loading ??= this.#start().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  async #start(): Promise<Toolbox> {
    const { startTools } = await import("./tools/index.js");
    const box = await startTools(this.#engine);
    this.#engine.assertAlive();
    this.box = box;
    return box;
  }

  /** The same where nobody waits for it. */
  warmUp(): void {
    this.load().catch((error: unknown) => this.#engine.fail(toNoctisError(error)));
  }

  /** What the first button does. */
  get tool(): DragAction {
    return this.#engine.bindings["drag:left"] ?? "none";
  }

  /** Changes bindings; true when they name something that is to be loaded. */
  bind(changes: Bindings): boolean {
    const before = this.tool;
    this.#engine.bindings = mergedBindings(this.#engine.bindings, changes);
    if (this.tool !== before) this.#engine.events.emit("tool", { tool: this.tool });
    return needsTools(this.#engine.bindings);
  }

  /** What the hand of a viewport does with it. */
  handOf(pane: Pane): HandTools {
    const marks = (): Marks | undefined => this.box?.marks(pane);
    return {
      get marks() {
        return marks();
      },
      press: (action, at, how) => {
        if (this.box) return marks()?.press(action, at, how);
        return needsTools({ "drag:left": action }) ? this.#pressLater(pane, action, at, how) : undefined;
      },
      toggleCine: () => this.#toggleCine(pane),
    };
  }

  /** The first press may come before what it needs: it is made up for. */
  #pressLater(pane: Pane, action: DragAction, at: BoxPoint, how: Press): Grip {
    let grip: Grip | undefined;
    let to = at;
    let end: (() => void) | undefined;
    const begin = (box: Toolbox): void => {
      grip = box.marks(pane).press(action, at, how);
      grip?.move(to);
      end?.();
    };
    this.load().then(begin, (error: unknown) => this.#engine.fail(toNoctisError(error)));
    return {
      move: (point) => {
        to = point;
        grip?.move(to);
      },
      end: (point, isCancelled) => {
        end = () => grip?.end(point, isCancelled);
        end();
      },
    };
  }

  #toggleCine(pane: Pane): boolean {
    if (pane.sliceCount < 2) return false;
    if (this.box?.cine(pane)) this.box.stop(pane);
    else pane.face.playCine().catch((error: unknown) => this.#engine.fail(toNoctisError(error)));
    return true;
  }
}
