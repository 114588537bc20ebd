import type { ImageSolid } from "../../public/painter.js";
import type { CropBox, TransferPoint, VolumeCamera } from "../../public/volume-view.js";
import type { Binding } from "./binding.js";
import { BoneCanvas } from "./bone-canvas.js";
import { type BoneView, callPage, page } from "./page.js";
import { type PagePlanes, PLANES } from "./planes.js";
import { stretchOf } from "./stretch.js";
import { cross, times, unit } from "./vectors.js";
import type { Volumes } from "./volumes.js";

/** The page's camera: its angle, and where it is from the middle, to the right, up and nearer. */
const FIELD = 36;
const EYE = [0.25, 0.15, 1] as const;
/** How the page turns what it has just made. */
const FIRST = { rotX: -0.18, rotY: 0.32, zoom: 1 };
/** Of the way that is left, so much is gone in a frame. */
const DAMPING = 0.25;
/** Radians a frame, when the page turns it by itself. */
const TURNING = 0.01;
/** From so far below the threshold to so far above it values become visible. */
const SOFT = 25;
/** What is left of the opacity where the page would show wires. */
const WIRES = 0.06;
/** Around an ellipse of the page: pixels, and slices to each side. */
const ROI = { pixels: 6, slices: 5 };
/** Colours of tissues by their values in HU. */
const COLORS: readonly (readonly [value: number, color: TransferPoint["color"]])[] = [
  [-200, [0.86, 0.66, 0.53]],
  [0, [0.82, 0.52, 0.42]],
  [150, [0.84, 0.56, 0.44]],
  [300, [0.93, 0.84, 0.7]],
  [900, [1, 0.97, 0.9]],
];

/** The functions by which the page makes and draws its mesh. */
const MESH = ["ensureBone3DInitialized", "renderBoneMesh"];

/** Bone in three dimensions: the volume itself, on the canvas where the page shows a mesh of its server. */
export class Bone {
  readonly #volumes: Volumes;
  readonly #isReady: () => boolean;
  readonly #failed: (error: unknown) => void;
  readonly #canvas = new BoneCanvas(() => this.#view);
  /** Where the page keeps no view of its own. */
  readonly #own: BoneView = { ...FIRST };
  #shown: { readonly planes: PagePlanes; readonly solid: ImageSolid } | undefined;
  #hasWires = false;
  /** What has been drawn. */
  #drawn = "";
  #turned = "";
  #frame: number | undefined;

  constructor(volumes: Volumes, isReady: () => boolean, failed: (error: unknown) => void) {
    this.#volumes = volumes;
    this.#isReady = isReady;
    this.#failed = failed;
  }

  bind(binding: Binding): void {
    if (!document.getElementById("bone3DCanvas")) return;
    const whileShown = (name: string, act: () => void): void => {
      binding.replace("bone", name, (original) => (this.#shown ? act() : original()));
    };
    binding.replace("bone", "generateBoneReconstruction", (original) => this.#generate(original));
    for (const name of MESH) whileShown(name, () => {});
    whileShown("renderBoneFrame", () => this.#run());
    whileShown("reset3DView", () => {
      Object.assign(this.#view, {
        rotX: 0,
        rotY: 0,
        targetRotX: 0,
        targetRotY: 0,
        zoom: 1,
        targetZoom: 1,
        panX: 0,
        panY: 0,
      });
      this.#run();
    });
    whileShown("toggleBoneWireframe", () => {
      this.#hasWires = !this.#hasWires;
      this.#look();
    });
    binding.replace("bone", "export3DModel", (original) => (this.#shown ? this.#save(original) : original()));
    binding.whenRestored(() => this.close());
  }

  /** Gives the page its canvas back, and has it draw there. */
  close(): void {
    if (!this.#shown) return;
    this.#giveBack();
    if (page.viewMode !== "single") callPage("generateBoneReconstruction");
  }

  #giveBack(): void {
    this.#shown?.solid.close();
    this.#shown = undefined;
    this.#canvas.giveBack();
  }

  get #view(): BoneView {
    return page.bone ?? this.#own;
  }

  async #generate(original: () => unknown): Promise<unknown> {
    const id = page.series?.id;
    if (id === undefined || !this.#isReady()) return original();
    // To reset a view of it that there is not, the page makes one, also where nobody would see it.
    if (page.viewMode === "single") return undefined;
    callPage("showLoading", true);
    const planes = await this.#volumes.of(String(id)).finally(() => callPage("showLoading", false));
    if (page.series?.id !== id) return undefined;
    try {
      if (this.#isReady() && planes && this.#canvas.take()) {
        if (this.#shown?.planes !== planes) this.#begin(planes);
        this.#look();
        return undefined;
      }
    } catch (error) {
      this.#failed(error);
    }
    this.#giveBack();
    return original();
  }

  #begin(planes: PagePlanes): void {
    this.#shown?.solid.close();
    const solid = planes.solid({ from: "anterior", perspective: FIELD }, () => {
      this.#drawn = "";
    });
    this.#shown = { planes, solid };
    this.#turned = "";
    const { rotX, rotY, zoom } = FIRST;
    Object.assign(this.#view, { ...FIRST, targetRotX: rotX, targetRotY: rotY, targetZoom: zoom, panX: 0, panY: 0 });
  }

  /** Shows what the page's threshold, opacity and ellipse say now. */
  #look(): void {
    const { planes, solid } = this.#shown ?? {};
    if (!planes || !solid) return;
    const opacity = Math.min(1, Math.max(0.05, page.boneOpacity));
    solid.set({
      transfer: transferFrom(page.boneThreshold, opacity * (this.#hasWires ? WIRES : 1)),
      crop: cropOf(planes),
    });
    this.#run();
  }

  /** A file of the mesh is all that a mesh is asked for. */
  async #save(original: () => unknown): Promise<unknown> {
    const query = `threshold=${page.boneThreshold}&mesh=true&quality=high&smooth=true`;
    const response = await fetch(`/dicom-viewer/api/series/${page.series?.id}/bone/?${query}`).catch(() => undefined);
    const { mesh }: { readonly mesh?: object } = response?.ok ? await response.json() : {};
    const { vertices, faces } = Object(mesh) as Partial<BoneView>;
    if (vertices && faces) Object.assign(this.#view, { vertices, faces });
    return original();
  }

  #run(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      if (!this.#shown || page.viewMode === "single") return;
      if (this.#volumes.now(page.series?.id) !== this.#shown.planes) return;
      move(this.#view);
      try {
        this.#draw(this.#shown.solid, this.#view);
      } catch (error) {
        this.#failed(error);
        if (Reflect.get(Object(error), "kind") !== "device-lost") {
          this.close();
          return;
        }
      }
      this.#run();
    });
  }

  #draw(solid: ImageSolid, { rotX, rotY, zoom, panX = 0, panY = 0 }: BoneView): void {
    const canvas = this.#canvas.take();
    const context = canvas?.getContext("2d");
    if (!canvas || !context || canvas.width < 2) return;
    const { width, height } = canvas;
    const turned = [rotX, rotY].map((angle) => angle.toFixed(4)).join();
    const across = Math.round(width * stretchOf(canvas));
    const now = [turned, zoom.toFixed(4), panX, panY, across, height].join();
    if (now === this.#drawn) return;
    if (turned !== this.#turned) solid.set({ from: cameraOf(rotX, rotY, solid.state.center) });
    this.#turned = turned;
    const ratio = across / Math.max(1, canvas.clientWidth);
    const drawn = solid.draw({ width: across, height, zoom, pan: [panX * ratio, -panY * ratio] });
    // What has been begun tells when it is there.
    this.#drawn = now;
    if (drawn) context.drawImage(drawn, 0, 0, width, height);
  }
}

/** On the way to where somebody wants it. */
function move(view: BoneView): void {
  if (page.isBoneTurning) view.targetRotY = (view.targetRotY ?? view.rotY) - TURNING;
  const towards = (now: number, target = now): number =>
    Math.abs(target - now) < 1e-4 ? target : now + (target - now) * DAMPING;
  view.rotX = towards(view.rotX, view.targetRotX);
  view.rotY = towards(view.rotY, view.targetRotY);
  view.zoom = towards(view.zoom, view.targetZoom);
}

/** From where it is seen after it was turned, first about its height, then about what is across; radians. */
export function cameraOf(rotX: number, rotY: number, center: VolumeCamera["center"]): VolumeCamera {
  const forward = times(unit(EYE), -1);
  const right = unit(cross(forward, [0, 1, 0]));
  const down = cross(forward, right);
  const [cosX, sinX, cosY, sinY] = [Math.cos(rotX), Math.sin(rotX), Math.cos(rotY), Math.sin(rotY)];
  const inPatient = ([x, y, z]: VolumeCamera["right"]): VolumeCamera["right"] => {
    const [up, near] = [y * cosX + z * sinX, z * cosX - y * sinX];
    // To the patient's left, to the back, and up.
    return [x * cosY - near * sinY, -(x * sinY + near * cosY), up];
  };
  return { center, right: inPatient(right), down: inPatient(down) };
}

/** What is visible from a threshold on, in the colours of its tissue. */
function transferFrom(threshold: number, opacity: number): readonly TransferPoint[] {
  const [low, high] = [threshold - SOFT, threshold + SOFT];
  const above = COLORS.filter(([value]) => value > high);
  return [
    { value: low, color: colorAt(low), opacity: 0 },
    { value: high, color: colorAt(high), opacity },
    ...above.map(([value, color]) => ({ value, color, opacity })),
  ];
}

function colorAt(value: number): TransferPoint["color"] {
  const after = COLORS.findIndex(([at]) => at > value);
  const [next, before] = [COLORS.at(after), COLORS[after < 0 ? COLORS.length - 1 : after - 1]];
  if (!next || !before || after < 0) return (before ?? next)?.[1] ?? [1, 1, 1];
  if (after === 0) return next[1];
  const share = (value - before[0]) / (next[0] - before[0]);
  const mixed = before[1].map((part, i) => part + share * ((next[1][i] ?? part) - part));
  return mixed as unknown as TransferPoint["color"];
}

/** An ellipse that somebody has drawn in a plane: the page makes bone of what is in it and beside it. */
function cropOf(planes: PagePlanes): CropBox | null {
  const found = [...(page.measurements ?? [])].reverse().find(isEllipse);
  if (!found) return null;
  const { plane, slice, cx, cy, rx, ry } = found;
  return planes.boxOf(plane, slice, [cx, cy, rx + ROI.pixels, ry + ROI.pixels], ROI.slices);
}

/** An ellipse of a plane as the page keeps it. */
interface Ellipse {
  readonly plane: (typeof PLANES)[number];
  readonly slice: number;
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
}

function isEllipse(given: unknown): given is Ellipse {
  const { type, mode, plane, seriesId, slice, cx, cy, rx, ry } = Object(given) as Record<string, unknown>;
  const isHere = seriesId === null || seriesId === undefined || String(seriesId) === String(page.series?.id);
  const numbers = [slice, cx, cy, rx, ry].every(Number.isFinite);
  return type === "roi" && mode === "mpr" && isHere && numbers && PLANES.some((name) => name === plane);
}
