/** In WebKit the adapter takes the page over and draws slices, windows and planes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { site } from "../lib/site.mjs";
import { launchWebKit } from "../lib/webkit.mjs";

let host;
let webkit;
before(async () => {
  [host, webkit] = await Promise.all([site(12), launchWebKit()]);
});
after(async () => {
  await webkit?.close();
  await host?.close();
});

/** In the page: what is told, thrown and asked for, and the pictures after each step as numbers. */
async function used() {
  const thrown = [];
  window.addEventListener("error", ({ message }) => thrown.push(message));
  window.addEventListener("unhandledrejection", ({ reason }) => thrown.push(String(reason)));
  const until = async (isSo) => {
    while (!isSo()) await new Promise((done) => setTimeout(done, 50));
  };
  const sum = (name) => {
    const canvas = document.getElementById(name);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((total, value, i) => (total * 7 + value * ((i % 13) + 1)) % 1_000_003, 0);
  };
  const changed = async (name, step) => {
    const before = sum(name);
    step();
    await until(() => sum(name) !== before);
    return sum(name);
  };
  await until(() => window.noctisAdapter && lastLoadedImagePayload);
  await window.noctisAdapter.settled;
  const pictures = [
    sum("dicomCanvas"),
    await changed("dicomCanvas", () => updateSlice(5)),
    await changed("dicomCanvas", () => updateWindowWidth(windowWidth * 3 + 7)),
    await changed("axialCanvas", () => document.querySelector('[data-tool="mpr"]').click()),
  ];
  const { state } = window.noctisAdapter;
  const asked = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  return { state, thrown, pictures, asked };
}

test("slices, windows and planes, without values or planes of the server", async () => {
  await webkit.goto(`${host.url}/login/?as=staff&next=${encodeURIComponent("/dicom-viewer/?study=1&noctis=")}`);
  const { state, thrown, pictures, asked } = await webkit.evaluate(used);
  assert.equal(state, "ready");
  assert.deepEqual(thrown, []);
  assert.equal(new Set(pictures).size, 4);
  assert.ok(asked.some((path) => path.endsWith("noctis_volume_bg.wasm")));
  assert.deepEqual(
    asked.filter((path) => /\/image\/\d+\/data\/$|\/mpr(-slice)?\//.test(path)),
    [],
  );
});
