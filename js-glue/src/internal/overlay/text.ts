import type { InstanceInfo, ShownWindow } from "../../public/instance.js";
import type { PlaneState } from "../../public/plane.js";

/** What the corner text is made of. */
export interface OverlayFacts {
  readonly info: InstanceInfo;
  readonly frame: number;
  readonly sliceIndex: number;
  readonly sliceCount: number;
  readonly window: ShownWindow;
  readonly isColor: boolean;
  readonly zoom: number;
  readonly backend: string;
}

/** One line: its text, and how it looks. */
export interface Line {
  readonly text: string;
  readonly look?: "strong" | "dim" | "wide";
}

/** The lines of the four corners. */
export interface Corners {
  readonly tl: readonly Line[];
  readonly tr: readonly Line[];
  readonly bl: readonly Line[];
  readonly br: readonly Line[];
}

/** `"FAMILY^GIVEN^MIDDLE"` as people write it; the first of several representations. */
export function personName(value: string | undefined): string {
  const [alphabetic = ""] = (value ?? "").split("=");
  const [family = "", ...given] = alphabetic.split("^").map((part) => part.trim());
  const rest = given.slice(0, 2).filter(Boolean).join(" ");
  return rest ? `${family}, ${rest}` : family;
}

/** `"20261124"` as 2026-11-24; what is no date stays as it is. */
export function dicomDate(value: string | undefined): string {
  const match = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(value ?? "");
  return match ? `${match[1]}-${match[2]}-${match[3]}` : (value ?? "");
}

/** `"101500.25"` as 10:15. */
export function dicomTime(value: string | undefined): string {
  const match = /^(\d{2}):?(\d{2})/.exec(value ?? "");
  return match ? `${match[1]}:${match[2]}` : "";
}

/** At most `digits` digits after the point, and none that say nothing. */
export function short(value: number, digits = 1): string {
  const rounded = Number(value.toFixed(digits));
  return Object.is(rounded, -0) ? "0" : String(rounded);
}

/** A window as people say it; more digits where a narrow window needs them. */
export function windowText({ center, width, voiLut, explanation }: ShownWindow): string {
  if (voiLut !== undefined) return `LUT ${explanation ?? voiLut + 1}`;
  const digits = width < 1 ? 4 : width < 10 ? 2 : 0;
  return `W ${short(width, digits)}  L ${short(center, digits)}`;
}

/** What there is of some texts, with gaps between. */
export function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join("  ");
}

function position(info: InstanceInfo): string {
  const [x, y, z] = info.imagePositionPatient ?? [];
  if (x === undefined || y === undefined || z === undefined || !info.imageOrientationPatient) return "";
  const [a, b, c, d, e, f] = info.imageOrientationPatient;
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const;
  return `${short(normal[0] * x + normal[1] * y + normal[2] * z)} mm`;
}

/** What the corner text of a plane is made of. */
export interface PlaneFacts {
  readonly info: InstanceInfo;
  readonly window: ShownWindow;
  readonly sliceIndex: number;
  readonly sliceCount: number;
  readonly state: PlaneState;
  /** Along the normal. */
  readonly positionMm: number;
  readonly zoom: number;
  readonly backend: string;
}

const PLANES = {
  axial: "Axial",
  coronal: "Coronal",
  sagittal: "Sagittal",
  acquisition: "Acquired",
  oblique: "Oblique",
};
const SLABS = { max: "MIP", min: "MinIP", mean: "Mean", sum: "Sum" };

/** All corners of a plane. */
export function planeCorners(facts: PlaneFacts, patient: boolean): Corners {
  const { info, state, window, backend } = facts;
  const { slab, progress, reduction } = state;
  const isWhole = progress.slices >= progress.of;
  const reduced = reduction.some((factor) => factor > 1);
  const same = corners({ ...facts, frame: 0, isColor: false }, patient);
  return {
    tl: same.tl,
    tr: same.tr,
    bl: [
      { text: joined(info.modality, info.series.description), look: "wide" },
      { text: joined(PLANES[state.name], `${facts.sliceIndex + 1} / ${facts.sliceCount}`), look: "strong" },
      { text: slab.thicknessMm > 0 ? `${SLABS[slab.projection]} ${short(slab.thicknessMm, 1)} mm` : "" },
      { text: `Pos ${short(facts.positionMm)} mm  Step ${short(state.stepMm, 2)} mm`, look: "wide" },
    ],
    br: [
      { text: windowText(window), look: "strong" },
      { text: `Zoom ${Math.round(facts.zoom * 100)} %` },
      { text: isWhole ? "" : `Loading ${progress.slices} / ${progress.of}` },
      { text: reduced ? `Reduced ${[...reduction].reverse().join(" × ")} : 1` : "" },
      { text: backend, look: "dim" },
    ],
  };
}

/** All corners; `patient` false leaves out what identifies the patient. */
export function corners(facts: OverlayFacts, patient: boolean): Corners {
  const { info } = facts;
  const many = facts.sliceCount > 1;
  const sex = info.patient.sex;
  const thickness = info.sliceThicknessMm;
  const at = position(info);
  return {
    tl: patient
      ? [
          { text: personName(info.patient.name), look: "strong" },
          { text: info.patient.id ?? "" },
          { text: joined(dicomDate(info.patient.birthDate), sex), look: "wide" },
          { text: info.study.accessionNumber ? `Acc ${info.study.accessionNumber}` : "", look: "wide" },
        ]
      : [],
    tr: [
      ...(patient ? [{ text: info.institution ?? "", look: "wide" } as const] : []),
      { text: info.study.description ?? "" },
      { text: patient ? joined(dicomDate(info.study.date), dicomTime(info.study.time)) : "", look: "wide" },
    ],
    bl: [
      { text: joined(info.modality, info.series.description), look: "wide" },
      { text: many ? `Slice ${facts.sliceIndex + 1} / ${facts.sliceCount}` : "", look: "strong" },
      { text: info.frames > 1 ? `Frame ${facts.frame + 1} of ${info.frames}` : "", look: "wide" },
      { text: joined(at && `Pos ${at}`, thickness ? `Thk ${short(thickness, 2)} mm` : ""), look: "wide" },
    ],
    br: [
      { text: facts.isColor ? "Colour" : windowText(facts.window), look: "strong" },
      { text: `Zoom ${Math.round(facts.zoom * 100)} %` },
      { text: `${info.columns} × ${info.rows}`, look: "wide" },
      { text: facts.backend, look: "dim" },
    ],
  };
}
