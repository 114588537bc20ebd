import type { VolumeState } from "../../public/volume-view.js";
import { type Sight, shownLook, shownWindow } from "./sight.js";
import type { SolidPainter } from "./solid-painter.js";
import type { Scene } from "./solid-picture.js";
import { cross } from "./vector.js";
import type { Volume } from "./volume.js";

/** What is to be drawn of a volume; `mask` names what is left out, on the device. */
export function sceneOf(sight: Sight, volume: Volume, mask: number | undefined): Scene {
  const { sample } = volume;
  const { camera, view } = sight;
  return {
    volume,
    camera,
    look: shownLook(sight),
    view,
    window: shownWindow(sight, sample),
    invert: view.invert !== sample.inverted,
    mask,
  };
}

/** How a volume is shown; `removed` voxels are left out. */
export function stateOf(
  sight: Sight,
  { progress, reduction }: Volume,
  { quality, drawMs }: Pick<SolidPainter, "quality" | "drawMs">,
  removed: number,
): VolumeState {
  const { preset, removeBone, ...look } = shownLook(sight);
  const { center, right, down } = sight.camera;
  return {
    ...look,
    ...(preset && { preset }),
    removeBone: removeBone && { threshold: removeBone.threshold, layers: removeBone.layers },
    removed,
    center,
    right,
    down,
    normal: cross(right, down),
    quality,
    drawMs,
    progress,
    reduction,
  };
}
