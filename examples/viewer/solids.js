/** How a volume is shown in three dimensions: presets, projections, and whether bone is left out. */
import { make } from "./dom.js";

const LOOKS = [
  ["Bone", { preset: "bone" }],
  ["Skin", { preset: "skin" }],
  ["Vessels", { preset: "vessels" }],
  ["Lung", { preset: "lung" }],
  ["Soft tissue", { preset: "soft-tissue" }],
  ["Airways", { preset: "airways" }],
  ["PET", { preset: "pet" }],
  ["MIP", { mode: "max" }],
  ["MinIP", { mode: "min" }],
];

/** Buttons that are there while the active viewport shows a volume in three dimensions. */
export class Solids {
  #viewer;
  #failed;
  #looks = new Map();
  #bone;
  element;

  /** `failed(error)` is called when something cannot be shown. */
  constructor(viewer, failed) {
    this.#viewer = viewer;
    this.#failed = failed;
    this.element = make("div", { class: "group", role: "group", "aria-label": "Three dimensions", hidden: true });
    for (const [name, options] of LOOKS)
      this.#looks.set(
        this.#button(name, () => options),
        options,
      );
    this.#bone = this.#button("No bone", ({ removeBone }) => ({ removeBone: !removeBone }));
  }

  /** Shows the volume of the active viewport, or its slices again; beside planes, in the place of the slices. */
  toggle() {
    const { state, viewports } = this.#viewer;
    if (state.kind === "plane") viewports.find(({ state: { kind } }) => kind !== "plane")?.activate();
    return this.#set(this.#viewer.state.kind === "volume" ? undefined : {});
  }

  /** After anything changed in the viewer. */
  refresh() {
    const { volume } = this.#viewer.state;
    this.element.hidden = !volume;
    if (!volume) return;
    for (const [made, { preset, mode }] of this.#looks) {
      const isShown = preset ? volume.preset === preset : volume.mode === mode && !volume.preset;
      made.setAttribute("aria-pressed", String(isShown));
    }
    this.#bone.setAttribute("aria-pressed", String(Boolean(volume.removeBone)));
  }

  #button(name, options) {
    const made = make("button", { class: "button preset", title: name, "data-look": name }, name);
    made.addEventListener("click", () => this.#set(options(this.#viewer.state.volume)));
    this.element.append(made);
    return made;
  }

  async #set(options) {
    try {
      await this.#viewer.set3d(options);
    } catch (error) {
      this.#failed(error);
    }
    this.refresh();
  }
}
