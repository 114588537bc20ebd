/** What a page loads, in bytes as they cross the wire: brotli, as `cargo xtask wasm` lays them beside the files. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "./lib/paths.mjs";

const { version } = JSON.parse(readFileSync(path.join(root, "js-glue/package.json")));
const folder = path.join(root, "static/wasm", version);
/** Sizes as they were when this was last agreed on; a change on purpose changes them there. */
const AGREED = JSON.parse(readFileSync(new URL("sizes.json", import.meta.url)));
const LEEWAY = 5 * 1024;
const size = (name) => statSync(path.join(folder, `${name}.br`)).size;
const sum = (names) => names.reduce((total, name) => total + size(name), 0);

test("no file has grown by more than 5 KiB", () => {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".br"))
    .map((name) => name.slice(0, -3));
  assert.deepEqual(files.toSorted(), Object.keys(AGREED).toSorted());
  const grown = files.filter((name) => size(name) > AGREED[name] + LEEWAY);
  assert.deepEqual(
    grown.map((name) => `${name}: ${size(name)} bytes, agreed ${AGREED[name]}`),
    [],
  );
});

test("all image codecs together are at most 450 kB", () => {
  const total = sum(["jpeg", "jpegls", "jpeg2000", "jpegxl"].map((codec) => `noctis_codec_${codec}_bg.wasm`));
  assert.ok(total <= 450_000, `${total} bytes`);
});

// 4 kB of the page's code are layouts, 2 kB what it has of tools before the first is wanted, corner text from a template and
// the scale bar; 2 kB of the decoder are what measures need to know of regions and spacings.
test("an uncompressed CT is within its budget on every backend", () => {
  const always = ["noctis-viewer.js", "noctis_decode_bg.wasm"];
  for (const [renderer, budget] of [
    [["noctis_viewer_cpu_bg.wasm"], 165_000],
    [["noctis_viewer.js", "noctis_viewer_bg.wasm"], 200_000],
    [["noctis_viewer_webgl2.js", "noctis_viewer_webgl2_bg.wasm"], 171_500],
  ]) {
    const total = sum([...always, ...renderer]);
    assert.ok(total <= budget, `${renderer}: ${total} bytes`);
  }
});
