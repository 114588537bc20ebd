import { startPainter } from "./internal/painting.js";
import { startViewer } from "./internal/viewer.js";
import type { ViewerOptions } from "./public/options.js";
import type { Painter, PainterOptions } from "./public/painter.js";
import type { Viewer } from "./public/viewer.js";

export type {
  AnnotationChange,
  AnnotationEvent,
  AnnotationFormat,
  Annotations,
  ExportOptions,
  ImportInput,
  ImportResult,
  NewAnnotation,
  Region,
  ValueHistogram,
} from "./public/annotating.js";
export type {
  Annotation,
  AnnotationAnchor,
  AnnotationSet,
  AnnotationTool,
  Measurement,
} from "./public/annotations.js";
export type {
  Bindings,
  CommandAction,
  DragAction,
  PinchAction,
  WheelAction,
} from "./public/bindings.js";
export type { CineEvent, CineOptions, CineState } from "./public/cine.js";
export { type ErrorKind, type ErrorPlace, NoctisError } from "./public/errors.js";
export type {
  FrameMoment,
  LoadProgress,
  OfViewport,
  ViewerEvents,
  ViewerWarning,
  WarningKind,
  WarningRecord,
} from "./public/events.js";
export type {
  FramePlane,
  InstanceInfo,
  NamedWindow,
  PixelScale,
  PresetChoice,
  ShownWindow,
  UltrasoundRegion,
  VoiFunction,
  WindowLevel,
} from "./public/instance.js";
export type { GridLayout, GridSide, LayoutName, SyncGroup } from "./public/layout.js";
export type { Backend, Interpolation, ViewerOptions } from "./public/options.js";
export type { OverlayLine, OverlayLook, OverlayParts, OverlayTemplate } from "./public/overlay.js";
export type {
  FrameLook,
  ImageFrame,
  ImageObject,
  ImageSolid,
  ImageVolume,
  Levels,
  Painter,
  PainterOptions,
  PixelSource,
  PlaneLook,
  SolidLook,
} from "./public/painter.js";
export type { PlaneGeometry, PlaneName, PlaneState, Projection, Slab, Vector } from "./public/plane.js";
export type {
  LoadInput,
  LoadOptions,
  LoadResult,
  LoadSource,
  SeriesSummary,
  Viewer,
  ViewerState,
  WadoInstance,
} from "./public/viewer.js";
export type {
  KnownLength,
  Viewport,
  ViewportCalls,
  ViewportKind,
  ViewportState,
  ViewSettings,
} from "./public/viewport.js";
export type {
  BoneRemoval,
  CropBox,
  CutPlane,
  PatientSide,
  TransferPoint,
  VolumeCamera,
  VolumeLight,
  VolumeMode,
  VolumeOptions,
  VolumePreset,
  VolumeState,
} from "./public/volume-view.js";

/**
 * Makes a viewer that fills `element`.
 *
 * ```js
 * const viewer = await createViewer(document.querySelector("#viewer"));
 * await viewer.load(files);
 * ```
 *
 * @throws {NoctisError} kind `"unsupported-browser"` when no backend can start
 */
export function createViewer(element: HTMLElement, options: ViewerOptions = {}): Promise<Viewer> {
  return startViewer(element, options);
}

/**
 * Makes a painter: images decoded and drawn for canvases that a page has.
 *
 * ```js
 * const painter = await createPainter();
 * const frame = await (await painter.open("/ct.dcm")).frame(0);
 * context.drawImage(painter.draw(frame, { window: { center: 40, width: 400 } }), 0, 0);
 * ```
 *
 * @throws {NoctisError} kind `"unsupported-browser"` when no backend can start
 */
export function createPainter(options: PainterOptions = {}): Promise<Painter> {
  return startPainter(options);
}
