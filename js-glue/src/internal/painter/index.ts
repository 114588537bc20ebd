/*
 * Images without a viewer: a file of its own, loaded when the first painter is made.
 */
import type { Painter } from "../../public/painter.js";
import { ImagePainter, type PainterParts } from "./painter.js";

/** Makes a painter of its parts. */
export function paint(parts: PainterParts): Painter {
  return new ImagePainter(parts);
}
