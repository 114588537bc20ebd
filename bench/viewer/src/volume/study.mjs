// The study of the volume benchmark: one generated CT, as DICOM files and as one NIfTI file of the same voxels.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import dicomParser from "dicom-parser";
import { output, repository } from "../paths.mjs";

const HEADER_BYTES = 352;
const INT16 = 4;

/**
 * Generates what is missing, and reads it.
 *
 * @param {number} slices
 * @param {number} [side] pixels a side
 * @returns {{slices: number, voxelsMB: number, window: {center: number, width: number}, dicom: [string, Buffer][],
 *   nifti: [string, Buffer][]}} bodies by address
 */
export function readStudy(slices, side = 512) {
  const folder = join(output, "objects", `volume-${side}-${slices}`);
  if (!existsSync(folder)) {
    const size = ["--rows", side, "--columns", side, "--slices", slices].map(String);
    const options = ["--kind", "ct", "--bits", "16", ...size, "--slice-spacing", "1"];
    const phantom = ["run", "--quiet", "--release", "-p", "phantom", "--", "--out", folder, ...options];
    execFileSync("cargo", phantom, { cwd: repository, stdio: "inherit" });
  }
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".dcm"))
    .sort()
    .map((file) => readFileSync(join(folder, file)));
  const heads = files.map((bytes) => dicomParser.parseDicom(bytes));
  const [first] = heads;
  return {
    slices,
    voxelsMB: (2 * first.uint16("x00280010") * first.uint16("x00280011") * slices) / 2 ** 20,
    window: { center: first.floatString("x00281050"), width: first.floatString("x00281051") },
    dicom: files.map((bytes, index) => [`/objects/volume-${side}/${index}.dcm`, bytes]),
    nifti: [[`/objects/volume-${side}/ct.nii`, niftiOf(files, heads)]],
  };
}

/** NIfTI-1: columns, rows, slices; right and anterior are positive there. */
function niftiOf(files, heads) {
  const place = (head) => [0, 1, 2].map((index) => head.floatString("x00200032", index));
  const order = heads.map((_, index) => index).sort((a, b) => place(heads[a])[2] - place(heads[b])[2]);
  const [head, next] = order.map((index) => heads[index]);
  const [rows, columns] = [head.uint16("x00280010"), head.uint16("x00280011")];
  const [rowMm, columnMm] = [0, 1].map((index) => head.floatString("x00280030", index));
  const [x, y, z] = place(head);
  const sliceMm = place(next)[2] - z;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(348, 0);
  [3, columns, rows, order.length, 1, 1, 1, 1].forEach((size, index) => header.writeInt16LE(size, 40 + 2 * index));
  header.writeInt16LE(INT16, 70);
  header.writeInt16LE(16, 72);
  [1, columnMm, rowMm, sliceMm].forEach((mm, index) => header.writeFloatLE(mm, 76 + 4 * index));
  header.writeFloatLE(HEADER_BYTES, 108);
  header.writeFloatLE(head.floatString("x00281053") ?? 1, 112);
  header.writeFloatLE(head.floatString("x00281052") ?? 0, 116);
  header.writeInt16LE(1, 254);
  const map = [[-columnMm, 0, 0, -x], [0, -rowMm, 0, -y], [0, 0, sliceMm, z]];
  map.flat().forEach((value, index) => header.writeFloatLE(value, 280 + 4 * index));
  header.write("n+1\0", 344, "latin1");
  const pixels = order.map((index) => {
    const { dataOffset, length } = heads[index].elements.x7fe00010;
    return files[index].subarray(dataOffset, dataOffset + length);
  });
  return Buffer.concat([header, ...pixels]);
}
