import type { NoctisError } from "../../public/errors.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../../public/instance.js";
import type { Vector } from "../../public/plane.js";
import type { VolumeOptions, VolumeState } from "../../public/volume-view.js";
import type { Content, Stand } from "../content.js";
import type { Device } from "../device.js";
import { toNoctisError } from "../errors.js";
import type { Series } from "../library.js";
import { describe } from "../overlay/shell.js";
import { windowText } from "../overlay/text.js";
import type { ViewState } from "../view.js";
import { edgesAlong, textOf } from "./beside.js";
import { Bone } from "./bone.js";
import {
  centredSight,
  changedSight,
  firstSight,
  homeSight,
  laidSight,
  type Sight,
  shownWindow,
  turnedSight,
  windowedSight,
} from "./sight.js";
import { SolidPainter } from "./solid-painter.js";
import { SolidPicture } from "./solid-picture.js";
import { sceneOf, stateOf } from "./solid-scene.js";
import { solidCorners, solidName } from "./solid-text.js";
import { drawerOf, present, type Volume } from "./volume.js";

/** While slices arrive, a volume is drawn again so often. */
const ARRIVING_MS = 400;

/** What a volume in three dimensions asks and tells. */
export interface SolidHooks {
  /** What draws now. */
  readonly device: () => Device | undefined;
  opened(content: SolidContent): void;
  closed(content: SolidContent): void;
  /** A device is gone. */
  lost(device: Device, reason: string): void;
  /** A device cannot draw volumes in three dimensions. */
  unfit(device: Device, reason: string): void;
}

/** A volume in three dimensions. */
export class SolidContent implements Content {
  readonly kind = "volume";
  readonly series: Series;
  readonly sliceIndex = 0;
  readonly sliceCount = 1;
  readonly isColor = false;
  readonly place = undefined;
  readonly #stand: Stand;
  readonly #hooks: SolidHooks;
  readonly #painter: SolidPainter;
  readonly #bone: Bone;
  #volume: Volume;
  #sight: Sight;
  #picture: SolidPicture | undefined;
  #isOutdated = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #error: NoctisError | undefined;

  constructor(stand: Stand, hooks: SolidHooks, volume: Volume, from: VolumeOptions | SolidContent) {
    this.#stand = stand;
    this.#hooks = hooks;
    this.#volume = volume;
    this.series = volume.series;
    this.#painter = new SolidPainter({
      device: hooks.device,
      show: () => stand.stage.flush(),
      failed: (error, device) => {
        if (error.kind === "device-lost" || error.kind === "internal") hooks.lost(device, error.message);
        else if (error.kind !== "cancelled") this.broken("volume", error);
      },
      unfit: (device, reason) => hooks.unfit(device, reason),
    });
    this.#bone = new Bone(
      hooks.device,
      () => this.#change(this.#sight),
      (thrown) => this.broken("volume", toNoctisError(thrown)),
    );
    if (from instanceof SolidContent) {
      this.#sight = from.#sight;
    } else {
      const view = { ...stand.firstView, window: volume.series.last.view.window };
      this.#sight = firstSight(volume, this.#device, view);
      this.set3d(from);
    }
  }

  /** The same in another viewport. */
  moved(stand: Stand): SolidContent {
    return new SolidContent(stand, this.#hooks, this.#volume, this);
  }

  get volume(): Volume {
    return this.#volume;
  }

  get window(): ShownWindow {
    return shownWindow(this.#sight, this.#volume.sample);
  }

  get view(): ViewState {
    return this.#sight.view;
  }

  get picture(): SolidPicture | undefined {
    return this.#picture;
  }

  get volumeState(): VolumeState {
    return stateOf(this.#sight, this.#volume, this.#painter, this.#bone.mask?.count ?? 0);
  }

  choose(): SolidPicture | undefined {
    if (this.#error) {
      this.#stand.shell.message("This volume cannot be shown", describe(this.#error), true);
      this.#stand.shell.text(undefined, undefined);
      return undefined;
    }
    this.#stand.shell.message(this.#painter.isReadying ? "Preparing…" : "");
    void this.#bone.find(this.#volume, this.#sight.look.removeBone);
    if (!this.#picture || this.#isOutdated || this.#picture.scene.mask !== this.#bone.mask?.id) {
      this.#isOutdated = false;
      this.#picture = this.#pictureOf(this.#sight);
    }
    return this.#picture;
  }

  drawn(): undefined {
    this.refresh();
    return undefined;
  }

  refresh(): void {
    const { shell, overlay, backendName } = this.#stand;
    const info = this.series.first;
    const { window, volumeState: state } = this;
    shell.speak(() => `${solidName(state)}, ${windowText(window)}`);
    if (!overlay.shown || !info) {
      shell.text(undefined, undefined);
      return;
    }
    const more = (keyword: string): string => textOf(this.#stand, this.series, keyword);
    const facts = { info, window, state, zoom: this.view.zoom, backend: backendName, more };
    const [right, down] = this.#pictureOf(this.#sight).seen;
    shell.text(solidCorners(facts, overlay.patient, overlay.template), edgesAlong(right, down));
  }

  broken(_key: string, error: NoctisError): void {
    if (this.#error) return;
    this.#error = error;
    this.#stand.fail(error);
    this.#stand.stage.invalidate();
  }

  setView(view: ViewState): void {
    this.#change(laidSight(this.#sight, view));
  }

  setWindow(window: WindowLevel | PresetChoice | undefined): void {
    this.#change(windowedSight(this.#sight, window, this.series.first, this.#volume.sample));
  }

  set3d(options: VolumeOptions): void {
    const device = this.#device;
    const sight = changedSight(this.#sight, options, this.#volume, device);
    this.#pictureOf(sight).check({ device, renderer: drawerOf(device).renderer });
    this.#error = undefined;
    this.#change(sight);
  }

  /** Turns the patient: the near side to the right and down as it is seen, degrees. */
  turn(right: number, down: number): void {
    this.#change(turnedSight(this.#sight, this.#device, right, down));
  }

  /** Turns it back. */
  home(): void {
    this.#change(homeSight(this.#sight, this.#volume, this.#device));
  }

  open(): void {
    this.#hooks.opened(this);
  }

  patientFromPoint(): undefined {
    return undefined;
  }

  pointFromPatient(point: Vector): [number, number] | undefined {
    return this.#picture?.pointFromPatient(point, this.#stand.stage.size);
  }

  goTo(): boolean {
    return false;
  }

  /** Resolves when all slices that there are can be seen, those that have just come as well, without what is to be left out. */
  async ready(): Promise<void> {
    const device = this.#hooks.device();
    if (device) await this.#volume.reached(device, this.#volume.layout.size[0]);
    await this.#bone.find(this.#volume, this.#sight.look.removeBone);
    this.#isOutdated ||= this.#timer !== undefined;
    this.#stand.stage.flush();
    if (!this.#error) await this.#painter.settled();
    if (this.#error) throw this.#error;
  }

  nearest(): undefined {
    return undefined;
  }

  inserted(): boolean {
    return false;
  }

  /** The volume was made anew, with more slices. */
  replace(volume: Volume): void {
    const device = this.#hooks.device();
    this.#volume = volume;
    this.#error = undefined;
    this.#change(device ? centredSight(this.#sight, volume, device) : this.#sight);
  }

  /** A slice has arrived. */
  invalidate(): void {
    const { slices, of } = this.#volume.progress;
    const arrived = (): void => {
      this.#timer = undefined;
      this.#change(this.#sight);
    };
    if (slices < of) {
      this.#timer ??= setTimeout(arrived, ARRIVING_MS);
      return;
    }
    clearTimeout(this.#timer);
    arrived();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#picture = undefined;
    this.#painter.close();
    this.#bone.close();
    this.#stand.shell.text(undefined, undefined);
    this.#hooks.closed(this);
  }

  get #device(): Device {
    return present(this.#hooks.device());
  }

  #pictureOf(sight: Sight): SolidPicture {
    const scene = sceneOf(sight, this.#volume, this.#bone.mask?.id);
    return new SolidPicture(scene, (canvas, picture) => this.#painter.paint(canvas, picture));
  }

  #change(sight: Sight): void {
    this.#sight = sight;
    this.#isOutdated = true;
    // What is on the canvas lies so from now on, also before it is drawn again.
    if (this.#picture) this.choose();
    this.#stand.stage.invalidate();
  }
}
