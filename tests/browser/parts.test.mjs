/** Large objects of many frames at a server that gives parts: only what is looked at is read. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { before, test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, screen } from "./lib/fixture.mjs";
import { python, root } from "./lib/paths.mjs";

const shared = fixture({ "/many.dcm": (request, response) => answer(request, response) });
const FRAMES = 100;
/** What the server is to do; what it did. */
const server = { body: Buffer.alloc(0), givesParts: true, sent: 0, ranges: 0, etag: '"1"' };

function answer(request, response) {
  const { body } = server;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const isPart = server.givesParts && first !== undefined;
  const part = isPart ? body.subarray(Number(first), Number(last) + 1) : body;
  if (isPart) server.ranges += 1;
  const before = request.socket.bytesWritten;
  response.on("close", () => {
    server.sent += request.socket.bytesWritten - before;
  });
  response.writeHead(isPart ? 206 : 200, {
    ...(server.givesParts && { "accept-ranges": "bytes" }),
    ...(isPart && { "content-range": `bytes ${first}-${last}/${body.length}` }),
    etag: server.etag,
    "content-length": part.length,
  });
  let at = 0;
  const next = () => {
    while (at < part.length && !response.destroyed) {
      const chunk = part.subarray(at, at + 65536);
      at += chunk.length;
      if (!response.write(chunk)) return void response.once("drain", next);
    }
    response.end();
  };
  next();
}

before(async () => {
  await shared.ready;
  const file = path.join(shared.inputs, "many.dcm");
  execFileSync(python, [path.join(root, "tests/browser/lib/make_inputs.py"), file, "large"]);
  server.body = await readFile(file);
});

async function shows(page, frame) {
  await page.evaluate((index) => window.viewer.renderSlice(index), frame);
  assertQuadrants(await screen(page), greysOf(frame % 30), {}, `frame ${frame}`);
}

test("frame 50 of 100 is shown long before the object is read", async () => {
  for (const workers of [0, 2]) {
    Object.assign(server, { givesParts: true, sent: 0, ranges: 0 });
    const page = await shared.open({ workers });
    const { loaded } = await page.evaluate((url) => window.load(url), "/many.dcm");
    assert.equal(loaded, 1);
    assert.equal(await page.evaluate(() => window.viewer.state.sliceCount), FRAMES);
    await shows(page, 50);
    await shows(page, 0);
    await shows(page, 99);
    assert.ok(server.ranges >= 3 && server.ranges < 30, `${server.ranges} parts`);
    assert.ok(server.sent < server.body.length / 2, `${server.sent} of ${server.body.length} bytes`);
    await finish(page);
  }
});

test("a server without parts is read as a whole", async () => {
  Object.assign(server, { givesParts: false, sent: 0, ranges: 0 });
  const page = await shared.open({});
  assert.equal((await page.evaluate((url) => window.load(url), "/many.dcm")).loaded, 1);
  await shows(page, 50);
  assert.equal(server.ranges, 0);
  await finish(page);
});

test("a server that has another object by then is read anew as a whole", async () => {
  Object.assign(server, { givesParts: true, etag: '"1"', ranges: 0 });
  const page = await shared.open({});
  await page.evaluate((url) => window.load(url), "/many.dcm");
  server.etag = '"2"';
  await shows(page, 50);
  server.etag = '"1"';
  await finish(page);
});
