/** Receiver and gateway as they run at a site, on free ports, over a folder that is removed at the end. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { python, root } from "../../browser/lib/paths.mjs";

const target = path.join(root, process.env.CARGO_TARGET_DIR ?? "target");
/** Where the programs under test are. */
export const programs = process.env.NOCTIS_PROGRAMS ?? path.join(target, "debug");
/** Where reports and pictures of these tests go. */
export const reports = path.join(process.env.NOCTIS_REPORTS ?? target, "e2e");

const READY = "listening on ";
const TOKEN = "0123456789abcdef0123456789abcdef";

/** Starts a program and resolves with its address when it says that it listens. */
async function start(name, command, args, env, log) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.pipe(createWriteStream(log));
  const address = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the ${name} ended with ${code}; its log is ${log}`)));
    createInterface(child.stdout).on("line", (line) => {
      if (line.startsWith(READY)) resolve(line.slice(READY.length).trim());
    });
  });
  return { child, address };
}

function stop({ child }) {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve(child.exitCode);
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
}

/** `{ url, port, close() }`: the page's address and the DICOM port. */
export async function startStack(name) {
  await mkdir(reports, { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), "noctis-e2e-"));
  const storage = path.join(folder, "received");
  await mkdir(storage);
  const log = (service) => path.join(reports, `${name}-${service}.log`);
  const gateway = await start(
    "gateway",
    python,
    [path.join(root, "services/dicom_fastapi/main.py"), "--host", "127.0.0.1", "--port", "0"],
    {
      NOCTIS_FASTAPI_TOKEN: TOKEN,
      NOCTIS_STORAGE: storage,
      NOCTIS_READ_ACCESS: "loopback",
      NOCTIS_GATEWAY_DATABASE: path.join(folder, "gateway.sqlite"),
      NOCTIS_WASM_ROOT: path.join(root, "static/wasm"),
      NOCTIS_PAGE_ROOT: path.join(root, "examples/viewer"),
    },
    log("gateway"),
  );
  const receiver = await start(
    "receiver",
    path.join(programs, "noctis-dicom-rx"),
    ["run"],
    {
      NOCTIS_RX_LISTEN: "127.0.0.1:0",
      NOCTIS_RX_AE_TITLE: "NOCTIS",
      NOCTIS_RX_STORAGE: storage,
      NOCTIS_RX_OUTBOX: path.join(folder, "outbox.sqlite"),
      NOCTIS_RX_WEBHOOK_URL: `${gateway.address}/ingest`,
      NOCTIS_FASTAPI_TOKEN: TOKEN,
    },
    log("receiver"),
  ).catch(async (error) => {
    await stop(gateway);
    throw error;
  });
  return {
    url: gateway.address,
    port: Number(receiver.address.split(":").at(-1)),
    async close() {
      await stop(receiver);
      await stop(gateway);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Generates a head and returns `{ truth, files }`: its description and its files from the feet to the head. */
export async function phantom(folder, options) {
  const args = Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]);
  execFileSync(path.join(programs, "noctis-phantom"), ["--out", folder, ...args]);
  const truth = JSON.parse(await readFile(path.join(folder, "truth.json"), "utf8"));
  return { truth, files: truth.instances.map(({ file }) => path.join(folder, file)) };
}

function ended(child) {
  return new Promise((resolve, reject) => {
    let words = "";
    child.stderr.on("data", (data) => {
      words += data;
    });
    child.once("error", reject);
    child.once("exit", (code) => resolve({ code, words }));
  });
}

/** The two senders: each sends the first half, calls `between` while more is to come, then sends the rest. */
export const SENDERS = {
  /** DCMTK: one association for each half. */
  async storescu(port, files, between) {
    const half = files.length / 2;
    for (const part of [files.slice(0, half), files.slice(half)]) {
      const child = spawn("storescu", ["-aec", "NOCTIS", "127.0.0.1", String(port), ...part]);
      const { code, words } = await ended(child);
      assert.equal(code, 0, words);
      if (part[0] === files[0]) await between();
    }
  },
  /** pynetdicom: one association, which stays open in between. */
  async pynetdicom(port, files, between) {
    const script = path.join(root, "tests/e2e/lib/send.py");
    const pause = String(files.length / 2);
    const child = spawn(python, [script, "--port", String(port), "--pause-after", pause, ...files]);
    const end = ended(child);
    const paused = new Promise((resolve) => createInterface(child.stdout).once("line", resolve));
    const first = await Promise.race([paused, end]);
    assert.equal(first, "paused", JSON.stringify(first));
    await between();
    child.stdin.end("\n");
    const { code, words } = await end;
    assert.equal(code, 0, words);
  },
};
