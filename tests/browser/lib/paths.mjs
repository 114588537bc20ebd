/** Where things are in the repository, and the DICOM files that tests read. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
export const dist = path.join(root, "js-glue/dist");
export const pages = path.join(root, "tests/browser/pages");

const local = path.join(root, ".venv/bin/python");
/** The repository's Python, with pydicom. */
export const python = existsSync(local) ? local : "python3";

let folder;

/** pydicom's own test files. */
export function pydicomFiles() {
  folder ??= execFileSync(python, ["-c", "import pydicom.data as d; print(d.get_testdata_file('CT_small.dcm'))"], {
    encoding: "utf8",
  }).trim();
  return path.dirname(folder);
}
