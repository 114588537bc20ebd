/** A small picture of how the values of a region are distributed. */
const SVG = "http://www.w3.org/2000/svg";
const BINS = 48;
const HEIGHT = 22;
const REGIONS = new Set(["rectangle", "ellipse", "circle", "freehand"]);

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** At most two digits after the point. */
const short = (value) => String(Number(value.toFixed(2)));

function drawn({ low, high, counts }) {
  const most = Math.max(...counts);
  // Each bar is as wide as its range; a few values among thousands are still seen.
  const tall = (count) => (count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT));
  const bars = counts.map((count, index) => `M${index} ${HEIGHT}v${-tall(count).toFixed(2)}h1V${HEIGHT}`).join("");
  const label = `Histogram from ${short(low)} to ${short(high)}`;
  const viewBox = `0 0 ${counts.length} ${HEIGHT}`;
  const svg = element("svg", { viewBox, preserveAspectRatio: "none", role: "img", "aria-label": label });
  svg.append(element("path", { d: bars }));
  const ends = document.createElement("span");
  ends.setAttribute("aria-hidden", "true");
  ends.append(...[low, high].map((value) => Object.assign(document.createElement("i"), { textContent: short(value) })));
  return [svg, ends];
}

/** Shows it for an annotation that is a region, and nothing for any other, or while its image is not there. */
export async function showHistogram(place, viewer, { uid, tool, revision }) {
  const of = `${uid} ${revision}`;
  if (!REGIONS.has(tool) || place.dataset.of === of) return;
  place.dataset.of = of;
  const found = await viewer.annotations.histogram(uid, BINS).catch(() => undefined);
  if (place.dataset.of !== of) return;
  place.replaceChildren(...(found && found.high > found.low ? drawn(found) : []));
}
