import type { AnnotationTool } from "./annotations.js";

/**
 * What a drag of a pointer does. Those that draw take drags and clicks alike: `"calibrate"` a line whose length is known,
 * `"auto-window"` a region whose values get a window of their own. `"magnifier"` shows a glass while it lasts.
 */
export type DragAction =
  | "window"
  | "slice"
  | "zoom"
  | "pan"
  | "rotate"
  | "slice-or-window"
  | "crosshair"
  /** Of a volume in three dimensions. */
  | "turn"
  | "magnifier"
  | "calibrate"
  | "auto-window"
  /** Removes the annotations that it passes. */
  | "erase"
  | AnnotationTool
  | "none";
/** What two fingers do together. */
export type PinchAction = "zoom-pan" | "none";
/** What a step of the wheel does. */
export type WheelAction = "slice" | "zoom" | "none";
/** What a key or a double click does at once. */
export type CommandAction =
  | "next-slice"
  | "previous-slice"
  | "next-page"
  | "previous-page"
  | "first-slice"
  | "last-slice"
  | "zoom-in"
  | "zoom-out"
  | "invert"
  | "rotate-right"
  | "rotate-left"
  | "turn-right"
  | "turn-left"
  | "turn-up"
  | "turn-down"
  | "flip-horizontal"
  | "flip-vertical"
  | "toggle-interpolation"
  | "toggle-overlay"
  | "reset"
  /** Plays the slices, or stops. */
  | "toggle-cine"
  /** Takes back the last change of annotations, or makes it again. */
  | "undo"
  | "redo"
  /** Selects one of those that are shown, in turn. */
  | "next-annotation"
  | "previous-annotation"
  | "delete-annotation"
  /** Which point of the selected annotation, or its text box, the next four move; all at first. With shift they move it ten times as far. */
  | "next-handle"
  | "nudge-left"
  | "nudge-right"
  | "nudge-up"
  | "nudge-down"
  /** A point more after that one, and that one less: of a freehand region. */
  | "add-point"
  | "remove-point"
  /** Begins an annotation with the tool of the first button, places its next point, or asks for the label of the selected one. */
  | "place"
  /** Gives up what is being drawn, or selects nothing. */
  | "cancel"
  | "none";

type Modifier = "" | "shift+" | "ctrl+" | "alt+" | "ctrl+shift+";
type Where = "" | "3d:";

/**
 * One table from what a hand does to what happens.
 *
 * - `"drag:left"`, `"drag:shift+middle"`: a drag of the mouse, with modifiers in the order ctrl, alt, shift
 * - `"pen:tip"`, `"pen:shift+tip"`, `"pen:barrel"`, `"pen:eraser"`: a pen, by its tip, with its button held, by its other end;
 *   without a binding of its own the tip is the left button, the barrel the right one
 * - `"touch:1"`: one finger; `"touch:2"`: two fingers
 * - `"wheel"`, `"wheel:ctrl"`: the wheel (a trackpad pinch arrives as `"wheel:ctrl"`)
 * - `"double:left"`: a double click or double tap
 * - `"key:ArrowUp"`, `"key:shift+i"`: `KeyboardEvent.key`, letters in lower case; a meta key counts as ctrl
 * - `"annotation:ArrowUp"`: the same while an annotation is selected, or being made; comes before `"key:…"`
 * - `"3d:drag:left"`, `"3d:key:ArrowUp"` and so on: the same where a volume is shown in three dimensions
 */
export type Bindings = {
  readonly [drag in `${Where}drag:${Modifier}${"left" | "middle" | "right"}`]?: DragAction;
} & {
  readonly [pen in `${Where}pen:${Modifier}${"tip" | "barrel" | "eraser"}`]?: DragAction;
} & {
  readonly [touch in `${Where}touch:1`]?: DragAction;
} & {
  readonly [touch in `${Where}touch:2`]?: PinchAction;
} & {
  readonly [double in `${Where}double:left`]?: CommandAction;
} & {
  readonly [wheel in `${Where}wheel${"" | ":ctrl" | ":shift" | ":alt"}`]?: WheelAction;
} & {
  readonly [key: `${`${Where}key` | "annotation"}:${string}`]: CommandAction;
};
