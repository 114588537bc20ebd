import type { ImageFrame, Painter } from "../../public/painter.js";
import type { Binding } from "./binding.js";
import { lookOf } from "./look.js";
import { callPage, currentImageId, type Payload, page } from "./page.js";
import type { Store } from "./store.js";

/** What the page draws over its picture, in its order. */
const OVER = ["drawMeasurements", "drawAnnotations", "drawCrosshair", "drawCurrentMeasurement"];
const BESIDE = ["updateOverlayLabels", "updateMagnifier"];
/** How far around the shown slice objects are fetched, the nearest first. */
const AROUND = 8;

/** Slices on the page's own canvas. */
export class Slices {
  readonly #store: Store;
  readonly #painter: () => Painter | undefined;
  readonly #parity: "page" | "dicom";
  #shown: ImageFrame | undefined;
  #modality = "";

  constructor(store: Store, painter: () => Painter | undefined, parity: "page" | "dicom") {
    this.#store = store;
    this.#painter = painter;
    this.#parity = parity;
  }

  bind(binding: Binding): void {
    binding.replace("slices", "renderDicomImage", (original, [payload]) => {
      if (!this.#render((payload ?? {}) as Payload)) original();
    });
    if (page.keepsPictures) return;
    // The page of 2025 asks its server for every redraw.
    binding.replace("slices", "redrawCurrentImage", (original) => {
      const frame = this.#store.frameNow(currentImageId() ?? "", page.frameIndex);
      if (frame && frame === this.#shown) requestAnimationFrame(() => this.draw(frame));
      else original();
    });
  }

  /** Takes over what the page does ahead of time. */
  bindPreviews(binding: Binding): void {
    binding.replace("previews", "_startSeriesPreload", () => this.#ahead());
    binding.replace("previews", "_schedulePrefetchAround", () => this.#ahead());
    binding.replace("previews", "_loadServerRenderedFrameFast", (original) => {
      const id = currentImageId();
      if (id === undefined || !this.#painter()) return original();
      return this.#preview(id, original);
    });
  }

  /** Draws a frame as the page shows it now; false where that cannot be. */
  draw(frame: ImageFrame): boolean {
    const [painter, context] = [this.#painter(), page.context];
    if (!painter || !context) return false;
    const look = {
      width: page.windowWidth,
      center: page.windowLevel,
      inverted: page.inverted,
      modality: frame.info?.modality ?? this.#modality,
    };
    const picture = painter.draw(frame, lookOf(frame, look, this.#parity));
    this.#shown = frame;
    place(context, picture, frame.columns, frame.rows);
    for (const name of OVER) callPage(name);
    if (Reflect.get(window, "_aiOverlaysActive")) callPage("renderAIOverlays");
    for (const name of BESIDE) callPage(name);
    return true;
  }

  #render(payload: Payload): boolean {
    const painter = this.#painter();
    if (!painter) return false;
    this.#modality = payload.modality ?? this.#modality;
    if (payload.pixel_data) {
      const frame = this.#store.frameOf(payload, painter);
      return frame !== undefined && this.draw(frame);
    }
    return this.#renderWithoutValues(payload);
  }

  /** The page of 2025 has no values: they are fetched here. */
  #renderWithoutValues(payload: Payload): boolean {
    const id = payload.id === undefined ? currentImageId() : String(payload.id);
    if (id === undefined || !this.#painter()) return false;
    const here = this.#store.frameNow(id);
    if (here) return this.draw(here);
    const first = this.#shown === undefined;
    this.#store.frame(id).then(
      (frame) => {
        if (!frame || currentImageId() !== id) return;
        if (first) [page.windowWidth, page.windowLevel] = [frame.window.width, frame.window.center];
        this.draw(frame);
        this.#ahead();
      },
      () => {},
    );
    // What was shown stays until then.
    return this.#shown !== undefined;
  }

  async #preview(id: string, original: () => unknown): Promise<void> {
    const frame = await this.#store.frame(id, page.frameIndex).catch(() => undefined);
    if (!frame) {
      await original();
      return;
    }
    if (currentImageId() !== id) return;
    page.forgetServerPicture();
    this.draw(frame);
    this.#ahead();
  }

  #ahead(): void {
    const [ids, at] = [page.images.map(({ id }) => String(id)), page.imageIndex];
    const near = Array.from({ length: AROUND }, (_, i) => [at + i + 1, at - i - 1]).flat();
    this.#store.ahead(near.map((index) => ids[index]).filter((id) => id !== undefined));
  }
}

/** The picture in the middle of the page's canvas, as large as its turned outline fits, then as the user has moved it. */
function place(context: CanvasRenderingContext2D, picture: CanvasImageSource, imgW: number, imgH: number): void {
  const { canvas } = context;
  const radians = (page.rotation * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  const baseScale = Math.min(canvas.width / (imgW * cos + imgH * sin), canvas.height / (imgW * sin + imgH * cos));
  page.renderMeta = { imgW, imgH, baseScale, rotDeg: page.rotation };
  const scale = baseScale * page.zoom;
  const [right, down] = page.pan;
  const [flipH, flipV] = page.flips;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.save();
  context.translate(canvas.width / 2 + right, canvas.height / 2 + down);
  context.rotate(radians);
  context.scale(flipH ? -scale : scale, flipV ? -scale : scale);
  context.imageSmoothingEnabled = scale < 1;
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, -imgW / 2, -imgH / 2, imgW, imgH);
  context.restore();
}
