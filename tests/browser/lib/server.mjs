/** A static server on a free port of the loopback interface. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".dcm": "application/dicom",
};

/** What the gateway sends with its page: no inline code, no eval, no foreign address. */
export const STRICT_CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' blob: data:; style-src 'self'";

/**
 * Serves `mounts`, a map from address prefix to folder, or to `(request, response) => void` for one address.
 *
 * @returns {Promise<{ url: string, requests: string[], close(): Promise<void> }>}
 */
export async function serve(mounts, { csp = STRICT_CSP, headers = {} } = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push(pathname);
    const prefix = Object.keys(mounts)
      .filter((candidate) => pathname.startsWith(candidate))
      .sort((a, b) => b.length - a.length)[0];
    const mount = mounts[prefix];
    if (typeof mount === "function") return mount(request, response);
    const file = mount && path.join(mount, decodeURIComponent(pathname.slice(prefix.length)) || "index.html");
    try {
      if (!file || path.relative(mount, file).startsWith("..")) throw new Error("outside");
      const body = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
        "cache-control": "no-store",
        ...(csp && { "content-security-policy": csp }),
        ...headers,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}
