import type { Pane } from "../pane.js";
import { lineBetween } from "../place.js";

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
