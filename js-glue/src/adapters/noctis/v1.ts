import type { Binding } from "./binding.js";
import { page, pageFunction } from "./page.js";
import { type PagePlanes, PLANES, type PlaneName } from "./planes.js";
import { stretchOf } from "./stretch.js";
import type { Volumes } from "./volumes.js";

/** Planes on the page of 2025, which has canvases for them and expects pictures in a form that no server ever gave. */
export class OldPlanes {
  readonly #volumes: Volumes;
  readonly #isReady: () => boolean;
  readonly #wanted = new Map<PlaneName, unknown>();
  #shown: { readonly planes: PagePlanes; readonly isProjection: boolean } | undefined;

  constructor(volumes: Volumes, isReady: () => boolean) {
    this.#volumes = volumes;
    this.#isReady = isReady;
  }

  bind(binding: Binding): void {
    if (page.keepsPictures || !pageFunction("renderMPRView")) return;
    binding.replace("planes", "generateMPRViews", (original) => this.#show(false, original));
    binding.replace("planes", "generateMIP", (original) => this.#show(true, original));
    binding.replace("planes", "redrawCurrentImage", (original) => {
      this.#draw();
      return original();
    });
  }

  async #show(isProjection: boolean, original: () => unknown): Promise<unknown> {
    const id = page.series?.id;
    const planes = id === undefined || !this.#isReady() ? undefined : await this.#volumes.of(String(id));
    if (!planes) return original();
    if (isProjection) await planes.prepareProjections();
    this.#shown = { planes, isProjection };
    this.#draw();
    return undefined;
  }

  #draw(): void {
    const { planes, isProjection } = this.#shown ?? {};
    if (!planes || !this.#isReady()) return;
    const look = { width: page.windowWidth, center: page.windowLevel, inverted: page.inverted };
    for (const plane of PLANES) {
      const middle = Math.floor(planes.countOf(plane) / 2);
      const picture = isProjection ? planes.projection(plane, look) : planes.picture(plane, middle, look);
      void this.#put(plane, picture);
    }
  }

  /** The last picture that was wanted of a plane. */
  async #put(plane: PlaneName, picture: Blob | Promise<Blob>): Promise<void> {
    this.#wanted.set(plane, picture);
    const drawn = await createImageBitmap(await picture);
    if (this.#wanted.get(plane) === picture) put(plane, drawn);
  }
}

/** A plane in the middle of its canvas, as large as fits. */
function put(plane: PlaneName, drawn: ImageBitmap): void {
  const canvas = document.getElementById(`${plane}Canvas`);
  const context = canvas instanceof HTMLCanvasElement ? canvas.getContext("2d") : null;
  if (!context) return;
  const { width, height } = context.canvas;
  const stretch = stretchOf(context.canvas);
  const scale = Math.min((width * stretch) / drawn.width, height / drawn.height);
  const [w, h] = [(drawn.width * scale) / stretch, drawn.height * scale];
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  context.drawImage(drawn, (width - w) / 2, (height - h) / 2, w, h);
}
