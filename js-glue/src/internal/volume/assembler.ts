import type { Parts } from "../assets.js";
import type { Slice } from "../library.js";
import type { VolumeModule, WasmAssembler } from "../wasm/volume-api.js";
import type { SeriesVolumes, VolumeLayout } from "./layout.js";

/** The module that makes volumes of series. */
export const VOLUME_MODULE: Parts<VolumeModule> = {
  code: () => import("../wasm/noctis_volume.js"),
  wasm: () => new URL("./noctis_volume_bg.wasm", import.meta.url),
};

/** What the module answers: sources by number. */
interface Answer {
  readonly volumes: readonly (Omit<VolumeLayout, "sources"> & {
    readonly sources: readonly { readonly object: number; readonly frame: number }[];
  })[];
  readonly findings: SeriesVolumes["findings"];
}

const UNKNOWN = [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN] as const;

/** Puts the slices of one series together; asked again, it is handed only those that came since. */
export class Assembler {
  readonly #module: VolumeModule;
  #assembler: WasmAssembler | undefined;
  #known = new Map<string, Slice>();

  constructor(module: VolumeModule) {
    this.#module = module;
  }

  /** The volumes that these slices make up, in whatever order they are. */
  assemble(slices: readonly Slice[]): SeriesVolumes {
    const here = new Set(slices.map(({ key }) => key));
    // An object that gave way to another is among those known.
    if ([...this.#known.keys()].some((key) => !here.has(key))) this.free();
    this.#assembler ??= new this.#module.Assembler();
    for (const slice of slices) {
      if (this.#known.has(slice.key)) continue;
      this.#assembler.add(numbersOf(slice), textsOf(slice));
      this.#known.set(slice.key, slice);
    }
    const { volumes, findings } = JSON.parse(this.#assembler.assemble()) as Answer;
    return { volumes: volumes.map((volume) => ({ ...volume, sources: this.#slices(volume.sources) })), findings };
  }

  #slices(sources: Answer["volumes"][number]["sources"]): Slice[] {
    return sources
      .map(({ object, frame }) => this.#known.get(`${object}:${frame}`))
      .filter((slice) => slice !== undefined);
  }

  /** Forgets the slices. */
  free(): void {
    this.#assembler?.free();
    this.#assembler = undefined;
    this.#known = new Map();
  }
}

function numbersOf({ object, frame }: Slice): Float64Array {
  const { id, info } = object;
  const plane = info.planes?.[frame];
  const atPatient = info.spacingSource === "PixelSpacing" ? info.spacingMm : undefined;
  const position = info.planes ? plane?.imagePositionPatient : info.imagePositionPatient;
  return Float64Array.of(
    id,
    frame,
    info.rows,
    info.columns,
    info.instanceNumber ?? Number.NaN,
    ...(info.pixelPadding ?? UNKNOWN.slice(0, 2)),
    ...(position ?? UNKNOWN.slice(0, 3)),
    ...(plane?.imageOrientationPatient ?? info.imageOrientationPatient ?? UNKNOWN),
    ...(plane?.spacingMm ?? atPatient ?? UNKNOWN.slice(0, 2)),
    plane?.sliceThicknessMm ?? info.sliceThicknessMm ?? Number.NaN,
    plane?.rescaleSlope ?? info.rescaleSlope,
    plane?.rescaleIntercept ?? info.rescaleIntercept,
  );
}

function textsOf({ object: { info }, frame }: Slice): string {
  const marks = info.planes?.[frame]?.marks ?? info.marks ?? {};
  const { sopInstanceUid, frameOfReferenceUid = "", pixelFormat = "", photometricInterpretation } = info;
  const texts = [sopInstanceUid, frameOfReferenceUid, pixelFormat, photometricInterpretation];
  return [...texts, ...Object.entries(marks).flat()].map((text) => text.replaceAll("\n", " ")).join("\n");
}
