/** The Django site of examples/django-noctis over generated studies, and its pages in a browser. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { launch, openPage } from "./browser.mjs";
import { dist, python, root } from "./paths.mjs";

const example = path.join(root, "examples/django-noctis");
const target = path.join(root, process.env.CARGO_TARGET_DIR ?? "target");
const programs = process.env.NOCTIS_PROGRAMS ?? path.join(target, "debug");

/** Studies by their numbers, as make_studies.py writes them. */
export const STUDY = {
  ct: 1,
  frames: 2,
  mono1: 3,
  large: 4,
  tall: 5,
  uneven: 6,
  enhanced: 7,
  gap: 8,
  leaning: 9,
  sagittal: 10,
  colour: 11,
  resonance: 12,
  loop: 13,
};

/** Writes the studies into a folder. */
function makeStudies(studies, slices) {
  const script = path.join(root, "tests/browser/noctis/make_studies.py");
  execFileSync(python, [script, path.join(programs, "noctis-phantom"), studies, String(slices)], { stdio: "inherit" });
}

/** A site over a folder of studies: `{ url, close() }`. `environment` is added to that of this program. */
export async function startSite(studies, environment = {}) {
  const env = { ...process.env, NOCTIS_STUDIES: studies, NOCTIS_WASM: dist, ...environment };
  if (env.NOCTIS_MANIFEST === "1") {
    execFileSync(python, ["manage.py", "collectstatic", "--noinput", "--verbosity", "0"], { cwd: example, env });
  }
  const child = spawn(python, ["serve.py"], { cwd: example, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  const url = await new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error(`the site ended: ${said}`)));
    createInterface(child.stdout).on("line", (line) => resolve(line.replace("listening on ", "")));
  });
  return {
    url,
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

/** Studies and a site, removed at the end: `{ url, studies, close() }`. */
export async function site(slices, environment = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "noctis-site-"));
  const [studies, collected] = [path.join(folder, "studies"), path.join(folder, "collected")];
  makeStudies(studies, slices);
  const started = await startSite(studies, { NOCTIS_STATIC_ROOT: collected, ...environment });
  return {
    url: started.url,
    studies,
    async close() {
      await started.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A site and a browser for the tests of a file: `{ url, studies, open(options) }`, with the options of `openSite`. */
export function siteOfTests(slices, environment) {
  const shared = { open: (options) => openSite(shared.browser, shared.url, options) };
  before(async () => {
    const [host, browser] = await Promise.all([site(slices, environment), launch()]);
    Object.assign(shared, { url: host.url, studies: host.studies, host, browser });
  });
  after(async () => {
    await shared.browser?.close();
    await shared.host?.close();
  });
  return shared;
}

/** What a request asks for, in the words of the page. */
export function kindOf(url) {
  const { pathname, searchParams } = new URL(url);
  if (pathname.endsWith("/render.png")) return "picture";
  if (/\/image\/\d+\/data\/$/.test(pathname)) return searchParams.get("packed") === "bin" ? "values" : "json";
  if (pathname.startsWith("/dicomweb/")) return pathname.includes("/instances/") ? "object" : "query";
  if (pathname.includes("/mpr-slice/")) return "plane";
  if (pathname.endsWith("/mpr/")) return "volume";
  if (pathname.endsWith("/mip/")) return "mip";
  if (pathname.endsWith("/bone/")) return "bone";
  if (pathname.endsWith("/hu/")) return "hu";
  if (pathname.startsWith("/dicom-viewer/measurements/") || pathname.startsWith("/dicom-viewer/annotations/"))
    return "notes";
  if (pathname.startsWith("/static/")) return "static";
  if (pathname.startsWith("/dicom-viewer/"))
    return pathname.includes("/api/") || pathname.includes("/series/") ? "list" : "page";
  return "other";
}

/**
 * A page of the site, with a study open and at rest. `page.tally` counts requests and body bytes by kind, `page.asked` has
 * those that have no answer yet; `adapter` is given to the adapter as its attribute, `false` leaves it out.
 */
export async function openSite(
  browser,
  url,
  { study = 1, adapter = "", page: name = "", who = "staff", hasTouch = false, setUp } = {},
) {
  const page = await openPage(browser, { viewport: { width: 1100, height: 760 }, hasTouch });
  page.tally = new Map();
  page.asked = new Map();
  page.on("request", (request) => page.asked.set(request, Date.now()));
  page.on("requestfailed", (request) => page.asked.delete(request));
  page.on("requestfinished", async (request) => {
    const kind = kindOf(request.url());
    const sizes = await request.sizes().catch(() => ({ responseBodySize: 0 }));
    const { requests, bytes } = page.tally.get(kind) ?? { requests: 0, bytes: 0 };
    page.tally.set(kind, { requests: requests + 1, bytes: bytes + sizes.responseBodySize });
    page.asked.delete(request);
  });
  await setUp?.(page);
  const query = adapter === false ? "adapter=0" : `noctis=${encodeURIComponent(adapter)}`;
  const next = encodeURIComponent(`/dicom-viewer/${name}?study=${study}&${query}`);
  await page.goto(`${url}/login/?as=${who}&next=${next}`);
  return page;
}

/** An answer that takes longer is not waited for: some never come. */
const LONGEST_MS = 10_000;

/** Waits until the page has asked for nothing, and waited for nothing, for so long. */
export async function rest(page, ms = 500) {
  let last = Date.now();
  const note = () => {
    last = Date.now();
  };
  page.on("request", note);
  const isWaiting = () => [...page.asked.values()].some((since) => Date.now() - since < LONGEST_MS);
  while (Date.now() - last < ms) {
    await new Promise((done) => setTimeout(done, 50));
    if (isWaiting()) note();
  }
  page.off("request", note);
}

/** What was asked for since this was called last, `{ kind: { requests, bytes } }`. */
export function taken(page) {
  const all = Object.fromEntries(page.tally);
  page.tally.clear();
  return all;
}

/** How often something was asked for. */
export const requests = (tally, kind) => tally[kind]?.requests ?? 0;
