import { NoctisError } from "../../public/errors.js";
import type { ImageFrame, ImageSolid, ImageVolume, PlaneLook } from "../../public/painter.js";
import type { PlaneGeometry, Vector } from "../../public/plane.js";
import type { VolumeOptions } from "../../public/volume-view.js";
import { Series } from "../library.js";
import type { PaintedFrame } from "../painter/frame.js";
import type { ImagePainter } from "../painter/painter.js";
import { checkedWindow, effectiveWindow, initialView } from "../view.js";
import { Assembler, VOLUME_MODULE } from "./assembler.js";
import { HeldSolid, type SolidParts } from "./image-solid.js";
import type { VolumeLayout } from "./layout.js";
import { planeOf } from "./plane.js";
import { PlanePicture } from "./plane-picture.js";
import { along, dot, unit } from "./vector.js";
import { Volume } from "./volume.js";

/** The volume that frames make up, all of it on the device. */
export async function openVolume(painter: ImagePainter, frames: readonly PaintedFrame[]): Promise<ImageVolume> {
  const byKey = new Map(frames.map((frame) => [frame.key, frame]));
  const slices = frames.map(({ slice }) => slice).filter((slice) => slice !== undefined);
  const { assets, graphics } = painter;
  const [module] = await Promise.all([assets.module("noctis_volume", VOLUME_MODULE), graphics.withVolumes()]);
  const assembler = new Assembler(module);
  const { volumes, findings } = assembler.assemble(slices);
  assembler.free();
  const [layout] = volumes;
  const messages = findings.map(({ message }) => message);
  const ordered = layout?.sources.map(({ key }) => byKey.get(key)).filter((frame) => frame !== undefined) ?? [];
  const sample = ordered[Math.floor(ordered.length / 2)];
  if (!layout || !sample) {
    const reasons = messages.join("; ") || "there are none";
    throw new NoctisError("unsupported-geometry", `the slices of this series make no volume: ${reasons}`);
  }
  const solids = new Set<HeldSolid>();
  const host = {
    frames: {
      request: async ({ key }: { readonly key: string }) => {
        const frame = byKey.get(key);
        if (!frame) throw new NoctisError("internal", "a slice of the volume is not among its frames");
        return frame.decoded;
      },
    },
    device: () => painter.graphics.device,
    maxBytes: () => painter.settings.volumeBytes,
    changed: () => {
      for (const solid of solids) solid.arrived();
    },
    failed: () => {},
  };
  const series = new Series(slices[0]?.object.info.seriesInstanceUid ?? "", initialView("linear"));
  const volume = new Volume(host, module, series, layout, sample.decoded);
  const { device } = painter.graphics;
  if (device) await volume.reached(device, layout.size[0]);
  return new HeldVolume({ painter, volume, solids, frames: ordered, findings: messages });
}

/** So long at a time. */
const BUSY_MS = 8;

/** Takes a slice into the largest values along each axis. */
function project(
  values: Float32Array,
  slice: number,
  columns: number,
  alongSlices: Float32Array,
  alongRows: Float32Array,
  alongColumns: Float32Array,
): void {
  const rows = values.length / columns;
  const offset = slice * columns;
  for (let row = 0, at = 0; row < rows; row += 1) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let column = 0; column < columns; column += 1, at += 1) {
      const value = values[at] as number;
      if (value > largest) largest = value;
      if (value > (alongSlices[at] as number)) alongSlices[at] = value;
      if (value > (alongRows[offset + column] as number)) alongRows[offset + column] = value;
    }
    alongColumns[slice * rows + row] = largest;
  }
}

/** What an opened volume is made of. */
interface VolumeParts extends SolidParts {
  readonly frames: readonly PaintedFrame[];
  readonly findings: readonly string[];
}

class HeldVolume implements ImageVolume {
  readonly findings: readonly string[];
  readonly #painter: ImagePainter;
  readonly #volume: Volume;
  readonly #solids: Set<HeldSolid>;
  readonly #painted: readonly PaintedFrame[];

  constructor({ painter, volume, solids, frames, findings }: VolumeParts) {
    this.#painter = painter;
    this.#volume = volume;
    this.#solids = solids;
    this.#painted = frames;
    this.findings = findings;
  }

  get frames(): readonly ImageFrame[] {
    return this.#painted;
  }

  get size(): readonly [number, number, number] {
    return this.#layout.size;
  }

  get steps(): readonly [Vector, Vector, Vector] {
    const [, column, row, slice] = this.#layout.geometry;
    return [column, row, slice];
  }

  patientFromVoxel(column: number, row: number, slice: number): Vector {
    const [first, toColumn, toRow, toSlice] = this.#layout.geometry;
    return along(along(along(first, toColumn, column), toRow, row), toSlice, this.#placeOf(slice));
  }

  async largest(): Promise<readonly [ImageFrame, ImageFrame, ImageFrame]> {
    const [slices, rows, columns] = this.size;
    const [front, side, top] = [[rows, columns] as const, [slices, columns] as const, [slices, rows] as const];
    const made = [front, side, top].map(([down, across]) =>
      new Float32Array(down * across).fill(Number.NEGATIVE_INFINITY),
    );
    const [alongSlices, alongRows, alongColumns] = made;
    let since = performance.now();
    for (const [slice, frame] of this.frames.entries()) {
      const values = frame.values();
      if (!values || !alongSlices || !alongRows || !alongColumns) continue;
      project(values, slice, columns, alongSlices, alongRows, alongColumns);
      if (performance.now() - since < BUSY_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      since = performance.now();
    }
    const { window } = this.frames[Math.floor(this.frames.length / 2)] ?? {};
    const frameOf = ([down, across]: readonly [number, number], values = new Float32Array(down * across)): ImageFrame =>
      this.#painter.frameOf({ rows: down, columns: across, values, ...(window && { window }) });
    return [frameOf(front, alongSlices), frameOf(side, alongRows), frameOf(top, alongColumns)];
  }

  section(across: "column" | "row", index: number): ImageFrame {
    const [slices, rows, columns] = this.size;
    const [first, step, count] = across === "column" ? [index, columns, rows] : [index * columns, 1, columns];
    if (!Number.isInteger(index) || index < 0 || index >= (across === "column" ? columns : rows)) {
      throw new NoctisError("invalid-argument", `there is no ${across} ${index}`);
    }
    const values = new Float32Array(slices * count);
    for (const [slice, frame] of this.#painted.entries()) {
      const line = frame.line(first, step, count);
      if (line) values.set(line, slice * count);
    }
    return this.#painter.frameOf({ rows: slices, columns: count, values });
  }

  draw(geometry: PlaneGeometry, look: PlaneLook): HTMLCanvasElement {
    const { width, height, mmPerPixel, slab, window, invert = false, interpolation = "linear" } = look;
    const [, column, row] = this.#layout.geometry;
    const plane = planeOf(geometry, geometry.center, [unit(column), unit(row)]);
    const fitting = Math.max(this.#extent(plane.right) / width, this.#extent(plane.down) / height);
    if (!(mmPerPixel > 0)) throw new NoctisError("invalid-argument", "a pixel has some millimetres");
    const view = {
      ...initialView(interpolation),
      zoom: fitting / mmPerPixel,
      invert,
      window: window && checkedWindow(window),
    };
    const chosen = { thicknessMm: slab?.thicknessMm ?? 0, projection: slab?.projection ?? ("max" as const) };
    const shown = effectiveWindow(view, this.#volume.sample);
    return this.#painter.paint(new PlanePicture(this.#volume, plane, chosen, view, shown), width, height);
  }

  solid(options: VolumeOptions = {}, changed: () => void = () => {}): ImageSolid {
    const parts = { painter: this.#painter, volume: this.#volume, solids: this.#solids };
    return new HeldSolid(parts, options, changed);
  }

  close(): void {
    for (const solid of [...this.#solids]) solid.close();
    this.#volume.close();
  }

  get #layout(): VolumeLayout {
    return this.#volume.layout;
  }

  /** Third voxel coordinate of a slice, also between two. */
  #placeOf(slice: number): number {
    const { slices } = this.#layout;
    const below = Math.min(slices.length - 1, Math.max(0, Math.floor(slice)));
    const [here, next] = [slices[below]?.place ?? 0, slices[below + 1]?.place];
    return here + (slice - below) * (next === undefined ? 1 : next - here);
  }

  /** How far the outline of all voxels reaches along a direction, millimetres. */
  #extent(direction: Vector): number {
    const { geometry, size, slices } = this.#layout;
    const [, column, row, slice] = geometry;
    const depth = (slices.at(-1)?.place ?? 0) - (slices[0]?.place ?? 0) + 1;
    return (
      Math.abs(dot(column, direction)) * size[2] +
      Math.abs(dot(row, direction)) * size[1] +
      Math.abs(dot(slice, direction)) * depth
    );
  }
}
