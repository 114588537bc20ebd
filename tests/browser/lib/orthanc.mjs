/** A real Orthanc with its DICOMweb plugin: a server that is not ours. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PROGRAM = "/usr/sbin/Orthanc";
const PLUGIN = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so";
/** How long it may take to start: on two busy processors some seconds. */
const START_MS = 60_000;

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Started, empty: `store` gives it a file, `close` ends it. DICOMweb is at `/dicom-web/`. */
export async function startOrthanc() {
  const folder = await mkdtemp(path.join(tmpdir(), "noctis-orthanc-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    StorageDirectory: path.join(folder, "storage"),
    IndexDirectory: path.join(folder, "index"),
    HttpPort: port,
    DicomServerEnabled: false,
    AuthenticationEnabled: false,
    Plugins: [PLUGIN],
    DicomWeb: { Enable: true, Root: "/dicom-web/" },
  };
  const configuration = path.join(folder, "orthanc.json");
  await writeFile(configuration, JSON.stringify(settings));
  const child = spawn(PROGRAM, [configuration], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  for (const deadline = Date.now() + START_MS; ; await pause(100)) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Orthanc does not answer: ${said}`);
    const answer = await fetch(`${url}/dicom-web/studies`).catch(() => undefined);
    if (answer?.ok) break;
  }
  return {
    url,
    async store(file) {
      const answer = await fetch(`${url}/instances`, { method: "POST", body: await readFile(file) });
      if (!answer.ok) throw new Error(`Orthanc does not take ${file}: ${answer.status}`);
    },
    async close() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
