/** Headless Chromium with software WebGPU and WebGL2, as measured in the project's design notes. */
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--force-color-profile=srgb",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  // Without these two a WebGPU canvas loses its device as soon as it is to be presented.
  "--use-vulkan=swiftshader",
  "--enable-features=Vulkan",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  // The browser's own menus are pages as well: without them a new window takes half a processor less. This list replaces
  // playwright's, of which the last three are.
  "--disable-features=WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup,PaintHolding,MediaRouter,OptimizationHints",
];

/** Starts a browser; `flags` are added to the usual ones. The binary is Debian's, or CHROMIUM's. */
export function launch({ flags = [] } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [...FLAGS, ...flags],
  });
}
