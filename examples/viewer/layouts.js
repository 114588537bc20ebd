/** The layout of the viewer: how many viewports, what they do together, and which series is dropped on which. */
import { button, make } from "./dom.js";
import { Solids } from "./solids.js";

const LAYOUTS = [
  ["1x1", "One viewport"],
  ["1x2", "Two viewports side by side"],
  ["2x2", "Four viewports"],
  ["mpr", "Axial, sagittal and coronal planes of the series (M)"],
];
/** What linked viewports do together; windows stay apart, because series differ. */
const LINKED = { scroll: true, zoom: true, pan: true };
const SERIES_TYPE = "application/x-noctis-series";

/** Buttons for layouts, and for linking viewports. */
export class Layouts {
  #viewer;
  #failed;
  #buttons = new Map();
  #link;
  #lines;
  #hasLines = true;
  #solids;
  #solid;
  #hints = make("div", { class: "hints" });
  elements;

  /** `failed(error)` is called when a series makes no volume. */
  constructor(viewer, failed) {
    this.#viewer = viewer;
    this.#failed = failed;
    const group = make("div", { class: "group", role: "group", "aria-label": "Layout" });
    for (const [name, title] of LAYOUTS) {
      const made = button(`layout-${name}`, title, () => this.choose(name));
      this.#buttons.set(name, made);
      group.append(made);
    }
    this.#link = button("link", "Scroll, zoom and shift all viewports together", () => {
      viewer.setSync(viewer.sync.some(({ scroll }) => scroll) ? [] : LINKED);
      this.refresh();
    });
    this.#lines = button("lines", "Lines where other viewports cut this one", () => {
      this.#hasLines = !this.#hasLines;
      viewer.setOverlay({ lines: this.#hasLines });
      this.refresh();
    });
    this.#solids = new Solids(viewer, failed);
    this.#solid = button("layout-3d", "Three dimensions (O)", () => this.toggle3d());
    group.append(this.#solid);
    this.elements = [group, this.#link, this.#lines];
  }

  /** What is to be done about viewports without a series, each in its place. */
  get hints() {
    return this.#hints;
  }

  /** Arranges the viewports; planes give way to their series again. */
  async choose(name) {
    try {
      if (name !== "mpr") await this.#leavePlanes();
      await this.#viewer.setLayout(name);
    } catch (error) {
      this.#failed(error);
    }
    this.refresh();
  }

  /** Planes, or the series again. */
  toggleMpr() {
    return this.choose(this.#hasPlanes ? "1x1" : "mpr");
  }

  /** The volume of the active viewport, or its slices again. */
  async toggle3d() {
    await this.#solids.toggle();
    this.refresh();
  }

  /** What a volume in three dimensions is looked at with. */
  get looks() {
    return this.#solids.element;
  }

  get #hasPlanes() {
    return this.#viewer.viewports.some(({ state }) => state.kind === "plane");
  }

  async #leavePlanes() {
    for (const viewport of this.#viewer.viewports)
      if (viewport.state.kind === "plane") await viewport.setPlane(undefined);
  }

  /** After anything changed in the viewer. */
  refresh() {
    const { rows, columns } = this.#viewer.layout;
    const now = this.#hasPlanes ? "mpr" : `${rows}x${columns}`;
    for (const [name, made] of this.#buttons) made.setAttribute("aria-pressed", String(name === now));
    const { kind, seriesInstanceUid } = this.#viewer.state;
    this.#buttons.get("mpr").disabled = !seriesInstanceUid;
    this.#solid.disabled = !seriesInstanceUid;
    this.#solid.setAttribute("aria-pressed", String(kind === "volume"));
    this.#solids.refresh();
    this.#hint(rows, columns);
    this.#link.disabled = rows * columns === 1;
    this.#link.setAttribute("aria-pressed", String(this.#viewer.sync.some(({ scroll }) => scroll)));
    this.#lines.disabled = rows * columns === 1;
    this.#lines.setAttribute("aria-pressed", String(this.#hasLines && !this.#lines.disabled));
  }

  #hint(rows, columns) {
    const hasSeries = this.#viewer.viewports.map(({ state }) => state.seriesInstanceUid !== undefined);
    this.#hints.hidden = hasSeries.length === 1 || hasSeries.every(Boolean);
    if (this.#hints.hidden || this.#hints.dataset.of === `${rows} ${columns} ${hasSeries}`) return;
    this.#hints.dataset.of = `${rows} ${columns} ${hasSeries}`;
    this.#hints.style.gridTemplate = `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))`;
    this.#hints.replaceChildren(
      ...hasSeries.map((has) =>
        make("p", {}, has ? "" : "Drag a series here, or click here and choose one from the list."),
      ),
    );
  }
}

/** A button of a series can be dragged to a viewport. */
export function draggable(element, uid) {
  element.draggable = true;
  element.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData(SERIES_TYPE, uid);
    event.dataTransfer.effectAllowed = "copy";
  });
}

/** Shows a series where it is dropped. */
export function listenForSeries(element, viewer) {
  element.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes(SERIES_TYPE)) event.preventDefault();
  });
  element.addEventListener("drop", (event) => {
    const uid = event.dataTransfer.getData(SERIES_TYPE);
    const { left, top } = element.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const under = viewer.viewports.find(({ box }) => x >= box.left && x < box.right && y >= box.top && y < box.bottom);
    if (!under || !viewer.series.some((series) => series.seriesInstanceUid === uid)) return;
    under.showSeries(uid);
    under.activate();
  });
}
