import type { Pane } from "../pane.js";
import { lineBetween } from "../place.js";

/** Their look. */
export const LINE_RULES = `
.lines { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: hidden; }
.lines > line { stroke: #ffd166; stroke-width: 1; opacity: .7; }
.lines > .axial { stroke: #ff6b6b; } .lines > .coronal { stroke: #7ee081; } .lines > .sagittal { stroke: #ffd166; }
`;

const SVG = "http://www.w3.org/2000/svg";

/** Draws into each viewport where the planes of the others are. */
export function drawLines(panes: readonly Pane[]): void {
  for (const pane of panes) {
    const others = panes.filter(({ content }) => content !== pane.content && content?.kind === "plane");
    const lines = others.flatMap((other) => {
      const line = lineBetween(pane, other);
      return line ? [{ line, name: other.content?.planeState?.name ?? "oblique" }] : [];
    });
    draw(pane, lines);
  }
}

function draw({ shell }: Pane, lines: readonly { readonly line: Line; readonly name: string }[]): void {
  const found = shell.frame.querySelector<SVGSVGElement>("svg.lines");
  if (!found && lines.length === 0) return;
  const svg = found ?? document.createElementNS(SVG, "svg");
  if (!found) {
    svg.setAttribute("class", "lines");
    svg.setAttribute("aria-hidden", "true");
    shell.box.after(svg);
  }
  while (svg.children.length > lines.length) svg.lastElementChild?.remove();
  for (const [index, { line, name }] of lines.entries()) {
    const element = svg.children[index] ?? svg.appendChild(document.createElementNS(SVG, "line"));
    element.setAttribute("class", name);
    for (const [number, [x, y]] of line.entries()) {
      element.setAttribute(`x${number + 1}`, x.toFixed(2));
      element.setAttribute(`y${number + 1}`, y.toFixed(2));
    }
  }
}

type Line = readonly [readonly [number, number], readonly [number, number]];
