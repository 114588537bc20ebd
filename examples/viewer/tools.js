/** The toolbar: what the left button drags, changes of the view, presets, and the help with all keys. */
import { button, byId, make } from "./dom.js";
import { Layouts } from "./layouts.js";

const DRAGS = [
  ["window", "Window / level", "W"],
  ["slice", "Scroll", "S"],
  ["pan", "Pan", "D"],
  ["zoom", "Zoom", "Z"],
  ["crosshair", "Planes through a point", "X"],
];
const DRAG_ICONS = { window: "window", slice: "scroll", pan: "pan", zoom: "zoom", crosshair: "crosshair" };
/** What they do to a volume in three dimensions; the others turn it. */
const IN_3D = { pan: "pan", zoom: "zoom" };

/** Center and width in HU. */
const PRESETS = [
  ["Default", undefined, "1"],
  ["Brain", { center: 40, width: 80 }, "2"],
  ["Subdural", { center: 75, width: 215 }, "3"],
  ["Soft tissue", { center: 40, width: 400 }, "4"],
  ["Bone", { center: 480, width: 2500 }, "5"],
  ["Lung", { center: -600, width: 1500 }, "6"],
];

const HELP = [
  ["Window / level", "Left drag"],
  ["Scroll", "Wheel, ↑ ↓"],
  ["Zoom", "Right drag, Ctrl + wheel, + −"],
  ["Pan", "Middle drag, Shift + drag"],
  ["Ten slices", "Page ↑, Page ↓"],
  ["First, last slice", "Home, End"],
  ["Invert", "I"],
  ["Rotate right, left", "R, Shift + R"],
  ["Flip", "H, V"],
  ["Smooth pixels", "L"],
  ["Corner text", "T"],
  ["Hide patient data", "P"],
  ["Reset", "0, Esc, double click"],
  ["Touch", "1 finger scrolls, 2 zoom and pan"],
  ["Planes of the series", "M"],
  ["Three dimensions", "O"],
  ["Turn in three dimensions", "Left drag, arrows"],
  ["Window in three dimensions", "Ctrl + drag"],
  ["Left-button tool", "W, S, D, Z, X"],
  ["CT presets", "1 – 6"],
];

/** Fills the toolbar and keeps it in step with the viewer. */
export class Tools {
  #viewer;
  #drags = new Map();
  #presets = new Map();
  #toggles = new Map();
  #buttons = [];
  #layouts;
  #group;

  constructor(viewer, { togglePrivacy, toggleText, failed }) {
    this.#viewer = viewer;
    const drags = make("div", { class: "group", role: "group", "aria-label": "Left button" });
    for (const [action, title, key] of DRAGS) {
      const made = button(DRAG_ICONS[action], `${title} (${key})`, () => this.#drag(action));
      this.#drags.set(action, made);
      drags.append(made);
    }
    this.#group = make("div", { class: "group", role: "group", "aria-label": "CT presets" });
    for (const [name, window, key] of PRESETS) {
      const made = make("button", { class: "button preset", title: `${name} (${key})`, "data-preset": name }, name);
      made.addEventListener("click", () => this.#preset(window));
      this.#presets.set(made, window);
      this.#group.append(made);
    }
    const toggle = (name, title, field) => this.#toggle(name, title, field);
    this.#buttons = [
      toggle("invert", "Invert (I)", "invert"),
      button("rotate", "Rotate right (R)", () => viewer.setView({ rotation: viewer.state.rotation + 90 })),
      toggle("flip-h", "Flip left and right (H)", "flipHorizontal"),
      toggle("flip-v", "Flip top and bottom (V)", "flipVertical"),
      this.#smooth(),
      button("reset", "Reset view and window (0)", () => viewer.reset()),
    ];
    const text = button("text", "Corner text (T)", toggleText);
    const camera = button("camera", "Save this picture as PNG, without text", () => this.#save());
    this.#buttons.push(camera);
    const help = button("help", "Mouse, touch and keys (?)", () => byId("help").showModal());
    this.#layouts = new Layouts(viewer, failed);
    const gap = () => make("span", { class: "gap" });
    byId("tools").append(
      drags,
      gap(),
      ...this.#buttons.slice(0, 6),
      gap(),
      this.#group,
      this.#layouts.looks,
      make("span", { class: "spring" }),
      ...this.#layouts.elements,
      gap(),
      text,
      camera,
      help,
    );
    byId("keys").append(...HELP.map(([what, keys]) => make("div", {}, make("span", {}, what), make("kbd", {}, keys))));
    this.#drag("window");
    this.#keys(togglePrivacy);
  }

  /** After anything changed in the viewer. */
  refresh() {
    const { state } = this.#viewer;
    const showing = state.sliceIndex >= 0;
    this.#layouts.refresh();
    for (const made of this.#buttons) made.disabled = !showing;
    for (const [made, isOn] of this.#toggles) made.setAttribute("aria-pressed", String(isOn(state)));
    const modality = showing ? this.#viewer.instance(state.sliceIndex).modality : undefined;
    this.#group.hidden = modality !== "CT" || state.kind === "volume";
    for (const [made, window] of this.#presets) {
      const same = window && state.window?.center === window.center && state.window?.width === window.width;
      made.setAttribute("aria-pressed", String(Boolean(same)));
    }
  }

  #toggle(name, title, field) {
    const made = button(name, title, () => this.#viewer.setView({ [field]: !this.#viewer.state[field] }));
    this.#toggles.set(made, (state) => state[field]);
    return made;
  }

  #smooth() {
    const isOn = (state) => state.interpolation === "linear";
    const made = button("smooth", "Smooth pixels (L)", () =>
      this.#viewer.setView({ interpolation: isOn(this.#viewer.state) ? "nearest" : "linear" }),
    );
    this.#toggles.set(made, isOn);
    return made;
  }

  #drag(action) {
    this.#viewer.setBindings({ "drag:left": action, "3d:drag:left": IN_3D[action] ?? "turn" });
    for (const [name, made] of this.#drags) made.setAttribute("aria-pressed", String(name === action));
  }

  #preset(window) {
    if (window) this.#viewer.applyWindowLevel(window);
    else this.#viewer.resetWindowLevel();
  }

  async #save() {
    const url = URL.createObjectURL(await this.#viewer.toPng());
    make("a", { href: url, download: `slice-${this.#viewer.state.sliceIndex + 1}.png` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  #keys(togglePrivacy) {
    const keys = new Map([
      ...DRAGS.map(([action, , key]) => [key.toLowerCase(), () => this.#drag(action)]),
      ...PRESETS.map(([, window, key]) => [key, () => this.#group.hidden || this.#preset(window)]),
      ["o", () => this.#viewer.state.seriesInstanceUid && this.#layouts.toggle3d()],
      ["m", () => this.#viewer.state.seriesInstanceUid && this.#layouts.toggleMpr()],
      ["p", togglePrivacy],
      ["?", () => byId("help").showModal()],
    ]);
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
      keys.get(event.key.toLowerCase())?.();
    });
  }
}
