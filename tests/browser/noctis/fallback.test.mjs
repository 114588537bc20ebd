/** Whatever fails, the page's own renderer goes on, once, without a dialog; and what is given back is as it was. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openSite, requests, rest, STUDY, siteOfTests, startSite, taken } from "../lib/site.mjs";

const site = siteOfTests(6);

/** Notes what the adapter tells, and dialogs of the page. */
const listen = () => {
  window.news = [];
  window.dialogs = [];
  document.addEventListener("noctis-adapter", ({ detail }) => window.news.push(detail));
  for (const name of ["alert", "confirm"]) window[name] = (text) => window.dialogs.push(text);
};

async function open({ break: broken, route, url = site.url, ...options } = {}) {
  const page = await openSite(site.browser, url, {
    ...options,
    setUp: async (page) => {
      await page.addInitScript(listen);
      for (const each of [broken ?? []].flat()) await page.addInitScript(each);
      if (route) await page.route(...route);
    },
  });
  await page.waitForFunction(() => typeof lastLoadedImagePayload !== "undefined" && lastLoadedImagePayload);
  return page;
}

/** The page shows slices and windows by itself; it was told once, and its own functions are back. */
async function assertByItself(page, reason) {
  await page.waitForFunction(() => window.news.length > 0);
  await rest(page, 500);
  const [news, dialogs] = await page.evaluate(() => [window.news, window.dialogs]);
  assert.deepEqual(
    news.map(({ state }) => state),
    ["fallback"],
  );
  assert.match(news[0].reason, reason);
  assert.deepEqual([news[0].taken, dialogs], [{}, []]);
  await assertDraws(page);
  assert.match(await page.evaluate(() => String(window.fetch)), /native code/);
  assert.match(await page.evaluate(() => String(window.renderDicomImage)), /applyWindowing/);
  const thrown = page.complaints.filter((text) => !/Failed to load|Content Security|Content-Security|ERR_/.test(text));
  assert.deepEqual(thrown, []);
  await page.context().close();
}

/** Another slice, and another window, make another picture. */
async function assertDraws(page) {
  const sum = () =>
    page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((total, value, i) => (total * 7 + value * ((i % 13) + 1)) % 1_000_003, 0);
    });
  const first = await sum();
  await page.evaluate(() => updateSlice(currentImageIndex === 0 ? imageData.length - 1 : 0));
  await rest(page, 400);
  const second = await sum();
  await page.evaluate(() => updateWindowWidth(windowWidth * 3 + 7));
  const third = await sum();
  assert.equal(new Set([first, second, third]).size, 3, "slices and windows are drawn");
}

test("without WebAssembly", async () => {
  await assertByItself(await open({ break: () => Reflect.deleteProperty(window, "WebAssembly") }), /WebAssembly/);
});

test("without WebAssembly the page of 2025, which has no renderer, is drawn by plain JavaScript", async () => {
  const setUp = async (page) => {
    await page.addInitScript(listen);
    await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
  };
  const page = await site.open({ page: "v1/", setUp });
  await page.waitForFunction(() => ctx?.getImageData(256, 256, 1, 1).data[0] > 0);
  const grey = () => page.evaluate(() => ctx.getImageData(256, 256, 1, 1).data[0]);
  const before = await grey();
  await page.evaluate(() => {
    windowLevel = 300;
    redrawCurrentImage();
  });
  await rest(page, 300);
  assert.ok((await grey()) < before);
  const [[news], dialogs] = await page.evaluate(() => [window.news, window.dialogs]);
  assert.deepEqual([news.state, Object.keys(news.taken), dialogs], ["fallback", ["slices"], []]);
  await page.evaluate(() => window.noctisAdapter.restore());
  assert.match(await page.evaluate(() => String(window.renderDicomImage)), /putImageData/);
  await page.context().close();
});

test("values that the page of 2025 wants again while they are on their way are asked for once, and its window stays", async () => {
  let release = () => {};
  const held = new Promise((done) => {
    release = done;
  });
  const values = "**/data/?packed=bin*";
  const setUp = async (page) => {
    await page.addInitScript(listen);
    await page.addInitScript(() => Reflect.deleteProperty(window, "WebAssembly"));
    await page.route(values, async (route) => {
      await held;
      await route.continue();
    });
  };
  const page = await site.open({ page: "v1/", setUp });
  await page.waitForRequest(values);
  await page.evaluate(() => loadCurrentImage());
  await page.evaluate(() => loadCurrentImage());
  release();
  await page.waitForFunction(() => ctx.getImageData(256, 256, 1, 1).data[0] > 0);
  await page.evaluate(() => {
    windowLevel = 300;
  });
  await rest(page, 300);
  const asked = taken(page);
  assert.deepEqual([requests(asked, "values"), requests(asked, "object")], [1, 0]);
  assert.equal(await page.evaluate(() => windowLevel), 300);
  await page.context().close();
});

test("without SIMD", async () => {
  const withoutSimd = () => {
    WebAssembly.validate = () => false;
  };
  await assertByItself(await open({ break: withoutSimd }), /SIMD/);
});

test("a file of the package cannot be had", async () => {
  const page = await open({ route: ["**/noctis-viewer-painter.js", (route) => route.abort()] });
  await assertByItself(page, /import|fetch/i);
});

test("wasm files that a server sends as something else are taken all the same", async () => {
  const asBytes = async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-type": "application/octet-stream" } });
  };
  const page = await open({ route: ["**/*.wasm", asBytes] });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 500);
  assert.deepEqual(await page.evaluate(() => window.news.map(({ state }) => state)), ["ready"]);
  await assertDraws(page);
  assert.equal(requests(taken(page), "values"), 0, "decoded here");
  await page.context().close();
});

test("the wasm files cannot be had", async () => {
  await assertByItself(await open({ route: ["**/*.wasm", (route) => route.fulfill({ status: 404 })] }), /wasm/);
});

test("a content security policy without wasm-unsafe-eval", async () => {
  const csp = "default-src 'self'; script-src 'self'; worker-src 'self'; img-src 'self' blob: data:; style-src 'self'";
  const strict = await startSite(site.studies, { NOCTIS_CSP: csp });
  try {
    await assertByItself(await open({ url: strict.url }), /Content-Security-Policy|compile/);
  } finally {
    await strict.close();
  }
});

test("the adapter itself is blocked: the page has never heard of it", async () => {
  const page = await open({ route: ["**/noctis-adapter.js", (route) => route.abort()] });
  await rest(page, 500);
  assert.deepEqual(await page.evaluate(() => [window.news, typeof window.noctisAdapter]), [[], "undefined"]);
  await assertDraws(page);
  await page.context().close();
});

const noWebGpu = () => Reflect.deleteProperty(Navigator.prototype, "gpu");
/** The programs that draw here in the place of a GPU say that they are one. */
const asGpu = () => {
  for (const name of ["isFallbackAdapter", "vendor", "architecture", "description"]) {
    Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => "" });
  }
  const original = WebGL2RenderingContext.prototype.getParameter;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    const value = original.call(this, name);
    return typeof value === "string" ? value.replaceAll("SwiftShader", "") : value;
  };
};

for (const [name, module, ...broken] of [
  ["with a GPU it draws by WebGPU", "noctis_viewer_bg", asGpu],
  ["without WebGPU it draws by WebGL2", "noctis_viewer_webgl2_bg", asGpu, noWebGpu],
  ["where a program draws in the place of a GPU, by WebGPU, it draws by the CPU", "noctis_viewer_cpu_bg"],
  ["where a program draws in the place of a GPU, by WebGL2, it draws by the CPU", "noctis_viewer_cpu_bg", noWebGpu],
  [
    "without WebGPU and WebGL2 it draws by the CPU",
    "noctis_viewer_cpu_bg",
    noWebGpu,
    () => Reflect.deleteProperty(window, "WebGL2RenderingContext"),
    () => {
      OffscreenCanvas.prototype.getContext = () => null;
    },
  ],
]) {
  test(name, async () => {
    const page = await open({ break: broken });
    await page.evaluate(() => window.noctisAdapter.settled);
    await rest(page, 800);
    assert.deepEqual(await page.evaluate(() => window.news.map(({ state }) => state)), ["ready"]);
    await assertDraws(page);
    const modules = await page.evaluate(() =>
      performance.getEntriesByType("resource").map((entry) => /(noctis_viewer\w*)\.wasm/.exec(entry.name)?.[1]),
    );
    assert.equal(modules.filter(Boolean).at(-1), module, "loaded last");
    assert.equal(requests(taken(page), "values"), 0, "decoded here");
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("an object that cannot be fetched comes by the page's own address", async () => {
  const page = await open({ route: ["**/instances/**", (route) => route.fulfill({ status: 500 })] });
  await rest(page, 500);
  await assertDraws(page);
  const tally = taken(page);
  assert.ok(requests(tally, "values") >= 2);
  assert.deepEqual(await page.evaluate(() => window.news.map(({ state }) => state)), ["ready"]);
  await page.context().close();
});

test("what could not be had for a while, as before a new login, is had again", async () => {
  const page = await open({ adapter: "backend=cpu" });
  await page.evaluate(() => noctisAdapter.settled);
  const refuse = (route) => route.fulfill({ status: 403, json: { error: "log in" } });
  const addresses = /\/dicomweb\/|\/dicom-viewer\/api\/(image|series|mpr-slice)\//;
  await page.route(addresses, refuse);
  await page.click('[data-tool="mpr"]');
  await rest(page, 400);
  await page.click('[data-tool="mpr"]');
  await page.unroute(addresses, refuse);
  await page.waitForTimeout(3100);
  await page.click('[data-tool="mpr"]');
  await page.waitForFunction(() => mprState.renderMeta.coronal);
  const { w, h } = await page.evaluate(() => mprState.renderMeta.coronal);
  assert.notEqual(w, h, "the true shape, not the server's square");
  assert.equal(await page.evaluate(() => noctisAdapter.state), "ready");
  await page.context().close();
});

test("a crash while a picture is put on the page's canvas leaves the page its canvas as it was", async () => {
  const page = await open({ adapter: "backend=cpu" });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 500);
  await page.evaluate(() => {
    const draw = ctx.drawImage;
    ctx.drawImage = () => {
      ctx.drawImage = draw;
      throw new DOMException("the picture is gone", "InvalidStateError");
    };
    updateWindowWidth(900);
  });
  await page.waitForFunction(() => window.news.length === 2);
  await rest(page, 500);
  assert.equal(await page.evaluate(() => ctx.getTransform().isIdentity), true);
  await assertDraws(page);
  await page.context().close();
});

test("another object than the one that was asked for is not shown in its place", async () => {
  let other;
  const swap = async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    other ??= body;
    await route.fulfill({ response, body: other });
  };
  const page = await open({ route: ["**/instances/**", swap] });
  await rest(page, 500);
  await page.evaluate(() => updateSlice(4));
  await rest(page, 500);
  assert.ok(requests(taken(page), "values") >= 1, "the page's own address instead");
  await page.context().close();
});

test("a crash in the middle: the page draws the very picture, and asks for values again", async () => {
  const page = await open({ adapter: "backend=cpu", study: STUDY.mono1 });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 500);
  taken(page);
  await page.evaluate(() => {
    // The next draw traps, as a defect in the wasm would.
    CanvasRenderingContext2D.prototype.putImageDataOfPage = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...args) {
      if (this === _frameCtx) return this.putImageDataOfPage(...args);
      throw new WebAssembly.RuntimeError("unreachable");
    };
    updateWindowWidth(900);
  });
  await page.waitForFunction(() => window.news.length === 2);
  await rest(page, 500);
  const [states, dialogs] = await page.evaluate(() => [window.news.map(({ state }) => state), window.dialogs]);
  assert.deepEqual([states, dialogs], [["ready", "fallback"], []]);
  assert.ok(requests(taken(page), "values") >= 1, "values as the page's server has them");
  const lit = await page.evaluate(() =>
    ctx.getImageData(0, 0, canvas.width, canvas.height).data.some((v, i) => i % 4 === 0 && v > 0),
  );
  assert.ok(lit);
  await page.context().close();
});

test("restore() puts everything back, also what listeners hold", async () => {
  const page = await open();
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 500);
  await page.evaluate(() => window.noctisAdapter.restore());
  taken(page);
  await assertDraws(page);
  assert.ok(requests(taken(page), "values") >= 1);
  // The page's own angle again: all of it from one drag.
  await page.click('[data-tool="angle"]');
  const box = await page.locator("#dicomCanvas").boundingBox();
  await page.mouse.move(box.x + 200, box.y + 200);
  await page.mouse.down();
  for (const x of [201, 202, 300]) await page.mouse.move(box.x + x, box.y + 200);
  await page.mouse.up();
  assert.equal(await page.evaluate(() => measurements.length), 1);
  assert.deepEqual(await page.evaluate(() => [window.news.at(-1).state, window.noctisAdapter.state]), [
    "restored",
    "restored",
  ]);
  await page.context().close();
});

test("features that are switched off are the page's", async () => {
  const page = await open({ adapter: "values=off previews=off planes=off" });
  await page.evaluate(() => window.noctisAdapter.settled);
  await rest(page, 1800);
  const tally = taken(page);
  assert.equal(requests(tally, "object"), 0);
  assert.ok(requests(tally, "values") >= 1 && requests(tally, "picture") >= 6 && requests(tally, "volume") === 1);
  const [news] = await page.evaluate(() => window.news);
  assert.deepEqual(
    news.left.filter((name) => ["values", "previews", "planes"].includes(name)),
    ["values", "previews", "planes"],
  );
  assert.deepEqual(news.taken.slices, ["renderDicomImage", "renderServerRenderedImage"]);
  await page.context().close();
});

test("the configuration may stand in an element of JSON; a line of the console says what was taken", async () => {
  const lines = [];
  const setUp = async (page) => {
    await page.addInitScript(listen);
    page.on("console", (message) => lines.push(message.text()));
    // The element is whole when the page is parsed, which is before modules run.
    await page.addInitScript(() => {
      document.addEventListener("readystatechange", () => {
        const element = document.getElementById("noctis-adapter");
        if (document.readyState !== "interactive" || !element) return;
        const more = { parity: "dicom", features: { planes: false, bone: false } };
        element.textContent = JSON.stringify({ ...JSON.parse(element.textContent), ...more });
      });
    });
  };
  const page = await site.open({ setUp });
  await page.waitForFunction(() => window.news.length > 0);
  const [{ state, left, taken: names }] = await page.evaluate(() => window.news);
  assert.deepEqual([state, left.includes("planes"), left.includes("bone")], ["ready", true, true]);
  assert.deepEqual(names.slices, ["renderDicomImage", "renderServerRenderedImage"]);
  const [line] = lines.filter((text) => text.startsWith("Noctis Viewer: "));
  assert.match(
    line,
    /^Noctis Viewer: takes over .*slices \(renderDicomImage, renderServerRenderedImage\).*; leaves .*planes/,
  );
  await page.context().close();
});

test("loaded late, by import() from a classic script: listeners that the page has bound are exchanged", async () => {
  const page = await site.open({ adapter: false, setUp: (page) => page.addInitScript(listen) });
  await page.waitForFunction(() => lastLoadedImagePayload);
  await page.evaluate(async () => {
    const { adapter } = await import("/static/wasm/0.1.0/noctis-adapter.js");
    await adapter.settled;
  });
  await page.click('[data-tool="angle"]');
  const box = await page.locator("#dicomCanvas").boundingBox();
  for (const [x, y] of [
    [300, 200],
    [300, 300],
    [400, 300],
  ]) {
    await page.mouse.click(box.x + x, box.y + y);
  }
  await page.waitForFunction(() => measurements.length === 1);
  assert.equal(await page.evaluate(() => measurements[0].value), 90);
  await page.context().close();
});
