import type { NoctisError } from "../../public/errors.js";
import type { ImageSolid, SolidLook } from "../../public/painter.js";
import type { VolumeOptions, VolumeState } from "../../public/volume-view.js";
import type { Device } from "../device.js";
import { toNoctisError } from "../errors.js";
import type { ImagePainter } from "../painter/painter.js";
import { initialView } from "../view.js";
import { Bone } from "./bone.js";
import { changedSight, firstSight, homeSight, laidSight, type Sight, turnedSight } from "./sight.js";
import { SolidPainter } from "./solid-painter.js";
import { SolidPicture } from "./solid-picture.js";
import { sceneOf, stateOf } from "./solid-scene.js";
import { drawerOf, present, type Volume } from "./volume.js";

/** While slices arrive on a device, a volume is drawn again so often. */
const ARRIVING_MS = 400;

/** What is drawn, on what, and who else draws it. */
export interface SolidParts {
  readonly painter: ImagePainter;
  readonly volume: Volume;
  /** All that draw it; told when slices arrive. */
  readonly solids: Set<HeldSolid>;
}

/** A volume in three dimensions, for canvases that a page has. */
export class HeldSolid implements ImageSolid {
  readonly #painter: ImagePainter;
  readonly #volume: Volume;
  readonly #solids: Set<HeldSolid>;
  readonly #changed: () => void;
  readonly #drawer: SolidPainter;
  readonly #bone: Bone;
  #sight: Sight;
  #picture: SolidPicture | undefined;
  #error: NoctisError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ painter, volume, solids }: SolidParts, options: VolumeOptions, changed: () => void) {
    const device = (): Device | undefined => painter.graphics.device;
    this.#painter = painter;
    this.#volume = volume;
    this.#solids = solids;
    this.#changed = changed;
    this.#drawer = new SolidPainter({
      device,
      show: changed,
      failed: (error, lost) => this.#failed(error, lost),
      unfit: (lost, reason) => void painter.graphics.giveUp(lost, reason),
    });
    this.#bone = new Bone(
      device,
      () => this.#renew(),
      (thrown) => this.#fail(toNoctisError(thrown)),
    );
    this.#sight = firstSight(volume, this.#device, initialView("linear"));
    this.set(options);
    solids.add(this);
  }

  get state(): VolumeState {
    return stateOf(this.#sight, this.#volume, this.#drawer, this.#bone.mask?.count ?? 0);
  }

  set(options: VolumeOptions): void {
    const device = this.#device;
    const sight = changedSight(this.#sight, options, this.#volume, device);
    this.#pictureOf(sight).check({ device, renderer: drawerOf(device).renderer });
    this.#error = undefined;
    this.#sight = sight;
    this.#renew();
  }

  turn(right: number, down: number): void {
    this.#sight = turnedSight(this.#sight, this.#device, right, down);
    this.#renew();
  }

  home(): void {
    this.#sight = homeSight(this.#sight, this.#volume, this.#device);
    this.#renew();
  }

  draw({ width, height, zoom = 1, pan = [0, 0] }: SolidLook): HTMLCanvasElement | undefined {
    if (this.#error) throw this.#error;
    const { view } = this.#sight;
    if (view.zoom !== zoom || view.pan[0] !== pan[0] || view.pan[1] !== pan[1]) {
      this.#sight = laidSight(this.#sight, { ...view, zoom, pan });
      this.#picture = undefined;
    }
    void this.#bone.find(this.#volume, this.#sight.look.removeBone);
    this.#picture ??= this.#pictureOf(this.#sight);
    const canvas = this.#painter.paint(this.#picture, width, height);
    return this.#drawer.quality === "none" ? undefined : canvas;
  }

  /** A slice has come to a device. */
  arrived(): void {
    const { slices, of } = this.#volume.progress;
    if (slices < of) {
      this.#timer ??= setTimeout(() => this.#renew(), ARRIVING_MS);
      return;
    }
    clearTimeout(this.#timer);
    this.#renew();
  }

  close(): void {
    this.#solids.delete(this);
    clearTimeout(this.#timer);
    this.#drawer.close();
    this.#bone.close();
  }

  get #device(): Device {
    return present(this.#painter.graphics.device);
  }

  #pictureOf(sight: Sight): SolidPicture {
    const scene = sceneOf(sight, this.#volume, this.#bone.mask?.id);
    return new SolidPicture(scene, (canvas, picture) => this.#drawer.paint(canvas, picture));
  }

  #renew(): void {
    this.#timer = undefined;
    this.#picture = undefined;
    this.#changed();
  }

  #failed(error: NoctisError, device: Device): void {
    if (error.kind === "device-lost" || error.kind === "internal") {
      void this.#painter.graphics.recover(device, error.message);
    } else if (error.kind !== "cancelled") this.#fail(error);
  }

  #fail(error: NoctisError): void {
    this.#error = error;
    this.#changed();
  }
}
