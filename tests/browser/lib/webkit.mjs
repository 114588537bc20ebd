/** WebKit as GTK has it, driven by W3C WebDriver: addresses, scripts and pictures are all that its tests need. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { display } from "./display.mjs";
import { readPng } from "./png.mjs";

const SCRIPT_MS = 60_000;

/** A port that nobody listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Starts a browser with one window: `{ goto(url), evaluate(function, …values), shows(check), close() }`. */
export async function launchWebKit() {
  const [screen, port] = [await display(), await freePort()];
  const env = { ...process.env, DISPLAY: screen.name };
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: "ignore" });
  const call = async (method, path, body) => {
    const url = `http://127.0.0.1:${port}/session${path}`;
    const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  // The driver listens a moment after it was started.
  const { sessionId } = await patiently(
    () => call("POST", "", { capabilities: { alwaysMatch: {} } }),
    ({ cause }) => cause?.code === "ECONNREFUSED",
  );
  const session = `/${sessionId}`;
  await call("POST", `${session}/timeouts`, { script: SCRIPT_MS });
  return {
    goto: (url) => call("POST", `${session}/url`, { url }),
    async evaluate(body, ...values) {
      const script = `const [values, done] = arguments;
        Promise.resolve().then(() => (${body})(...values)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value, error } = await call("POST", `${session}/execute/async`, { script, args: [values] });
      if (error) throw new Error(error);
      return value;
    },
    /** Checks what is on the screen, where a frame that was drawn comes some time after it. */
    shows: (check) =>
      patiently(
        async () => check(readPng(Buffer.from(await call("GET", `${session}/screenshot`), "base64"))),
        ({ code }) => code === "ERR_ASSERTION",
      ),
    async close() {
      await call("DELETE", session).catch(() => {});
      driver.kill();
      screen.close();
    },
  };
}

/** Asks again, for some seconds, after errors that pass. */
async function patiently(ask, passes) {
  for (let turn = 0; ; turn += 1) {
    try {
      return await ask();
    } catch (error) {
      if (turn === 100 || !passes(error)) throw error;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
