/** The size of an element: CSS pixels, and the device pixels that these are on the screen. */
export interface BoxSize {
  readonly cssWidth: number;
  readonly width: number;
  readonly height: number;
}

/** A device-pixel size may differ from CSS size times ratio by rounding; by more than this it belongs to another ratio. */
const ROUNDING = 2;

function sizeOf(cssWidth: number, cssHeight: number, device?: ResizeObserverSize): BoxSize {
  const scaled = { width: cssWidth * devicePixelRatio, height: cssHeight * devicePixelRatio };
  // Emulated device pixel ratios do not reach the device-pixel box.
  const exact = device && Math.abs(device.inlineSize - scaled.width) < ROUNDING ? device : undefined;
  return {
    cssWidth,
    width: Math.max(1, Math.round(exact?.inlineSize ?? scaled.width)),
    height: Math.max(1, Math.round(exact?.blockSize ?? scaled.height)),
  };
}

/** Follows the size of an element, and the device pixel ratio, for instance when a window moves to another screen. */
export class BoxObserver {
  readonly #box: HTMLElement;
  readonly #changed: (size: BoxSize) => void;
  readonly #observer: ResizeObserver;
  #ratio: MediaQueryList | undefined;

  constructor(box: HTMLElement, changed: (size: BoxSize) => void) {
    this.#box = box;
    this.#changed = changed;
    this.#observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      changed(sizeOf(width, height, entry.devicePixelContentBoxSize?.[0]));
    });
    try {
      this.#observer.observe(box, { box: "device-pixel-content-box" });
    } catch {
      this.#observer.observe(box);
    }
    this.#watchRatio();
  }

  /** The size at this moment. */
  get size(): BoxSize {
    return sizeOf(this.#box.clientWidth, this.#box.clientHeight);
  }

  disconnect(): void {
    this.#observer.disconnect();
    this.#ratio?.removeEventListener("change", this.#ratioChanged);
  }

  readonly #ratioChanged = (): void => {
    this.#watchRatio();
    this.#changed(this.size);
  };

  /** A media query tells when its answer changes: it is asked anew for each ratio. */
  #watchRatio(): void {
    this.#ratio?.removeEventListener("change", this.#ratioChanged);
    this.#ratio = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#ratio.addEventListener("change", this.#ratioChanged);
  }
}
