// What the other viewers show of DICOM files: `node pictures.mjs manifest.json`, for `cargo xtask conformance`.
//
// The manifest is `{ work: [{ id, path, size: [columns, rows] }], viewers: [app], folder }`. Every file gets a page of its own
// with an element of the size of the picture, so that no viewer suffers from what it showed before, and the viewer its
// defaults. What a viewer showed of a file is kept until the viewer, its page or the file changes. One line of JSON for each picture: `{ item, viewer, picture }`, or `{ item, viewer, error }`.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pngjs from "pngjs";
import { startBrowser } from "./src/browser.mjs";
import { buildApps } from "./src/build.mjs";
import { output } from "./src/paths.mjs";
import { serve } from "./src/serve.mjs";

/** How long a file may take, and how long a viewer may take to draw once it says that it has loaded it. */
const LOAD_MS = 30_000;
const DRAW_MS = 3000;
/** Of a smaller one the browser takes no screenshot, or only after half a minute. */
const SMALLEST_WINDOW = 256;
/** Pages at once. */
const LANES = 2;

const { work, viewers, folder } = JSON.parse(readFileSync(process.argv[2], "utf8"));

/** A picture of one colour: nothing was drawn, or nothing is to be seen. */
function isBlank(png) {
  const { data } = pngjs.PNG.sync.read(png);
  for (let at = 4; at < data.length; at += 4) {
    if (data[at] !== data[0] || data[at + 1] !== data[1] || data[at + 2] !== data[2]) return false;
  }
  return true;
}

async function loaded(page, url) {
  await page.goto(url);
  // The page says when its library says that the file is loaded.
  await page.waitForFunction(() => globalThis.bench !== undefined, undefined, { timeout: LOAD_MS });
  const outcome = page.evaluate(() => globalThis.bench.loaded.then(() => "", (error) => String(error?.message ?? error)));
  const late = new Promise((resolve) => setTimeout(resolve, LOAD_MS, `not loaded in ${LOAD_MS / 1000} s`).unref());
  const failed = await Promise.race([outcome, late]);
  if (failed) throw new Error(failed);
}

/** The window, as soon as two looks at it are the same and it is not blank; a blank one after a while. */
async function settled(page, clip) {
  const deadline = Date.now() + DRAW_MS;
  let before;
  for (;;) {
    const png = await page.screenshot({ clip });
    const isSteady = before !== undefined && png.equals(before);
    if ((isSteady && !isBlank(png)) || Date.now() > deadline) return png;
    before = png;
    await page.waitForTimeout(120);
  }
}

async function visit(browser, origin, app, item) {
  const [width, height] = item.size;
  const viewport = { width: Math.max(width, SMALLEST_WINDOW), height: Math.max(height, SMALLEST_WINDOW) };
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1 });
  try {
    const page = await context.newPage();
    await page.addInitScript((size) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`#viewer { width: ${size[0]}px !important; height: ${size[1]}px !important }`);
      document.adoptedStyleSheets = [sheet];
    }, item.size);
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    await loaded(page, `${origin}/${app}/?file=/files/${item.id}.dcm`);
    const png = await settled(page, { x: 0, y: 0, width, height });
    if (isBlank(png) && complaints.length > 0) throw new Error(complaints[0]);
    return png;
  } finally {
    await context.close();
  }
}

/** Where an app's pictures are kept: emptied when the app has become another one. */
function store(app) {
  const kept = join(folder, app);
  const stamp = join(kept, "app.txt");
  const built = readFileSync(join(output, `${app}.built`), "utf8");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== built) {
    rmSync(kept, { recursive: true, force: true });
    mkdirSync(kept, { recursive: true });
    writeFileSync(stamp, built);
  }
  return kept;
}

await buildApps(viewers);
const server = await serve(new Map(work.map(({ id, path }) => [`/files/${id}.dcm`, readFileSync(path)])));
const { browser } = await startBrowser();
for (const app of viewers) {
  const kept = store(app);
  const queue = [...work.entries()];
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [item, described] = next;
      const hash = createHash("sha256").update(readFileSync(described.path)).update(String(described.size));
      const path = join(kept, hash.digest("hex").slice(0, 32));
      if (!existsSync(`${path}.png`) && !existsSync(`${path}.txt`)) {
        try {
          writeFileSync(`${path}.png`, await visit(browser, server.origin, app, described));
        } catch (error) {
          writeFileSync(`${path}.txt`, String(error.message).split("\n", 1)[0] || "an error without words");
        }
      }
      const came = existsSync(`${path}.png`) ? { picture: `${path}.png` } : { error: readFileSync(`${path}.txt`, "utf8") };
      console.log(JSON.stringify({ item, viewer: app, ...came }));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
await browser.close();
server.close();
