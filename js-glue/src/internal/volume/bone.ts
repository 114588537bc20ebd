import type { Device } from "../device.js";
import { cancelled } from "../errors.js";
import type { Look } from "./look.js";
import { drawerOf, type Volume } from "./volume.js";

type Removal = Exclude<Look["removeBone"], false>;

/** What is to be left out, of which volume and where. */
interface Wanted {
  readonly volume: Volume;
  readonly device: Device;
  readonly removal: Removal;
}

/** Voxels that are left out: their number on the device, and how many they are. */
interface Mask extends Wanted {
  readonly id: number;
  readonly count: number;
}

/** Looks for what one viewport leaves out of its volume. */
export class Bone {
  readonly #device: () => Device | undefined;
  readonly #failed: (thrown: unknown) => void;
  readonly #found: () => void;
  #wanted: Wanted | undefined;
  #search: Promise<void> = Promise.resolve();
  #mask: Mask | undefined;

  constructor(device: () => Device | undefined, found: () => void, failed: (thrown: unknown) => void) {
    this.#device = device;
    this.#found = found;
    this.#failed = failed;
  }

  /** What is left out here and now; undefined while it is being looked for. */
  get mask(): { readonly id: number; readonly count: number } | undefined {
    return this.#mask && isSame(this.#mask, this.#wanted) && this.#isHere(this.#mask) ? this.#mask : undefined;
  }

  /** Looks for it, unless that is known or under way; resolves when it is known. */
  find(volume: Volume, removal: Look["removeBone"]): Promise<void> {
    const device = this.#device();
    const wanted = device && removal ? { volume, device, removal } : undefined;
    if (isSame(wanted, this.#wanted)) return this.#search;
    this.#wanted = wanted;
    if (!removal) this.#keep(undefined);
    this.#search = wanted ? this.#look(wanted) : Promise.resolve();
    return this.#search;
  }

  /** Lets go of it. */
  close(): void {
    this.#wanted = undefined;
    this.#keep(undefined);
  }

  async #look(wanted: Wanted): Promise<void> {
    const { volume, device } = wanted;
    try {
      await volume.reached(device, volume.layout.size[0]);
      this.#keep(await this.#searched(wanted));
      this.#found();
    } catch (thrown) {
      if (this.#wanted === wanted) this.#failed(thrown);
    }
  }

  async #searched(wanted: Wanted): Promise<Mask> {
    const { volume, device, removal } = wanted;
    const check = (): void => {
      if (this.#wanted !== wanted || !this.#isHere(wanted)) throw cancelled();
    };
    check();
    const { renderer } = drawerOf(device);
    const id = renderer.beginMask(volume.on(device), removal.threshold);
    try {
      for await (const { number, pixels } of volume.again()) {
        check();
        renderer.maskSlice(id, number, pixels);
      }
      check();
      const count = renderer.finishMask(id, Float64Array.from(removal.at ?? []), removal.layers);
      return { ...wanted, id, count };
    } catch (thrown) {
      // A device that is gone has no masks.
      if (this.#isHere(wanted)) renderer.dropMask(id);
      throw thrown;
    }
  }

  #keep(mask: Mask | undefined): void {
    const before = this.#mask;
    this.#mask = mask;
    if (before && this.#isHere(before)) drawerOf(before.device).renderer.dropMask(before.id);
  }

  #isHere({ device }: Wanted): boolean {
    return device === this.#device();
  }
}

function isSame(one: Wanted | undefined, other: Wanted | undefined): boolean {
  return one?.volume === other?.volume && one?.device === other?.device && one?.removal === other?.removal;
}
