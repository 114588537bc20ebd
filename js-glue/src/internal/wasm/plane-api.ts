/** What `crates/viewer-web` has besides in its modules with volumes. */

import type { RenderModule, WasmRenderer } from "./render-api.js";

/** A volume without its voxels. */
export interface WasmVolumeSpec {
  /** The first voxel's centre, and the steps of columns, rows and slices: 12 numbers, millimetres. */
  setGeometry(numbers: Float64Array): void;
  setSlice(slice: number, place: number, slope: number, intercept: number): void;
  setWindow(center: number, width: number, voiFunction: string): void;
  setInverted(inverted: boolean): void;
  setPadding(low: number, high: number): void;
  /** Bits of each container above the stored value, and all that are no part of it: they are cut. */
  setUnused(above: number, unused: number): void;
  setModalityLut(first: number, bits: number, entries: Uint16Array): void;
  addVoiLut(first: number, bits: number, entries: Uint16Array): void;
  setPresentationLut(first: number, bits: number, entries: Uint16Array): void;
  free(): void;
}

/** A plane or slab and how it lies on the canvas; pan in canvas pixels. */
export interface WasmPlaneView {
  /** Centre, right and down: 9 numbers. */
  setPlane(numbers: Float64Array): void;
  setZoom(zoom: number, panX: number, panY: number): void;
  setSlab(mm: number, projection: string): void;
  setInterpolation(name: string): void;
  setInvert(invert: boolean): void;
  setWindow(center: number, width: number, voiFunction: string): void;
  setVoiLut(number: number): void;
  free(): void;
}

/** How a volume is looked at in three dimensions; pan in canvas pixels. */
export interface WasmRayView {
  /** Centre, right, down and radius: 10 numbers. */
  setCamera(numbers: Float64Array): void;
  setZoom(zoom: number, panX: number, panY: number): void;
  setField(degrees: number): void;
  /** Points of 5 numbers; a light of 7, or none. */
  setTransfer(points: Float64Array, light: Float64Array): void;
  setProjection(name: string, center: number, width: number, voiFunction: string, invert: boolean): void;
  /** First and last slice, row and column, or no numbers. */
  setCrop(numbers: Float64Array): void;
  /** A point and a normal each. */
  setCuts(numbers: Float64Array): void;
  /** Rays for a canvas pixel along each axis; 0 for those of the backend. */
  setQuality(isMoving: boolean, resolution: number): void;
  setBackground(red: number, green: number, blue: number): void;
  /** Only slices that lie together are shown: more are on their way. */
  setArriving(isArriving: boolean): void;
  setMask(mask: number): void;
  free(): void;
}

/** What a renderer does with volumes in three dimensions: pictures are begun, drawn line by line, and shown. */
export interface WasmRays {
  /** 10 numbers. */
  cameraFrom(volume: number, side: string): Float64Array;
  beginRays(volume: number, view: WasmRayView, width: number, height: number): number;
  rayLines(picture: number): number;
  /** Makes ready what draws it. */
  prepareRays(picture: number): Promise<void>;
  drawRays(picture: number, first: number, count: number): void;
  /** Until the device has done what it was given. */
  finished(): Promise<void>;
  showRays(surface: number, picture: number): void;
  rayPixels(picture: number): Promise<Uint8Array>;
  dropRays(picture: number): void;
  /** The number of a mask: voxels that are left out. */
  beginMask(volume: number, threshold: number): number;
  maskSlice(mask: number, slice: number, pixels: Uint8Array): void;
  /** How many voxels it has; `point` has 3 numbers or none. */
  finishMask(mask: number, point: Float64Array, layers: number): number;
  dropMask(mask: number): void;
}

/** What a renderer does with volumes. */
export interface WasmVolumeRenderer extends WasmRenderer, WasmRays {
  /** The most slices, rows or columns of a volume. */
  readonly maxVolumeSize: number;
  createVolume(spec: WasmVolumeSpec): number;
  writeSlice(volume: number, slice: number, pixels: Uint8Array): void;
  dropVolume(volume: number): void;
  renderPlane(surface: number, volume: number, view: WasmPlaneView): void;
  renderPlanePixels(volume: number, view: WasmPlaneView, width: number, height: number): Promise<Uint8Array>;
  patientFromCanvas(surface: number, volume: number, view: WasmPlaneView, x: number, y: number): Float64Array;
  canvasFromPatient(surface: number, volume: number, view: WasmPlaneView, point: Float64Array): Float64Array;
}

/** The exports of a render module with volumes. */
export interface VolumeRenderModule extends RenderModule {
  VolumeSpec: new (slices: number, rows: number, columns: number, format: string) => WasmVolumeSpec;
  PlaneView: new () => WasmPlaneView;
  RayView: {
    new (): WasmRayView;
    /** A light (7 numbers) and the points of a transfer function. */
    tissue(name: string): Float64Array;
    /** A camera after the patient was turned, degrees. */
    turned(camera: Float64Array, right: number, down: number): Float64Array;
  };
  Renderer: { create(canvas: HTMLCanvasElement): Promise<WasmVolumeRenderer> };
}
