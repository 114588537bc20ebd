// The two objects that are shown, the negative of each as the second image, and the picture that each must give.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import dicomParser from "dicom-parser";
import { output, repository } from "./paths.mjs";

/** Cells along each side of the picture that is compared. */
export const GRID = 64;

const KINDS = {
  ct: { label: "CT 512 x 512", options: ["--kind", "ct", "--slices", "3"] },
  mg: { label: "mammogram 3328 x 4096", options: ["--kind", "mg"] },
};

/**
 * Generates what is missing, and reads it.
 *
 * @param {string[]} names of `ct`, `mg`
 * @returns {{name: string, label: string, url: string, window: {center: number, width: number},
 *   bytes: Buffer, expected: Float64Array, negative: {url: string, bytes: Buffer, expected: Float64Array}}[]}
 */
export function readObjects(names) {
  return names.map((name) => {
    const { label, options } = KINDS[name];
    const folder = join(output, "objects", name);
    if (!existsSync(folder)) {
      const phantom = ["run", "--quiet", "--release", "-p", "phantom", "--", "--out", folder, ...options];
      execFileSync("cargo", phantom, { cwd: repository, stdio: "inherit" });
    }
    const found = readdirSync(folder).filter((file) => file.endsWith(".dcm")).sort();
    const bytes = readFileSync(join(folder, found[Math.floor(found.length / 2)]));
    const image = parse(bytes);
    const negative = negativeOf(bytes, image);
    return {
      name,
      label,
      url: `/objects/${name}.dcm`,
      window: image.window,
      bytes,
      expected: pictureOf(image),
      negative: { url: `/objects/${name}-negative.dcm`, bytes: negative, expected: pictureOf(parse(negative)) },
    };
  });
}

function parse(bytes) {
  const dataSet = dicomParser.parseDicom(bytes);
  const syntax = dataSet.string("x00020010");
  const [bits, stored] = [dataSet.uint16("x00280100"), dataSet.uint16("x00280101")];
  if (syntax !== "1.2.840.10008.1.2.1" || bits !== 16) throw new Error("not an uncompressed 16-bit object");
  const [rows, columns] = [dataSet.uint16("x00280010"), dataSet.uint16("x00280011")];
  const signed = dataSet.uint16("x00280103") === 1;
  const { dataOffset, length } = dataSet.elements.x7fe00010;
  if (length !== 2 * rows * columns) throw new Error("not one grey frame");
  return {
    rows,
    columns,
    dataOffset,
    dataSet,
    values: new (signed ? Int16Array : Uint16Array)(Uint8Array.from(bytes.subarray(dataOffset, dataOffset + length)).buffer),
    range: signed ? [-(2 ** (stored - 1)), 2 ** (stored - 1) - 1] : [0, 2 ** stored - 1],
    slope: dataSet.floatString("x00281053") ?? 1,
    intercept: dataSet.floatString("x00281052") ?? 0,
    window: { center: dataSet.floatString("x00281050"), width: dataSet.floatString("x00281051") },
  };
}

/** Another instance whose picture is the negative: stored values mirrored at the window's centre. */
function negativeOf(bytes, { dataSet, values, range, window, slope, intercept, dataOffset }) {
  const copy = Buffer.from(bytes);
  for (const tag of ["x00020003", "x00080018"]) {
    const { dataOffset: offset, length } = dataSet.elements[tag];
    let last = offset + length - 1;
    while (copy[last] === 0 || copy[last] === 0x20) last -= 1;
    copy[last] = copy[last] === 0x39 ? 0x38 : copy[last] + 1;
  }
  const twice = Math.round((2 * (window.center - 0.5 - intercept)) / slope);
  for (let i = 0; i < values.length; i += 1) {
    const mirrored = Math.min(range[1], Math.max(range[0], twice - values[i]));
    copy.writeUInt16LE(mirrored & 0xffff, dataOffset + 2 * i);
  }
  return copy;
}

/** The picture on a square window: PS3.3 C.11.2.1.2 (LINEAR), fitted, black around; mean grey level of each cell. */
function pictureOf({ rows, columns, values, slope, intercept, window }) {
  const sums = new Float64Array(GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  const scale = GRID / Math.max(rows, columns);
  const [top, left] = [(GRID - rows * scale) / 2, (GRID - columns * scale) / 2];
  for (let row = 0; row < rows; row += 1) {
    const cellRow = Math.floor(top + (row + 0.5) * scale) * GRID;
    for (let column = 0; column < columns; column += 1) {
      const value = values[row * columns + column] * slope + intercept;
      const share = (value - (window.center - 0.5)) / (window.width - 1) + 0.5;
      const cell = cellRow + Math.floor(left + (column + 0.5) * scale);
      sums[cell] += 255 * Math.min(1, Math.max(0, share));
      counts[cell] += 1;
    }
  }
  return sums.map((sum, cell) => (counts[cell] > 0 ? sum / counts[cell] : 0));
}
