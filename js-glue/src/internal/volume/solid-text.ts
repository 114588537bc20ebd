import type { InstanceInfo, ShownWindow } from "../../public/instance.js";
import type { OverlayTemplate } from "../../public/overlay.js";
import type { VolumeState } from "../../public/volume-view.js";
import { type Corners, corners, joined, type More, windowText } from "../overlay/text.js";

/** What the corner text of a volume in three dimensions is made of. */
export interface SolidFacts {
  readonly info: InstanceInfo;
  readonly window: ShownWindow;
  readonly state: VolumeState;
  readonly zoom: number;
  readonly backend: string;
  readonly more: More;
}

const PRESETS = {
  bone: "Bone",
  skin: "Skin",
  vessels: "Vessels",
  lung: "Lung",
  "soft-tissue": "Soft tissue",
  airways: "Airways",
  pet: "PET",
};
const MODES = { volume: "", max: "MIP", min: "MinIP" };

/** What is shown, as people say it. */
export function solidName({ preset, mode }: VolumeState): string {
  return joined("3-D", preset && PRESETS[preset], MODES[mode]);
}

/** All corners of a volume in three dimensions. */
export function solidCorners(facts: SolidFacts, patient: boolean, template: Required<OverlayTemplate>): Corners {
  const { info, window, state } = facts;
  const { progress, reduction, removeBone } = state;
  const same = corners({ ...facts, frame: 0, sliceIndex: 0, sliceCount: 1, isColor: false }, patient, template);
  const isReduced = reduction.some((factor) => factor > 1);
  return {
    tl: same.tl,
    tr: same.tr,
    bl: [
      { text: joined(info.modality, patient ? info.series.description : ""), look: "wide" },
      { text: solidName(state), look: "strong" },
      { text: removeBone ? (state.removed > 0 ? "Without bone" : "Looking for bone…") : "" },
    ],
    br: [
      { text: windowText(window), look: "strong" },
      { text: `Zoom ${Math.round(facts.zoom * 100)} %` },
      { text: progress.slices < progress.of ? `Loading ${progress.slices} / ${progress.of}` : "" },
      { text: isReduced ? `Reduced ${[...reduction].reverse().join(" × ")} : 1` : "" },
      { text: facts.backend, look: "dim" },
    ],
  };
}
