/** Modules of src/, compiled on the fly: Node itself reads no TypeScript here. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const src = path.join(path.dirname(fileURLToPath(import.meta.url)), "../src");

/** The exports of a module of src/, as in `source("internal/lru.ts")`. */
export async function source(name) {
  const folder = await mkdtemp(path.join(tmpdir(), "noctis-test-"));
  const outfile = path.join(folder, "module.mjs");
  try {
    await build({
      entryPoints: [path.join(src, name)],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      // Tests load modules by themselves.
      external: ["../wasm/*"],
    });
    return await import(pathToFileURL(outfile));
  } finally {
    await rm(folder, { recursive: true });
  }
}
