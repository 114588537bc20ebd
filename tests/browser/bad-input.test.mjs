/** What cannot be shown is named, in the page and in the promise, and the viewer goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, SERIES, screen } from "./lib/fixture.mjs";

const shared = fixture();

const CASES = [
  ["a text file", "/inputs/text.dcm", ["malformed"], /DICOM/i],
  ["a truncated object", "/inputs/truncated.dcm", ["truncated"], /./],
  ["an object without pixels", "/inputs/no-pixels.dcm", ["no-pixel-data"], /picture/],
  ["a structured report", "/pydicom/test-SR.dcm", ["no-pixel-data"], /picture/],
  ["JPIP", "/inputs/jpip.dcm", ["unsupported-transfer-syntax"], /JPIP .*1\.2\.840\.10008\.1\.2\.4\.94/],
  ["an address that is not there", "/inputs/nowhere.dcm", ["io"], /404/],
];

for (const [what, url, kinds, message] of CASES) {
  test(`${what} alone: the load is rejected by name, and the page says so`, async () => {
    const page = await shared.open({});
    const { rejected, isNoctisError } = await page.evaluate((source) => window.load(source), url);
    assert.ok(isNoctisError);
    assert.ok(kinds.includes(rejected.kind), `${rejected.kind}: ${rejected.message}`);
    assert.match(rejected.message, message);
    assert.equal(rejected.source, url);
    const text = await page.evaluate(() => window.text());
    assert.ok(text.includes("Nothing could be shown") && text.includes(rejected.kind), text);
    assert.equal(await page.evaluate(() => window.viewer.state.phase), "failed");
    const again = await page.evaluate((source) => window.load(source), SERIES[1]);
    assert.equal(again.loaded, 1);
    assertQuadrants(await screen(page), greysOf(0));
    await finish(page, /404/);
  });
}

test("among good slices: the good ones are shown, each bad one is named", async () => {
  const page = await shared.open({});
  const bad = CASES.map(([, url]) => url);
  const urls = [SERIES[0], ...bad, ...SERIES.slice(1)];
  const { loaded, failed } = await page.evaluate((sources) => window.load(sources), urls);
  assert.equal(loaded, 12);
  assert.deepEqual(new Set(failed.map(({ source }) => source)), new Set(bad));
  for (const { source, error } of failed) {
    const expected = CASES.find(([, url]) => url === source);
    assert.ok(expected[2].includes(error.kind), `${source}: ${error.kind}`);
  }
  const events = await page.evaluate(() => window.seen.filter(({ type }) => type === "error").length);
  assert.equal(events, bad.length);
  const text = await page.evaluate(() => window.text());
  assert.match(text, new RegExp(`${bad.length} objects could not be shown`));
  await page.getByRole("button", { name: "Dismiss" }).click();
  assert.doesNotMatch(await page.evaluate(() => window.text()), /could not be shown/);
  await page.evaluate(() => window.viewer.renderSlice(11));
  assertQuadrants(await screen(page), greysOf(11));
  await finish(page, /404/);
});

test("impossible calls are refused by name", async () => {
  const page = await shared.open({});
  await page.evaluate((url) => window.load(url), SERIES[1]);
  const kinds = await page.evaluate(async () => {
    const { viewer } = window;
    const calls = [
      () => viewer.renderSlice(7),
      () => viewer.applyWindowLevel({ center: 0, width: 0 }),
      () => viewer.setView({ zoom: Number.NaN }),
      () => viewer.showSeries("1.2.3"),
      () => viewer.instance(-1),
      () => viewer.setBindings({ "drag:left": "fly" }),
      () => viewer.load(42),
    ];
    const kinds = [];
    for (const call of calls) {
      try {
        await call();
        kinds.push("nothing thrown");
      } catch ({ kind }) {
        kinds.push(kind);
      }
    }
    return kinds;
  });
  assert.deepEqual(kinds, Array(7).fill("invalid-argument"));
  await finish(page);
});
