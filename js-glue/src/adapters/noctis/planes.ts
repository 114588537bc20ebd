import type { ImageFrame, ImageSolid, ImageVolume, Painter } from "../../public/painter.js";
import type { PlaneGeometry, Vector } from "../../public/plane.js";
import type { CropBox, VolumeOptions } from "../../public/volume-view.js";
import { bmpOf, pixelsOf } from "./bitmap.js";
import { lookOf, pageWindow } from "./look.js";
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

/** A volume in the page's words. Its slices are counted along the normal of the first. */
export class PagePlanes {
  readonly #volume: ImageVolume;
  readonly #painter: Painter;
  readonly #parity: "page" | "dicom";
  readonly #normal: Vector;
  /** Whether the volume counts its slices the other way. */
  readonly #isTurned: boolean;
  /** Millimetres between columns, rows and slices, along their axes. */
  readonly #mm: Vector;
  readonly #values = new Map<number, Float32Array>();

  /** Whether the slices lie straight above each other, none missing. */
  readonly #isUpright: boolean;
  readonly #sections = new Map<PlaneName, { readonly index: number; readonly frame: ImageFrame }>();
  #largest: ReturnType<ImageVolume["largest"]> | undefined;
  #projected: Awaited<ReturnType<ImageVolume["largest"]>> | undefined;

  constructor(volume: ImageVolume, painter: Painter, parity: "page" | "dicom") {
    this.#volume = volume;
    this.#painter = painter;
    this.#parity = parity;
    const [column, row, slice] = volume.steps;
    const normal = unit(cross(column, row));
    this.#isTurned = dot(slice, normal) < 0;
    this.#normal = normal;
    const lean = Math.hypot(dot(slice, unit(column)), dot(slice, unit(row)));
    this.#isUpright = lean < 1e-3 * length(slice) && volume.findings.length === 0;
    this.#mm = [length(column), length(row), Math.abs(dot(slice, normal))];
  }

  /** Columns, rows, slices. */
  get size(): Vector {
    const [slices, rows, columns] = this.#volume.size;
    return [columns, rows, slices];
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

  /**
   * Draws a plane; the canvas is good until the next one, or the end of the task. Without a GPU, planes along the axes of an
   * upright volume are the voxels themselves, made larger by the browser: a tenth of the work.
   */
  draw(plane: PlaneName, index: number, look: PlanesLook, turn?: Turn): HTMLCanvasElement | OffscreenCanvas {
    const isTurned = turn !== undefined && Math.abs(turn.degrees) >= LEAST_TURN;
    if (this.#painter.backend === "cpu" && this.#isUpright && !isTurned) {
      return this.#scaled(plane, this.#section(plane, index), look);
    }
    const [width, height] = this.sizeOf(plane);
    return this.#volume.draw(this.#geometry(plane, index, turn), {
      width,
      height,
      mmPerPixel: this.#mm[0],
      window: pageWindow(look, this.#parity),
      invert: look.inverted,
    });
  }

  /** Makes ready what projections are drawn of: once, whatever windows come. */
  async prepareProjections(): Promise<void> {
    this.#largest ??= this.#volume.largest();
    this.#projected = await this.#largest;
  }

  /** Draws the largest values across a plane, through all of the volume, which must be ready. */
  drawProjection(plane: PlaneName, look: PlanesLook): OffscreenCanvas {
    const frame = this.#projected?.[{ axial: 0, coronal: 1, sagittal: 2 }[plane]];
    if (!frame) throw new Error("the projections have not been made");
    return this.#scaled(plane, frame, look);
  }

  /** A frame of voxels in the shape of its plane. */
  #scaled(plane: PlaneName, frame: ImageFrame, look: PlanesLook): OffscreenCanvas {
    const [width, height] = this.sizeOf(plane);
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("the browser gives no 2d context");
    const drawn = this.#painter.draw(frame, lookOf(frame, { ...look, modality: "" }, this.#parity));
    // Slices are counted from below.
    if (plane !== "axial" && !this.#isTurned) context.setTransform(1, 0, 0, -1, 0, height);
    context.drawImage(drawn, 0, 0, width, height);
    return context.canvas;
  }

  /** The voxels of a plane; those of each plane that were shown last are kept. */
  #section(plane: PlaneName, index: number): ImageFrame {
    const held = this.#sections.get(plane);
    if (held?.index === index) return held.frame;
    const slice = this.#volume.frames[this.#slice(index)];
    const frame =
      plane === "axial" && slice ? slice : this.#volume.section(plane === "sagittal" ? "column" : "row", index);
    this.#sections.set(plane, { index, frame });
    return frame;
  }

  /** A plane as a file. */
  picture(plane: PlaneName, index: number, look: PlanesLook, turn?: Turn): Blob {
    return bmpOf(pixelsOf(this.draw(plane, index, look, turn)));
  }

  /** The same of a projection. */
  async projection(plane: PlaneName, look: PlanesLook): Promise<Blob> {
    await this.prepareProjections();
    return bmpOf(pixelsOf(this.drawProjection(plane, look)));
  }

  /** The value of the voxel under a pixel of a plane's picture; undefined outside. */
  valueAt(plane: PlaneName, index: number, x: number, y: number): number | undefined {
    const [width, height] = this.sizeOf(plane);
    const [columns, rows, slices] = this.size;
    const whole = (share: number, count: number): number => Math.floor(share * count);
    if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
    const [across, down] = [(x + 0.5) / width, (y + 0.5) / height];
    if (plane === "axial") return this.#value(whole(across, columns), whole(down, rows), index);
    const slice = whole(1 - down, slices);
    if (plane === "sagittal") return this.#value(index, whole(across, rows), slice);
    return this.#value(whole(across, columns), index, slice);
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

  #value(column: number, row: number, slice: number): number | undefined {
    const number = this.#slice(slice);
    const values = this.#values.get(number) ?? this.#volume.frames[number]?.values();
    if (!values) return undefined;
    this.#values.set(number, values);
    return values[row * this.size[0] + column];
  }

  #slice(index: number): number {
    return this.#isTurned ? this.size[2] - 1 - index : index;
  }

  #point([column, row, slice]: Vector): Vector {
    return this.#volume.patientFromVoxel(column, row, this.#slice(slice));
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
