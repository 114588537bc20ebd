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

/** What a renderer does with volumes. */
export interface WasmVolumeRenderer extends WasmRenderer {
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
  Renderer: { create(canvas: HTMLCanvasElement): Promise<WasmVolumeRenderer> };
}
