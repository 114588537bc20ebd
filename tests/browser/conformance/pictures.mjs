/**
 * Pictures of DICOM files by the package in Chromium: `node pictures.mjs manifest.json`.
 *
 * The manifest is `{ work: [{ id, path, frame, size: [columns, rows] }], viewers: [backend], folder }`. One line of JSON for
 * each picture: `{ item, viewer, picture }` with the path of a PNG, or `{ item, viewer, error }`.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { launch, openPage } from "../lib/browser.mjs";
import { dist, pages } from "../lib/paths.mjs";
import { serve } from "../lib/server.mjs";

/** How long one file may take: some are 120 frames of colour. */
const LIMIT_MS = 60_000;

const { work, viewers, folder } = JSON.parse(await readFile(process.argv[2], "utf8"));

const server = await serve({
  "/": pages,
  "/dist/": dist,
  "/file/": async (request, response) => {
    const item = work[Number(request.url.split("/").pop())];
    response.writeHead(200, { "content-type": "application/dicom" }).end(await readFile(item.path));
  },
});
const browser = await launch();

async function open(backend) {
  const page = await openPage(browser);
  await page.goto(`${server.url}/viewer.html`);
  await page.waitForFunction(() => window.ready);
  const options = { backend, overlay: false, messages: false, interpolation: "nearest" };
  const state = await page.evaluate((given) => window.start(given), options);
  if (state.backend !== backend) throw new Error(`${backend} is not to be had here: ${state.backendReason}`);
  return page;
}

/** In the page: the picture as base64, or the error. */
async function take({ url, frame, size: [width, height], isLoaded }) {
  const { viewer } = window;
  try {
    if (!isLoaded) {
      const outcome = await window.load(url);
      if (outcome.rejected) throw outcome.rejected;
      window.slices = new Map();
    }
    if (viewer.state.sliceCount > 1) {
      // A frame's place in the stack is that of its position in the patient.
      const stop = viewer.on("drawn", ({ frame: drawn, sliceIndex }) => window.slices.set(drawn, sliceIndex));
      const likely = [frame, viewer.state.sliceCount - 1 - frame];
      const rest = Array.from({ length: viewer.state.sliceCount }, (_, index) => index);
      for (const index of [...likely, ...rest]) {
        if (window.slices.has(frame)) break;
        await viewer.renderSlice(index);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      }
      stop();
      if (window.slices.has(frame)) await viewer.renderSlice(window.slices.get(frame));
    }
    const failed = window.seen.filter(({ type }) => type === "error");
    if (failed.length > 0) throw failed[0].event;
    const blob = await viewer.toPng({ width, height });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return { picture: btoa(text) };
  } catch (error) {
    return { error: `${error.kind ?? "error"}: ${error.message}` };
  } finally {
    window.seen.length = 0;
  }
}

const timeout = (milliseconds) =>
  new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`no picture in ${milliseconds / 1000} s`)), milliseconds).unref(),
  );

for (const backend of viewers) {
  await mkdir(path.join(folder, backend), { recursive: true });
  let page = await open(backend);
  let shown;
  for (const [item, { id, path: file, frame, size }] of work.entries()) {
    const given = { url: `/file/${item}`, frame, size, isLoaded: shown === file };
    let outcome;
    try {
      outcome = await Promise.race([page.evaluate(take, given), timeout(LIMIT_MS)]);
    } catch (error) {
      outcome = { error: `PAGE: ${error.message}` };
    }
    shown = file;
    const said = { item, viewer: backend };
    if (outcome.error !== undefined) {
      said.error = outcome.error;
      // What went wrong must not touch the files after it.
      await page.context().close();
      page = await open(backend);
      shown = undefined;
    } else {
      said.picture = path.join(folder, backend, `${id}.png`);
      await writeFile(said.picture, Buffer.from(outcome.picture, "base64"));
    }
    console.log(JSON.stringify(said));
  }
  await page.context().close();
}
await browser.close();
await server.close();
