/** As a site in production serves it: hashed names, a year in caches, a strict policy, no isolation, and a classic script. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { requests, rest, siteOfTests, taken } from "../lib/site.mjs";

// collectstatic fails on a reference that leads nowhere, a source map among them.
const site = siteOfTests(6, { NOCTIS_MANIFEST: "1" });

test("behind hashed names and a year of caching the adapter draws and decodes", async () => {
  const answers = new Map();
  const page = await site.open({
    setUp: (page) =>
      page.on("response", (response) => answers.set(new URL(response.url()).pathname, response.headers())),
  });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 800);
  assert.equal(await page.evaluate(() => noctisAdapter.state), "ready");
  const tally = taken(page);
  assert.ok(requests(tally, "object") >= 1);
  assert.equal(requests(tally, "values"), 0);
  const files = [...answers.keys()].filter((name) => name.startsWith("/static/"));
  assert.ok(
    files.some((name) => /noctis-adapter\.[0-9a-f]{12}\.js$/.test(name)),
    files.join(" "),
  );
  for (const name of files) {
    assert.match(answers.get(name)["cache-control"], /immutable/, name);
    // What is not hashed lies in the folder of its version: another version is another address.
    assert.match(name, /\.[0-9a-f]{12}\.|\/wasm\/\d+\.\d+\.\d+\//, name);
  }
  const wasm = files.filter((name) => name.endsWith(".wasm"));
  assert.ok(wasm.length >= 2);
  for (const name of wasm) assert.equal(answers.get(name)["content-type"], "application/wasm");
  assert.equal(await page.evaluate(() => window.crossOriginIsolated), false);
  await finish(page);
});

test("a classic script imports the package, shows an object and chooses a window", async () => {
  const page = await site.open();
  await rest(page, 300);
  const { series } = await (await page.request.get(`${site.url}/dicom-viewer/api/study/1/data/`)).json();
  const file = series[0].images[0].file_path.replace("/media/dicom/images/", "").split("/");
  const [study, seriesUid, sop] = file;
  const url = `/dicomweb/studies/${study}/series/${seriesUid}/instances/${sop.replace(".dcm", "")}`;
  await page.goto(`${site.url}/dicom-viewer/minimal/?url=${encodeURIComponent(url)}&center=40&width=400`);
  await page.waitForFunction(() => window.shownViewer);
  const { phase, window: shown } = await page.evaluate(() => window.shownViewer.state);
  assert.deepEqual([phase, shown.center, shown.width], ["showing", 40, 400]);
  await finish(page);
});
