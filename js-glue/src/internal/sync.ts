import type { ShownWindow } from "../public/instance.js";
import type { SyncGroup } from "../public/layout.js";
import type { ViewSettings } from "../public/viewport.js";
import type { Pane } from "./pane.js";

/**
 * Has viewports do together what one of them did. What a viewport does because another did is passed on to nobody, so that
 * nothing runs in circles.
 */
export class Sync {
  readonly #panes: () => readonly Pane[];
  groups: readonly SyncGroup[] = [];
  #ofLayout: readonly SyncGroup[] | undefined;
  #isFollowing = false;

  constructor(panes: () => readonly Pane[]) {
    this.#panes = panes;
  }

  /** What a layout brings along goes with it, unless something else was chosen since. */
  ofLayout(groups: readonly SyncGroup[] | undefined): void {
    if (groups) this.groups = groups;
    else if (this.groups === this.#ofLayout) this.groups = [];
    this.#ofLayout = groups;
  }

  scrolled(source: Pane): void {
    const place = source.content?.place;
    if (!place) return;
    this.#follow(source, "scroll", (pane) => {
      const index = pane.content?.nearest(place);
      if (index !== undefined) pane.goTo(index);
    });
  }

  windowChanged(source: Pane, window: ShownWindow | undefined): void {
    if (isApart(source)) return;
    this.#follow(source, "window", (pane) => {
      if (pane.content?.isColor || isApart(pane)) return;
      // Presets and lookup tables belong to an object; what they come to is a window.
      pane.applyWindowLevel(window && { center: window.center, width: window.width, function: window.function });
    });
  }

  viewChanged(source: Pane, { zoom, pan }: Partial<ViewSettings>): void {
    if (zoom !== undefined) this.#follow(source, "zoom", (pane) => pane.setView({ zoom }));
    if (pan !== undefined) this.#follow(source, "pan", (pane) => pane.setView({ pan }));
  }

  #follow(source: Pane, what: "scroll" | "window" | "zoom" | "pan", act: (pane: Pane) => void): void {
    if (this.#isFollowing || this.groups.length === 0) return;
    const groups = this.groups.filter((group) => group[what] && (group.viewports?.includes(source.face) ?? true));
    this.#isFollowing = true;
    try {
      for (const pane of this.#panes()) {
        const together = groups.some(({ viewports }) => viewports?.includes(pane.face) ?? true);
        if (pane !== source && pane.content && together) act(pane);
      }
    } finally {
      this.#isFollowing = false;
    }
  }
}

/** The window of volume rendering is its own. */
function isApart({ content }: Pane): boolean {
  return content?.volumeState?.mode === "volume";
}
