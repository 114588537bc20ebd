import type { Binding } from "./binding.js";
import { callPage, currentImageId, page, pageFunction } from "./page.js";
import type { Store } from "./store.js";

/** A window that somebody chose stays when another slice comes. */
export function bindWindow(binding: Binding): void {
  let before: readonly [width: number, center: number] | undefined;
  const seriesNow = (): unknown => page.series?.id;
  let series: unknown;
  binding.replace("window", "handleMouseMove", (original) => {
    const window = [page.windowWidth, page.windowLevel];
    const result = original();
    const isDragged = page.windowWidth !== window[0] || page.windowLevel !== window[1];
    // The page marks the window as chosen for its presets and sliders only.
    if (isDragged && page.activeTool === "windowing") page.isWindowLocked = true;
    return result;
  });
  binding.replace("window", "_applyLoadedImagePayload", (original) => {
    const isSame = series === seriesNow();
    series = seriesNow();
    before = [page.windowWidth, page.windowLevel];
    const result = original();
    if (isSame && page.isWindowLocked && before) {
      const isLost = page.windowWidth !== before[0] || page.windowLevel !== before[1];
      [page.windowWidth, page.windowLevel] = before;
      if (isLost) {
        callPage("updateSliders");
        callPage("redrawCurrentImage");
      }
    }
    return result;
  });
}

/** Each frame of an object is shown, not the first one again, and in its own time. */
export function bindFrames(binding: Binding, store: Store): void {
  let timed: string | undefined;
  binding.replace("frames", "loadCurrentImage", (original) => {
    const id = currentImageId();
    const frame = id === undefined ? undefined : store.frameNow(id);
    const { frames = 1, frameTimeMs } = frame?.info ?? {};
    // The page keeps the values of an image by its id alone. The object is here: asking again costs nothing.
    if (id !== undefined && frames > 1) page.forgetValues(id);
    if (frames > 1 && frameTimeMs && timed !== id && pageFunction("setCineFps")) {
      timed = id;
      callPage("setCineFps", Math.min(60, Math.max(1, Math.round(1000 / frameTimeMs))));
    }
    return original();
  });
}
