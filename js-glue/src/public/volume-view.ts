import type { Vector } from "./plane.js";

/**
 * A way to look at a volume by its name. All but `"pet"` (the largest value, dark on white) are for CT: volume rendering by a
 * transfer function in HU, with light.
 */
export type VolumePreset = "bone" | "skin" | "vessels" | "lung" | "soft-tissue" | "airways" | "pet";

/** Volume rendering, or a projection of the largest (MIP) or the smallest value (MinIP) through the window. */
export type VolumeMode = "volume" | "max" | "min";

/** A side of the patient from which a volume is seen: the head is up, from head and feet the front. */
export type PatientSide = "anterior" | "posterior" | "left" | "right" | "superior" | "inferior";

/** A point of a transfer function; between points are straight lines, two of one value are a step. */
export interface TransferPoint {
  /** After the rescale: HU for CT. */
  readonly value: number;
  /** Red, green and blue, each 0 to 1. */
  readonly color: readonly [number, number, number];
  /** Of a millimetre of this value, 0 to 1. */
  readonly opacity: number;
}

/** Light on surfaces, which are where values change. */
export interface VolumeLight {
  /** Share of the colour that is there without light. */
  readonly ambient: number;
  /** Share of the colour by the angle to the light. */
  readonly diffuse: number;
  /** White by the mirrored light. */
  readonly specular: number;
  /** How much values change in a millimetre where there is a surface. */
  readonly edgePerMm: number;
  /** Where the light comes from: to the right, down, and towards the viewer. */
  readonly from: readonly [number, number, number];
}

/** From where a volume is looked at, in patient coordinates. */
export interface VolumeCamera {
  /** The point that is turned about, in the middle of the viewport where nothing is shifted; millimetres. */
  readonly center: Vector;
  /** What is to the right on the screen, of unit length. */
  readonly right: Vector;
  /** What is down on the screen, of unit length, at a right angle to `right`. */
  readonly down: Vector;
}

/** A plane that cuts away what is behind it. */
export interface CutPlane {
  /** Any point of the plane, millimetres. */
  readonly point: Vector;
  /** The way to what is kept, of any length. */
  readonly normal: Vector;
}

/** What is shown of a volume: from where to where; voxel `n` covers `n - 0.5` to `n + 0.5`. */
export interface CropBox {
  readonly columns?: readonly [number, number];
  readonly rows?: readonly [number, number];
  readonly slices?: readonly [number, number];
}

/** Which voxels are left out: the largest connected part that is dense. */
export interface BoneRemoval {
  /** Values from here on are dense; 250 HU unless given. */
  readonly threshold?: number;
  /** Layers of voxels around it that are left out as well, because they hold some of both; 2 unless given. */
  readonly layers?: number;
  /** A point of the part that is meant, instead of the largest; millimetres. */
  readonly at?: Vector;
}

/** How a volume is shown in three dimensions. What is not given stays as it is; at first that is the whole volume as bone, from the front. */
export interface VolumeOptions {
  /** Sets `mode`, `transfer` and `light`, and for `"pet"` also `background`. */
  readonly preset?: VolumePreset;
  readonly mode?: VolumeMode;
  /** By ascending value, at most 256 points. */
  readonly transfer?: readonly TransferPoint[];
  /** `false` shows colours as they are. */
  readonly light?: VolumeLight | false;
  /** From where; a drag turns the patient from there. */
  readonly from?: PatientSide | VolumeCamera;
  /** The angle under which the height of the viewport is seen, 0.1 to 150 degrees; 0 (as at first) has parallel rays. */
  readonly perspective?: number;
  /** `null` shows all of it. */
  readonly crop?: CropBox | null;
  /** At most six; `[]` cuts nothing. */
  readonly cuts?: readonly CutPlane[];
  /** Leaves bone out, or shows it again (`false`). */
  readonly removeBone?: boolean | BoneRemoval;
  /** Red, green and blue behind everything, each 0 to 255. */
  readonly background?: readonly [number, number, number];
}

/** A volume as it is shown. */
export interface VolumeState extends VolumeCamera {
  /** Absent when mode, transfer function or light are not those of a preset. */
  readonly preset?: VolumePreset;
  readonly mode: VolumeMode;
  /** The transfer function in force; a change of window moves and stretches it. */
  readonly transfer: readonly TransferPoint[];
  readonly light: VolumeLight | false;
  readonly perspective: number;
  readonly crop: CropBox | null;
  readonly cuts: readonly CutPlane[];
  /** What is left out; `false`: nothing. */
  readonly removeBone: Required<Omit<BoneRemoval, "at">> | false;
  /** How many voxels are left out. */
  readonly removed: number;
  readonly background: readonly [number, number, number];
  /** Into the screen, of unit length. */
  readonly normal: Vector;
  /**
   * `"coarse"`: fewer rays than pixels, as while something moves; `"fine"`: as good as it gets; `"none"`: there is no picture
   * yet.
   */
  readonly quality: "none" | "coarse" | "fine";
  /** How long the last picture that was finished took to draw, milliseconds; 0 while there is none. */
  readonly drawMs: number;
  /** Slices of the volume that have arrived, of how many. */
  readonly progress: { readonly slices: number; readonly of: number };
  /** How many voxels of the objects one voxel stands for: slices, rows, columns; all 1 unless the volume was reduced. */
  readonly reduction: Vector;
}
