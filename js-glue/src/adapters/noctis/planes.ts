import type { ImageSolid, ImageVolume } from "../../public/painter.js";
import type { PlaneGeometry, Vector } from "../../public/plane.js";
import type { CropBox, VolumeOptions } from "../../public/volume-view.js";
import { bmpOf, greyBmpOf, pixelsOf, resized } from "./bitmap.js";
import { type Ellipse, type Statistics, statisticsIn } from "./ellipse.js";
import { Grid, SEEN } from "./grid.js";
import { greysOf, pageWindow } from "./look.js";
import type { Section } from "./sections.js";
import { length, sum, times } from "./vectors.js";

export type PlaneName = "axial" | "sagittal" | "coronal";
export const PLANES: readonly PlaneName[] = ["axial", "sagittal", "coronal"];

export function isPlane(name: unknown): name is PlaneName {
  return PLANES.some((plane) => plane === name);
}

/** The patient's axis that a plane is at right angles to. */
const AXIS = { sagittal: 0, coronal: 1, axial: 2 } as const;

/** A plane turned about the axis from below to above through a voxel, as the page's crosshair has it. */
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

/** A volume in the page's words: three planes of the patient, whose voxels and pictures are counted alike however it was acquired. */
export class PagePlanes {
  readonly #volume: ImageVolume;
  readonly #parity: "page" | "dicom";
  readonly #grid: Grid;

  constructor(volume: ImageVolume, parity: "page" | "dicom") {
    this.#volume = volume;
    this.#parity = parity;
    this.#grid = new Grid(volume);
  }

  /** Voxels to the left, to the back and upwards. */
  get size(): Vector {
    return this.#grid.size;
  }

  /** How many planes there are. */
  countOf(plane: PlaneName): number {
    return this.size[AXIS[plane]];
  }

  /** Millimetres of a pixel of the pictures of planes across and down: those from column to column of the slices. */
  get mmPerPixel(): number {
    return length(this.#volume.steps[0]);
  }

  /** Pixels of a plane's picture, across and down. */
  sizeOf(plane: PlaneName): readonly [number, number] {
    const { across, down } = SEEN[AXIS[plane]];
    const pixels = (axis: 0 | 1 | 2): number =>
      Math.max(1, Math.round((this.size[axis] * this.#grid.mm[axis]) / this.mmPerPixel));
    return [pixels(across), pixels(down)];
  }

  /** A plane as a file: along the axes of an upright volume the voxels themselves, without any canvas. */
  picture(plane: PlaneName, index: number, look: PlanesLook, turn?: Turn): Blob {
    const isTurned = turn !== undefined && Math.abs(turn.degrees) >= LEAST_TURN;
    if (this.#grid.isUpright && !isTurned) return this.#pictureOf(plane, this.#grid.section(AXIS[plane], index), look);
    const [width, height] = this.sizeOf(plane);
    const drawn = this.#volume.draw(this.#geometry(plane, index, turn), {
      width,
      height,
      mmPerPixel: this.mmPerPixel,
      window: pageWindow(look, this.#parity),
      invert: look.inverted,
    });
    return bmpOf(pixelsOf(drawn));
  }

  /** Makes ready what projections are drawn of: once, whatever windows come. */
  prepareProjections(): Promise<void> {
    return this.#grid.prepareProjections();
  }

  /** The largest values across a plane, through all of the volume, as a file. */
  async projection(plane: PlaneName, look: PlanesLook): Promise<Blob> {
    return this.#pictureOf(plane, await this.#grid.projection(AXIS[plane]), look);
  }

  /** Voxels in the shape of their plane. */
  #pictureOf(plane: PlaneName, { columns, rows, values }: Section, look: PlanesLook): Blob {
    const isInverted = look.inverted !== (this.#volume.frames[0]?.inverted ?? false);
    const greys = greysOf(values, look, isInverted, this.#parity);
    return greyBmpOf(resized({ width: columns, height: rows, greys }, this.sizeOf(plane)));
  }

  /** The value of the voxel under a pixel of a plane's picture; undefined outside. */
  valueAt(plane: PlaneName, index: number, x: number, y: number): number | undefined {
    const [width, height] = this.sizeOf(plane);
    if (x < 0 || y < 0 || x >= width || y >= height || index < 0 || index >= this.countOf(plane)) return undefined;
    if (this.#grid.isLeaning) return this.#grid.valueAt(this.#pointAt(plane, index, x, y));
    const { columns, rows, values } = this.#grid.section(AXIS[plane], index);
    const at = (pixel: number, pixels: number, voxels: number): number => Math.floor(((pixel + 0.5) / pixels) * voxels);
    return values[at(y, height, rows) * columns + at(x, width, columns)];
  }

  /** The patient point of the middle of a pixel of a plane's picture. */
  #pointAt(plane: PlaneName, index: number, x: number, y: number): Vector {
    const [width, height] = this.sizeOf(plane);
    const { center, right, down } = this.#geometry(plane, index, undefined);
    const [across, below] = [(x + 0.5 - width / 2) * this.mmPerPixel, (y + 0.5 - height / 2) * this.mmPerPixel];
    return sum(center, sum(times(right, across), times(down, below)));
  }

  /** Of the voxels in an ellipse of a plane's picture; undefined where there are none. */
  statistics(plane: PlaneName, index: number, ellipse: Ellipse): Statistics | undefined {
    return statisticsIn(ellipse, this.sizeOf(plane), (x, y) => this.valueAt(plane, index, x, y));
  }

  /** The volume in three dimensions; `changed` tells that there is another picture of it. */
  solid(options: VolumeOptions, changed: () => void): ImageSolid {
    return this.#volume.solid(options, changed);
  }

  /** The voxels under an ellipse of a plane's picture, and those of some planes to each side. */
  boxOf(plane: PlaneName, index: number, [cx, cy, rx, ry]: readonly number[], around: number): CropBox {
    const [width, height] = this.sizeOf(plane);
    const span = (at = 0, radius = 0, pixels: number, count: number): readonly [number, number] => [
      Math.max(0, ((at - radius) / pixels) * count) - 0.5,
      Math.min(count, ((at + radius) / pixels) * count) - 0.5,
    ];
    const { across, down } = SEEN[AXIS[plane]];
    const spans: (readonly [number, number])[] = [];
    const count = this.countOf(plane);
    spans[AXIS[plane]] = span(index + 0.5, around + 0.5, count, count);
    spans[across] = span(cx, rx, width, this.size[across]);
    spans[down] = span(down === 2 ? height - (cy ?? 0) : cy, ry, height, this.size[down]);
    const [columns, rows, slices] = this.#grid.boxOf(spans);
    return { ...(columns && { columns }), ...(rows && { rows }), ...(slices && { slices }) };
  }

  close(): void {
    this.#volume.close();
  }

  #geometry(plane: PlaneName, index: number, turn: Turn | undefined): PlaneGeometry {
    const [left, back, up] = this.#grid.directions;
    const middle = this.size.map((count) => (count - 1) / 2) as unknown as Vector;
    if (!turn || Math.abs(turn.degrees) < LEAST_TURN) {
      const at: Vector = [
        plane === "sagittal" ? index : middle[0],
        plane === "coronal" ? index : middle[1],
        plane === "axial" ? index : middle[2],
      ];
      const center = this.#grid.point(at);
      if (plane === "axial") return { center, right: left, down: back };
      return { center, right: plane === "sagittal" ? back : left, down: times(up, -1) };
    }
    const radians = (turn.degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
    const [x, y] = turn.voxel;
    if (plane === "axial") {
      return {
        center: this.#grid.point([x, y, index]),
        right: sum(times(left, cos), times(back, -sin)),
        down: sum(times(left, sin), times(back, cos)),
      };
    }
    const [along, out] = [sum(times(left, cos), times(back, sin)), sum(times(left, -sin), times(back, cos))];
    const isSagittal = plane === "sagittal";
    // The plane of the crosshair's own index goes through it, the others lie beside that one.
    const beside = isSagittal ? (index - x) * this.#grid.mm[0] : (index - y) * this.#grid.mm[1];
    const foot = sum(this.#grid.point([x, y, middle[2]]), times(isSagittal ? along : out, beside));
    return { center: foot, right: isSagittal ? out : along, down: times(up, -1) };
  }
}
