import type { Painter, PainterOptions } from "../public/painter.js";
import { Assets } from "./assets.js";
import { requireWasm } from "./capabilities.js";
import { DecodePool } from "./decode/pool.js";
import { settingsOf } from "./defaults.js";
import { Graphics } from "./graphics.js";

const nothing = (): void => {};

/** Makes a painter, and resolves when it has a backend. */
export async function startPainter(options: PainterOptions): Promise<Painter> {
  requireWasm();
  const settings = settingsOf(options);
  const assets = new Assets(settings.assetsUrl);
  const pool = new DecodePool(assets, settings.workers);
  const hooks = { failed: nothing, backend: nothing, lost: nothing, restored: nothing };
  const graphics = new Graphics(assets, settings.backend, settings.gpuBytes, hooks);
  pool.warmUp();
  try {
    const [{ paint }] = await Promise.all([import("./painter/index.js"), graphics.start()]);
    return paint({ settings, assets, pool, graphics });
  } catch (error) {
    pool.destroy();
    graphics.destroy();
    throw error;
  }
}
