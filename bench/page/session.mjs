/** One person's session with the page, step by step: what each step asks for, and how it feels. */

/** Runs in the page from the beginning: the time of each frame. */
export const watch = () => {
  window.seen = { frames: [] };
  let last = performance.now();
  const frame = (now) => {
    window.seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
};

/** Somebody who passes by, and somebody who looks: slices, and milliseconds for each. */
const PASSED = [100, 33];
const READ = [20, 330];
const STEPS = 40;

/** Whole frames, each with another window; gives milliseconds a frame. */
const dragWindow = async (steps) => {
  const began = performance.now();
  for (let i = 0; i < steps; i += 1) {
    windowWidth += 3;
    windowLevel += 1;
    if (viewMode === "mpr") scheduleMprWindow();
    else redrawCurrentImage();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return (performance.now() - began) / steps;
};

const scroll = ([count, ms]) =>
  new Promise((done) => {
    let left = count;
    const timer = setInterval(() => {
      updateSlice(currentImageIndex + 1);
      left -= 1;
      if (left > 0) return;
      clearInterval(timer);
      done();
    }, ms);
  });

/** Steps on a CT of more slices than are scrolled, by part of the session: name, what is done, and its argument. */
const CT = {
  slices: [
    [`look at ${READ[0]} slices`, scroll, READ],
    [`pass ${PASSED[0]} slices`, scroll, PASSED],
    ["window", dragWindow, STEPS],
  ],
  planes: [
    [
      "planes",
      async () => {
        toggleMprView();
        while (!(mprState.renderMeta.axial && mprState.renderMeta.sagittal && mprState.renderMeta.coronal)) {
          await new Promise((done) => setTimeout(done, 20));
        }
      },
    ],
    ["window on planes", dragWindow, STEPS],
    [
      "crosshair",
      async (steps) => {
        for (let i = 0; i < steps; i += 1) {
          moveCrosshair("axial", { x: 150 + 3 * i, y: 200 + 2 * i });
          await new Promise((done) => setTimeout(done, 70));
        }
      },
      STEPS,
    ],
    ["MIP", () => generateMIP()],
    [
      "measure and cine",
      async () => {
        toggleMprView();
        measurements.push({ type: "distance", startX: 100, startY: 100, endX: 200, endY: 180 });
        redrawCurrentImage();
        handleToolClick("cine");
        await new Promise((done) => setTimeout(done, 2000));
        handleToolClick("cine");
      },
    ],
  ],
};

/** Frames are drawn as fast as they can be, not as fast as a display shows them. */
const UNLIMITED = ["--disable-frame-rate-limit", "--disable-gpu-vsync"];

/** What is opened, by the name of its study, what is then done with it, and flags of its browser. */
const SESSION = [
  { study: "ct", opening: "open", parts: CT, flags: [] },
  {
    study: "large",
    opening: "open 2048 x 2048",
    parts: { large: [["window 2048 x 2048", dragWindow, STEPS]] },
    flags: UNLIMITED,
  },
];

/** The session with some of its parts only. */
export function sessionOf(names) {
  return SESSION.map(({ study, opening, parts, flags }) => {
    const wanted = Object.entries(parts).filter(([name]) => names.includes(name));
    return { study, flags, steps: [[opening, () => {}], ...wanted.flatMap(([, steps]) => steps)] };
  }).filter(({ steps }) => steps.length > 1);
}
