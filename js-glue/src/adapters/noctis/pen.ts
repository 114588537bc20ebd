/** A point of an image or of a canvas, in its pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export function isPlace(value: unknown): value is Place {
  const { x, y } = (value ?? {}) as { readonly x?: unknown; readonly y?: unknown };
  return Number.isFinite(x) && Number.isFinite(y);
}

/** Draws a line through points of a canvas; the page finds its context as it left it. */
export function stroke(context: CanvasRenderingContext2D, points: readonly Place[]): void {
  context.save();
  context.strokeStyle = "#ff0000";
  context.lineWidth = 2;
  context.beginPath();
  for (const { x, y } of points) context.lineTo(x, y);
  context.stroke();
  context.restore();
}

/** Writes a text beside a point, as the page does. */
export function label(context: CanvasRenderingContext2D, text: string, at: Place | undefined): void {
  if (!at) return;
  context.save();
  context.font = "14px sans-serif";
  context.textAlign = "left";
  context.fillStyle = "rgba(0, 0, 0, 0.7)";
  context.fillRect(at.x + 6, at.y - 20, context.measureText(text).width + 8, 20);
  context.fillStyle = "#ffff00";
  context.fillText(text, at.x + 10, at.y - 5);
  context.restore();
}
