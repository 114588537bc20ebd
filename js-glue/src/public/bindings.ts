/** What a drag of a pointer does. */
export type DragAction = "window" | "slice" | "zoom" | "pan" | "slice-or-window" | "crosshair" | "turn" | "none";
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
  | "none";

type Modifier = "" | "shift+" | "ctrl+" | "alt+" | "ctrl+shift+";
type Where = "" | "3d:";

/**
 * One table from what a hand does to what happens.
 *
 * - `"drag:left"`, `"drag:shift+middle"`: a mouse or pen drag, with modifiers in the order ctrl, alt, shift
 * - `"touch:1"`: one finger; `"touch:2"`: two fingers
 * - `"wheel"`, `"wheel:ctrl"`: the wheel (a trackpad pinch arrives as `"wheel:ctrl"`)
 * - `"double:left"`: a double click or double tap
 * - `"key:ArrowUp"`, `"key:shift+i"`: `KeyboardEvent.key`, letters in lower case; a meta key counts as ctrl
 * - `"3d:drag:left"`, `"3d:key:ArrowUp"` and so on: the same where a volume is shown in three dimensions
 */
export type Bindings = {
  readonly [drag in `${Where}drag:${Modifier}${"left" | "middle" | "right"}`]?: DragAction;
} & {
  readonly [touch in `${Where}touch:1`]?: DragAction;
} & {
  readonly [touch in `${Where}touch:2`]?: PinchAction;
} & {
  readonly [double in `${Where}double:left`]?: CommandAction;
} & {
  readonly [wheel in `${Where}wheel${"" | ":ctrl" | ":shift" | ":alt"}`]?: WheelAction;
} & {
  readonly [key: `${Where}key:${string}`]: CommandAction;
};
