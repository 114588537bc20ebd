/** Where and when frames are decoded: workers or none, on demand, in what order, and how a load is stopped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();

test("without workers it still works", async () => {
  const page = await shared.open({ workers: 0 });
  const { loaded } = await page.evaluate((urls) => window.load(urls), SERIES);
  assert.equal(loaded, 12);
  assert.equal(await page.evaluate(() => window.viewer.state.workers), 0);
  assert.equal(page.workers().length, 0);
  await page.evaluate(() => window.viewer.renderSlice(4));
  assertQuadrants(await screen(page), greysOf(4));
  await finish(page);
});

test("workers that cannot start are replaced by the page's own thread", async () => {
  const page = await shared.open();
  await page.evaluate(() => {
    window.Worker = class {
      constructor() {
        throw new DOMException("no workers here", "SecurityError");
      }
    };
  });
  await page.evaluate(() => window.start({ workers: 2 }));
  const { loaded } = await page.evaluate((urls) => window.load(urls), SERIES);
  assert.equal(loaded, 12);
  assert.equal(await page.evaluate(() => window.viewer.state.workers), 0);
  await finish(page);
});

test("a worker file that is missing is no reason to show nothing", async () => {
  const page = await shared.open();
  await page.route("**/decode-worker.js", (route) => route.abort());
  await page.evaluate(() => window.start({ workers: 2 }));
  const { loaded } = await page.evaluate((urls) => window.load(urls), SERIES.slice(0, 3));
  assert.equal(loaded, 3);
  await finish(page, /ERR_FAILED/);
});

test("frames of a multi-frame object are decoded when they are asked for", async () => {
  const page = await shared.open({});
  await page.evaluate(() => window.load("/inputs/frames.dcm"));
  assert.equal(await page.evaluate(() => window.viewer.state.sliceCount), 5);
  for (const frame of [4, 0, 2]) {
    await page.evaluate((index) => window.viewer.renderSlice(index), frame);
    assertQuadrants(await screen(page), greysOf(frame), {}, `frame ${frame}`);
  }
  await finish(page);
});

/** The names of the image codecs that a page asks for, as it does. */
function codecsOf(page) {
  const names = [];
  page.on("request", (request) => {
    const [, name] = /noctis_codec_(\w+)_bg\.wasm$/.exec(request.url()) ?? [];
    if (name) names.push(name);
  });
  return names;
}

test("an image codec is loaded when the first frame needs it, once", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers });
    const codecs = codecsOf(page);
    await page.evaluate((urls) => window.load(urls), SERIES);
    assert.deepEqual(codecs, [], "uncompressed slices need none");
    await page.evaluate(() => window.load(["/inputs/frames-jpeg.dcm"]));
    for (const frame of [4, 1, 3]) {
      await page.evaluate((index) => window.viewer.renderSlice(index), frame);
      assertQuadrants(await screen(page), greysOf(frame), {}, `frame ${frame}, ${workers} workers`);
    }
    assert.deepEqual(codecs, ["jpeg"], `${workers} workers`);
    await finish(page);
  }
});

test("a deflated object is inflated by a codec of its own", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers });
    const codecs = codecsOf(page);
    assert.equal((await page.evaluate(() => window.load("/pydicom/image_dfl.dcm"))).loaded, 1);
    assert.deepEqual(codecs, ["deflate"], `${workers} workers`);
    await finish(page);
  }
});

test("a codec that cannot be loaded is the error of that frame, and is asked for again", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers });
    const codecs = codecsOf(page);
    await page.route("**/noctis_codec_jpeg_bg.wasm", (route) => route.fulfill({ status: 404 }));
    const { rejected: error } = await page.evaluate(() => window.load("/inputs/frames-jpeg.dcm"));
    assert.equal(error.kind, "io");
    assert.equal(error.frame, 0);
    assert.match(error.message, /noctis_codec_jpeg_bg\.wasm is missing \(HTTP 404\)/);
    await page.unroute("**/noctis_codec_jpeg_bg.wasm");
    assert.equal((await page.evaluate(() => window.load("/inputs/frames-jpeg.dcm"))).loaded, 1);
    assertQuadrants(await screen(page), greysOf(0), {}, `${workers} workers`);
    assert.deepEqual(codecs, ["jpeg", "jpeg"]);
    await finish(page, /404/);
  }
});

test("frames that were let go are read and decoded again", async () => {
  const bytesOfAFrame = 64 * 64 * 2;
  for (const workers of [0, 2]) {
    const page = await shared.open({ cacheBytes: 2 * bytesOfAFrame, gpuBytes: bytesOfAFrame, workers });
    await page.evaluate((urls) => window.load([...urls, "/inputs/frames.dcm"]), SERIES);
    for (const index of [11, 0, 6]) {
      await page.evaluate((i) => window.viewer.renderSlice(i), index);
      assertQuadrants(await screen(page), greysOf(index), {}, `slice ${index}, ${workers} workers`);
    }
    await page.evaluate(() => window.viewer.showSeries(window.viewer.series.at(-1).seriesInstanceUid));
    await page.evaluate(() => window.viewer.renderSlice(3));
    assertQuadrants(await screen(page), greysOf(3), {}, `frame 3, ${workers} workers`);
    await finish(page);
  }
});

test("all kinds of sources: address, URL, file, blob, buffer, bytes, async iterable", async () => {
  const page = await shared.open({});
  const counts = await page.evaluate(async (urls) => {
    const bytes = await Promise.all(urls.slice(0, 6).map(window.bytesOf));
    async function* one() {
      yield bytes[5];
    }
    const inputs = [
      urls[6],
      new URL(urls[7], location.href),
      new File([bytes[0]], "a.dcm"),
      [new Blob([bytes[1]])],
      bytes[2].buffer,
      bytes[3],
      new Set([bytes[4]]),
      one(),
    ];
    const counts = [];
    for (const input of inputs) counts.push((await window.load(input, { append: true })).loaded);
    return { counts, total: window.viewer.state.sliceCount, kept: bytes.map(({ length }) => length > 0) };
  }, SERIES);
  assert.deepEqual(counts, { counts: Array(8).fill(1), total: 8, kept: Array(6).fill(true) });
  await finish(page);
});

test("slices are shown while others still arrive, and the shown one stays when others come before it", async () => {
  const page = await shared.open({});
  const seen = await page.evaluate(async (urls) => {
    const steps = [];
    let next;
    const arrived = () =>
      new Promise((resolve) => {
        next = resolve;
      });
    async function* slowly() {
      for (const url of urls) {
        const ready = arrived();
        yield url;
        await ready;
      }
    }
    window.viewer.on("frame", () => {
      const { sliceIndex, sliceCount } = window.viewer.state;
      steps.push([sliceCount, window.viewer.instance(sliceIndex).imagePositionPatient[2]]);
      setTimeout(next);
    });
    const result = await window.load(slowly());
    return { steps, result };
  }, SERIES);
  assert.equal(seen.result.loaded, 12);
  assert.deepEqual(
    seen.steps.map(([count]) => count),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  );
  assert.deepEqual(new Set(seen.steps.map(([, at]) => at)), new Set([12.5]));
  assert.equal(await page.evaluate(() => window.viewer.state.sliceIndex), 5);
  assertQuadrants(await screen(page), greysOf(5));
  await finish(page);
});

test("a load can be cancelled, even while it waits, and the viewer goes on with what is there", async () => {
  const page = await shared.open({});
  const result = await page.evaluate(async (urls) => {
    const stop = new AbortController();
    async function* endless() {
      yield urls[1];
      await new Promise(() => {});
    }
    window.viewer.on("drawn", () => stop.abort());
    return window.load(endless(), { signal: stop.signal });
  }, SERIES);
  assert.equal(result.rejected.kind, "cancelled");
  assert.equal(await page.evaluate(() => window.viewer.state.sliceCount), 1);
  assertQuadrants(await screen(page), greysOf(0));
  const more = await page.evaluate((urls) => window.load(urls, { append: true }), SERIES);
  assert.equal(more.loaded, 12);
  assert.equal(await page.evaluate(() => window.viewer.state.sliceCount), 12);
  await finish(page);
});

test("a new load replaces the one before, and that one says so", async () => {
  const page = await shared.open({});
  const [first, second] = await page.evaluate(async (urls) => {
    const one = window.load(urls);
    const two = window.load(urls[0]);
    return [await one, await two];
  }, SERIES);
  assert.equal(first.rejected.kind, "cancelled");
  assert.equal(second.loaded, 1);
  assert.equal(await page.evaluate(() => window.viewer.state.sliceCount), 1);
  await finish(page);
});

test("several series: the first is shown, the others are listed and can be chosen, each with its own view", async () => {
  const page = await shared.open({});
  await page.evaluate((urls) => window.load(urls), [...SERIES, "/inputs/second-0.dcm", "/inputs/second-1.dcm"]);
  const list = await page.evaluate(() =>
    window.viewer.series.map(({ description, sliceCount }) => [description, sliceCount]),
  );
  assert.deepEqual(list, [
    ["ascending", 12],
    ["second", 2],
  ]);
  await page.evaluate(() => window.viewer.setView({ invert: true }));
  await page.evaluate(() => window.viewer.showSeries(window.viewer.series[1].seriesInstanceUid));
  await page.evaluate(() => window.viewer.renderSlice(1));
  assertQuadrants(await screen(page), greysOf(1), {}, "the other series");
  await page.evaluate(() => window.viewer.showSeries(window.viewer.series[0].seriesInstanceUid));
  assert.equal(await page.evaluate(() => window.viewer.state.invert), true);
  await finish(page);
});

test("wasm served with a wrong type, and a missing wasm file by name", async () => {
  const page = await shared.open();
  await page.route("**/*_bg.wasm", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { "content-type": "text/plain" } });
  });
  await page.evaluate(() => window.start({ backend: "cpu" }));
  assert.equal((await page.evaluate((url) => window.load(url), SERIES[0])).loaded, 1);
  await page.evaluate(() => window.viewer.destroy());
  await page.route("**/noctis_viewer_webgl2_bg.wasm", (route) => route.fulfill({ status: 404 }));
  const error = await page.evaluate(() =>
    window.start({ backend: "webgl2" }).catch(({ kind, message }) => ({ kind, message })),
  );
  assert.match(error.message, /noctis_viewer_webgl2_bg\.wasm is missing \(HTTP 404\)/);
  await finish(page, /404/);
});
