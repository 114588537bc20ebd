/** Bone in three dimensions, in the place of the mesh that the page's server makes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { finish } from "../lib/fixture.mjs";
import { requests, rest, STUDY, siteOfTests, taken } from "../lib/site.mjs";

const site = siteOfTests(8);

/** Pixels of the canvas that are lit, and where they are: `{ count, x, y, width }`, in shares of it. */
const lit = () => {
  const canvas = document.getElementById("bone3DCanvas");
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const found = { count: 0, x: 0, y: 0, left: width, right: 0 };
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] < 40) continue;
    const [x, y] = [(at / 4) % width, Math.floor(at / 4 / width)];
    found.count += 1;
    found.x += x;
    found.y += y;
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x);
  }
  const { count, x, y, left, right } = found;
  return { count, x: x / count / width, y: y / count / height, width: (right - left) / width };
};

/** What is to be seen when nothing changes any more. */
async function settled(page) {
  let last = "";
  for (let same = 0; same < 3; ) {
    await page.waitForTimeout(250);
    const now = JSON.stringify(await page.evaluate(lit));
    same = now === last ? same + 1 : 0;
    last = now;
  }
  return JSON.parse(last);
}

async function open(options) {
  const page = await site.open({ study: STUDY.uneven, ...options });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 400);
  await page.evaluate(() => {
    window.theirs = document.getElementById("bone3DCanvas");
  });
  taken(page);
  await page.click('[data-tool="mpr"]');
  await page.waitForFunction(() => document.getElementById("bone3DCanvas") !== window.theirs);
  // A GPU takes its time to make its programs ready.
  while ((await page.evaluate(lit)).count === 0) await page.waitForTimeout(100);
  return page;
}

/** One way to change what is seen, and what is then to be true of it. */
const CHANGES = [
  ["a drag turns", async (page, box) => drag(page, box, 60), (was, is) => Math.abs(is.width - was.width) > 0.01],
  ["the wheel zooms", (page) => page.mouse.wheel(0, 300), (was, is) => is.count > 1.1 * was.count],
  [
    "a drag with Shift moves",
    async (page, box) => {
      await page.keyboard.down("Shift");
      await drag(page, box, 50);
      await page.keyboard.up("Shift");
    },
    (was, is) => is.x > was.x + 0.05,
  ],
  ["Reset brings it back", (page) => page.click('[data-bone="reset"]'), (was, is) => is.x < was.x - 0.05],
  ["a button zooms", (page) => page.click('[data-bone="in"]'), (was, is) => is.count > 1.2 * was.count],
  [
    "an ellipse in a plane leaves the rest out",
    async (page) => {
      await page.evaluate(() => finishMprRoi({ plane: "axial", slice: 3, cx: 28, cy: 40, rx: 4, ry: 4 }));
      await page.evaluate(() => generateBoneReconstruction());
    },
    (was, is) => is.count < 0.8 * was.count,
  ],
  [
    "a higher threshold shows nothing",
    (page) => page.evaluate(() => updateBoneThreshold(1500)),
    (_, is) => is.count === 0,
  ],
];

async function drag(page, box, by) {
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  for (let i = 1; i <= 5; i += 1) await page.mouse.move(box.x + 100 + (by * i) / 5, box.y + 100);
  await page.mouse.up();
}

for (const backend of ["webgpu", "cpu"]) {
  test(`${backend}: the volume itself, turned and moved by hand and by the page's buttons, without its mesh`, async () => {
    const page = await open({ adapter: `backend=${backend}` });
    const box = await page.locator("#bone3DCanvas").boundingBox();
    let was = await settled(page);
    assert.ok(was.count > 500 && Math.abs(was.x - 0.5) < 0.1, JSON.stringify(was));
    for (const [name, change, holds] of CHANGES) {
      await change(page, box);
      const is = await settled(page);
      assert.ok(holds(was, is), `${name}: ${JSON.stringify([was, is])}`);
      was = is;
    }
    const tally = taken(page);
    assert.deepEqual([requests(tally, "bone"), requests(tally, "plane"), requests(tally, "volume")], [0, 0, 0]);
    await finish(page);
  });
}

test("restore() gives the page its own canvas back, on which it draws its mesh", async () => {
  const page = await open({ adapter: "backend=cpu" });
  await page.evaluate(() => window.noctisAdapter.restore());
  await page.waitForFunction(() => bone3D.mesh);
  assert.ok(await page.evaluate(() => document.getElementById("bone3DCanvas") === window.theirs));
  assert.ok(await page.evaluate(() => mprCanvases.bone3d === window.theirs && window.theirs.getContext("webgl")));
  assert.equal(requests(taken(page), "bone"), 1);
  await finish(page);
});

test("a crash there leaves it to the page, and nothing else", async () => {
  const page = await open({ adapter: "backend=cpu" });
  await page.evaluate(() => {
    const own = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...given) {
      if (this.canvas.id === "bone3DCanvas") throw new WebAssembly.RuntimeError("unreachable");
      return own.apply(this, given);
    };
    boneRotate(0, 1);
  });
  await page.waitForFunction(() => bone3D.mesh);
  assert.ok(await page.evaluate(() => document.getElementById("bone3DCanvas") === window.theirs));
  assert.equal(await page.evaluate(() => window.noctisAdapter.state), "ready");
  await finish(page);
});

test("a mesh is asked for when somebody wants a file of it", async () => {
  const page = await open({ adapter: "backend=cpu" });
  taken(page);
  const file = page.waitForEvent("download");
  await page.click('[data-bone="save"]');
  assert.match((await file).suggestedFilename(), /\.obj$/);
  await rest(page, 200);
  assert.equal(requests(taken(page), "bone"), 1);
  await finish(page);
});

test("without a volume it is the page's", async () => {
  const page = await site.open({ study: STUDY.large });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 400);
  await page.click('[data-tool="3d"]');
  await rest(page, 400);
  assert.equal(requests(taken(page), "bone"), 1);
  await finish(page, /400/);
});

test("the page of 2025, which has nothing to show there, shows it too", async () => {
  const page = await open({ page: "v1/", adapter: "backend=cpu" });
  assert.ok((await settled(page)).count > 500);
  await finish(page);
});
