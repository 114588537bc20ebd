import type { VolumeModule, WasmReduced, WasmReducer } from "../wasm/volume-api.js";
import type { ReducedShape, VolumeLayout } from "./layout.js";

/** What a volume must fit: voxels along a side, and bytes in all. */
export interface VolumeBudget {
  readonly maxSide: number;
  readonly maxBytes: number;
}

/** A slice of the volume that fits, ready to be uploaded. */
export interface ReducedSlice {
  readonly number: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** Whether a volume fits as it is. */
export function fits({ size, format }: Pick<VolumeLayout, "size" | "format">, budget: VolumeBudget): boolean {
  const bytes = size.reduce((product, side) => product * side, format.startsWith("r8") ? 1 : 2);
  return bytes <= budget.maxBytes && size.every((side) => side <= budget.maxSide);
}

/** Makes a volume fit, slice by slice: each voxel is the mean of a block of stored values, padding left out. */
export class Reducer {
  /** The volume that fits. */
  readonly shape: ReducedShape;
  readonly #reducer: WasmReducer;

  /** @throws {NoctisError} kind `"limit"` when the volume cannot be made to fit */
  constructor(module: VolumeModule, layout: VolumeLayout, { maxSide, maxBytes }: VolumeBudget) {
    this.#reducer = new module.Reducer(
      Uint32Array.from(layout.size),
      layout.format,
      Float64Array.from(layout.geometry.flat()),
      Float64Array.from(
        layout.slices.flatMap(({ place, rescaleSlope, rescaleIntercept }) => [place, rescaleSlope, rescaleIntercept]),
      ),
      Float64Array.from(layout.padding ?? []),
      maxSide,
      maxBytes,
    );
    this.shape = JSON.parse(this.#reducer.spec()) as ReducedShape;
  }

  /** Takes a slice of the series; gives the reduced slice that it was the last of, if it was. */
  write(slice: number, pixels: Uint8Array): ReducedSlice | undefined {
    return taken(this.#reducer.writeSlice(slice, pixels));
  }

  /** The slices that are not whole, made of what there is of them. */
  *rest(): Generator<ReducedSlice> {
    for (let slice = taken(this.#reducer.flush()); slice; slice = taken(this.#reducer.flush())) yield slice;
  }

  free(): void {
    this.#reducer.free();
  }
}

function taken(reduced: WasmReduced | undefined): ReducedSlice | undefined {
  if (!reduced) return undefined;
  const { number, pixels } = reduced;
  reduced.free();
  return { number, pixels };
}
