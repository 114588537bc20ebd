/** Instances of a DICOMweb server, read by their metadata and frames: the same pictures as by their bytes. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { request as ask } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { finish, fixture } from "./lib/fixture.mjs";
import { startGateway } from "./lib/gateway.mjs";
import { startOrthanc } from "./lib/orthanc.mjs";
import { pydicomFiles, python, root } from "./lib/paths.mjs";

/** Native, compressed, of several frames, in colour, with a palette, with overlays; big endian, of which there are no frames. */
const NAMES = [
  "CT_small.dcm",
  "JPEGLSNearLossless_16.dcm",
  "rtdose_rle.dcm",
  "examples_ybr_color.dcm",
  "examples_palette.dcm",
  "examples_rgb_color.dcm",
  "examples_overlay.dcm",
  "JPEG-lossy.dcm",
  "SC_rgb_jpeg_dcmtk.dcm",
  "SC_rgb_rle_16bit_2frame.dcm",
  "MR_small_bigendian.dcm",
  "examples_jpeg2k.dcm",
];
/** It names no study: Orthanc does not take it. */
const NOT_FOR_ORTHANC = ["JPEGLSNearLossless_16.dcm"];
/** What was asked of the servers, through these addresses of the page's own server. */
const asked = [];
const shared = fixture({
  "/dicomweb/": (request, response) => forward(gateway, request, response),
  "/dicom-web/": (request, response) => forward(orthanc, request, response),
});
let gateway;
let orthanc;
let folder;

function forward(server, request, response) {
  asked.push({ url: request.url, headers: request.headers });
  const { hostname, port } = new URL(server.url);
  ask(
    { hostname, port, path: request.url, headers: { accept: request.headers.accept, host: request.headers.host } },
    (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    },
  ).end();
}

before(async () => {
  await shared.ready;
  folder = await mkdtemp(path.join(tmpdir(), "noctis-wado-"));
  for (const name of NAMES) await cp(path.join(pydicomFiles(), name), path.join(folder, name));
  execFileSync(python, [path.join(root, "tests/browser/lib/announce.py"), folder]);
  gateway = await startGateway(folder);
  orthanc = await startOrthanc();
  for (const name of NAMES) {
    await gateway.send(name);
    if (!NOT_FOR_ORTHANC.includes(name)) await orthanc.store(path.join(folder, name));
  }
});
after(async () => {
  await gateway?.close();
  await orthanc?.close();
  await rm(folder, { recursive: true, force: true });
});

function addressOf(name, root = "/dicomweb") {
  const { study_instance_uid: study, series_instance_uid: series, sop_instance_uid: sop } = gateway.events[name];
  return `${root}/studies/${study}/series/${series}/instances/${sop}`;
}

/** Every picture of what a source gives, and what is said of it. */
async function seen(page, source) {
  return page.evaluate(async (given) => {
    const result = await window.load(given);
    if (result.rejected) return result;
    const { sliceCount } = window.viewer.state;
    const pictures = [];
    for (let slice = 0; slice < sliceCount; slice += 1) {
      await window.viewer.renderSlice(slice);
      const png = new Uint8Array(await (await window.viewer.toPng({ width: 128, height: 128 })).arrayBuffer());
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", png));
      pictures.push([...digest.slice(0, 8)].join(" "));
    }
    const { transferSyntaxUid, ...info } = window.viewer.instance(0);
    return { pictures, info };
  }, source);
}

test("pictures and descriptions are those of the whole objects", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers, backend: "cpu" });
    for (const name of NAMES) {
      const expected = await seen(page, `/pydicom/${name}`);
      const found = await seen(page, { wadoRs: addressOf(name) });
      assert.deepEqual(found, expected, name);
      assert.ok(found.pictures.length > 0, name);
    }
    await finish(page, /406/);
  }
});

test("another server's are the same too", async () => {
  const page = await shared.open({ workers: 2, backend: "cpu" });
  for (const name of NAMES.filter((each) => !NOT_FOR_ORTHANC.includes(each))) {
    const expected = await seen(page, `/pydicom/${name}`);
    const found = await seen(page, { wadoRs: addressOf(name, "/dicom-web") });
    assert.deepEqual(found, expected, name);
  }
  await finish(page, /400|500/);
});

test("of an object of several frames only those are asked for that are looked at", async () => {
  const name = "rtdose_rle.dcm";
  const page = await shared.open({ backend: "cpu", cacheBytes: 1 });
  asked.length = 0;
  await page.evaluate((source) => window.load(source), { wadoRs: addressOf(name), headers: { "x-site": "one" } });
  await page.evaluate(() => window.viewer.renderSlice(7));
  const frames = asked.map(({ url }) => /\/frames\/(\d+)$/.exec(url)?.[1]).filter(Boolean);
  assert.ok(frames.includes("1") && frames.includes("8"), String(frames));
  assert.equal(asked.filter(({ url }) => url.endsWith("/metadata")).length, 1);
  assert.ok(asked.every(({ headers }) => headers["x-site"] === "one"));
  await finish(page);
});

test("what the server does not have is told as such", async () => {
  const page = await shared.open({ backend: "cpu" });
  const missing = addressOf(NAMES[0]).replace(/[^.]*$/, "9999");
  const { rejected } = await seen(page, { wadoRs: missing });
  assert.equal(rejected.kind, "io");
  assert.match(rejected.message, /404/);
  const { rejected: page_ } = await seen(page, { wadoRs: "/viewer.html" });
  assert.equal(page_.kind, "io");
  await finish(page, /404/);
});
