import type { Annotation, Measurement } from "../../public/annotations.js";
import { unitText } from "../measure/index.js";
import { short } from "../overlay/text.js";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["longAxis", "L"],
  ["shortAxis", "S"],
  ["area", "Area"],
  ["perimeter", "Perimeter"],
  ["diameter", "Ø"],
  ["radius", "Radius"],
  ["mean", "Mean"],
  ["sd", "SD"],
  ["min", "Min"],
  ["max", "Max"],
  ["median", "Median"],
  ["count", "n"],
]);
/** Measurements that stand together in a line of a text box. */
const LINES: readonly (readonly string[])[] = [
  ["length"],
  ["longAxis", "shortAxis"],
  ["angle"],
  ["cobbAngle"],
  ["value"],
  ["diameter", "radius"],
  ["mean", "sd"],
  ["min", "max", "median"],
  ["area", "perimeter"],
  ["count"],
];
/** Said by themselves. */
const BARE = new Set(["length", "angle", "cobbAngle", "value"]);

/** A value as people read it: with as many digits as mean something. */
export function valueText(found: Measurement): string {
  const { value, unit, name } = found;
  const isWhole = name === "count";
  const number = short(value, isWhole ? 0 : Math.abs(value) < 10 && unit !== "[hnsf'U]" ? 2 : 1);
  const shown = isWhole ? "" : unitText(found);
  return shown === "°" ? `${number}°` : [number, shown].filter(Boolean).join(" ");
}

/** A measurement as people read it: its name, value and unit. */
export function measurementText(found: Measurement): string {
  return BARE.has(found.name) ? valueText(found) : `${NAMES.get(found.name) ?? found.name} ${valueText(found)}`;
}

/** What is left out of a text box that nobody looks at: regions have more numbers than a picture has room. */
const DETAILS = new Set(["min", "max", "median", "perimeter", "radius", "count"]);

/** The lines of a text box: the label, then values; `isWhole`: all of them. */
export function linesOf(annotation: Annotation, isWhole = true): string[] {
  const { tool, label, patientPoints, points } = annotation;
  const measurements = (annotation.measurements ?? []).filter(({ name }) => isWhole || !DETAILS.has(name));
  const known = new Set(LINES.flat());
  const groups = LINES.map((names) => measurements.filter(({ name }) => names.includes(name)));
  const rest = measurements.filter(({ name }) => !known.has(name)).map((found) => [found]);
  const lines = [...groups, ...rest].filter((group) => group.length > 0).map(lineOf);
  const place = tool === "probe" ? placeText(patientPoints?.[0], points[0]) : "";
  return [label ?? "", ...lines, place].filter(Boolean);
}

/** A unit that several share stands once, at the end. */
function lineOf(group: readonly Measurement[]): string {
  const [first] = group;
  const isShared = first && group.every((found) => unitText(found) === unitText(first));
  const texts = group.map((found, index) => {
    const text = measurementText(found);
    const unit = unitText(found);
    return isShared && unit && index < group.length - 1 ? text.slice(0, -unit.length).trimEnd() : text;
  });
  return texts.join("  ");
}

function placeText(patient: readonly number[] | undefined, image: readonly number[] | undefined): string {
  if (patient) return `${patient.map((mm) => short(mm)).join(", ")} mm`;
  return image ? `Column ${short(image[0] ?? 0)}, row ${short(image[1] ?? 0)}` : "";
}

const TOOLS: Record<Annotation["tool"], string> = {
  probe: "Probe",
  length: "Length",
  bidirectional: "Bidirectional",
  angle: "Angle",
  cobb: "Cobb angle",
  rectangle: "Rectangle",
  ellipse: "Ellipse",
  circle: "Circle",
  freehand: "Freehand region",
  arrow: "Arrow",
  text: "Text",
};

/** What is said of an annotation to screen readers. */
export function spokenText(annotation: Annotation): string {
  return [TOOLS[annotation.tool], ...linesOf(annotation)].join(", ");
}
