import type { Bindings, CommandAction, DragAction, PinchAction, WheelAction } from "../../public/bindings.js";
import { NoctisError } from "../../public/errors.js";

/** As radiologists know them. */
export const DEFAULT_BINDINGS: Bindings = {
  "drag:left": "window",
  "drag:middle": "pan",
  "drag:right": "zoom",
  "drag:shift+left": "pan",
  "drag:ctrl+left": "zoom",
  "pen:eraser": "erase",
  "touch:1": "slice-or-window",
  "touch:2": "zoom-pan",
  wheel: "slice",
  "wheel:ctrl": "zoom",
  "double:left": "reset",
  "key:ArrowDown": "next-slice",
  "key:ArrowRight": "next-slice",
  "key:ArrowUp": "previous-slice",
  "key:ArrowLeft": "previous-slice",
  "key:PageDown": "next-page",
  "key:PageUp": "previous-page",
  "key:Home": "first-slice",
  "key:End": "last-slice",
  "key:+": "zoom-in",
  "key:=": "zoom-in",
  "key:-": "zoom-out",
  "key:i": "invert",
  "key:r": "rotate-right",
  "key:shift+r": "rotate-left",
  "key:h": "flip-horizontal",
  "key:v": "flip-vertical",
  "key:l": "toggle-interpolation",
  "key:t": "toggle-overlay",
  "key:0": "reset",
  "key:Escape": "reset",
  "key: ": "toggle-cine",
  "key:ctrl+z": "undo",
  "key:ctrl+shift+z": "redo",
  "key:ctrl+y": "redo",
  "key:Tab": "next-annotation",
  "key:shift+Tab": "previous-annotation",
  "key:Enter": "place",
  "annotation:ArrowLeft": "nudge-left",
  "annotation:ArrowRight": "nudge-right",
  "annotation:ArrowUp": "nudge-up",
  "annotation:ArrowDown": "nudge-down",
  "annotation: ": "next-handle",
  "annotation:Delete": "delete-annotation",
  "annotation:Backspace": "delete-annotation",
  "annotation:shift+Enter": "add-point",
  "annotation:shift+Delete": "remove-point",
  "annotation:shift+Backspace": "remove-point",
  "annotation:Escape": "cancel",
  "3d:drag:left": "turn",
  "3d:drag:ctrl+left": "window",
  "3d:touch:1": "turn",
  "3d:wheel": "zoom",
  "3d:key:ArrowRight": "turn-right",
  "3d:key:ArrowLeft": "turn-left",
  "3d:key:ArrowUp": "turn-up",
  "3d:key:ArrowDown": "turn-down",
};
const IN_3D = "3d:";

/** Which drags need what comes with the first tool. */
const DRAGS: Record<DragAction, boolean> = {
  window: false,
  slice: false,
  zoom: false,
  pan: false,
  rotate: false,
  "slice-or-window": false,
  turn: false,
  none: false,
  crosshair: true,
  magnifier: true,
  calibrate: true,
  "auto-window": true,
  // Until there are tools there is nothing to erase.
  erase: false,
  probe: true,
  length: true,
  bidirectional: true,
  angle: true,
  cobb: true,
  rectangle: true,
  ellipse: true,
  circle: true,
  freehand: true,
  arrow: true,
  text: true,
};
const PINCHES: Record<PinchAction, true> = { "zoom-pan": true, none: true };
const WHEELS: Record<WheelAction, true> = { slice: true, zoom: true, none: true };
const COMMANDS: Record<CommandAction, true> = {
  "next-slice": true,
  "previous-slice": true,
  "next-page": true,
  "previous-page": true,
  "first-slice": true,
  "last-slice": true,
  "zoom-in": true,
  "zoom-out": true,
  invert: true,
  "rotate-right": true,
  "rotate-left": true,
  "turn-right": true,
  "turn-left": true,
  "turn-up": true,
  "turn-down": true,
  "flip-horizontal": true,
  "flip-vertical": true,
  "toggle-interpolation": true,
  "toggle-overlay": true,
  reset: true,
  "toggle-cine": true,
  undo: true,
  redo: true,
  "next-annotation": true,
  "previous-annotation": true,
  "delete-annotation": true,
  "next-handle": true,
  "nudge-left": true,
  "nudge-right": true,
  "nudge-up": true,
  "nudge-down": true,
  "add-point": true,
  "remove-point": true,
  place: true,
  cancel: true,
  none: true,
};

/** Which actions each kind of key of the table may name. */
function allowed(given: string): object | undefined {
  const trigger = given.startsWith(IN_3D) ? given.slice(IN_3D.length) : given;
  if (trigger === "touch:2") return PINCHES;
  if (/^(drag:|pen:|touch:1$)/.test(trigger)) return DRAGS;
  if (/^wheel(:|$)/.test(trigger)) return WHEELS;
  if (/^(key:|annotation:|double:left$)/.test(trigger)) return COMMANDS;
  return undefined;
}

/** The table with changes laid over it; a name that nobody knows is refused instead of ignored. */
export function mergedBindings(table: Bindings, changes: Bindings): Bindings {
  for (const [trigger, action] of Object.entries(changes)) {
    const actions = allowed(trigger);
    if (!actions) throw new NoctisError("invalid-argument", `there is no binding "${trigger}"`);
    if (action !== undefined && !Object.hasOwn(actions, action)) {
      throw new NoctisError("invalid-argument", `"${trigger}" cannot be bound to "${action}"`);
    }
  }
  return { ...table, ...changes };
}

/** The table where a volume is shown in three dimensions. */
export function bindings3d(table: Bindings): Bindings {
  const own = Object.entries(table).filter(([trigger]) => trigger.startsWith(IN_3D));
  return { ...table, ...Object.fromEntries(own.map(([trigger, action]) => [trigger.slice(IN_3D.length), action])) };
}

/** Whether the table names a tool that is loaded when it is wanted. */
export function needsTools(table: Bindings): boolean {
  return Object.values(table).some((action) => DRAGS[action as DragAction]);
}

/** The modifiers of an event, in the order in which the table names them; the meta key counts as ctrl. */
export function modifiers(event: {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}): string {
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${event.shiftKey ? "shift+" : ""}`;
}

const BUTTONS = ["left", "middle", "right"];
/** By the number of the button that each counts as. */
const PEN = ["tip", "", "barrel", "", "", "eraser"];

/** What a drag with this button does, of a mouse or of a pen; without a binding of its own, modifiers do not matter, nor that it is a pen. */
export function dragAction(table: Bindings, button: number, held: string, isPen = false): DragAction {
  const bound: Readonly<Record<string, string | undefined>> = table;
  const action = (kind: string, name: string | undefined): string | undefined =>
    bound[`${kind}:${held}${name}`] ?? bound[`${kind}:${name}`];
  return ((isPen && action("pen", PEN[button])) || (action("drag", BUTTONS[button]) ?? "none")) as DragAction;
}

/** What the wheel does; without a binding of its own, modifiers do not matter. */
export function wheelAction(table: Bindings, held: string): WheelAction {
  const bound: Readonly<Record<string, string | undefined>> = table;
  return (bound[`wheel:${held.slice(0, -1)}`] ?? bound["wheel"] ?? "none") as WheelAction;
}

/**
 * What a key does; `isHeld`: while an annotation is selected or being made. Shift is part of a character such as `+`, so it
 * is asked for letters and named keys only; with ctrl or alt a key belongs to the browser unless it is bound.
 */
export function keyAction(table: Bindings, key: string, held: string, isHeld = false): CommandAction {
  const name = key.length === 1 ? key.toLowerCase() : key;
  const prefix = key.length === 1 && key.toLowerCase() === key.toUpperCase() ? held.replace("shift+", "") : held;
  const bound = (scope: "key" | "annotation"): CommandAction | undefined =>
    table[`${scope}:${prefix}${name}`] ??
    (prefix === "shift+" && name.length > 1 ? table[`${scope}:${name}`] : undefined);
  return (isHeld ? bound("annotation") : undefined) ?? bound("key") ?? "none";
}
