import type { Binding } from "./binding.js";
import { callPage, currentImageId, page, pageFunction } from "./page.js";
import type { Store } from "./store.js";

/** What sets the window for somebody. */
const CHOOSING = ["updateWindowWidth", "updateWindowLevel", "applyPreset"];

/** A window that somebody chose stays when another slice comes. */
export function bindWindow(binding: Binding): void {
  let chosen: readonly [width: number, center: number] | undefined;
  let series: unknown;
  const choose = (): void => {
    chosen = [page.windowWidth, page.windowLevel];
  };
  binding.replace("window", "handleMouseMove", (original) => {
    const before = [page.windowWidth, page.windowLevel];
    const result = original();
    const isDragged = page.windowWidth !== before[0] || page.windowLevel !== before[1];
    // The page marks the window as chosen for its presets and sliders only.
    if (isDragged && page.activeTool === "windowing") page.isWindowLocked = true;
    if (isDragged) choose();
    return result;
  });
  for (const name of CHOOSING) {
    binding.replace("window", name, (original) => {
      const result = original();
      choose();
      return result;
    });
  }
  // From here on, until the slice is here, the page may take the window of its object.
  binding.replace("window", "loadCurrentImage", (original) => {
    choose();
    return original();
  });
  binding.replace("window", "_applyLoadedImagePayload", (original) => {
    const isSame = series === page.series?.id;
    series = page.series?.id;
    const kept = isSame && page.isWindowLocked ? chosen : undefined;
    if (kept) [page.windowWidth, page.windowLevel] = kept;
    const result = original();
    if (!kept) return result;
    const isLost = page.windowWidth !== kept[0] || page.windowLevel !== kept[1];
    [page.windowWidth, page.windowLevel] = kept;
    callPage("updateSliders");
    if (isLost) callPage("redrawCurrentImage");
    return result;
  });
}

/** Each frame of an object is shown, not the first one again, and in its own time. */
export function bindFrames(binding: Binding, store: Store): void {
  let timed: string | undefined;
  binding.replace("frames", "loadCurrentImage", (original) => {
    const id = currentImageId();
    const { frames = 1, frameTimeMs } = (id !== undefined && store.infoNow(id)) || {};
    // The page keeps the values of an image by its id alone. The object is here: asking again costs nothing.
    if (id !== undefined && frames > 1) page.forgetValues(id);
    if (frames > 1 && frameTimeMs && timed !== id && pageFunction("setCineFps")) {
      timed = id;
      callPage("setCineFps", Math.min(60, Math.max(1, Math.round(1000 / frameTimeMs))));
    }
    return original();
  });
}

/** Values of other modalities than CT are no Hounsfield units, as which the page shows all of them. */
export function bindUnit(binding: Binding): void {
  const shown = document.getElementById("hounsfield");
  if (!shown || !binding.isOn("values")) return;
  const observer = new MutationObserver(() => {
    const modality = page.lastPayload?.modality ?? "CT";
    const value = /^(.*\d) HU$/.exec(shown.textContent ?? "")?.[1];
    if (value !== undefined && modality !== "CT") shown.textContent = value;
  });
  observer.observe(shown, { childList: true, characterData: true, subtree: true });
  binding.whenRestored(() => observer.disconnect());
}
