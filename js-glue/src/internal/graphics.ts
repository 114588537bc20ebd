import { NoctisError } from "../public/errors.js";
import type { Backend } from "../public/options.js";
import type { Assets } from "./assets.js";
import { above, below, obstacle } from "./capabilities.js";
import { Device } from "./device.js";
import { toNoctisError } from "./errors.js";

/** After this many losses within `LOSS_WINDOW_MS`, the next backend down is taken. */
const MAX_LOSSES = 3;
const LOSS_WINDOW_MS = 30_000;
/** The second of the two formats of most images is made ready when the first picture is probably there. */
const WARM_UP_MS = 500;
/** The better backend is started so long after the first: starting a GPU may hold up this thread and the screen. */
const UPGRADE_MS = 300;

const BACKEND_NAMES = { webgpu: "WebGPU", webgl2: "WebGL2", cpu: "CPU" } as const;

/** What is drawn to with the device of the moment. */
export interface DeviceUser {
  readonly size: readonly [number, number];
  /** Draws with this device from now on. */
  use(device: Device): void;
}

/** What is told of the backends. */
export interface GraphicsHooks {
  failed(error: NoctisError): void;
  backend(backend: Backend, reason: string): void;
  lost(backend: Backend, reason: string): void;
  restored(backend: Backend): void;
}

/** Starts a backend, exchanges it for a better one, and starts it again when it is lost. All viewports draw with it. */
export class Graphics {
  readonly #assets: Assets;
  readonly #asked: "auto" | Backend;
  readonly #gpuBytes: number;
  readonly #hooks: GraphicsHooks;
  readonly #users = new Set<DeviceUser>();
  readonly #obstacles = new Map<Backend, string>();
  #device: Device | undefined;
  #backend: Backend = "cpu";
  /** Settles when a device with volumes draws; undefined until one is wanted. */
  #volumes: Promise<void> | undefined;
  /** Waits to start a better backend than the first. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasDrawn = false;
  #losses: number[] = [];
  #destroyed = false;

  constructor(assets: Assets, asked: "auto" | Backend, gpuBytes: number, hooks: GraphicsHooks) {
    this.#assets = assets;
    this.#asked = asked;
    this.#gpuBytes = gpuBytes;
    this.#hooks = hooks;
  }

  /**
   * Starts the backend that was asked for. Where the choice is free, the CPU draws until the best backend is there: a GPU
   * takes as long to start as all the rest of the first picture.
   */
  async start(): Promise<void> {
    if (this.#asked !== "auto") return this.#open([this.#asked]);
    this.#upgradeLater();
    await this.#open(["cpu"]);
  }

  /** What draws now; undefined while it is being started. */
  get device(): Device | undefined {
    return this.#device;
  }

  /** The backend in use; while it is being started again, the one that was. */
  get backend(): Backend {
    return this.#backend;
  }

  /** The same as people write it. */
  get backendName(): string {
    return BACKEND_NAMES[this.#backend];
  }

  get adapter(): string {
    return this.#device?.adapter ?? "";
  }

  /** Draws for this user, too, from now on. */
  add(user: DeviceUser): void {
    this.#users.add(user);
    if (this.#device) user.use(this.#device);
  }

  remove(user: DeviceUser): void {
    this.#users.delete(user);
  }

  /** A picture has been drawn: what is better can be started soon. */
  hasDrawn(): void {
    if (this.#timer !== undefined && !this.#hasDrawn) this.#upgradeLater();
    this.#hasDrawn = true;
  }

  /** Has volumes drawn as well, from now on and by every device: the module for that is loaded when the first is wanted. */
  withVolumes(): Promise<void> {
    this.#volumes ??= this.#deepen().catch((error: unknown) => {
      this.#volumes = undefined;
      throw error;
    });
    return this.#volumes;
  }

  destroy(): void {
    this.#destroyed = true;
    clearTimeout(this.#timer);
    this.#device?.close();
    this.#device = undefined;
  }

  async #deepen(): Promise<void> {
    // After the caller has noted that volumes are wanted.
    await undefined;
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      await this.#upgrade();
    }
    if (!this.#device || this.#device.volumes) return;
    const missing = await this.#try(this.#backend);
    if (missing) throw new NoctisError("io", `volumes cannot be drawn: ${missing}`);
  }

  #upgradeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#upgrade(), UPGRADE_MS);
  }

  /** Starts the best backend beside the CPU. */
  async #upgrade(): Promise<void> {
    this.#timer = undefined;
    for (const backend of above("cpu")) {
      const missing = await this.#start(backend);
      if (!missing || this.#destroyed) return;
    }
    this.#hooks.backend("cpu", this.#reason("cpu"));
  }

  async #open(backends: readonly Backend[]): Promise<void> {
    for (const backend of backends) {
      const missing = await this.#start(backend);
      if (this.#destroyed) throw new NoctisError("cancelled", "the viewer was destroyed");
      if (!missing) return;
    }
    const tried = [...this.#obstacles].map(([backend, why]) => `${backend}: ${why}`).join("; ");
    throw new NoctisError("unsupported-browser", `no backend could be started (${tried})`);
  }

  /** Starts a backend, or says and remembers why it did not start. */
  async #start(backend: Backend): Promise<string | undefined> {
    const missing = obstacle(backend) ?? (await this.#try(backend));
    if (missing) this.#obstacles.set(backend, missing);
    return missing;
  }

  /** Puts a backend in the place of the one before. */
  async #try(backend: Backend): Promise<string | undefined> {
    let device: Device;
    try {
      const size = (): readonly [number, number] => [...this.#users][0]?.size ?? [1, 1];
      device = await Device.open(this.#assets, backend, this.#volumes !== undefined, this.#gpuBytes, size);
    } catch (thrown) {
      return toNoctisError(thrown).message;
    }
    if (this.#destroyed) {
      device.close();
      return undefined;
    }
    if (this.#volumes && !device.volumes) {
      // They were not wanted when it was begun.
      device.close();
      return this.#try(backend);
    }
    device.onLost((reason) => void this.recover(device, reason));
    const before = this.#device;
    this.#device = device;
    this.#backend = backend;
    if (before?.backend !== backend) this.#hooks.backend(backend, this.#reason(backend));
    for (const user of [...this.#users]) user.use(device);
    before?.close();
    // A device with volumes was started for one, whose own programs come first.
    if (backend === "cpu" || device.volumes) return undefined;
    // Later, so that what the page does with its viewer comes first.
    setTimeout(() => device.warmUp("r16uint"));
    // WebGL2 compiles on this thread, where by then somebody may be scrolling.
    if (backend === "webgpu") setTimeout(() => device.warmUp("r16sint"), WARM_UP_MS);
    return undefined;
  }

  #reason(backend: Backend): string {
    if (this.#asked !== "auto") return `${backend} was asked for by options.backend`;
    if (this.#timer !== undefined) return "the CPU draws until a GPU has been started";
    const why = above(backend).map((other) => `${other} is not used: ${this.#obstacles.get(other) ?? "it was lost"}`);
    return why.length > 0 ? why.join("; ") : `${backend} is available`;
  }

  /** Starts the next backend down, because this device cannot draw something. */
  giveUp(device: Device, reason: string): Promise<void> {
    if (device === this.#device) this.#obstacles.set(device.backend, reason);
    return this.recover(device, reason, true);
  }

  /** Starts a backend again after this device was lost. */
  async recover(device: Device, reason: string, isForGood = false): Promise<void> {
    if (device !== this.#device || this.#destroyed) return;
    const { backend } = device;
    this.#device = undefined;
    device.close();
    const now = performance.now();
    this.#losses = [...this.#losses.filter((time) => now - time < LOSS_WINDOW_MS), now];
    this.#hooks.lost(backend, reason);
    const same = isForGood || this.#losses.length >= MAX_LOSSES ? [] : [backend];
    try {
      await this.#open([...same, ...below(backend, this.#asked)]);
      this.#hooks.restored(this.#backend);
    } catch (thrown) {
      if (this.#destroyed) return;
      this.#hooks.failed(
        new NoctisError("device-lost", `the picture cannot be drawn any more: ${reason}`, { cause: thrown }),
      );
    }
  }
}
