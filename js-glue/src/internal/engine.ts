import type { Bindings } from "../public/bindings.js";
import { NoctisError } from "../public/errors.js";
import type { LoadProgress, ViewerEvents } from "../public/events.js";
import type { InstanceInfo } from "../public/instance.js";
import type { GridLayout, LayoutName } from "../public/layout.js";
import type { PlaneName } from "../public/plane.js";
import type { LoadInput, LoadOptions, LoadResult, ViewerState } from "../public/viewer.js";
import type { Viewport } from "../public/viewport.js";
import { Assets } from "./assets.js";
import type { Mpr } from "./content.js";
import { DecodePool } from "./decode/pool.js";
import type { DecodedFrame } from "./decode/protocol.js";
import type { OverlayChoice, Settings } from "./defaults.js";
import { Emitter } from "./emitter.js";
import { FrameStore } from "./frames.js";
import { Graphics, type GraphicsHooks } from "./graphics.js";
import { needsTools } from "./input/bindings.js";
import { arrangementOf, Panes } from "./layout.js";
import { LegendLoader } from "./legend-loader.js";
import { Library, type Series } from "./library.js";
import { combined, Load, type LoadSink } from "./loader.js";
import { Notices } from "./notices.js";
import { Shell } from "./overlay/shell.js";
import { Pane } from "./pane.js";
import { checkedInput, type Source } from "./source.js";
import { momentOf } from "./stack-content.js";
import { Sync } from "./sync.js";
import { ToolLoader } from "./tool-loader.js";

/** What the viewports of a viewer share, and what goes on between the parts: loads fill the library, viewports show it. */
export class Engine {
  readonly settings: Settings;
  readonly library: Library;
  readonly graphics: Graphics;
  readonly pool: DecodePool;
  readonly frames: FrameStore;
  readonly shell: Shell;
  readonly panes: Panes;
  readonly sync: Sync;
  readonly events = new Emitter<ViewerEvents>();
  readonly assets: Assets;
  mpr: Mpr | undefined;
  readonly tools = new ToolLoader(this);
  readonly legend = new LegendLoader(this);
  bindings: Bindings;
  overlay: OverlayChoice;
  backendReason = "";
  #layout: GridLayout = { rows: 1, columns: 1 };
  readonly #loads = new Map<Load, LoadProgress>();
  readonly #notices: Notices;
  #lastId = 0;
  #destroyed = false;

  constructor(element: HTMLElement, settings: Settings) {
    this.settings = settings;
    this.bindings = settings.bindings;
    this.overlay = settings.overlay;
    this.assets = new Assets(settings.assetsUrl);
    // Before the page is touched: laying out takes as long as the answer is on its way.
    this.assets.expect(settings.backend === "auto" ? "cpu" : settings.backend);
    this.pool = new DecodePool(this.assets, settings.workers);
    this.library = new Library(settings);
    this.shell = new Shell(element);
    this.#notices = new Notices(this.shell, settings.messages);
    this.frames = new FrameStore(this.pool, settings.cacheBytes, this.events);
    this.graphics = new Graphics(this.assets, settings.backend, settings.gpuBytes, this.#hooks());
    this.sync = new Sync(() => this.panes.all);
    this.panes = new Panes(() => new Pane(this));
  }

  /** Starts decoder and backend at the same time. */
  async start(): Promise<void> {
    this.pool.warmUp();
    this.#tell();
    await this.graphics.start();
    if (needsTools(this.bindings)) this.tools.warmUp();
  }

  get layout(): GridLayout {
    return this.#layout;
  }

  get phase(): ViewerState["phase"] {
    if (this.library.size > 0) return "showing";
    if (this.isLoading) return "loading";
    return this.#notices.failed ? "failed" : "empty";
  }

  /** Whether objects are being read. */
  get isLoading(): boolean {
    return this.#loads.size > 0;
  }

  async load(given: LoadInput, options: LoadOptions): Promise<LoadResult> {
    this.assertAlive();
    const input = checkedInput(given);
    if (options.append) this.#notices.forget();
    else this.clear();
    const load: Load = new Load(
      this.pool,
      this.#sink(() => load),
      () => ++this.#lastId,
      input,
      options,
    );
    this.#loads.set(load, { loaded: 0, failed: 0 });
    this.#tell();
    try {
      return await load.run();
    } finally {
      this.#loads.delete(load);
      if (!this.#destroyed) {
        if (!this.isLoading) {
          this.shell.progress(undefined);
          this.mpr?.settled();
        }
        this.#tell();
        for (const { stage } of this.panes.all) stage.settle();
      }
    }
  }

  clear(): void {
    for (const load of this.#loads.keys()) load.cancel();
    for (const { id } of this.library.objects()) this.pool.close(id);
    this.#notices.forget();
    this.library.clear();
    this.frames.clear();
    this.panes.clear();
    this.mpr?.clear();
    this.tools.box?.cleared();
    this.graphics.device?.forget();
    this.#tell();
  }

  /** The series of that UID. */
  series(uid: string): Series {
    const series = this.library.get(uid);
    if (!series) throw new NoctisError("invalid-argument", "this series has not been loaded");
    return series;
  }

  async setLayout(layout: LayoutName | GridLayout): Promise<void> {
    this.assertAlive();
    const { rows, columns, sync, planes } = arrangementOf(layout);
    const { series } = this.panes.active;
    if (planes) {
      if (!series) throw new NoctisError("invalid-argument", "there is no series yet whose planes could be shown");
      await (await this.mprCode()).prepare(series);
      if (this.#destroyed || this.panes.active.series !== series) return;
    }
    this.#layout = { rows, columns };
    this.shell.layOut(rows, columns);
    this.panes.arrange(rows * columns, () => this.#unseen());
    this.sync.ofLayout(sync);
    if (planes && series) await this.#showPlanes(series, planes);
    this.#tell();
    this.events.emit("layout", this.#layout);
  }

  async #showPlanes(series: Series, planes: readonly (PlaneName | undefined)[]): Promise<void> {
    for (const pane of this.panes.all) pane.showSeries(series);
    await Promise.all(this.panes.all.map((pane, index) => pane.setPlane(planes[index])));
    const { mpr } = this;
    if (mpr?.crosshair) mpr.setCrosshair(mpr.crosshair);
  }

  /** What volumes need, loaded when they are first wanted. */
  async mprCode(): Promise<Mpr> {
    const { startMpr } = await import("./volume/index.js");
    this.assertAlive();
    this.mpr ??= startMpr(this);
    return this.mpr;
  }

  /** The viewport behind its public face. */
  paneOf(viewport: Viewport): Pane {
    const pane = this.panes.all.find(({ face }) => face === viewport);
    if (!pane) throw new NoctisError("invalid-argument", "this viewport is no part of the layout any more");
    return pane;
  }

  activate(pane: Pane): void {
    if (this.panes.activate(pane)) this.events.emit("active", { viewport: pane.face });
  }

  /** A viewport shows another series. */
  seriesShown(pane: Pane): void {
    this.#tell();
    if (pane === this.panes.active) this.events.emit("active", { viewport: pane.face });
  }

  setOverlay(overlay: OverlayChoice): void {
    this.overlay = overlay;
    this.refresh();
    this.legend.drawn();
  }

  /** Writes the text of all viewports again. */
  refresh(): void {
    for (const pane of this.panes.all) pane.refresh();
  }

  assertAlive(): void {
    if (this.#destroyed) throw new NoctisError("invalid-argument", "this viewer has been destroyed");
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    for (const load of this.#loads.keys()) load.cancel();
    this.tools.box?.destroy();
    for (const pane of this.panes.all) pane.destroy();
    this.mpr?.clear();
    this.frames.clear();
    this.pool.destroy();
    this.graphics.destroy();
    this.shell.destroy();
    this.library.clear();
    this.events.clear();
  }

  fail(error: NoctisError): void {
    this.#notices.add(error);
    this.#tellFailures();
    this.events.emit("error", error);
  }

  /** The first series that no viewport shows. */
  #unseen(): Series | undefined {
    const shown = new Set(this.panes.all.map(({ series }) => series));
    return this.library.all.find((series) => !shown.has(series));
  }

  #hooks(): GraphicsHooks {
    return {
      failed: (error) => this.fail(error),
      backend: (backend, reason) => {
        this.backendReason = reason;
        this.events.emit("backend", { backend, reason });
      },
      lost: (backend, reason) => this.events.emit("lost", { backend, reason }),
      restored: (backend) => this.events.emit("restored", { backend }),
    };
  }

  #sink(load: () => Load): LoadSink {
    return {
      opened: (id, info, frame, source) => this.#opened(id, info, frame, source),
      failed: (error) => this.fail(error),
      progress: (progress) => {
        this.#loads.set(load(), progress);
        const sum = combined([...this.#loads.values()]);
        if (this.settings.messages) this.shell.progress(sum);
        this.events.emit("progress", sum);
      },
    };
  }

  #opened(id: number, info: InstanceInfo, frame: DecodedFrame | undefined, source: Source): void {
    const known = this.library.size;
    if (frame) this.frames.put(`${id}:0`, frame, info);
    const { series, added, replaced } = this.library.insert({ id, info, source });
    if (replaced) this.pool.close(replaced.id);
    if (this.library.size !== known) this.events.emit("series", { count: this.library.size });
    if (known === 0) this.#tellFailures();
    const slice = added.find(({ key }) => key === `${id}:0`);
    // Whoever hears of the frame finds it in its viewport.
    if (this.library.size !== known) this.#give(series);
    if (slice && frame) this.events.emit("frame", momentOf(series, slice));
    for (const pane of this.panes.all) pane.inserted(series, added);
    this.mpr?.inserted(series);
  }

  /** Shows a new series in the first viewport that has none. */
  #give(series: Series): void {
    this.panes.all.find((pane) => !pane.series)?.begin(series);
  }

  #tellFailures(): void {
    if (this.phase === "showing") this.#notices.beside();
  }

  #tell(): void {
    this.#notices.within(this.panes.all, this.phase);
  }
}
