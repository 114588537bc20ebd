import type { AnnotationFormat, Annotations, ExportOptions, ImportInput, ImportResult } from "../public/annotating.js";
import type { Bindings, DragAction } from "../public/bindings.js";
import { NoctisError } from "../public/errors.js";
import type { ViewerEvents } from "../public/events.js";
import type { GridLayout, LayoutName, SyncGroup } from "../public/layout.js";
import type { ViewerOptions } from "../public/options.js";
import type { OverlayParts } from "../public/overlay.js";
import type { Vector } from "../public/plane.js";
import type { LoadInput, LoadOptions, LoadResult, SeriesSummary, Viewer, ViewerState } from "../public/viewer.js";
import type { Viewport } from "../public/viewport.js";
import { AnnotationsFace } from "./annotations-face.js";
import { requireWasm } from "./capabilities.js";
import type { Mpr } from "./content.js";
import { overlayChoice, settingsOf } from "./defaults.js";
import { Engine } from "./engine.js";
import type { Pane } from "./pane.js";
import { thumbnailOf } from "./thumbnail.js";
import { Calls } from "./viewport-face.js";

/** Makes a viewer, and resolves when it has a backend. */
export async function startViewer(element: HTMLElement, options: ViewerOptions): Promise<Viewer> {
  if (!(element instanceof HTMLElement)) {
    throw new NoctisError("invalid-argument", "createViewer needs the element that the viewer is to fill");
  }
  requireWasm();
  const engine = new Engine(element, settingsOf(options));
  try {
    await engine.start();
  } catch (error) {
    engine.destroy();
    throw error;
  }
  return new ViewerFace(engine);
}

/** The public face of an engine: checks, converts, delegates. */
class ViewerFace extends Calls implements Viewer {
  readonly annotations: Annotations;
  readonly #engine: Engine;

  constructor(engine: Engine) {
    super();
    this.#engine = engine;
    this.annotations = new AnnotationsFace(engine);
  }

  protected get engine(): Engine {
    return this.#engine;
  }

  protected get pane(): Pane {
    return this.engine.panes.active;
  }

  override get state(): ViewerState {
    const { graphics, pool, phase, backendReason } = this.engine;
    return {
      ...super.state,
      phase,
      backend: graphics.backend,
      backendReason,
      adapter: graphics.adapter,
      workers: pool.workers,
    };
  }

  get series(): readonly SeriesSummary[] {
    return this.engine.library.summaries();
  }

  get layout(): GridLayout {
    return this.engine.layout;
  }

  get viewports(): readonly Viewport[] {
    return this.engine.panes.all.map(({ face }) => face);
  }

  get activeViewport(): Viewport {
    return this.pane.face;
  }

  get sync(): readonly SyncGroup[] {
    return this.engine.sync.groups;
  }

  load(input: LoadInput, options: LoadOptions = {}): Promise<LoadResult> {
    return this.engine.load(input, options);
  }

  thumbnail(seriesInstanceUid: string, size: { readonly width: number; readonly height: number }): Promise<Blob> {
    return thumbnailOf(this.engine, seriesInstanceUid, size);
  }

  clear(): void {
    this.engine.assertAlive();
    this.engine.clear();
  }

  setLayout(layout: LayoutName | GridLayout): Promise<void> {
    return this.engine.setLayout(layout);
  }

  get crosshair(): Vector | undefined {
    return this.engine.mpr?.crosshair;
  }

  setCrosshair(point: Vector): void {
    this.#planes.setCrosshair(point);
  }

  rotateCrosshair(viewport: Viewport, degrees: number): void {
    this.#planes.rotate(this.engine.paneOf(viewport), degrees);
  }

  setSync(groups: SyncGroup | readonly SyncGroup[]): void {
    this.engine.sync.groups = [groups].flat().map((group) => ({ ...group }));
  }

  get tool(): DragAction {
    return this.engine.tools.tool;
  }

  async setTool(tool: DragAction): Promise<void> {
    const { tools } = this.engine;
    if (tools.bind({ "drag:left": tool, "touch:1": tool })) await tools.load();
  }

  async exportAnnotation(format: AnnotationFormat, options: ExportOptions = {}): Promise<Blob> {
    return (await this.engine.tools.load()).exported(format, options);
  }

  async importAnnotations(input: ImportInput): Promise<ImportResult> {
    return (await this.engine.tools.load()).imported(input);
  }

  setBindings(bindings: Bindings): void {
    const { tools } = this.engine;
    if (tools.bind(bindings)) tools.warmUp();
  }

  setOverlay(overlay: boolean | OverlayParts): void {
    this.engine.setOverlay({ ...this.engine.overlay, ...overlayChoice(overlay) });
  }

  on<T extends keyof ViewerEvents>(type: T, listener: (event: ViewerEvents[T]) => void): () => void {
    return this.engine.events.on(type, listener);
  }

  destroy(): void {
    this.engine.destroy();
  }

  get #planes(): Mpr {
    const { mpr } = this.engine;
    if (mpr?.crosshair) return mpr;
    throw new NoctisError("invalid-argument", "no plane is shown");
  }
}
