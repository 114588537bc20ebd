// Builds each app with Vite from its npm package, and compresses what came out.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { viteCommonjs } from "@originjs/vite-plugin-commonjs";
import { build } from "vite";
import { apps, bench, output, repository } from "./paths.mjs";

const COMPRESSED = new Set([".css", ".html", ".js", ".json", ".mjs", ".wasm"]);

/** What each app needs beyond Vite's defaults. */
const EXTRAS = {
  // The settings of the library's own page for Vite; without them it does not build.
  cornerstone3d: () => ({ plugins: [viteCommonjs()], worker: { format: "es" } }),
  noctis: () => ({ resolve: { alias: { "noctis-viewer": unpackedPackage() } } }),
  get "volume-cornerstone3d"() {
    return this.cornerstone3d;
  },
  get "volume-noctis"() {
    return this.noctis;
  },
};

/**
 * Builds the named apps into `target/bench/apps`.
 *
 * @param {string[]} names folders of `apps/`
 */
export async function buildApps(names) {
  for (const name of names) {
    const root = join(apps, name);
    const outDir = join(output, "apps", name);
    const stamp = join(output, `${name}.built`);
    const inputs = fingerprint(name);
    if (existsSync(stamp) && existsSync(outDir) && readFileSync(stamp, "utf8") === inputs) continue;
    console.log(`  building ${name}`);
    await build({
      root,
      base: `/${name}/`,
      configFile: false,
      logLevel: "error",
      build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: Infinity },
      ...EXTRAS[name]?.(),
    });
    if (name === "dwv") copyDwvWorkers(outDir);
    compress(outDir);
    writeFileSync(stamp, inputs);
  }
}

/** Everything that the built app depends on: an app is built again only when this changes. */
function fingerprint(name) {
  const sources = [join(bench, "package-lock.json"), join(bench, "src", "build.mjs")];
  for (const folder of [join(apps, name), join(apps, "shared")]) sources.push(...files(folder));
  if (name.endsWith("noctis")) sources.push(...packageFiles());
  const hash = createHash("sha256");
  for (const path of sources) hash.update(path).update(readFileSync(path));
  return hash.digest("hex");
}

function packageFiles() {
  const source = join(repository, "js-glue");
  if (!existsSync(join(source, "dist", "noctis-viewer.js"))) {
    throw new Error("js-glue/dist is missing: run `cargo xtask wasm` first");
  }
  return [join(source, "package.json"), ...files(join(source, "dist"))];
}

/** The content of `npm pack`, which is what a user gets. */
function unpackedPackage() {
  const source = join(repository, "js-glue");
  const folder = join(output, "noctis-viewer");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: source }),
  );
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
  return join(folder, "package");
}

/** It looks for these files below the page; a bundler does not find them. */
function copyDwvWorkers(outDir) {
  const workers = join(bench, "node_modules", "dwv", "dist", "assets", "workers");
  cpSync(workers, join(outDir, "assets", "workers"), { recursive: true, filter: (path) => !path.endsWith(".map") });
}

function compress(folder) {
  for (const path of files(folder)) {
    if (!COMPRESSED.has(extname(path))) continue;
    const bytes = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  }
}

/** Bytes of a built app as it lies on a server: `{ raw, brotli }`. */
export function sizeOnServer(name) {
  const total = { raw: 0, brotli: 0 };
  for (const path of files(join(output, "apps", name))) {
    const size = statSync(path).size;
    if (path.endsWith(".br")) total.brotli += size;
    else total.raw += size;
  }
  return total;
}

/** All files below a folder. */
export function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** The address of a file below a folder. */
export const addressOf = (folder, path) => `/${relative(folder, path).split("\\").join("/")}`;
