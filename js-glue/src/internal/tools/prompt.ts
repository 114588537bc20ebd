import type { Pane } from "../pane.js";
import type { Point } from "./affine.js";

/** What is asked for. */
export interface Question {
  /** What is to be written, for those who cannot see where. */
  readonly label: string;
  readonly value: string;
  /** `"mm"` and so on, beside a number. */
  readonly unit?: string;
}

const EDGE_PX = 8;

/** Asks for a line of text at a point of a viewport; undefined when nobody wants to give one. */
export function ask(pane: Pane, [x, y]: Point, { label, value, unit }: Question): Promise<string | undefined> {
  const { frame } = pane.shell;
  const form = document.createElement("form");
  form.className = "prompt";
  const input = document.createElement("input");
  input.value = value;
  input.maxLength = 200;
  input.setAttribute("aria-label", label);
  input.placeholder = label;
  if (unit) input.inputMode = "decimal";
  form.append(input, unit ?? "");
  frame.append(form);
  const fit = (at: number, room: number): string => `${Math.max(EDGE_PX, Math.min(at, room - EDGE_PX))}px`;
  form.style.left = fit(x, frame.clientWidth - form.offsetWidth);
  form.style.top = fit(y, frame.clientHeight - form.offsetHeight);
  // What is typed is for the text alone.
  for (const type of ["pointerdown", "pointermove", "wheel", "dblclick", "keyup"]) {
    form.addEventListener(type, (event) => event.stopPropagation());
  }
  input.select();
  input.focus({ preventScroll: true });
  return new Promise((resolve) => {
    let isDone = false;
    const done = (text: string | undefined): void => {
      // What is removed loses the focus, and says so.
      if (isDone) return;
      isDone = true;
      const hadFocus = form.contains((frame.getRootNode() as ShadowRoot).activeElement);
      form.remove();
      if (hadFocus) pane.focus();
      resolve(text);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done(input.value.trim());
    });
    form.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") done(undefined);
    });
    input.addEventListener("blur", () => done(input.value.trim()));
  });
}
