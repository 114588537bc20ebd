import { NoctisError } from "../../public/errors.js";
import type { InstanceInfo, PresetChoice, ShownWindow, WindowLevel } from "../../public/instance.js";
import type { PatientSide, VolumeCamera, VolumeOptions } from "../../public/volume-view.js";
import type { DecodedFrame } from "../decode/protocol.js";
import type { Device } from "../device.js";
import { checkedWindow, effectiveWindow, presetWindow, type ViewState } from "../view.js";
import { changedLook, firstLook, type Look, throughWindow, windowOf } from "./look.js";
import type { Camera } from "./solid-picture.js";
import { drawerOf, type Volume } from "./volume.js";

const SIDES: readonly string[] = ["anterior", "posterior", "left", "right", "superior", "inferior"];

/** How a volume is looked at. */
export interface Sight {
  readonly look: Look;
  /** From where it was seen at first. */
  readonly home: PatientSide | VolumeCamera;
  readonly camera: Camera;
  readonly view: ViewState;
  /** What the transfer function was moved and stretched to. */
  readonly stretched: WindowLevel | undefined;
}

/** The whole volume as bone, from the front. */
export function firstSight(volume: Volume, device: Device, view: ViewState): Sight {
  const { module } = drawerOf(device);
  const home = "anterior";
  return {
    look: firstLook((name) => module.RayView.tissue(name)),
    home,
    camera: cameraFrom(home, volume, device),
    view: upright(view),
    stretched: undefined,
  };
}

/** With some options changed. */
export function changedSight(sight: Sight, options: VolumeOptions, volume: Volume, device: Device): Sight {
  const { module } = drawerOf(device);
  const { preset, transfer, from } = options;
  return {
    look: changedLook(sight.look, options, (name) => module.RayView.tissue(name)),
    home: from ?? sight.home,
    camera: from === undefined ? sight.camera : cameraFrom(from, volume, device),
    view: preset === undefined ? sight.view : { ...sight.view, invert: preset === "pet" },
    stretched: preset === undefined && transfer === undefined ? sight.stretched : undefined,
  };
}

/** After the patient was turned: the near side to the right and down as it is seen, degrees. */
export function turnedSight(sight: Sight, device: Device, right: number, down: number): Sight {
  const { module } = drawerOf(device);
  const roll = (sight.view.rotation * Math.PI) / 180;
  const [cos, sin] = [Math.cos(roll), Math.sin(roll)];
  const { center, right: x, down: y, radius } = sight.camera;
  const numbers = Float64Array.of(...center, ...x, ...y, radius);
  const turned = module.RayView.turned(numbers, right * cos + down * sin, down * cos - right * sin);
  return { ...sight, camera: cameraOf(turned) };
}

/** From where it was seen at first. */
export function homeSight(sight: Sight, volume: Volume, device: Device): Sight {
  return { ...sight, camera: cameraFrom(sight.home, volume, device) };
}

/** In the same direction, with another volume in the middle, unless the middle was given. */
export function centredSight(sight: Sight, volume: Volume, device: Device): Sight {
  if (typeof sight.home !== "string") return sight;
  const { center, radius } = cameraFrom(sight.home, volume, device);
  return { ...sight, camera: { ...sight.camera, center, radius } };
}

/** Laid on the canvas in another way; never mirrored. */
export function laidSight(sight: Sight, view: ViewState): Sight {
  return { ...sight, view: upright(view) };
}

/** Through a window; undefined gives back what there was at first. */
export function windowedSight(
  sight: Sight,
  window: WindowLevel | PresetChoice | undefined,
  info: InstanceInfo | undefined,
  sample: DecodedFrame,
): Sight {
  const isPreset = window !== undefined && "preset" in window;
  if (sight.look.mode === "volume") {
    if (isPreset) throw new NoctisError("invalid-argument", "volume rendering has no presets of windows");
    return { ...sight, stretched: window && checkedWindow({ ...window, function: "LINEAR_EXACT" }) };
  }
  if (!isPreset) return { ...sight, view: { ...sight.view, window: window && checkedWindow(window) } };
  if (!info) throw new NoctisError("invalid-argument", "the series has no slice");
  return { ...sight, view: { ...sight.view, window: presetWindow(window, info, sample) } };
}

/** The window in force; of volume rendering, the values of its transfer function. */
export function shownWindow({ look, view, stretched }: Sight, sample: DecodedFrame): ShownWindow {
  if (look.mode !== "volume") return effectiveWindow(view, sample);
  return { function: "LINEAR_EXACT", ...(stretched ?? windowOf(look.transfer)) };
}

/** The look through the window. */
export function shownLook({ look, stretched }: Sight): Look {
  if (look.mode !== "volume" || !stretched) return look;
  return { ...look, transfer: throughWindow(look.transfer, stretched) };
}

function upright(view: ViewState): ViewState {
  return { ...view, flipHorizontal: false, flipVertical: false };
}

/** The camera of a side of the patient, or one that was given; each shows the whole of the volume at zoom 1. */
function cameraFrom(from: PatientSide | VolumeCamera, volume: Volume, device: Device): Camera {
  const { renderer } = drawerOf(device);
  const side = typeof from === "string" ? from : "anterior";
  if (!SIDES.includes(side)) throw new NoctisError("invalid-argument", `there is no side "${side}" of a patient`);
  const camera = cameraOf(renderer.cameraFrom(volume.on(device), side));
  if (typeof from === "string") return camera;
  const { center, right, down } = from;
  return { ...camera, center, right, down };
}

function cameraOf(numbers: Float64Array): Camera {
  const [cx = 0, cy = 0, cz = 0, rx = 0, ry = 0, rz = 0, dx = 0, dy = 0, dz = 0, radius = 1] = numbers;
  return { center: [cx, cy, cz], right: [rx, ry, rz], down: [dx, dy, dz], radius };
}
