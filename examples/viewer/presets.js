/** Windows that suit what is shown: by modality, and those that the object brings along. */
import { item, menu } from "./menu.js";

/** Center and width, in units after rescale. */
const BY_MODALITY = {
  CT: [
    ["Brain", { center: 40, width: 80 }],
    ["Subdural", { center: 75, width: 215 }],
    ["Soft tissue", { center: 40, width: 400 }],
    ["Bone", { center: 480, width: 2500 }],
    ["Lung", { center: -600, width: 1500 }],
    ["Liver", { center: 60, width: 160 }],
    ["Angio", { center: 300, width: 600 }],
  ],
};
/** From 0 to so many SUV. */
const SUV = [5, 10, 20];
const MOST_KEYS = 8;

/** What can be chosen for an object: `[name, window | { preset } | undefined]`. */
function presetsOf(info) {
  const own = [...info.windows, ...info.voiLuts].map(({ explanation, center, width }, preset) => [
    explanation || (width ? `W ${Math.round(width)} L ${Math.round(center)}` : `LUT ${preset + 1}`),
    { preset },
  ]);
  const factor = info.suv?.factor;
  const suv = factor ? SUV.map((most) => [`SUV 0 – ${most}`, { center: most / factor / 2, width: most / factor }]) : [];
  return [["Default", undefined], ...(BY_MODALITY[info.modality] ?? []), ...suv, ...(own.length > 1 ? own : [])];
}

/** The menu of windows. */
export class Presets {
  #viewer;
  #menu;
  #presets = [];
  #items = [];
  #of;

  constructor(viewer) {
    this.#viewer = viewer;
    this.#menu = menu({ name: "presets", title: "Windows (1 – 8)", iconName: "window", content: [] });
  }

  get element() {
    return this.#menu.element;
  }

  /** The n-th, from 0. */
  choose(number) {
    const preset = this.#presets[number];
    if (!preset) return;
    const [, window] = preset;
    if (window) this.#viewer.applyWindowLevel(window);
    else this.#viewer.resetWindowLevel();
  }

  refresh(info, shown) {
    this.element.disabled = !info || !shown;
    if (!info || !shown) return;
    const of = JSON.stringify([info.modality, info.windows, info.voiLuts.length, info.suv]);
    if (of !== this.#of) this.#fill(info);
    this.#of = of;
    const now = this.#presets.findIndex(([, window]) => isSame(window, shown));
    for (const [index, made] of this.#items.entries()) made.setAttribute("aria-pressed", String(index === now));
    const [own] = info.windows;
    const isDefault = shown.preset !== undefined || (own?.center === shown.center && own.width === shown.width);
    this.#menu.label(this.#presets[now]?.[0] ?? (isDefault ? "Default" : "Window"));
  }

  #fill(info) {
    this.#presets = presetsOf(info);
    this.#items = this.#presets.map(([name], index) =>
      item(
        name,
        () => {
          this.choose(index);
          this.#menu.close();
        },
        { "data-preset": name, hint: index < MOST_KEYS ? String(index + 1) : "" },
      ),
    );
    this.#menu.panel.replaceChildren(...this.#items);
  }
}

function isSame(window, shown) {
  if (!window) return false;
  if ("preset" in window) return window.preset === shown.preset;
  return window.center === shown.center && window.width === shown.width && shown.preset === undefined;
}
