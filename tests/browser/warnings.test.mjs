/** What is shown though something was not as it should be: the picture, and a warning. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertQuadrants, finish, fixture, greysOf, screen } from "./lib/fixture.mjs";

const shared = fixture();

const warnings = (page) =>
  page.evaluate(() => window.seen.filter(({ type }) => type === "warning").map(({ event }) => event));

/** What sRGB makes of a linear value of 8 bits (IEC 61966-2-1). */
const srgb = (value) => Math.round(255 * (1.055 * (value / 255) ** (1 / 2.4) - 0.055));

test("colours are shown in sRGB by their profile, whose codec is loaded when it is needed", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers });
    await page.evaluate(() => window.load("/inputs/profile.dcm"));
    assertQuadrants(await screen(page), greysOf(0).map(srgb), {}, `${workers} workers`);
    assert.deepEqual(await warnings(page), []);
    await finish(page);
  }
});

test("a profile that cannot be used is a warning, and the colours are shown without it", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers });
    await page.evaluate(() => window.load("/inputs/no-profile.dcm"));
    assertQuadrants(await screen(page), greysOf(0), {}, `${workers} workers`);
    const [warning, ...others] = await warnings(page);
    assert.deepEqual(others, []);
    assert.equal(warning.kind, "color-profile");
    assert.equal(warning.tag, "0028,2000");
    assert.equal(warning.frame, 0);
    assert.match(warning.sopInstanceUid, /^[0-9.]+$/);
    await finish(page);
  }
});

test("frames that are not there say so in their place, the others are shown", async () => {
  const page = await shared.open({});
  const { loaded } = await page.evaluate(() => window.load("/inputs/short.dcm"));
  assert.equal(loaded, 1);
  assert.deepEqual(
    (await warnings(page)).map(({ kind, frame }) => ({ kind, frame })),
    [{ kind: "pixel-data-length", frame: undefined }],
  );
  for (const frame of [0, 3, 2, 4, 1]) {
    const error = await page.evaluate(
      (index) =>
        window.viewer.renderSlice(index).then(
          () => undefined,
          ({ kind, frame }) => ({ kind, frame }),
        ),
      frame,
    );
    if (frame > 2) {
      assert.deepEqual(error, { kind: "truncated", frame });
      assert.match(await page.evaluate(() => window.text()), /truncated/);
    } else {
      assert.equal(error, undefined);
      assertQuadrants(await screen(page), greysOf(frame), {}, `frame ${frame}`);
    }
  }
  assert.equal((await warnings(page)).length, 1, "a finding is told once");
  await finish(page);
});

test("a first frame that is broken says so in its place, the others are shown", async () => {
  for (const workers of [0, 2]) {
    const page = await shared.open({ workers });
    const { loaded } = await page.evaluate(() => window.load("/inputs/broken-first.dcm"));
    assert.equal(loaded, 1);
    await page.waitForFunction(() => /This slice cannot be shown/.test(window.text()));
    const errors = await page.evaluate(() => window.seen.filter(({ type }) => type === "error"));
    assert.deepEqual(
      errors.map(({ event: { kind, frame } }) => ({ kind, frame })),
      [{ kind: "truncated", frame: 0 }],
    );
    await page.evaluate(() => window.viewer.renderSlice(3));
    assertQuadrants(await screen(page), greysOf(3), {}, `frame 3, ${workers} workers`);
    await finish(page);
  }
});
