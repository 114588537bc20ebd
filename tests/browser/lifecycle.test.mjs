/** What twenty viewers leave behind: nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKENDS, finish, fixture, SERIES } from "./lib/fixture.mjs";

const shared = fixture();
const CYCLES = 20;

/** What `look` sees once all of it is 0, or after some seconds. */
async function settled(look) {
  for (let wait = 0; wait < 40; wait += 1) {
    const seen = await look();
    if (Object.values(seen).every((value) => value === 0)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return look();
}

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
    // Workers end, and what a promise of the last cycle holds is let go, a moment later.
    const left = await settled(async () => {
      const { nodes, jsEventListeners } = await counters();
      return {
        workers: page.workers().length,
        elements: await page.evaluate(() => document.querySelectorAll("#viewer *").length),
        nodes: Math.max(0, nodes - before.nodes - 20),
        listeners: Math.max(0, jsEventListeners - before.jsEventListeners - 5),
      };
    });
    assert.deepEqual(left, { workers: 0, elements: 0, nodes: 0, listeners: 0 });
    await finish(page);
  });
}
