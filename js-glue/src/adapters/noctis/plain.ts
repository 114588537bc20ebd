import { frameOfValues, halfOf, type PaintedFrame } from "../../internal/painter/frame.js";
import type { FrameLook, ImageFrame, PixelSource } from "../../public/painter.js";

/** What draws frames of values. */
export interface ValuePainter {
  frameOf(pixels: PixelSource): ImageFrame;
  halfOf(frame: ImageFrame): Promise<ImageFrame>;
  draw(frame: ImageFrame, look: FrameLook): HTMLCanvasElement;
}

/** Draws in JavaScript alone, for a page without a renderer of its own in a browser without what the package needs. */
export class PlainPainter implements ValuePainter {
  readonly #canvas = document.createElement("canvas");
  #count = 0;

  frameOf(pixels: PixelSource): PaintedFrame {
    this.#count += 1;
    return frameOfValues(`plain:${this.#count}`, pixels);
  }

  halfOf(frame: ImageFrame): Promise<ImageFrame> {
    return halfOf(frame as PaintedFrame);
  }

  draw(frame: ImageFrame, look: FrameLook): HTMLCanvasElement {
    const { rows, columns, decoded } = frame as PaintedFrame;
    const context = this.#canvas.getContext("2d");
    if (!context) throw new Error("the browser gives no 2d context");
    if (this.#canvas.width !== columns || this.#canvas.height !== rows) {
      Object.assign(this.#canvas, { width: columns, height: rows });
    }
    const { buffer } = decoded.pixels;
    const stored = decoded.format === "r16sint" ? new Int16Array(buffer) : new Uint16Array(buffer);
    const { first, levels } = look.levels ?? levelsOf(frame, look);
    const image = context.createImageData(columns, rows);
    const out = new Uint32Array(image.data.buffer);
    const last = levels.length - 1;
    for (let i = 0; i < stored.length; i += 1) {
      const at = (stored[i] ?? 0) - first;
      const level = levels[Math.min(last, Math.max(0, at))] ?? 0;
      out[i] = 0xff000000 | (level << 16) | (level << 8) | level;
    }
    context.putImageData(image, 0, 0);
    return this.#canvas;
  }
}

/** A window as the standard's LINEAR has it (PS3.3 C.11.2.1.2.1). */
function levelsOf(
  frame: ImageFrame,
  { window = frame.window, invert = false }: FrameLook,
): NonNullable<FrameLook["levels"]> {
  const [first, last] = frame.storedRange;
  const width = Math.max(1, window.width - 1);
  const levels = Uint8Array.from({ length: last - first + 1 }, (_, i) => {
    const y = ((frame.valueOf(first + i) - (window.center - 0.5)) / width + 0.5) * 255;
    const level = Math.floor(Math.min(255, Math.max(0, y)) + 0.5);
    return invert ? 255 - level : level;
  });
  return { first, levels };
}
