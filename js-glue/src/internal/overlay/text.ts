import type { InstanceInfo, ShownWindow } from "../../public/instance.js";
import type { OverlayLine, OverlayLook, OverlayTemplate } from "../../public/overlay.js";
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
  readonly more: More;
}

/** One line: its text, and how it looks. */
export interface Line {
  readonly text: string;
  readonly look?: OverlayLook;
}

/** The lines of the four corners. */
export interface Corners {
  readonly tl: readonly Line[];
  readonly tr: readonly Line[];
  readonly bl: readonly Line[];
  readonly br: readonly Line[];
}

/** The text of a field, by its name. */
export type Fields = Readonly<Record<string, string | number | undefined>>;

/** The text of an attribute that objects are not described by. */
export type More = (keyword: string) => string;

const wide = (text: string): OverlayLine => ({ text, look: "wide" });
const strong = (text: string): OverlayLine => ({ text, look: "strong" });

/** As radiologists know it. */
export const DEFAULT_TEMPLATE: Required<OverlayTemplate> = {
  topLeft: [
    strong("{PatientName}"),
    "{PatientID}",
    wide("{PatientBirthDate}  {PatientSex}"),
    wide("Acc {AccessionNumber}"),
  ],
  topRight: [wide("{InstitutionName}"), "{StudyDescription}", wide("{StudyDate}  {StudyTime}")],
  bottomLeft: [
    wide("{Modality}  {SeriesDescription}"),
    strong("{Kind} {Slice} / {Slices}"),
    strong("{Volume}"),
    "{Slab}",
    wide("Frame {Frame} of {NumberOfFrames}"),
    wide("Pos {Position} mm  Step {Step} mm  Thk {SliceThickness} mm"),
  ],
  bottomRight: [
    strong("{Window}"),
    "Zoom {Zoom} %",
    wide("{Columns} × {Rows}"),
    "Loading {Loading}",
    "Reduced {Reduced} : 1",
    { text: "{Backend}", look: "dim" },
  ],
};

/** Of what objects are described by, what tells who the patient is (PS3.15 table E.1-1). */
const IDENTIFYING = /^(Patient|Study|SeriesDescription|AccessionNumber|InstitutionName|AcquisitionTime)/;

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
  return short(normal[0] * x + normal[1] * y + normal[2] * z);
}

/** Fields that only some contents have. */
const NONE: Fields = { Frame: "", Volume: "", Slab: "", Step: "", Loading: "", Reduced: "" };

/** What objects say about themselves, by keyword. */
export function fieldsOf({ patient, study, series, ...info }: InstanceInfo): Fields {
  return {
    ...NONE,
    PatientName: personName(patient.name),
    PatientID: patient.id,
    PatientBirthDate: dicomDate(patient.birthDate),
    PatientSex: patient.sex,
    AccessionNumber: study.accessionNumber,
    InstitutionName: info.institution,
    StudyDate: dicomDate(study.date),
    StudyTime: dicomTime(study.time),
    StudyDescription: study.description,
    StudyID: study.id,
    Modality: info.modality,
    SeriesNumber: series.number,
    SeriesDescription: series.description,
    BodyPartExamined: series.bodyPart,
    InstanceNumber: info.instanceNumber,
    NumberOfFrames: info.frames,
    Rows: info.rows,
    Columns: info.columns,
    SliceThickness: info.sliceThicknessMm && short(info.sliceThicknessMm, 2),
    PixelSpacing: info.spacingMm?.map((mm) => short(mm, 3)).join(" × "),
    ...info.marks,
  };
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
  readonly more: More;
}

const PLANES = {
  axial: "Axial",
  coronal: "Coronal",
  sagittal: "Sagittal",
  acquisition: "Acquired",
  oblique: "Oblique",
};
const SLABS = { max: "MIP", min: "MinIP", mean: "Mean", sum: "Sum" };

/** How much of a volume is there, and how it was reduced. */
export function volumeFields({ slices, of }: PlaneState["progress"], reduction: PlaneState["reduction"]): Fields {
  return {
    Loading: slices < of ? `${slices} / ${of}` : "",
    Reduced: reduction.some((factor) => factor > 1) ? [...reduction].reverse().join(" × ") : "",
  };
}

/** All corners of a plane. */
export function planeCorners(facts: PlaneFacts, patient: boolean, template: Required<OverlayTemplate>): Corners {
  const { info, state } = facts;
  const { slab, progress, reduction } = state;
  const own: Fields = {
    ...fieldsOf(info),
    SliceThickness: "",
    Columns: "",
    Kind: PLANES[state.name],
    Slice: facts.sliceIndex + 1,
    Slices: facts.sliceCount,
    Slab: slab.thicknessMm > 0 ? `${SLABS[slab.projection]} ${short(slab.thicknessMm, 1)} mm` : "",
    Position: short(facts.positionMm),
    Step: short(state.stepMm, 2),
    Window: windowText(facts.window),
    Zoom: Math.round(facts.zoom * 100),
    ...volumeFields(progress, reduction),
    Backend: facts.backend,
  };
  return filled(own, patient, template, facts.more);
}

/** All corners; `patient` false leaves out what identifies the patient. */
export function corners(facts: OverlayFacts, patient: boolean, template: Required<OverlayTemplate>): Corners {
  const { info } = facts;
  const many = facts.sliceCount > 1;
  const own: Fields = {
    ...fieldsOf(info),
    Kind: "Slice",
    Slice: many ? facts.sliceIndex + 1 : "",
    Slices: facts.sliceCount,
    Frame: info.frames > 1 ? facts.frame + 1 : "",
    Position: position(info),
    Window: facts.isColor ? "Colour" : windowText(facts.window),
    Zoom: Math.round(facts.zoom * 100),
    Backend: facts.backend,
  };
  return filled(own, patient, template, facts.more);
}

/** A template with these fields. */
export function filled(fields: Fields, patient: boolean, template: Required<OverlayTemplate>, more: More): Corners {
  const value = (name: string): string => {
    if (!(name in fields)) return more(name);
    return patient || !IDENTIFYING.test(name) ? String(fields[name] ?? "") : "";
  };
  const lines = (corner: readonly OverlayLine[]): Line[] =>
    corner.map((line) => {
      const { text, ...look } = typeof line === "string" ? { text: line } : line;
      return { text: filledLine(text, value), ...look };
    });
  return {
    tl: lines(template.topLeft),
    tr: lines(template.topRight),
    bl: lines(template.bottomLeft),
    br: lines(template.bottomRight),
  };
}

function filledLine(text: string, value: (name: string) => string): string {
  const parts = text.split("  ").flatMap((part) => {
    let isEmpty = false;
    const written = part.replace(/\{(\w+)\}/g, (_, name: string) => {
      const found = value(name);
      isEmpty ||= found === "";
      return found;
    });
    return isEmpty ? [] : [written];
  });
  return parts.join("  ");
}
