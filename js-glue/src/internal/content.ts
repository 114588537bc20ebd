import type { NoctisError } from "../public/errors.js";
import type { FrameMoment } from "../public/events.js";
import type { PresetChoice, ShownWindow, WindowLevel } from "../public/instance.js";
import type { PlaneGeometry, PlaneName, PlaneState, Slab, Vector } from "../public/plane.js";
import type { ViewportKind } from "../public/viewport.js";
import type { VolumeOptions, VolumeState } from "../public/volume-view.js";
import type { OverlayChoice } from "./defaults.js";
import type { FrameStore } from "./frames.js";
import type { Legend } from "./legend-loader.js";
import type { Series, Slice } from "./library.js";
import type { PaneShell } from "./overlay/pane-shell.js";
import type { Pane } from "./pane.js";
import type { Picture } from "./picture.js";
import type { StackContent } from "./stack-content.js";
import type { Stage } from "./stage.js";
import type { ViewState } from "./view.js";
import type { Volume } from "./volume/volume.js";

/** Where in the patient something is shown: a point of the plane in its middle, and the plane's unit normal. */
export interface Place {
  readonly frameOfReferenceUid: string;
  readonly point: Vector;
  readonly normal: Vector;
}

/** What a content draws with and writes to: the parts of its viewport, and what all viewports share. */
export interface Stand {
  readonly stage: Stage;
  readonly shell: PaneShell;
  readonly frames: FrameStore;
  readonly overlay: OverlayChoice;
  /** As in `"WebGPU"`. */
  readonly backendName: string;
  /** What a series begins with. */
  readonly firstView: ViewState;
  /** What the text of some pictures needs: to be asked for only by these. */
  readonly legend: Legend | undefined;
  /** Tells an error, once for each picture that cannot be shown. */
  fail(error: NoctisError): void;
}

/** What a viewport shows: a stack of slices, a plane through a volume, or a volume in three dimensions. */
export interface Content {
  readonly kind: ViewportKind;
  readonly series: Series;
  /** -1 while there is no slice. */
  readonly sliceIndex: number;
  readonly sliceCount: number;
  readonly window: ShownWindow | undefined;
  /** Without a window. */
  readonly isColor: boolean;
  readonly view: ViewState;
  /** What is on the canvas, or is about to be. */
  readonly picture: Picture | undefined;
  /** Where it is; undefined where that cannot be said. */
  readonly place: Place | undefined;
  /** What to draw now; asks for what is not there yet. */
  choose(): Picture | undefined;
  /** Text for what was drawn; gives the moment when it is another slice than before. */
  drawn(): FrameMoment | undefined;
  /** Writes the text again, after something other than the picture changed. */
  refresh(): void;
  /** What `key` names could not be drawn. */
  broken(key: string, error: NoctisError): void;
  setView(view: ViewState): void;
  /** The window that was asked for, checked; undefined gives back each slice's own. */
  setWindow(window: WindowLevel | PresetChoice | undefined): void;
  /** Shows a slice; false when that is shown already. */
  goTo(index: number): boolean;
  /** Resolves when the slice can be drawn; rejects when it cannot. */
  ready(): Promise<void>;
  /** The slice that is nearest to a place, where their planes are parallel. */
  nearest(place: Place): number | undefined;
  /** The series has new slices, `added` among them; true when the picture on the canvas is no longer the current one. */
  inserted(added: readonly Slice[]): boolean;
  /** The patient point of a point of the picture; undefined where the series does not say. */
  patientFromPoint(point: readonly [number, number]): Vector | undefined;
  /** The point of the picture of a patient point, or of its foot. */
  pointFromPatient(point: Vector): [number, number] | undefined;
  /** The same in another viewport. */
  moved(stand: Stand): Content;
  /** It is shown from now on. */
  open(): void;
  /** Lets go of what it holds. */
  close(): void;
  /** Of stacks only: the slice on the canvas. */
  readonly shownSlice?: Slice | undefined;
  /** Of planes only. */
  readonly planeState?: PlaneState;
  readonly volume?: Volume;
  setPlane?(plane: PlaneName | PlaneGeometry): void;
  setSlab?(slab: Slab): void;
  /** Of volumes in three dimensions only. */
  readonly volumeState?: VolumeState;
  set3d?(options: VolumeOptions): void;
  /** Turns the patient: the near side to the right and down, degrees. */
  turn?(right: number, down: number): void;
  /** Turns it back. */
  home?(): void;
}

/** What comes with the first volume that is wanted. */
export interface Mpr {
  readonly crosshair: Vector | undefined;
  /** Resolves when there is a volume; rejects when the slices make none. */
  prepare(series: Series): Promise<void>;
  plane(stand: Stand, series: Series, plane: PlaneName | PlaneGeometry): Promise<Content>;
  solid(stand: Stand, series: Series, options: VolumeOptions): Promise<Content>;
  setCrosshair(point: Vector): void;
  rotate(pane: Pane, degrees: number): void;
  /** A series has new slices. */
  inserted(series: Series): void;
  /** Nothing more is being read. */
  settled(): void;
  clear(): void;
}

/** What a viewport shows, to be shown by another. */
export interface PaneMemory {
  readonly shown: Content | undefined;
  readonly stacks: readonly StackContent[];
}
