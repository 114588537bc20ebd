/** The operator's page: a real gateway that runs a real receiver, and a listener that refuses at first. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { launch, openPage } from "../browser/lib/browser.mjs";
import { python, root } from "../browser/lib/paths.mjs";
import { phantom, programs, reports } from "./lib/stack.mjs";

const TOKEN = "0123456789abcdef0123456789abcdef";

let browser;
let folder;
let gateway;
let url;
let port;
let files;
let refuse = true;

/** Takes events as Django would; `refuse` makes dead letters of them. */
const django = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const events = JSON.parse(Buffer.concat(chunks).toString());
  const verdict = refuse ? { status: "rejected", reason: "no active facility" } : { status: "accepted" };
  response.end(JSON.stringify({ results: events.map(({ event_id }) => ({ event_id, ...verdict })) }));
});

async function freePort() {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: found } = server.address();
  server.close();
  await once(server, "close");
  return found;
}

async function startGateway() {
  const [dicom, status, http] = [await freePort(), await freePort(), await freePort()];
  const config = path.join(folder, "receiver.toml");
  const lines = [
    `listen = "127.0.0.1:${dicom}"`,
    `storage = "${folder}/received"`,
    `status_listen = "127.0.0.1:${status}"`,
    "[webhook]",
    `url = "http://127.0.0.1:${http}/ingest"`,
  ];
  await writeFile(config, lines.join("\n"));
  const env = {
    NOCTIS_FASTAPI_TOKEN: TOKEN,
    NOCTIS_STORAGE: path.join(folder, "received"),
    NOCTIS_GATEWAY_DATABASE: path.join(folder, "gateway.sqlite"),
    NOCTIS_RECEIVER: "child",
    NOCTIS_RECEIVER_PROGRAM: path.join(programs, "noctis-dicom-rx"),
    NOCTIS_RECEIVER_CONFIG: config,
    NOCTIS_RECEIVER_STATUS_URL: `http://127.0.0.1:${status}`,
    NOCTIS_DJANGO_URL: `http://127.0.0.1:${django.address().port}/api/dicom/ingest`,
    NOCTIS_DJANGO_SECRET: "secret",
  };
  const main = path.join(root, "services/dicom_fastapi/main.py");
  gateway = spawn(python, [main, "--port", String(http)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  gateway.stderr.pipe(createWriteStream(path.join(reports, "operator-gateway.log")));
  const [line] = await once(createInterface(gateway.stdout), "line");
  return { url: line.replace("listening on ", "").trim(), port: dicom };
}

before(async () => {
  await mkdir(reports, { recursive: true });
  folder = await mkdtemp(path.join(tmpdir(), "noctis-operator-"));
  ({ files } = await phantom(path.join(folder, "phantom"), { slices: 6 }));
  django.listen(0, "127.0.0.1");
  await once(django, "listening");
  ({ url, port } = await startGateway());
  browser = await launch();
});

after(async () => {
  await browser?.close();
  if (gateway && gateway.exitCode === null) {
    gateway.kill("SIGTERM");
    await once(gateway, "exit");
  }
  django.close();
  await rm(folder, { recursive: true, force: true });
});

test("the operator sees the receiver and its arrivals, steers it and revives dead letters", async () => {
  const page = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  const text = (id, wanted) =>
    page.waitForFunction(([name, value]) => document.getElementById(name).textContent === value, [id, wanted]);
  await page.goto(`${url}/operator`);
  await page.waitForSelector("#login:not([hidden])");
  await page.fill("#token", "wrong");
  await page.click("#login button");
  await page.waitForFunction(() => document.getElementById("login-problem").textContent.includes("wrong"));
  await page.fill("#token", TOKEN);
  await page.click("#login button");
  await page.waitForSelector("#main:not([hidden])");
  await text("receiver-state", "running");

  execFileSync("storescu", ["-aec", "NOCTIS", "127.0.0.1", String(port), ...files]);
  await text("arrivals-hour", "6");
  await text("dead-count", "6");
  assert.match(await page.textContent("#dead tbody tr"), /^[0-9.]+no active facility1Retry$/);
  await page.screenshot({ path: path.join(reports, "operator-dead.png") });
  refuse = false;
  await page.click("#dead tbody tr:first-child button");
  await text("dead-count", "5");
  await page.click("#retry-all");
  await page.waitForSelector("#no-dead:not([hidden])");
  await page.waitForFunction(() => document.getElementById("outbox-detail").textContent === "6 delivered");

  await page.click("#canary");
  await page.waitForSelector('#canary[aria-pressed="true"]');
  await page.click("#canary");
  await page.waitForSelector('#canary[aria-pressed="false"]');
  await page.click('[data-action="stop"]');
  await text("receiver-state", "stopped");
  await page.click('[data-action="drain"]');
  await text("problem", "it does not run");
  await page.click('[data-action="start"]');
  await text("receiver-state", "running");
  assert.equal(await page.textContent("#problem"), "");
  assert.match(await page.textContent("#free-of"), /^free of /);
  await page.screenshot({ path: path.join(reports, "operator.png") });
  // A browser complains of every answer that is an error; these three were asked for.
  const expected = /401|403|409/;
  assert.deepEqual(
    page.complaints.filter((line) => !expected.test(line)),
    [],
  );
  await page.context().close();
});
