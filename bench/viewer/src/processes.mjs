// What the browser's processes use, from the kernel.

import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc/PID/stat (USER_HZ), 100 on every Linux that Chromium runs on. */
const TICKS = 100;

/** Ids of the processes of a type: `renderer`, `GPU`, ... */
export async function processesOf(browserCdp, type) {
  const { processInfo } = await browserCdp.send("SystemInfo.getProcessInfo");
  return processInfo.filter((info) => info.type === type && !isOfTheBrowsersFrame(info.id)).map((info) => info.id);
}

/** The browser draws parts of its own frame in a renderer process, which is nobody's page. */
const isOfTheBrowsersFrame = (pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--top-chrome-webui");

/** Resident memory, MB: now, and the most so far. */
export function residentMB(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (key) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? NaN) / 1024;
  return { now: read("VmRSS"), peak: read("VmHWM") };
}

/** Processor time so far of all threads, ms. */
export function processorMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}
