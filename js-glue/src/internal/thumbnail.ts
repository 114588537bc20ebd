import { NoctisError } from "../public/errors.js";
import { Priority } from "./decode/pool.js";
import type { Engine } from "./engine.js";
import { pngOf } from "./png.js";
import { SlicePicture } from "./slice-picture.js";

/** The slice in the middle of a series as a small PNG, as its object asks for, whether it is shown or not. */
export async function thumbnailOf(
  engine: Engine,
  seriesInstanceUid: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Blob> {
  const { slices } = engine.series(seriesInstanceUid);
  const slice = slices[Math.floor(slices.length / 2)];
  if (!slice) throw new NoctisError("invalid-argument", "the series has no slice");
  const frame = await engine.frames.request(slice, Priority.Ahead);
  const picture = new SlicePicture(slice.key, frame, engine.library.initialView);
  return pngOf(await engine.panes.active.stage.pixels(picture, width, height), width, height);
}
