/** Headless Firefox with software WebGPU and WebGL2, driven by WebDriver BiDi: neither touch nor double clicks. */
import { firefox } from "playwright-core";
import { display } from "./display.mjs";

const PREFERENCES = {
  "dom.webgpu.enabled": true,
  "gfx.webgpu.ignore-blocklist": true,
  "webgl.forbid-software": false,
};

/** Starts a browser. The binary is Debian's, or FIREFOX's. */
export async function launch() {
  // Without a display there is no WebGL2.
  const { name, close } = await display();
  const browser = await firefox.launch({
    channel: "moz-firefox",
    executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
    headless: true,
    env: { ...process.env, DISPLAY: name },
    firefoxUserPrefs: PREFERENCES,
  });
  browser.once("disconnected", close);
  return browser;
}
