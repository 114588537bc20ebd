// Where things are, seen from the repository's root.

import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const bench = fileURLToPath(new URL("..", import.meta.url));
export const repository = join(bench, "..", "..");
export const apps = join(bench, "apps");
export const output = join(repository, "target", "bench");
