/** What the left button, a pen or one finger does. */
import { button, make } from "./dom.js";

/** Groups of tools: name in the viewer, title, key, icon where it is not the name. */
export const TOOLS = [
  [
    "Look",
    [
      ["window", "Window / level", "W"],
      ["slice", "Scroll", "S", "scroll"],
      ["pan", "Pan", "D"],
      ["zoom", "Zoom", "Z"],
      ["rotate", "Rotate", "", "turn"],
      ["magnifier", "Magnifier", "G"],
      ["auto-window", "Window from a region", ""],
      ["crosshair", "Planes through a point", "X"],
    ],
  ],
  [
    "Measure",
    [
      ["length", "Length", "N"],
      ["bidirectional", "Two diameters", "B"],
      ["angle", "Angle", "A"],
      ["cobb", "Cobb angle", "C"],
      ["probe", "Value at a point", "Q"],
      ["calibrate", "Calibrate by a known length", "K"],
    ],
  ],
  [
    "Regions",
    [
      ["ellipse", "Ellipse", "E"],
      ["circle", "Circle", ""],
      ["rectangle", "Rectangle", "U"],
      ["freehand", "Freehand region", "F"],
    ],
  ],
  [
    "Words",
    [
      ["arrow", "Arrow", "J"],
      ["text", "Text", "Y"],
    ],
  ],
];

/** What they do to a volume in three dimensions; the others turn it. */
const IN_3D = { pan: "pan", zoom: "zoom" };

/** Fills the rail, and keeps it in step with the viewer. */
export class Rail {
  #viewer;
  #failed;
  #buttons = new Map();

  constructor(viewer, element, failed) {
    this.#viewer = viewer;
    this.#failed = failed;
    for (const [title, tools] of TOOLS) {
      const group = make("div", { class: "rail-group", role: "group", "aria-label": title });
      for (const [name, text, key, iconName = name] of tools) {
        const made = button(iconName, key ? `${text} (${key})` : text, () => this.choose(name));
        made.dataset.drag = name;
        this.#buttons.set(name, made);
        group.append(made);
      }
      element.append(group);
    }
    viewer.on("tool", () => this.refresh());
    this.refresh();
  }

  /** What each key chooses. */
  get keys() {
    return TOOLS.flatMap(([, tools]) => tools.filter(([, , key]) => key)).map(([name, , key]) => [
      key.toLowerCase(),
      () => this.choose(name),
    ]);
  }

  choose(name) {
    this.#viewer.setBindings({ "3d:drag:left": IN_3D[name] ?? "turn" });
    this.#viewer.setTool(name).catch(this.#failed);
  }

  refresh() {
    const { tool, state } = this.#viewer;
    for (const [name, made] of this.#buttons) made.setAttribute("aria-pressed", String(name === tool));
    this.#buttons.get("crosshair").disabled = !this.#viewer.crosshair;
    this.#buttons.get("calibrate").disabled = state.kind !== "stack";
  }
}
