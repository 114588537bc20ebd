/*
 * wasm/ (made by `cargo xtask wasm`) and src/ become dist/, the contents of the npm package:
 *
 *   noctis-viewer.js       everything of src/ but the worker, with the JavaScript of the modules that every page needs first
 *   noctis-viewer-volume.js  volumes, as planes and in three dimensions, loaded when the first is wanted
 *   noctis-viewer-tools.js  annotations, measuring, cine, loaded with the first tool that is wanted
 *   noctis-viewer-painter.js  images without a viewer, loaded when the first painter is made
 *   noctis-viewer-remote.js  objects that are read frame by frame, loaded when the first is opened
 *   noctis-viewer-legend.js  text of any attribute, scales of projections and of ultrasound, lines of other viewports, loaded when the first is needed
 *   noctis-adapter.js      the adapter of NoctisPro's page, which loads the first file by itself
 *   decode-worker.js       the worker with the decode module's JavaScript, one file without imports
 *   noctis_*.js, .wasm     the modules; image codecs have no JavaScript
 *   noctis-viewer.d.ts     the types, with public/*.d.ts
 */
import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const wasm = path.join(root, "wasm");
const dist = path.join(root, "dist");
/** Their JavaScript goes into the bundle: a first picture waits for no more requests than it must. */
const INSIDE = ["noctis_viewer_cpu", "noctis_decode"];
const BESIDE = [
  "noctis_viewer",
  "noctis_viewer_webgl2",
  "noctis_viewer_volumes",
  "noctis_viewer_webgl2_volumes",
  "noctis_viewer_cpu_volumes",
  "noctis_volume",
  "noctis_measure",
  "noctis_attributes",
  "noctis_reports",
];
/** Image codecs: wasm alone. */
const CODECS = ["jpeg", "jpegls", "jpeg2000", "jpegxl", "icc", "deflate"].map((name) => `noctis_codec_${name}`);
const version = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")).version;
const banner = `/* noctis-viewer ${version} | MIT OR Apache-2.0 */`;

const common = {
  bundle: true,
  format: "esm",
  target: "es2022",
  platform: "browser",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  banner: { js: banner },
  logLevel: "warning",
};

/** Where the JavaScript of the modules is: inside the bundle, or beside it, to be loaded when it is needed. */
const modules = {
  name: "modules",
  setup({ onResolve }) {
    onResolve({ filter: /\/noctis_\w+\.js$/ }, ({ path: name }) => {
      const file = path.basename(name);
      if (INSIDE.includes(path.basename(file, ".js"))) return { path: path.join(wasm, file) };
      return { path: `./${file}`, external: true };
    });
  },
};

/** What is loaded when it is wanted, a file of its own; what both need and must be the same is in the first one. */
const LATER = ["volume", "tools", "painter", "remote", "legend"];
const MAIN = "./noctis-viewer.js";
const fileOf = (name) => `./noctis-viewer-${name}.js`;
const lazily = {
  name: "lazily",
  setup({ onResolve }) {
    for (const name of LATER) {
      onResolve({ filter: new RegExp(`/${name}/index\\.js$`) }, () => ({ path: fileOf(name), external: true }));
    }
    onResolve({ filter: /^\.\.\/\.\.\/index\.js$/ }, () => ({ path: MAIN, external: true }));
  },
};
const fromFirst = {
  name: "from-first",
  setup({ onResolve }) {
    onResolve({ filter: /\/public\/errors\.js$/ }, () => ({ path: MAIN, external: true }));
  },
};

async function copyModule(name) {
  const source = await readFile(path.join(wasm, `${name}.js`), "utf8").catch(() => {
    throw new Error(`js-glue/wasm/${name}.js is missing: run "cargo xtask wasm"`);
  });
  const { code } = await transform(source, { format: "esm", target: "es2022", minify: true, legalComments: "none" });
  await writeFile(path.join(dist, `${name}.js`), code);
  await copyWasm(name);
}

async function copyWasm(name) {
  await copyFile(path.join(wasm, `${name}_bg.wasm`), path.join(dist, `${name}_bg.wasm`));
}

/** Declarations of src/index.ts, the adapter and src/public/ only: nothing internal leaves the package. */
async function declarations() {
  const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const out = path.join(dist, "types");
  const options = ["-p", path.join(root, "tsconfig.json"), "--emitDeclarationOnly", "--outDir", out];
  execFileSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
  await rename(path.join(out, "public"), path.join(dist, "public"));
  await rename(path.join(out, "index.d.ts"), path.join(dist, "noctis-viewer.d.ts"));
  const adapter = await readFile(path.join(out, "adapters/noctis/index.d.ts"), "utf8");
  await writeFile(path.join(dist, "noctis-adapter.d.ts"), adapter.replaceAll("../../public/", "./public/"));
  await rm(out, { recursive: true });
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([
  build({
    ...common,
    entryPoints: [path.join(root, "src/index.ts")],
    outfile: path.join(dist, "noctis-viewer.js"),
    plugins: [modules, lazily],
  }),
  ...LATER.map((name) =>
    build({
      ...common,
      entryPoints: [path.join(root, `src/internal/${name}/index.ts`)],
      outfile: path.join(dist, fileOf(name)),
      plugins: [modules, fromFirst, lazily],
    }),
  ),
  build({
    ...common,
    entryPoints: [path.join(root, "src/adapters/noctis/index.ts")],
    outfile: path.join(dist, "noctis-adapter.js"),
    plugins: [lazily],
  }),
  build({
    ...common,
    entryPoints: [path.join(root, "src/internal/decode/worker.ts")],
    outfile: path.join(dist, "decode-worker.js"),
    plugins: [modules],
  }),
  ...BESIDE.map(copyModule),
  ...[...INSIDE, ...CODECS].map(copyWasm),
]);
await declarations();
for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) {
  await copyFile(path.join(root, "..", licence), path.join(dist, licence));
}
