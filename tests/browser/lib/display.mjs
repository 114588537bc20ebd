/** A display for browsers that draw with a GPU, or a program in its place, only where there is one. */
import { spawn } from "node:child_process";

/** Starts it: `{ name, close() }`, the name as DISPLAY takes it. */
export async function display() {
  const child = spawn("Xvfb", ["-displayfd", "3"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Xvfb ended with ${code}`)));
    child.stdio[3].once("data", (data) => resolve(String(data).trim()));
  });
  return { name: `:${number}`, close: () => child.kill() };
}
