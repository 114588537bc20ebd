/** The toolbar above the picture: how it is seen, windows, cine, layouts, annotations, help. */
import { CineControl } from "./cine.js";
import { button, byId, make } from "./dom.js";
import { fillHelp, showHelp } from "./help.js";
import { Layouts } from "./layouts.js";
import { Measurements, save } from "./measurements.js";
import { Presets } from "./presets.js";
import { Rail } from "./rail.js";

const PRESET_KEYS = 8;
/** Buttons that open nothing. */
const DONE_AT_ONCE = "#tools button:not([popovertarget]), #rail button, .popover button";

/** Fills toolbar, rail and panel, and keeps them in step with the viewer. */
export class Tools {
  #viewer;
  #toggles = new Map();
  #buttons = [];
  #layouts;
  #presets;
  #cine;
  #rail;
  measurements;

  constructor(viewer, { togglePrivacy, toggleText, failed }) {
    this.#viewer = viewer;
    const toggle = (name, title, field) => this.#toggle(name, title, field);
    const view = [
      toggle("invert", "Invert (I)", "invert"),
      button("rotate", "Rotate right (R)", () => viewer.setView({ rotation: viewer.state.rotation + 90 })),
      toggle("flip-h", "Flip left and right (H)", "flipHorizontal"),
      toggle("flip-v", "Flip top and bottom (V)", "flipVertical"),
      this.#smooth(),
      button("reset", "Reset view and window (0)", () => viewer.reset()),
    ];
    const text = button("corners", "Corner text (T)", toggleText);
    const camera = button("camera", "Save this picture as PNG, without text", () => this.#save());
    this.#buttons = [...view, text, camera];
    const help = button("help", "Mouse, touch and keys (?)", showHelp);
    this.#rail = new Rail(viewer, byId("rail"), failed);
    this.#presets = new Presets(viewer);
    this.#cine = new CineControl(viewer, failed);
    this.#layouts = new Layouts(viewer, failed);
    this.#layouts.looks.classList.add("looks");
    byId("viewport").append(this.#layouts.looks);
    byId("viewer").after(this.#layouts.hints);
    this.measurements = new Measurements(viewer, failed);
    const [history, list] = this.measurements.elements;
    const gap = () => make("span", { class: "gap" });
    byId("tools").append(
      this.#presets.element,
      gap(),
      ...view,
      gap(),
      ...this.#cine.elements,
      make("span", { class: "spring" }),
      history,
      gap(),
      ...this.#layouts.elements,
      gap(),
      text,
      camera,
      list,
      help,
    );
    fillHelp();
    this.#keys(togglePrivacy);
    // Whoever clicks has the keys on the picture; whoever comes by keys stays where they are.
    document.addEventListener("click", ({ detail, target }) => {
      if (detail > 0 && target.closest(DONE_AT_ONCE)) viewer.focus();
    });
  }

  /** After anything changed in the viewer. */
  refresh() {
    const { state } = this.#viewer;
    const showing = state.sliceIndex >= 0;
    this.#layouts.refresh();
    this.#rail.refresh();
    this.#cine.refresh();
    this.measurements.refresh();
    for (const made of this.#buttons) made.disabled = !showing;
    for (const [made, isOn] of this.#toggles) made.setAttribute("aria-pressed", String(isOn(state)));
    const isStack = state.kind === "stack";
    const info = showing ? this.#viewer.instance(isStack ? state.sliceIndex : 0) : undefined;
    this.#presets.refresh(state.kind === "volume" ? undefined : info, state.window);
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

  async #save() {
    save(await this.#viewer.toPng(), `slice-${this.#viewer.state.sliceIndex + 1}.png`);
  }

  #keys(togglePrivacy) {
    const presets = Array.from({ length: PRESET_KEYS }, (_, number) => [
      String(number + 1),
      () => this.#presets.choose(number),
    ]);
    const keys = new Map([
      ...this.#rail.keys,
      ...presets,
      ["o", () => this.#viewer.state.seriesInstanceUid && this.#layouts.toggle3d()],
      ["m", () => this.#viewer.state.seriesInstanceUid && this.#layouts.toggleMpr()],
      ["p", togglePrivacy],
      ["?", showHelp],
    ]);
    document.addEventListener("keydown", (event) => {
      const isTyped = event.target.matches?.("input:not([type=range])");
      if (event.defaultPrevented || isTyped || byId("help").open) return;
      const { annotations } = this.#viewer;
      const key = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey) {
        if (key === "z") event.preventDefault();
        if (key === "z" && event.shiftKey) annotations.redo();
        else if (key === "z") annotations.undo();
      } else if (!event.altKey) keys.get(key)?.();
    });
  }
}
