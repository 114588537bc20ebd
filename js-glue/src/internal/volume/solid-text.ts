import type { InstanceInfo, ShownWindow } from "../../public/instance.js";
import type { OverlayTemplate } from "../../public/overlay.js";
import type { VolumeState } from "../../public/volume-view.js";
import {
  type Corners,
  type Fields,
  fieldsOf,
  filled,
  joined,
  type More,
  volumeFields,
  windowText,
} from "../overlay/text.js";

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
  const { state } = facts;
  const own: Fields = {
    ...fieldsOf(facts.info),
    SliceThickness: "",
    Columns: "",
    Kind: "",
    Slice: "",
    Slices: "",
    Position: "",
    Volume: joined(
      solidName(state),
      state.removeBone ? (state.removed > 0 ? "Without bone" : "Looking for bone…") : "",
    ),
    Window: windowText(facts.window),
    Zoom: Math.round(facts.zoom * 100),
    ...volumeFields(state.progress, state.reduction),
    Backend: facts.backend,
  };
  return filled(own, patient, template, facts.more);
}
