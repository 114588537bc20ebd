// A static server, HTTP/1.1, everything from memory, nothing cached by the browser; it counts what it sends.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { addressOf, files } from "./build.mjs";
import { output } from "./paths.mjs";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".dcm": "application/dicom",
};

/**
 * Serves the built apps and the objects on a free port of this machine.
 *
 * @param {Map<string, Buffer>} objects DICOM bytes by address
 * @param {(path: string) => Buffer | undefined} [make] what is made when it is asked for
 * @returns {Promise<{origin: string, sent: {path: string, bytes: number, time: number}[], close: () => void}>}
 *   `sent`: every body so far, with the time of its last byte (ms since the epoch); the caller empties it
 */
export async function serve(objects, make) {
  const root = join(output, "apps");
  const bodies = new Map(objects);
  for (const path of files(root)) bodies.set(addressOf(root, path), readFileSync(path));
  const sent = [];
  const server = createServer((request, response) => {
    let path = new URL(request.url, "http://localhost").pathname;
    if (path.endsWith("/")) path += "index.html";
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    const headers = { "content-type": type, "cache-control": "no-store" };
    let body = bodies.get(path) ?? make?.(path);
    if (body === undefined) {
      response.writeHead(404, headers).end();
      return;
    }
    const brotli = bodies.get(`${path}.br`);
    if (brotli !== undefined && /\bbr\b/.test(request.headers["accept-encoding"] ?? "")) {
      body = brotli;
      headers["content-encoding"] = "br";
    }
    response.on("finish", () => sent.push({ path, bytes: body.length, time: Date.now() }));
    response.writeHead(200, { ...headers, "content-length": body.length }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    sent,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
