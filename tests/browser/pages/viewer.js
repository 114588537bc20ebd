import { createViewer, NoctisError } from "/dist/noctis-viewer.js";

const element = document.querySelector("#viewer");

/** Makes a viewer, and keeps it and its events where tests can reach them. */
window.start = async (options = {}) => {
  const viewer = await createViewer(element, options);
  window.viewer = viewer;
  window.seen = [];
  for (const type of [
    "slice",
    "error",
    "warning",
    "lost",
    "restored",
    "backend",
    "frame",
    "drawn",
    "progress",
    "window",
    "view",
    "series",
    "layout",
    "crosshair",
    "active",
    "annotation",
    "tool",
    "cine",
  ]) {
    viewer.on(type, (event) =>
      window.seen.push({ type, event: event instanceof Error ? plain(event) : indexed(event) }),
    );
  }
  return viewer.state;
};

/** A viewport as its number. */
const indexed = ({ viewport, ...event }) => (viewport ? { ...event, viewport: viewport.index } : event);
const plain = ({ kind, message, tag, frame, source }) => ({ kind, message, tag, frame, source });

/** Loads, and gives what came of it as plain data. */
window.load = async (input, options) => {
  try {
    const { loaded, failed } = await window.viewer.load(input, options);
    return { loaded, failed: failed.map(({ source, error }) => ({ source, error: plain(error) })) };
  } catch (error) {
    return { rejected: plain(error), isNoctisError: error instanceof NoctisError };
  }
};

window.bytesOf = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
window.text = () =>
  [...element.firstElementChild.shadowRoot.children]
    .filter(({ hidden }) => !hidden)
    .map(({ innerText }) => innerText)
    .join("\n");
window.ready = true;
