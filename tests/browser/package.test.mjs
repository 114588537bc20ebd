/** The package as others use it: packed, installed into an empty Vite + TypeScript folder, and on a plain page. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { openPage } from "./lib/browser.mjs";
import { assertQuadrants, finish, fixture, greysOf, screen } from "./lib/fixture.mjs";
import { dist, root } from "./lib/paths.mjs";
import { serve } from "./lib/server.mjs";

const shared = fixture();
const require = createRequire(import.meta.url);
/** The command-line program of an installed package. */
const program = (name, file) => path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
const vite = program("vite", "bin/vite.js");
const tsc = program("typescript", "bin/tsc");

const FILES = {
  "package.json": JSON.stringify({ name: "app", private: true, type: "module" }),
  // What `npm create vite` gives for TypeScript, with the library check left on.
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "ES2022",
      module: "ESNext",
      moduleResolution: "bundler",
      lib: ["ES2022", "DOM", "DOM.Iterable"],
      types: [],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      verbatimModuleSyntax: true,
    },
    include: ["src"],
  }),
  "index.html": `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"></head>
<body style="margin:0"><div id="app" style="width:512px;height:512px"></div>
<script type="module" src="/src/main.ts"></script></body></html>`,
  "src/main.ts": `import { createViewer, NoctisError, type Viewer } from "noctis-viewer";

async function main(element: HTMLElement): Promise<void> {
  const viewer: Viewer = await createViewer(element);
  viewer.on("drawn", ({ sliceIndex }) => {
    document.body.dataset["drawn"] = String(sliceIndex);
  });
  try {
    const { loaded, failed } = await viewer.load("/slice.dcm");
    document.body.dataset["done"] = \`\${loaded} \${failed.length} \${viewer.state.workers}\`;
  } catch (error) {
    document.body.dataset["done"] = error instanceof NoctisError ? error.kind : "unknown";
  }
}

const element = document.querySelector<HTMLElement>("#app");
if (element) void main(element);
`,
};

let app;

before(async () => {
  await shared.ready;
  app = await mkdtemp(path.join(tmpdir(), "noctis-app-"));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(path.dirname(path.join(app, name)), { recursive: true });
    await writeFile(path.join(app, name), text);
  }
  await mkdir(path.join(app, "public"));
  await cp(path.join(shared.inputs, "frames-jpeg.dcm"), path.join(app, "public/slice.dcm"));
  const run = (command, ...args) => execFileSync(command, args, { cwd: app, stdio: "pipe", encoding: "utf8" });
  const packed = run("npm", "pack", "--silent", path.join(root, "js-glue")).trim();
  run("npm", "install", "--silent", "--no-audit", "--no-fund", `./${packed}`);
});
after(() => rm(app, { recursive: true, force: true }));

async function assertShown(url) {
  const page = await openPage(shared.browser);
  await page.goto(url);
  await page.waitForFunction(() => document.body.dataset.done);
  // One object, none failed, decoded in workers by a codec that the bundler carried along.
  assert.match(await page.evaluate(() => document.body.dataset.done), /^1 0 [12]$/);
  assertQuadrants(await screen(page), greysOf(0));
  await finish(page);
}

test("types: strict, with the library check on", () => {
  execFileSync(process.execPath, [tsc, "-p", app], { stdio: "inherit" });
});

test("vite build with default settings, served with a strict content security policy", async () => {
  execFileSync(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: app, stdio: "inherit" });
  const csp =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; style-src 'self' 'unsafe-inline'";
  const server = await serve({ "/": path.join(app, "dist") }, { csp });
  try {
    await assertShown(`${server.url}/`);
    const fetched = server.requests.filter((name) => name.endsWith(".wasm"));
    const others = fetched.filter((name) => /jpeg2000|jpegls|jpegxl|icc|deflate|webgl2/.test(name));
    assert.ok(fetched.length >= 3, `decoder, first renderer and codec: ${fetched}`);
    assert.deepEqual(others, [], "only what this browser and this object need");
  } finally {
    await server.close();
  }
});

test("vite's development server with default settings", async () => {
  const server = spawn(process.execPath, [vite, "--host", "127.0.0.1", "--port", "5291"], {
    cwd: app,
    stdio: "pipe",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  try {
    const url = await new Promise((resolve, reject) => {
      let text = "";
      server.stdout.on("data", (data) => {
        text += data;
        const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(text);
        if (found) resolve(found[0]);
      });
      server.on("exit", () => reject(new Error(`vite ended: ${text}`)));
    });
    await assertShown(url);
  } finally {
    server.kill();
  }
});

test("the plain page of the examples: one script tag, no build step", async () => {
  const mounts = { "/": path.join(root, "examples/plain"), "/static/wasm/0.1.0/": dist, "/inputs/": shared.inputs };
  const server = await serve(mounts, { csp: false });
  try {
    const page = await openPage(shared.browser, { viewport: { width: 512, height: 512 } });
    await page.goto(`${server.url}/?url=/inputs/ascending-03.dcm`);
    await page.waitForFunction(() => {
      const host = document.querySelector("#viewer").firstElementChild;
      return host?.shadowRoot.querySelector(".frame").innerText.includes("QUADRANT");
    });
    assertQuadrants(await screen(page), greysOf(3));
    await finish(page, /favicon|404/);
  } finally {
    await server.close();
  }
});

test("an element without a height still shows a picture", async () => {
  const page = await shared.open();
  await page.evaluate(() => Object.assign(document.querySelector("#viewer").style, { height: "auto" }));
  await page.evaluate(() => window.start({}));
  await page.evaluate(() => window.load("/inputs/ascending-03.dcm"));
  assert.equal(await page.evaluate(() => document.querySelector("#viewer").clientHeight), 384);
  assertQuadrants(await screen(page), greysOf(3), { x: 64, y: 0, size: 384 });
  await finish(page);
});
