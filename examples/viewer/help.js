/** What mouse, touch and keys do. */
import { byId, make } from "./dom.js";
import { TOOLS } from "./rail.js";

const SECTIONS = [
  [
    "Mouse",
    [
      ["Tool in the hand", "Left drag"],
      ["Slices", "Wheel"],
      ["Zoom", "Right drag, Ctrl + wheel"],
      ["Pan", "Middle drag, Shift + drag"],
      ["Reset", "Double click"],
      ["Annotation, its points, its text", "Drag"],
      ["Add, take a point of a region", "Double click"],
    ],
  ],
  [
    "Touch and pen",
    [
      ["Tool in the hand", "1 finger, pen"],
      ["Zoom and pan", "2 fingers"],
      ["Select an annotation", "Tap"],
      ["Move what is selected", "1 finger"],
      ["Zoom with a pen", "Button of the pen"],
      ["Erase annotations", "Other end of the pen"],
    ],
  ],
  [
    "Slices",
    [
      ["One", "↑ ↓"],
      ["Ten", "Page ↑ ↓"],
      ["First, last", "Home, End"],
      ["Play, stop", "Space"],
    ],
  ],
  [
    "View",
    [
      ["Invert", "I"],
      ["Rotate", "R, Shift + R"],
      ["Flip", "H, V"],
      ["Zoom", "+ −"],
      ["Smooth pixels", "L"],
      ["Corner text", "T"],
      ["Planes", "M"],
      ["Three dimensions", "O"],
      ["Turn a volume", "Left drag, arrows"],
      ["Window of a volume", "Ctrl + drag"],
      ["Windows", "1 – 8"],
      ["Hide patient data", "P"],
      ["Reset", "0, Esc"],
    ],
  ],
  [
    "Annotations by keys",
    [
      ["Begin, place a point, name", "Enter"],
      ["Choose", "Tab, Shift + Tab"],
      ["Choose a point, or the text", "Space"],
      ["Add, take a point", "Shift + Enter, Shift + Delete"],
      ["Move", "Arrows, with Shift further"],
      ["Remove", "Delete"],
      ["Let go", "Esc"],
      ["Undo, redo", "Ctrl + Z, Ctrl + Shift + Z"],
    ],
  ],
  ["Tools", TOOLS.flatMap(([, tools]) => tools.filter(([, , key]) => key)).map(([, title, key]) => [title, key])],
];

/** Fills the dialog. */
export function fillHelp() {
  const sections = SECTIONS.map(([title, lines]) =>
    make(
      "section",
      {},
      make("h3", {}, title),
      make(
        "dl",
        {},
        ...lines.map(([what, keys]) => make("div", {}, make("dt", {}, what), make("dd", {}, make("kbd", {}, keys)))),
      ),
    ),
  );
  byId("keys").replaceChildren(...sections);
}

export function showHelp() {
  byId("help").showModal();
}
