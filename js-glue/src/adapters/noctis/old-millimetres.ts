import type { Binding, PageFunction } from "./binding.js";
import { pageFunction } from "./page.js";
import { isPlace, type Place } from "./pen.js";
import type { Slices } from "./slices.js";
import { endsOf } from "./stored-notes.js";

/**
 * The page of 2025 takes pixels of its canvas for those of the image, however that is zoomed: what it measures are the millimetres of
 * the picture under its points.
 */
export function bindOldMillimetres(binding: Binding, slices: Slices): void {
  if (pageFunction("canvasPointToImagePx")) return;
  const inPicture = (points: readonly unknown[]): readonly Place[] | undefined => {
    const found = points.map((point) => (isPlace(point) ? slices.millimetresAt(point) : undefined));
    return found.every(isPlace) ? found : undefined;
  };
  binding.replace("slices", "calculateDistance", (original, [line]) => {
    const [start, end] = inPicture(endsOf(line) ?? []) ?? [];
    if (!start || !end) return original();
    const real = Math.round(Math.hypot(end.x - start.x, end.y - start.y) * 100) / 100;
    return { ...Object(original()), real, text: `${real} mm` };
  });
  const area: PageFunction | undefined = binding.replace("slices", "calculatePolygonArea", (original, [points]) => {
    const found = Array.isArray(points) ? inPicture(points) : undefined;
    return found ? area?.(found) : original();
  });
  const angle: PageFunction | undefined = binding.replace("slices", "calculateAngle", (original, points) => {
    const found = inPicture(points);
    return found ? angle?.(...found) : original();
  });
}
