import type { Engine } from "../engine.js";
import { addRules } from "../overlay/style.js";
import type { Pane } from "../pane.js";
import { lineBetween } from "../place.js";

const RULES = `
.lines { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: hidden; }
.lines > line { stroke: var(--noctis-line, #c792ea); stroke-width: 1; opacity: .7; }
.lines > .axial { stroke: #ff6b6b; } .lines > .coronal { stroke: #7ee081; } .lines > .sagittal { stroke: #ffd166; }
.lines > .active { opacity: 1; }
`;
const SVG = "http://www.w3.org/2000/svg";

/** A line of a viewport, and what it says of the other viewport. */
interface Line {
  readonly ends: NonNullable<ReturnType<typeof lineBetween>>;
  readonly name: string;
}

/** Lines in each viewport where what the others show cuts it: slices and planes of the same frame of reference. */
export class Lines {
  readonly #engine: Engine;
  #isWaiting = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    addRules(engine.shell.host, RULES);
    this.invalidate();
  }

  /** Draws them after pictures: once for all that are drawn together. */
  invalidate(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    queueMicrotask(() => {
      this.#isWaiting = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { all, active } = this.#engine.panes;
    for (const pane of all) {
      const lines = all.flatMap((other): Line[] => {
        const ends = this.#engine.overlay.lines && !isDouble(pane, other) && lineBetween(pane, other);
        if (!ends) return [];
        const name = other.content?.planeState?.name ?? "slice";
        return [{ ends, name: other === active ? `${name} active` : name }];
      });
      draw(pane, lines);
    }
  }
}

/** Whether one of two viewports is itself, or slices beside planes of the same volume, one of which lies where they are. */
function isDouble(pane: Pane, other: Pane): boolean {
  const { content: there } = other;
  return pane === other || (pane.content?.kind === "plane" && there?.kind === "stack" && pane.series === there.series);
}

/** Writes what does not stand there already: an attribute that is set is a change, even to what it was. */
function draw({ shell }: Pane, lines: readonly Line[]): void {
  const found = shell.frame.querySelector<SVGSVGElement>("svg.lines");
  if (!found && lines.length === 0) return;
  const svg = found ?? document.createElementNS(SVG, "svg");
  const set = (element: Element, name: string, value: string): void => {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  if (!found) {
    set(svg, "class", "lines");
    set(svg, "aria-hidden", "true");
    shell.box.after(svg);
  }
  while (svg.children.length > lines.length) svg.lastElementChild?.remove();
  for (const [index, { ends, name }] of lines.entries()) {
    const element = svg.children[index] ?? svg.appendChild(document.createElementNS(SVG, "line"));
    set(element, "class", name);
    for (const [number, [x, y]] of ends.entries()) {
      set(element, `x${number + 1}`, x.toFixed(2));
      set(element, `y${number + 1}`, y.toFixed(2));
    }
  }
}
