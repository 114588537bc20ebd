/** The real gateway, with the example page and the package, and objects that are announced to it as a receiver does. */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dist, python, root } from "./paths.mjs";

const TOKEN = "browser-tests";

/** Starts the program and waits for the address that it prints. */
function start(settings, port) {
  const folder = path.join(root, "services/dicom_fastapi");
  const child = spawn(python, ["main.py", "--host", "127.0.0.1", "--port", String(port)], {
    cwd: folder,
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  return new Promise((resolve, reject) => {
    child.on("exit", () => reject(new Error(`the gateway ended: ${said}`)));
    child.stdout.on("data", (data) => {
      const found = /listening on (\S+)/.exec(String(data));
      if (found) resolve({ child, url: found[1] });
    });
  });
}

function stop(child) {
  return new Promise((resolve) => {
    child.on("exit", resolve);
    child.kill();
  });
}

/** A gateway with empty storage. `inputs` is the folder of make_inputs.py. */
export async function startGateway(inputs) {
  const folder = await mkdtemp(path.join(tmpdir(), "noctis-gateway-"));
  const settings = {
    NOCTIS_READ_ACCESS: "loopback",
    NOCTIS_FASTAPI_TOKEN: TOKEN,
    NOCTIS_STORAGE: path.join(folder, "storage"),
    NOCTIS_GATEWAY_DATABASE: path.join(folder, "gateway.sqlite"),
    NOCTIS_WASM_ROOT: path.join(folder, "wasm"),
    NOCTIS_PAGE_ROOT: path.join(root, "examples/viewer"),
  };
  await mkdir(settings.NOCTIS_STORAGE);
  await cp(dist, path.join(settings.NOCTIS_WASM_ROOT, "test"), { recursive: true });
  const events = JSON.parse(await readFile(path.join(inputs, "events.json"), "utf8"));
  let { child, url } = await start(settings, 0);

  /** Stores an object and announces it. */
  async function send(name, changes = {}) {
    const event = { ...events[name], time: new Date().toISOString().replace("Z", "000Z"), ...changes };
    const target = path.join(settings.NOCTIS_STORAGE, event.path);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(path.join(inputs, name), target);
    const response = await fetch(`${url}/ingest`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify([event]),
    });
    const { results } = await response.json();
    if (results?.[0]?.status !== "accepted") throw new Error(`${name}: ${JSON.stringify(results)}`);
  }

  return {
    url,
    events,
    send,
    async stop() {
      await stop(child);
    },
    async restart() {
      ({ child, url } = await start(settings, new URL(url).port));
    },
    async close() {
      await stop(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
