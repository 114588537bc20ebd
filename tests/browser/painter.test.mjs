/** Images without a viewer: drawn for canvases that the page has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BACKENDS, finish, fixture, greysOf, SERIES } from "./lib/fixture.mjs";

const shared = fixture();

/** A page with a painter, and `greys(canvas)`: the quadrants of what was drawn, copied to a canvas of the page. */
async function open(options) {
  const page = await shared.open();
  await page.evaluate(async (given) => {
    const { createPainter } = await import("/dist/noctis-viewer.js");
    window.painter = await createPainter(given);
    window.greys = (drawn) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: drawn.width, height: drawn.height });
      const context = canvas.getContext("2d");
      context.drawImage(drawn, 0, 0);
      return [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.25, 0.75],
        [0.75, 0.75],
      ].map(
        ([x, y]) => context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[0],
      );
    };
  }, options);
  return page;
}

/** The same, but for a level of grey: GPUs may differ by one. */
function assertAlike(found, expected) {
  const round = (given, like) =>
    Array.isArray(given)
      ? given.map((value, i) => (Math.abs(value - like?.[i]) <= 1 ? like[i] : round(value, like?.[i])))
      : given;
  const rounded = Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, round(value, expected[name])]),
  );
  assert.deepEqual(rounded, expected);
}

for (const backend of BACKENDS) {
  test(`${backend}: a frame by its window, another, and by levels of one's own`, async () => {
    const page = await open({ backend });
    const found = await page.evaluate(async (url) => {
      const object = await window.painter.open(url);
      const frame = await object.frame(0);
      const levels = { first: 0, levels: Uint8Array.from({ length: 256 }, (_, i) => 255 - i) };
      const stated = [frame.rows, frame.columns, frame.isColor, object.info.modality, frame.storedRange];
      const { painter, greys } = window;
      return {
        stated,
        own: greys(painter.draw(frame)),
        wide: greys(painter.draw(frame, { window: { center: 128, width: 512 } })),
        negative: greys(painter.draw(frame, { invert: true })),
        levels: greys(painter.draw(frame, { levels })),
        again: greys(painter.draw(frame)),
        value: frame.values()[0],
      };
    }, SERIES[1]);
    assertAlike(found, {
      stated: [64, 64, false, "CT", [0, 65535]],
      own: greysOf(0),
      wide: [84, 109, 139, 173],
      negative: greysOf(0).map((grey) => 255 - grey),
      levels: greysOf(0).map((grey) => 255 - grey),
      again: greysOf(0),
      value: 40,
    });
    await finish(page);
  });

  test(`${backend}: planes of frames in any order`, async () => {
    const page = await open({ backend });
    const found = await page.evaluate(async (urls) => {
      const { painter, greys } = window;
      const frames = await Promise.all(urls.map(async (url) => (await painter.open(url)).frame(0)));
      const volume = await painter.volume(frames);
      const window_ = { center: 128, width: 256 };
      const look = { width: 64, height: 64, mmPerPixel: 1, window: window_ };
      const at = (slice) => ({ center: volume.patientFromVoxel(31.5, 31.5, slice), right: [1, 0, 0], down: [0, 1, 0] });
      const result = {
        size: volume.size,
        first: greys(volume.draw(at(0), look)),
        seventh: greys(volume.draw(at(7), look)),
        largest: greys(volume.draw(at(5), { ...look, slab: { thicknessMm: 100 } })),
        frame: volume.frames[7].values()[0],
        section: [...volume.section("column", 3).values()].filter((_, i) => i % 64 === 0).slice(0, 3),
        projected: await volume.largest().then((all) => all.map((one) => [one.rows, one.columns, one.values()[0]])),
      };
      volume.close();
      return result;
    }, SERIES);
    assertAlike(found, {
      size: [12, 64, 64],
      first: greysOf(0),
      seventh: greysOf(7),
      largest: greysOf(11),
      frame: 47,
      section: [40, 41, 42],
      projected: [
        [64, 64, 51],
        [12, 64, 150],
        [12, 64, 90],
      ],
    });
    await finish(page);
  });

  test(`${backend}: a volume in three dimensions, as often as there is another picture of it`, async () => {
    const page = await open({ backend });
    const found = await page.evaluate(async (urls) => {
      const { painter, greys } = window;
      const volume = await painter.volume(
        await Promise.all(urls.map(async (url) => (await painter.open(url)).frame(0))),
      );
      let told = () => {};
      const red = [1, 0, 0];
      const from = (value) => [
        { value, color: red, opacity: 0 },
        { value: value + 1, color: red, opacity: 1 },
      ];
      const solid = volume.solid({ light: false, transfer: from(20), from: "superior" }, () => told());
      const look = { width: 64, height: 64, zoom: 2 };
      const fine = async () => {
        for (;;) {
          const change = new Promise((resolve) => {
            told = resolve;
          });
          const drawn = solid.draw(look);
          if (drawn && solid.state.quality === "fine") return greys(drawn);
          await change;
        }
      };
      const dense = await fine();
      solid.set({ transfer: from(2000) });
      const thin = await fine();
      solid.turn(90, 0);
      const normal = solid.state.normal.map((part) => Math.round(part * 100) / 100 + 0);
      solid.close();
      volume.close();
      return { dense, thin, normal };
    }, SERIES);
    // At twice the size all of the canvas is inside. From above the front is at the top: what was on the left comes near.
    assertAlike(found, { dense: [255, 255, 255, 255], thin: [0, 0, 0, 0], normal: [-1, 0, 0] });
    await finish(page);
  });
}

test("compressed frames, colour, and values that the page has", async () => {
  const page = await open({ backend: "cpu" });
  const found = await page.evaluate(async () => {
    const { painter, greys } = window;
    const jpeg = await painter.open("/inputs/frames-jpeg.dcm");
    const colour = await (await painter.open("/pydicom/SC_rgb_rle.dcm")).frame(0);
    const values = Float32Array.from({ length: 4 }, (_, i) => i * 0.25);
    const given = painter.frameOf({ rows: 2, columns: 2, values });
    const refused = await painter.open("/inputs/text.dcm").catch(({ kind }) => kind);
    return {
      frames: jpeg.info.frames,
      third: greys(painter.draw(await jpeg.frame(3))),
      colour: [colour.isColor, colour.values() === undefined],
      given: greys(painter.draw(given, { window: { center: 0.375, width: 0.75, function: "LINEAR_EXACT" } })),
      kept: [...given.values()],
      half: [...(await painter.halfOf(given)).values()],
      refused,
    };
  });
  assert.deepEqual(found, {
    frames: 5,
    third: greysOf(3),
    colour: [true, true],
    given: [0, 85, 170, 255],
    kept: [0, 0.25, 0.5, 0.75],
    half: [0.375],
    refused: "malformed",
  });
  await finish(page);
});
