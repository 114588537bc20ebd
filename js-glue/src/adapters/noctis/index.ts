/*
 * Lets NoctisPro's viewer page draw and load by this package, with one line in the page:
 * `<script type="module" src="…/noctis-adapter.js"></script>`. Nothing here waits before the page's functions are replaced:
 * the page binds its listeners as soon as it has been parsed.
 */
import type { NoctisAdapter } from "../../public/adapter.js";
import type { Painter } from "../../public/painter.js";
import { Adapter } from "./adapter.js";
import { readConfiguration } from "./config.js";
import { hasGpu } from "./hardware.js";

export type { AdapterNews, Feature, NoctisAdapter } from "../../public/adapter.js";

/** What draws, loaded beside the page. */
async function loadPainter(): Promise<Painter> {
  const { assetsUrl, backend: asked } = readConfiguration();
  const [{ createPainter }, isGpu] = await Promise.all([import("../../index.js"), asked !== "auto" || hasGpu()]);
  return createPainter({ backend: isGpu ? asked : "cpu", ...(assetsUrl !== undefined && { assetsUrl }) });
}

/** The adapter of this page; undefined where there is no page, or none like NoctisPro's. */
export const adapter: NoctisAdapter | undefined = start();

function start(): NoctisAdapter | undefined {
  if (typeof document === "undefined" || !document.getElementById("dicomCanvas")) return undefined;
  const made = new Adapter(readConfiguration(), loadPainter);
  Reflect.set(window, "noctisAdapter", made);
  return made;
}
