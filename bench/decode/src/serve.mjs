// A static server for the page, the modules and the frames.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Serves folders on a free port of this machine.
 *
 * @param {Record<string, string>} mounts folders by the beginning of their addresses
 * @returns {Promise<{origin: string, close: () => void}>}
 */
export async function serve(mounts) {
  const longestFirst = Object.keys(mounts).toSorted((a, b) => b.length - a.length);
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const mount = longestFirst.find((start) => path.startsWith(start));
    const rest = normalize(path.slice(mount.length)) || ".";
    const file = join(mounts[mount], rest === "." ? "index.html" : rest);
    try {
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
