import type { CommandAction, DragAction } from "../public/bindings.js";

/** A point of a viewport, CSS pixels. */
export interface BoxPoint {
  readonly x: number;
  readonly y: number;
}

/** What a pointer holds while it is down: an annotation, or what a tool draws. */
export interface Grip {
  move(to: BoxPoint): void;
  /** `isCancelled`: as if it had not been. */
  end(to: BoxPoint, isCancelled: boolean): void;
}

/** How a pointer was pressed. */
export interface Press {
  readonly isTouch: boolean;
  /** By the first button without a modifier, or by a finger. */
  readonly isPlain: boolean;
}

/** What can be done with the annotations of a viewport; comes with the first tool that is wanted. */
export interface Marks {
  /** Keys belong to an annotation: one is selected here, or is being made. */
  readonly isHeld: boolean;
  /** Takes hold of what lies there, or begins what the tool draws; undefined: the pointer does something else. */
  press(action: DragAction, at: BoxPoint, how: Press): Grip | undefined;
  /** A pointer without a button; undefined: it left. */
  hover(at: BoxPoint | undefined): void;
  /** A press without a way, that nothing held: selects what lies there; false when nothing does. */
  tap(at: BoxPoint, isTouch: boolean): boolean;
  /** A double click; false when it is none of an annotation. */
  double(at: BoxPoint): boolean;
  /** False when there is nothing to do. */
  command(action: CommandAction, isFar: boolean): boolean;
}
