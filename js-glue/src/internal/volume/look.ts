import { NoctisError } from "../../public/errors.js";
import type { WindowLevel } from "../../public/instance.js";
import type {
  BoneRemoval,
  CropBox,
  CutPlane,
  TransferPoint,
  VolumeLight,
  VolumeMode,
  VolumeOptions,
  VolumePreset,
} from "../../public/volume-view.js";

/** Voxels from this value on are bone, HU. */
const BONE = 250;
/** Layers around bone that hold some of it. */
const LAYERS = 2;

/** How a volume is shown, apart from where from and the window. */
export interface Look {
  readonly preset: VolumePreset | undefined;
  readonly mode: VolumeMode;
  readonly transfer: readonly TransferPoint[];
  readonly light: VolumeLight | false;
  readonly perspective: number;
  readonly crop: CropBox | null;
  readonly cuts: readonly CutPlane[];
  readonly removeBone: (Required<Omit<BoneRemoval, "at">> & Pick<BoneRemoval, "at">) | false;
  readonly background: readonly [number, number, number];
}

/** The numbers of a preset for CT: a light, and points of a transfer function. */
export type Tissue = (name: string) => Float64Array;

/** What is shown unless something else is asked for. */
export function firstLook(tissue: Tissue): Look {
  const plain = { perspective: 0, crop: null, cuts: [], removeBone: false } as const;
  return { ...plain, ...presetLook("bone", tissue) };
}

/** The look with some settings changed. What the numbers mean is checked when the first picture is planned. */
export function changedLook(look: Look, options: VolumeOptions, tissue: Tissue): Look {
  const { preset, mode, removeBone, from: _, ...rest } = options;
  if (mode !== undefined && !["volume", "max", "min"].includes(mode)) {
    throw new NoctisError("invalid-argument", `there is no mode "${mode}"`);
  }
  const named = preset === undefined ? look : { ...look, ...presetLook(preset, tissue) };
  const isOther = mode !== undefined || rest.transfer !== undefined || rest.light !== undefined;
  return {
    ...named,
    ...(isOther && { preset: undefined }),
    ...(mode !== undefined && { mode }),
    ...defined(rest),
    ...(removeBone !== undefined && { removeBone: removal(removeBone) }),
  };
}

function presetLook(
  preset: VolumePreset,
  tissue: Tissue,
): Pick<Look, "preset" | "mode" | "transfer" | "light" | "background"> {
  if (preset === "pet") {
    const { transfer, light } = tissueLook("bone", tissue);
    return { preset, mode: "max", transfer, light, background: [255, 255, 255] };
  }
  return { preset, mode: "volume", ...tissueLook(preset, tissue), background: [0, 0, 0] };
}

function tissueLook(name: VolumePreset, tissue: Tissue): Pick<Look, "transfer" | "light"> {
  let numbers: number[];
  try {
    numbers = [...tissue(name)];
  } catch (cause) {
    throw new NoctisError("invalid-argument", `there is no preset "${name}"`, { cause });
  }
  const [ambient = 0, diffuse = 0, specular = 0, edgePerMm = 0, right = 0, down = 0, towards = 0, ...points] = numbers;
  const transfer = points.flatMap((value, index): TransferPoint[] => {
    if (index % 5 !== 0) return [];
    const [red = 0, green = 0, blue = 0, opacity = 0] = points.slice(index + 1, index + 5);
    return [{ value, color: [red, green, blue], opacity }];
  });
  return { transfer, light: { ambient, diffuse, specular, edgePerMm, from: [right, down, towards] } };
}

function removal(removeBone: boolean | BoneRemoval): Look["removeBone"] {
  if (removeBone === false) return false;
  return { threshold: BONE, layers: LAYERS, ...(removeBone === true ? {} : defined(removeBone)) };
}

/** Without what is undefined. */
function defined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The values of a transfer function, as a window. */
export function windowOf(transfer: readonly TransferPoint[]): Required<WindowLevel> {
  const [first, last] = [transfer[0]?.value ?? 0, transfer.at(-1)?.value ?? 0];
  return { center: (first + last) / 2, width: Math.max(1, last - first), function: "LINEAR_EXACT" };
}

/** A transfer function moved and stretched, so that its values are those of a window. */
export function throughWindow(
  transfer: readonly TransferPoint[],
  { center, width }: WindowLevel,
): readonly TransferPoint[] {
  const own = windowOf(transfer);
  return transfer.map((point) => ({ ...point, value: center + ((point.value - own.center) * width) / own.width }));
}
