import type { Binding } from "./binding.js";
import { callPage, currentImageId, page, pageFunction } from "./page.js";
import type { Store } from "./store.js";

/** What sets the window for somebody. */
const CHOOSING = ["updateWindowWidth", "updateWindowLevel", "applyPreset"];

/** What moves it with the mouse. */
const DRAGGING = ["handleMouseMove", "handleMPRMouseMove"];

/** A window that somebody chose, now or before, stays when another slice comes. */
export function bindWindow(binding: Binding): void {
  let chosen: readonly [width: number, center: number, series: unknown] | undefined;
  const choose = (): void => {
    chosen = [page.windowWidth, page.windowLevel, page.series?.id];
  };
  for (const name of DRAGGING) {
    binding.replace("window", name, (original) => {
      const before = [page.windowWidth, page.windowLevel];
      const result = original();
      const isDragged = page.windowWidth !== before[0] || page.windowLevel !== before[1];
      // The page marks the window as chosen for its presets and sliders only.
      if (isDragged && page.activeTool === "windowing") page.isWindowLocked = true;
      if (isDragged) choose();
      return result;
    });
  }
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
    const [width, center, series] = chosen ?? [];
    if (width === undefined || center === undefined || series !== page.series?.id || !page.isWindowLocked) {
      return original();
    }
    [page.windowWidth, page.windowLevel] = [width, center];
    const result = original();
    const isLost = page.windowWidth !== width || page.windowLevel !== center;
    [page.windowWidth, page.windowLevel] = [width, center];
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
  // The page learns from values how many there are: colour has none.
  binding.replace("frames", "renderServerRenderedImage", (original) => {
    const frames = store.infoNow(currentImageId() ?? "")?.frames;
    if (frames !== undefined && frames !== page.frameCount) {
      page.frameCount = frames;
      callPage("_setFrameUIState");
    }
    return original();
  });
}
