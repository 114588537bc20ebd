/** What twenty viewers leave behind: nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKENDS, finish, fixture, SERIES } from "./lib/fixture.mjs";

const shared = fixture();
const CYCLES = 20;

for (const backend of BACKENDS) {
  test(`${CYCLES} times create, load and destroy on ${backend}: no workers, no canvases, no listeners remain`, async () => {
    const page = await shared.open();
    const session = await page.context().newCDPSession(page);
    const counters = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return session.send("Memory.getDOMCounters");
    };
    const cycle = async () => {
      await page.evaluate((options) => window.start(options), { backend });
      const { loaded } = await page.evaluate((urls) => window.load(urls), SERIES.slice(0, 4));
      assert.equal(loaded, 4);
      await page.evaluate(() => {
        window.viewer.destroy();
        window.viewer = undefined;
        window.seen = undefined;
      });
    };
    await cycle();
    const before = await counters();
    for (let turn = 0; turn < CYCLES; turn += 1) await cycle();
    const after = await counters();
    assert.equal(page.workers().length, 0);
    assert.equal(await page.evaluate(() => document.querySelectorAll("#viewer *").length), 0);
    assert.ok(after.nodes <= before.nodes + 20, `${before.nodes} nodes before, ${after.nodes} after`);
    assert.ok(
      after.jsEventListeners <= before.jsEventListeners + 5,
      `${before.jsEventListeners} listeners before, ${after.jsEventListeners} after`,
    );
    await finish(page);
  });
}
