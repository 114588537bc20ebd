import type { ImageFrame } from "../../public/painter.js";
import type { Binding } from "./binding.js";
import { lookOf } from "./look.js";
import { callPage, currentImageId, type Payload, page } from "./page.js";
import type { Place } from "./pen.js";
import { place } from "./place.js";
import { PlainPainter, type ValuePainter } from "./plain.js";
import { numbersIn } from "./served.js";
import type { Store } from "./store.js";

/** Which slices beside the shown one are fetched, counted the way that somebody goes. */
const STEPS = [1, 2, 3, -1];
/** Pixels from which a frame is large: it is drawn from half of it while its window moves, and shown smaller. */
const LARGE = 2 ** 21;
/** Small pictures of slices that somebody passes by come so often at most. */
const PASSING_MS = 80;
/** What has not changed for so long has come to rest. */
const REST_MS = 150;
/** A window that changes again within this is being moved, also where a frame takes its time. */
const MOVING_MS = 500;

/** A large frame, and half of it once that has been made. */
interface Half {
  readonly of: ImageFrame;
  frame?: ImageFrame;
}

/** Slices on the page's own canvas. */
export class Slices {
  readonly #store: Store;
  readonly #painter: () => ValuePainter | undefined;
  readonly #parity: "page" | "dicom";
  #shown: ImageFrame | undefined;
  #canvasFromPicture: DOMMatrix | undefined;
  #modality = "";
  /** The window that was drawn last, and when it changed. */
  #look = "";
  #changed = Number.NEGATIVE_INFINITY;
  #half: Half | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #seen = 0;
  /** Where somebody was last, and the way from there, 1 or -1. */
  #place = 0;
  #way = 1;
  #aheadTimer: ReturnType<typeof setTimeout> | undefined;
  #isPassing = false;
  /** Asks for the small picture that is wanted next. */
  #passed: { readonly id: string; readonly original: () => unknown } | undefined;
  /** Whether somebody passed by before this rest, who may go on in the same way. */
  #hasPassed = false;
  /** The image that was drawn before the page has its values. */
  #previewed: string | undefined;

  constructor(store: Store, painter: () => ValuePainter | undefined, parity: "page" | "dicom") {
    this.#store = store;
    this.#painter = painter;
    this.#parity = parity;
  }

  bind(binding: Binding): void {
    binding.replace("slices", "renderDicomImage", (original, [payload]) => {
      if (!this.#render((payload ?? {}) as Payload)) this.#leave(original);
    });
    // A picture of the server stands for what has no grey values; of NoctisPro's it is not in colour, or none at all.
    binding.replace("slices", "renderServerRenderedImage", (original) => {
      const frame = this.#here(currentImageId() ?? "");
      if (!frame?.isColor || !this.draw(frame)) this.#leave(original);
    });
    if (page.keepsPictures) return;
    // The page of 2025 asks its server for every redraw.
    binding.replace("slices", "redrawCurrentImage", (original) => {
      const frame = this.#here(currentImageId() ?? "");
      if (frame && frame === this.#shown) requestAnimationFrame(() => this.draw(frame));
      else this.#leave(original);
    });
  }

  /** Takes over what the page does ahead of time. */
  bindPreviews(binding: Binding): void {
    binding.replace("previews", "_startSeriesPreload", () => this.#ahead());
    binding.replace("previews", "_schedulePrefetchAround", () => this.#ahead());
    binding.replace("previews", "_loadServerRenderedFrameFast", (original) => {
      const id = currentImageId();
      if (id === undefined || !this.#painter()) return original();
      if (!this.#here(id) && this.#store.hasTruePictures(id)) return this.#pass(id, original);
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
    const drawn = this.#forNow(frame, painter, [look.width, look.center, look.inverted].join());
    const picture = painter.draw(drawn, lookOf(drawn, look, this.#parity));
    this.#shown = frame;
    this.#canvasFromPicture = place(context, picture, frame, drawn === frame ? "high" : "low");
    // What the page draws over its picture, in its order; its crosshair does not ask whether it is wanted.
    callPage("drawMeasurements");
    callPage("drawAnnotations");
    if (page.hasCrosshair) callPage("drawCrosshair");
    callPage("drawCurrentMeasurement");
    callPage("updateOverlayLabels");
    if (Reflect.get(window, "_aiOverlaysActive")) callPage("renderAIOverlays");
    return true;
  }

  /** Lets the page draw by itself. */
  #leave(original: () => unknown): void {
    this.#canvasFromPicture = undefined;
    original();
  }

  /**
   * The millimetres from the middle of what is shown to a point of the canvas; undefined where they are not known, as of what the page
   * has drawn by itself.
   */
  millimetresAt(point: Place): Place | undefined {
    const [row, col] = this.#shown?.info?.spacingMm ?? numbersIn(String(page.series?.pixel_spacing ?? ""));
    const at = this.#canvasFromPicture?.inverse().transformPoint(point);
    return at && row && col ? { x: at.x * col, y: at.y * row } : undefined;
  }

  #render(payload: Payload): boolean {
    const painter = this.#painter();
    if (!painter) return false;
    this.#modality = payload.modality ?? this.#modality;
    if (payload.pixel_data) {
      // While somebody scrolls the page still holds the values of a slice before.
      const previewed = this.#previewed === currentImageId() && String(payload.id) !== this.#previewed;
      if (previewed && this.#shown) return this.draw(this.#shown);
      this.#previewed = undefined;
      const frame = this.#store.frameOf(payload, painter);
      return frame !== undefined && this.draw(frame);
    }
    return this.#renderWithoutValues(payload);
  }

  /** The page of 2025 has no values: they are fetched here. */
  #renderWithoutValues(payload: Payload): boolean {
    const id = payload.id === undefined ? currentImageId() : String(payload.id);
    if (id === undefined || !this.#painter()) return false;
    const here = this.#here(id);
    if (here) return this.draw(here);
    this.#find(id).then(
      (frame) => {
        if (!frame || currentImageId() !== id) return;
        // The window of the first picture alone: by the next one somebody may have chosen another.
        if (!this.#shown) [page.windowWidth, page.windowLevel] = [frame.window.width, frame.window.center];
        this.draw(frame);
        this.#ahead();
      },
      () => {},
    );
    // What was shown stays until then.
    return this.#shown !== undefined;
  }

  /** A large frame that is shown smaller and changes just now: half of it, until it has come to rest. */
  #forNow(frame: ImageFrame, painter: ValuePainter, look: string): ImageFrame {
    const now = performance.now();
    const isSame = this.#shown === frame;
    const isMoving = isSame && look !== this.#look && now - this.#changed < MOVING_MS;
    if (look !== this.#look) this.#changed = now;
    this.#look = look;
    const scale = (page.renderMeta?.baseScale ?? 1) * page.zoom;
    if (frame.isColor || scale > 0.5 || frame.rows * frame.columns < LARGE) return frame;
    if (this.#half?.of !== frame) this.#makeHalf(frame, painter);
    if (!isMoving || !this.#half?.frame) return frame;
    this.#redrawAtRest(frame);
    return this.#half.frame;
  }

  /** Counted from when this frame is to be seen: the next may be about to be drawn by then. */
  #redrawAtRest(frame: ImageFrame): void {
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#seen);
    this.#seen = requestAnimationFrame(() => {
      this.#timer = setTimeout(() => {
        if (this.#shown === frame && this.#painter()) callPage("redrawCurrentImage");
      }, REST_MS);
    });
  }

  /** Made ready before somebody moves the window. */
  #makeHalf(frame: ImageFrame, painter: ValuePainter): void {
    const half: Half = { of: frame };
    this.#half = half;
    painter.halfOf(frame).then(
      (made) => {
        half.frame = made;
      },
      () => {},
    );
  }

  /** A frame that is here. */
  #here(id: string): ImageFrame | undefined {
    return this.#store.frameNow(id, page.frameIndex) ?? this.#store.servedNow(id);
  }

  /** The frame of an image, by its object or as the page's server has it. */
  async #find(id: string): Promise<ImageFrame | undefined> {
    const painter = this.#painter();
    if (!painter) return undefined;
    const decoded = painter instanceof PlainPainter ? undefined : await this.#store.frame(id).catch(() => undefined);
    return decoded ?? this.#store.frameOfServer(id, painter);
  }

  /**
   * One small picture at a time, and so often: what somebody has passed by before its turn is not asked for, nor what is beside it, nor
   * where the object itself is on its way.
   */
  #pass(id: string, original: () => unknown): unknown {
    clearTimeout(this.#aheadTimer);
    this.#store.ahead([]);
    this.#hasPassed = true;
    if (this.#isPassing) {
      this.#passed = { id, original };
      return undefined;
    }
    this.#isPassing = true;
    const next = (): void => {
      this.#isPassing = false;
      const last = this.#passed;
      this.#passed = undefined;
      if (last && last.id === currentImageId() && !this.#store.has(last.id)) this.#pass(last.id, last.original);
    };
    const pause = new Promise((resolve) => setTimeout(resolve, PASSING_MS));
    const shown = Promise.resolve(original());
    void Promise.allSettled([shown, pause]).then(next);
    return shown;
  }

  async #preview(id: string, original: () => unknown): Promise<void> {
    const frame = await this.#store.frame(id, page.frameIndex).catch(() => undefined);
    if (!frame) {
      await original();
      return;
    }
    if (currentImageId() !== id) return;
    callPage("_resetServerRendered");
    this.#previewed = id;
    this.draw(frame);
    this.#ahead();
  }

  /** What is beside the slice at which somebody has come to rest. */
  #ahead(): void {
    // Plain JavaScript decodes no objects.
    if (this.#painter() instanceof PlainPainter) return;
    clearTimeout(this.#aheadTimer);
    this.#aheadTimer = setTimeout(() => this.#fetchBeside(), REST_MS);
  }

  #fetchBeside(): void {
    const { images, imageIndex: at } = page;
    if (at !== this.#place) this.#way = Math.sign(at - this.#place);
    this.#place = at;
    const steps = this.#hasPassed ? [1] : STEPS;
    this.#hasPassed = false;
    const near = steps.map((step) => images[at + step * this.#way]).filter((image) => image !== undefined);
    this.#store.ahead(near.map(({ id }) => String(id)));
  }
}
