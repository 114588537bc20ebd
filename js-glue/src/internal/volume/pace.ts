import type { Device } from "../device.js";

/** Slices are written for so long at a time. */
const BUSY_MS = 8;

let busySince = 0;

/** Lets the page draw and listen when slices have been written for a while. */
export async function breath(): Promise<void> {
  const now = performance.now();
  if (now - busySince < BUSY_MS) return;
  await new Promise((resolve) => setTimeout(resolve));
  busySince = performance.now();
}

/**
 * Resolves when a device has what it was given. WebGPU takes as much as it is given, into memory that the browser keeps; the CPU
 * has all at once, and to ask WebGL2 takes longer than a slice. A device that is gone says so itself.
 */
export async function taken(device: Device): Promise<void> {
  if (device.backend === "webgpu" && !device.isClosed) await device.volumes?.renderer.finished().catch(() => {});
}

/** Resolves when what the next animation frame draws is drawn. */
export async function drawn(device: Device): Promise<void> {
  await new Promise(requestAnimationFrame);
  await taken(device);
}
