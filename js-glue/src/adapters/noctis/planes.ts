import type { ImageSolid, ImageVolume } from "../../public/painter.js";
import type { PlaneGeometry, Vector } from "../../public/plane.js";
import type { CropBox, VolumeOptions } from "../../public/volume-view.js";
import { bmpOf, greyBmpOf, pixelsOf, resized } from "./bitmap.js";
import { greysOf, pageWindow } from "./look.js";
import { type Section, sectionOf, slicesByPlace, spread } from "./sections.js";
import { cross, dot, length, sum, times, unit } from "./vectors.js";

/** Planes as the page names them: by the axis of the array that they are at right angles to. */
export type PlaneName = "axial" | "sagittal" | "coronal";
export const PLANES: readonly PlaneName[] = ["axial", "sagittal", "coronal"];

/** A plane turned about the slices' normal through a voxel, as the page's crosshair has it. */
export interface Turn {
  readonly degrees: number;
  readonly voxel: Vector;
}

/** How planes are shown. */
export interface PlanesLook {
  readonly width: number;
  readonly center: number;
  readonly inverted: boolean;
}

/** Below this the page itself does not turn planes. */
const LEAST_TURN = 0.5;

/** Of values in an ellipse. */
export interface Statistics {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/**
 * A volume in the page's words. Its slices are counted along the normal of the first, where one is missing, too: what is beside it
 * stays where it is in the patient.
 */
export class PagePlanes {
  readonly #volume: ImageVolume;
  readonly #parity: "page" | "dicom";
  readonly #normal: Vector;
  /** Whether the volume counts its slices the other way. */
  readonly #isTurned: boolean;
  /** Millimetres between columns, rows and slices, along their axes. */
  readonly #mm: Vector;
  /** Whether the slices lie beside each other, as behind a tilted gantry. */
  readonly #isLeaning: boolean;
  /** Whether they lie straight above each other, none missing. */
  readonly #isUpright: boolean;
  /** The number of the slice at each step through the volume. */
  readonly #slices: readonly number[];
  readonly #sections = new Map<PlaneName, { readonly index: number; readonly section: Section }>();
  #largest: Promise<readonly Section[]> | undefined;

  constructor(volume: ImageVolume, parity: "page" | "dicom") {
    this.#volume = volume;
    this.#parity = parity;
    const [column, row, slice] = volume.steps;
    const normal = unit(cross(column, row));
    this.#isTurned = dot(slice, normal) < 0;
    this.#normal = normal;
    const lean = Math.hypot(dot(slice, unit(column)), dot(slice, unit(row)));
    this.#isLeaning = lean >= 1e-3 * length(slice);
    this.#isUpright = !this.#isLeaning && volume.findings.length === 0;
    this.#mm = [length(column), length(row), Math.abs(dot(slice, normal))];
    this.#slices = slicesByPlace(volume);
  }

  /** Columns, rows, slices. */
  get size(): Vector {
    const [, rows, columns] = this.#volume.size;
    return [columns, rows, this.#slices.length];
  }

  /** Millimetres of a pixel of the pictures of planes along the axes, across and down. */
  get mmPerPixel(): number {
    return this.#mm[0];
  }

  /** Pixels of a plane's picture: as many millimetres each as a column of the slices, up and across. */
  sizeOf(plane: PlaneName): readonly [number, number] {
    const [columns, rows, slices] = this.size;
    const [x, y, z] = this.#mm;
    const [down, up] = [Math.round((rows * y) / x), Math.max(1, Math.round((slices * z) / x))];
    if (plane === "axial") return [columns, down];
    return [plane === "sagittal" ? down : columns, up];
  }

  /** A plane as a file: along the axes of an upright volume the voxels themselves, without any canvas. */
  picture(plane: PlaneName, index: number, look: PlanesLook, turn?: Turn): Blob {
    const isTurned = turn !== undefined && Math.abs(turn.degrees) >= LEAST_TURN;
    if (this.#isUpright && !isTurned) return this.#pictureOf(plane, this.#section(plane, index), look);
    const [width, height] = this.sizeOf(plane);
    const drawn = this.#volume.draw(this.#geometry(plane, index, turn), {
      width,
      height,
      mmPerPixel: this.#mm[0],
      window: pageWindow(look, this.#parity),
      invert: look.inverted,
    });
    return bmpOf(pixelsOf(drawn));
  }

  /** Makes ready what projections are drawn of: once, whatever windows come. */
  async prepareProjections(): Promise<void> {
    this.#largest ??= this.#volume.largest().then((frames) => frames.map(sectionOf));
    await this.#largest;
  }

  /** The largest values across a plane, through all of the volume, as a file. */
  async projection(plane: PlaneName, look: PlanesLook): Promise<Blob> {
    await this.prepareProjections();
    const section = (await this.#largest)?.[{ axial: 0, coronal: 1, sagittal: 2 }[plane]];
    if (!section) throw new Error("there are no projections");
    return this.#pictureOf(plane, plane === "axial" ? section : spread(section, this.#slices), look);
  }

  /** Voxels in the shape of their plane. */
  #pictureOf(plane: PlaneName, { columns, rows, values }: Section, look: PlanesLook): Blob {
    const isInverted = look.inverted !== (this.#volume.frames[0]?.inverted ?? false);
    const greys = greysOf(values, look, isInverted, this.#parity);
    // Slices are counted from below.
    const isFromBelow = plane !== "axial" && !this.#isTurned;
    return greyBmpOf(resized({ width: columns, height: rows, greys }, this.sizeOf(plane), isFromBelow));
  }

  /** The voxels of a plane; those of each plane that were shown last are kept. */
  #section(plane: PlaneName, index: number): Section {
    const held = this.#sections.get(plane);
    if (held?.index === index) return held.section;
    const slice = this.#volume.frames[this.#slice(index)];
    const frame =
      plane === "axial" && slice ? slice : this.#volume.section(plane === "sagittal" ? "column" : "row", index);
    const section = sectionOf(frame);
    this.#sections.set(plane, { index, section });
    return section;
  }

  /** The value of the voxel under a pixel of a plane's picture; undefined outside. */
  valueAt(plane: PlaneName, index: number, x: number, y: number): number | undefined {
    const [width, height] = this.sizeOf(plane);
    if (x < 0 || y < 0 || x >= width || y >= height || index < 0 || index >= this.#count(plane)) return undefined;
    if (this.#isLeaning) return this.#valueAtPoint(this.#pointAt(plane, index, x, y));
    const { columns, rows, values } = this.#section(plane, index);
    const across = Math.floor(((x + 0.5) / width) * columns);
    if (plane === "axial") return values[Math.floor(((y + 0.5) / height) * rows) * columns + across];
    const up = this.size[2] - 1 - Math.floor(((y + 0.5) / height) * this.size[2]);
    return values[this.#slice(up) * columns + across];
  }

  /** The patient point of the middle of a pixel of a plane's picture. */
  #pointAt(plane: PlaneName, index: number, x: number, y: number): Vector {
    const [width, height] = this.sizeOf(plane);
    const { center, right, down } = this.#geometry(plane, index, undefined);
    const [across, below] = [x + 0.5 - width / 2, y + 0.5 - height / 2].map((pixels) => pixels * this.#mm[0]);
    return sum(center, sum(times(right, across ?? 0), times(down, below ?? 0)));
  }

  /** The value of the voxel nearest to a patient point; undefined outside. */
  #valueAtPoint(point: Vector): number | undefined {
    const [column, row, slice] = this.#volume.steps;
    const up = times(slice, this.#isTurned ? -1 : 1);
    const way = sum(point, times(this.#point([0, 0, 0]), -1));
    const steps = dot(way, this.#normal) / dot(up, this.#normal);
    const inSlice = sum(way, times(up, -steps));
    const [x, y, z] = [dot(inSlice, column) / dot(column, column), dot(inSlice, row) / dot(row, row), steps].map(
      Math.round,
    );
    const isInside = [x, y, z].every((at = -1, axis) => at >= 0 && at < (this.size[axis] ?? 0));
    if (!isInside || x === undefined || y === undefined || z === undefined) return undefined;
    const { columns, values } = this.#section("axial", z);
    return values[y * columns + x];
  }

  /** Of the voxels in an ellipse of a plane's picture, with the SD of a population; undefined where there are none. */
  statistics(
    plane: PlaneName,
    index: number,
    [cx = 0, cy = 0, rx = 0, ry = 0]: readonly number[],
  ): Statistics | undefined {
    const [a, b] = [Math.max(rx, 1), Math.max(ry, 1)];
    const values: number[] = [];
    for (let y = Math.ceil(cy - b); y <= cy + b; y += 1) {
      for (let x = Math.ceil(cx - a); x <= cx + a; x += 1) {
        const isInside = ((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 <= 1;
        const value = isInside ? this.valueAt(plane, index, x, y) : undefined;
        if (value !== undefined) values.push(value);
      }
    }
    const n = values.length;
    if (n === 0) return undefined;
    const mean = values.reduce((total, value) => total + value, 0) / n;
    const std = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / n);
    const min = values.reduce((least, value) => Math.min(least, value));
    const max = values.reduce((most, value) => Math.max(most, value));
    return { mean, std, min, max, n };
  }

  /** The volume in three dimensions; `changed` tells that there is another picture of it. */
  solid(options: VolumeOptions, changed: () => void): ImageSolid {
    return this.#volume.solid(options, changed);
  }

  /** The voxels under an ellipse of a plane's picture, and those of some planes to each side. */
  boxOf(plane: PlaneName, index: number, [cx, cy, rx, ry]: readonly number[], around: number): CropBox {
    const [width, height] = this.sizeOf(plane);
    const [columns, rows, slices] = this.size;
    const span = (at = 0, radius = 0, pixels: number, count: number): readonly [number, number] => [
      Math.max(0, ((at - radius) / pixels) * count) - 0.5,
      Math.min(count, ((at + radius) / pixels) * count) - 0.5,
    ];
    const beside = (count: number): readonly [number, number] => span(index + 0.5, around + 0.5, count, count);
    const inSlices = ([first, last]: readonly [number, number]): readonly [number, number] =>
      this.#isTurned ? [slices - 1 - last, slices - 1 - first] : [first, last];
    if (plane === "axial") {
      const within = { columns: span(cx, rx, width, columns), rows: span(cy, ry, height, rows) };
      return { ...within, slices: inSlices(beside(slices)) };
    }
    const up = inSlices(span(height - (cy ?? 0), ry, height, slices));
    if (plane === "sagittal") return { columns: beside(columns), rows: span(cx, rx, width, rows), slices: up };
    return { columns: span(cx, rx, width, columns), rows: beside(rows), slices: up };
  }

  close(): void {
    this.#volume.close();
  }

  #count(plane: PlaneName): number {
    return this.size[{ sagittal: 0, coronal: 1, axial: 2 }[plane]] ?? 0;
  }

  /** The volume's number of the slice at one of the page's. */
  #slice(index: number): number {
    return this.#slices[this.#isTurned ? this.size[2] - 1 - index : index] ?? 0;
  }

  #point([column, row, slice]: Vector): Vector {
    const lowest = this.#volume.patientFromVoxel(column, row, this.#slice(0));
    return sum(lowest, times(this.#volume.steps[2], this.#isTurned ? -slice : slice));
  }

  #geometry(plane: PlaneName, index: number, turn: Turn | undefined): PlaneGeometry {
    const [toColumn, toRow] = this.#volume.steps;
    const [right, down, up] = [unit(toColumn), unit(toRow), this.#normal];
    const middle = this.size.map((count) => (count - 1) / 2) as unknown as Vector;
    if (!turn || Math.abs(turn.degrees) < LEAST_TURN) {
      const at: Vector = [
        plane === "sagittal" ? index : middle[0],
        plane === "coronal" ? index : middle[1],
        plane === "axial" ? index : middle[2],
      ];
      const center = this.#point(at);
      if (plane === "axial") return { center, right, down };
      return { center, right: plane === "sagittal" ? down : right, down: times(up, -1) };
    }
    const radians = (turn.degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
    const [x, y] = turn.voxel;
    if (plane === "axial") {
      return {
        center: this.#point([x, y, index]),
        right: sum(times(right, cos), times(down, -sin)),
        down: sum(times(right, sin), times(down, cos)),
      };
    }
    const [along, out] = [sum(times(right, cos), times(down, sin)), sum(times(right, -sin), times(down, cos))];
    const isSagittal = plane === "sagittal";
    // The plane of the crosshair's own index goes through it, the others lie beside that one.
    const beside = (index - (isSagittal ? x : y)) * this.#mm[0];
    const foot = sum(this.#point([x, y, middle[2]]), times(isSagittal ? along : out, beside));
    return { center: foot, right: isSagittal ? out : along, down: times(up, -1) };
  }
}
