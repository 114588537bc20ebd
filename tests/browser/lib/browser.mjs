/** A headless browser: Chromium, or what NOCTIS_BROWSER names. */
import { createHash } from "node:crypto";
import * as chromium from "./chromium.mjs";
import * as firefox from "./firefox.mjs";

export const isChromium = (process.env.NOCTIS_BROWSER ?? "chromium") === "chromium";

/** Options of a test that speaks Chromium's own protocol: touch, a change of the device pixel ratio, counters of memory. */
export const onlyChromium = { skip: !isChromium && "it speaks Chromium's own protocol" };

/** Starts it. `flags` are Chromium's, added to the usual ones. */
export const launch = isChromium ? chromium.launch : firefox.launch;

/** A screenshot lays this style into the page for a moment, of which Firefox says that a strict policy forbids it. */
const OF_SCREENSHOTS = createHash("sha256").update("body {}").digest("base64");

/** A page that collects what it complains about in `page.complaints`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  const complain = (text) => {
    if (!text.includes(OF_SCREENSHOTS)) page.complaints.push(text);
  };
  page.on("pageerror", (error) => complain(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complain(message.text());
  });
  return page;
}
