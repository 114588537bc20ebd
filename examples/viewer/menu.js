/** A button that opens a small panel below it, or above it where there is no room. */
import { icon, make } from "./dom.js";

const EDGE_PX = 8;
const GAP_PX = 6;
let last = 0;

/** `{ element, panel, label(text), close() }`; `content` is what the panel holds. */
export function menu({ name, title, iconName, content, text = "" }) {
  last += 1;
  const id = `menu-${last}`;
  const words = make("span", {}, text);
  const button = make(
    "button",
    {
      class: "button menu",
      title,
      "aria-label": title,
      popovertarget: id,
      "data-tool": name,
    },
    ...(iconName ? [icon(iconName)] : []),
    words,
    icon("down"),
  );
  const panel = make("div", { class: "popover", id, popover: "auto", role: "group", "aria-label": title }, ...content);
  panel.addEventListener("beforetoggle", ({ newState }) => {
    if (newState !== "open") return;
    const { left, bottom } = button.getBoundingClientRect();
    panel.style.top = `${bottom + GAP_PX}px`;
    panel.style.left = `${left}px`;
  });
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState !== "open") return;
    const { left, right, bottom, height } = panel.getBoundingClientRect();
    const over = right - (window.innerWidth - EDGE_PX);
    if (over > 0) panel.style.left = `${left - over}px`;
    if (bottom > window.innerHeight - EDGE_PX) {
      panel.style.top = `${button.getBoundingClientRect().top - height - GAP_PX}px`;
    }
  });
  document.body.append(panel);
  return {
    element: button,
    panel,
    close: () => panel.hidePopover(),
    label: (value) => {
      if (words.textContent !== value) words.textContent = value;
    },
  };
}

/** A line of a menu. */
export function item(text, run, { hint = "", ...attributes } = {}) {
  const made = make("button", { class: "item", ...attributes }, make("span", {}, text), make("kbd", {}, hint));
  made.lastChild.hidden = !hint;
  made.addEventListener("click", run);
  return made;
}
