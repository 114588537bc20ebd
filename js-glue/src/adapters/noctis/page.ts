/*
 * What the page knows. Its variables are top-level `let` and `const` of classic scripts: seen by name from here, and no
 * properties of `window`. Each one may be missing: reading gives undefined, writing does nothing.
 */

/** A view that the page drew last, by which it finds image coordinates. */
export interface RenderMeta {
  readonly imgW: number;
  readonly imgH: number;
  readonly baseScale: number;
  readonly rotDeg: number;
}

/** What the page's server gave for a frame, as far as it is used here. */
export interface Payload {
  readonly id?: number | string;
  readonly rows?: number;
  readonly columns?: number;
  readonly modality?: string;
  readonly frame_index?: number;
  readonly photometric_interpretation?: string;
  readonly window_width?: number;
  readonly window_center?: number;
  readonly pixel_data?: ArrayLike<number> | null;
}

/** An entry of the page's list of images. */
export interface PageImage {
  readonly id: number | string;
}

/**
 * How a volume is turned (radians) and moved (pixels): the page's buttons and listeners write where it is to go, what is shown
 * follows.
 */
export interface BoneView {
  rotX: number;
  rotY: number;
  zoom: number;
  targetRotX?: number;
  targetRotY?: number;
  targetZoom?: number;
  panX?: number;
  panY?: number;
  dragging?: boolean;
  wasDragged?: boolean;
  /** Of the mesh. */
  vertices?: unknown;
  faces?: unknown;
}

declare const IS_PUBLIC_VIEWER: boolean;
declare let activeTool: string;
declare let viewMode: string;
declare let canvas: HTMLCanvasElement | null;
declare let ctx: CanvasRenderingContext2D | null;
declare let imageData: readonly PageImage[];
declare let currentImageIndex: number;
declare let currentFrameIndex: number;
declare let currentFrameCount: number;
declare let currentSeries: {
  readonly id: number | string;
  readonly modality?: string;
  readonly pixel_spacing?: unknown;
} | null;
declare let windowWidth: number;
declare let windowLevel: number;
declare let zoom: number;
declare let panX: number;
declare let panY: number;
declare let inverted: boolean;
declare let rotation: number;
declare let flipH: boolean;
declare let flipV: boolean;
declare let crosshair: boolean;
declare let measurements: unknown[];
declare let windowingLockedByUser: boolean;
declare let bone3D: BoneView | null;
declare let boneThreshold: number;
declare let boneOpacity: number;
declare let autoRotate: boolean;
declare let mprCanvases: Record<string, HTMLCanvasElement | null>;
declare let mprState: { readonly index?: Readonly<Record<string, number>> } | null;
declare let crosshairRotation: number;
declare let mprCrosshairVoxel: { readonly x: number; readonly y: number; readonly z: number } | null;
declare let lastLoadedImagePayload: Payload | null;
declare let _lastRenderMeta: RenderMeta | null;
declare let _imagePayloadCache: { delete(key: unknown): boolean; clear(): void };

/** A variable of the page; undefined where it has none of that name. */
export function get<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Changes a variable of the page, where it has one. */
export function put(write: () => void): void {
  try {
    write();
  } catch {
    // The page has no such variable, or does not let it be changed.
  }
}

function numberOr(given: unknown, otherwise: number): number {
  const value = Number(given);
  return Number.isFinite(value) ? value : otherwise;
}

/** The page's variables. */
export const page = {
  /** Whether somebody looks by a public link, who may not ask for objects. */
  get isPublic() {
    return get(() => IS_PUBLIC_VIEWER) === true;
  },
  get activeTool() {
    return get(() => activeTool);
  },
  set activeTool(value: string | undefined) {
    put(() => {
      activeTool = value ?? "";
    });
  },
  get viewMode() {
    return get(() => viewMode);
  },
  get canvas(): HTMLCanvasElement | undefined {
    const found = get(() => canvas) ?? document.getElementById("dicomCanvas");
    return found instanceof HTMLCanvasElement ? found : undefined;
  },
  get context(): CanvasRenderingContext2D | undefined {
    return get(() => ctx) ?? page.canvas?.getContext("2d") ?? undefined;
  },
  get images(): readonly PageImage[] {
    return get(() => imageData) ?? [];
  },
  get imageIndex() {
    return get(() => currentImageIndex) ?? 0;
  },
  get frameIndex() {
    return get(() => currentFrameIndex) ?? 0;
  },
  get frameCount() {
    return get(() => currentFrameCount) ?? 1;
  },
  set frameCount(value: number) {
    put(() => {
      currentFrameCount = value;
    });
  },
  get series() {
    return get(() => currentSeries) ?? undefined;
  },
  get windowWidth() {
    return get(() => windowWidth) ?? 400;
  },
  set windowWidth(value: number) {
    put(() => {
      windowWidth = value;
    });
  },
  get windowLevel() {
    return get(() => windowLevel) ?? 40;
  },
  set windowLevel(value: number) {
    put(() => {
      windowLevel = value;
    });
  },
  get zoom() {
    return get(() => zoom) ?? 1;
  },
  get pan(): readonly [number, number] {
    return [get(() => panX) ?? 0, get(() => panY) ?? 0];
  },
  get inverted() {
    return get(() => inverted) ?? false;
  },
  get rotation() {
    return get(() => rotation) ?? 0;
  },
  set rotation(value: number) {
    put(() => {
      rotation = value;
    });
  },
  get flips(): readonly [boolean, boolean] {
    return [get(() => flipH) ?? false, get(() => flipV) ?? false];
  },
  get hasCrosshair() {
    return get(() => crosshair) === true;
  },
  get measurements() {
    return get(() => measurements);
  },
  get isWindowLocked() {
    return get(() => windowingLockedByUser);
  },
  set isWindowLocked(value: boolean | undefined) {
    put(() => {
      windowingLockedByUser = value ?? false;
    });
  },
  /** The page's view of its volume. */
  get bone() {
    return get(() => bone3D) ?? undefined;
  },
  /** The value from which bone is shown, HU. */
  get boneThreshold() {
    return numberOr(
      get(() => boneThreshold),
      300,
    );
  },
  get boneOpacity() {
    return numberOr(
      get(() => boneOpacity),
      1,
    );
  },
  /** Whether the page turns it by itself. */
  get isBoneTurning() {
    return get(() => autoRotate) === true;
  },
  /** Where the page keeps the canvases of its planes. */
  get planeCanvases(): Record<string, HTMLCanvasElement | null> {
    return get(() => mprCanvases) ?? {};
  },
  /** Which one of its planes is shown. */
  planeIndex(plane: string): number {
    return get(() => mprState?.index?.[plane]) ?? 0;
  },
  /** How planes are turned about the crosshair; undefined where they lie along the axes. */
  get turn() {
    const [degrees, voxel] = [
      numberOr(
        get(() => crosshairRotation),
        0,
      ),
      get(() => mprCrosshairVoxel),
    ];
    return degrees !== 0 && voxel ? { degrees, voxel } : undefined;
  },
  get lastPayload() {
    return get(() => lastLoadedImagePayload) ?? undefined;
  },
  get renderMeta(): RenderMeta | undefined {
    return get(() => _lastRenderMeta) ?? undefined;
  },
  set renderMeta(value: RenderMeta | undefined) {
    put(() => {
      _lastRenderMeta = value ?? null;
    });
  },
  /** Whether the page keeps what it drew; the one of 2025 does not, and asks again for every redraw. */
  get keepsPictures() {
    return get(() => _lastRenderMeta) !== undefined;
  },
  /** Makes the page forget values, of one image or of all. */
  forgetValues(id?: number | string) {
    put(() => {
      if (id === undefined) _imagePayloadCache.clear();
      else for (const key of [id, String(id), Number(id)]) _imagePayloadCache.delete(key);
    });
  },
};

/** The id of the image that is shown. */
export function currentImageId(): string | undefined {
  const id = page.images[page.imageIndex]?.id;
  return id === undefined ? undefined : String(id);
}

/** A function of the page; undefined where there is none. */
export function pageFunction(name: string): ((...args: readonly unknown[]) => unknown) | undefined {
  const found: unknown = Reflect.get(window, name);
  return typeof found === "function" ? (found as (...args: readonly unknown[]) => unknown) : undefined;
}

/** Calls a function of the page, where there is one. */
export function callPage(name: string, ...args: readonly unknown[]): void {
  pageFunction(name)?.(...args);
}
