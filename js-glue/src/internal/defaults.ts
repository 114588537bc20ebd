import type { Bindings } from "../public/bindings.js";
import { NoctisError } from "../public/errors.js";
import type { Backend, Interpolation, ViewerOptions } from "../public/options.js";
import type { OverlayParts, OverlayTemplate } from "../public/overlay.js";
import { DEFAULT_BINDINGS, mergedBindings } from "./input/bindings.js";
import { DEFAULT_TEMPLATE } from "./overlay/text.js";

const MIB = 2 ** 20;
const MAX_WORKERS = 4;
const BACKENDS: readonly string[] = ["auto", "webgpu", "webgl2", "cpu"];

/** Whether corner text is shown, and the patient with it; whether lines of other viewports are; what the text says. */
export interface OverlayChoice extends Required<OverlayParts> {
  readonly shown: boolean;
  readonly template: Required<OverlayTemplate>;
}

/** The options with nothing left open. */
export interface Settings {
  readonly backend: "auto" | Backend;
  readonly workers: number;
  readonly overlay: OverlayChoice;
  readonly messages: boolean;
  readonly interpolation: Interpolation;
  readonly overlays: boolean;
  readonly cacheBytes: number;
  readonly gpuBytes: number;
  readonly volumeBytes: number;
  readonly assetsUrl: string | URL | undefined;
  readonly bindings: Bindings;
  readonly onAnnotationsChanged: ViewerOptions["onAnnotationsChanged"];
}

/** What the `overlay` option means: what is not said stays as it is. */
export function overlayChoice(overlay: boolean | OverlayParts): Partial<OverlayChoice> {
  if (typeof overlay === "boolean") return { shown: overlay, patient: overlay };
  return overlay.patient === undefined ? overlay : { shown: true, ...overlay };
}

function atLeast(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw new NoctisError("invalid-argument", `options.${name} must be a number of at least ${least}`);
}

/** Options checked and completed. */
export function settingsOf(options: ViewerOptions): Settings {
  const backend = options.backend ?? "auto";
  if (!BACKENDS.includes(backend)) {
    throw new NoctisError("invalid-argument", `options.backend must be one of ${BACKENDS.join(", ")}`);
  }
  return {
    backend,
    workers: Math.floor(atLeast("workers", options.workers ?? defaultWorkers(), 0)),
    overlay: {
      shown: true,
      patient: true,
      lines: true,
      ...overlayChoice(options.overlay ?? true),
      template: { ...DEFAULT_TEMPLATE, ...options.overlayTemplate },
    },
    messages: options.messages ?? true,
    interpolation: options.interpolation ?? "linear",
    overlays: options.overlays ?? true,
    cacheBytes: atLeast("cacheBytes", options.cacheBytes ?? 320 * MIB, 0),
    gpuBytes: atLeast("gpuBytes", options.gpuBytes ?? 256 * MIB, 0),
    volumeBytes: atLeast("volumeBytes", options.volumeBytes ?? 448 * MIB, 0),
    assetsUrl: options.assetsUrl,
    bindings: mergedBindings(DEFAULT_BINDINGS, options.bindings ?? {}),
    onAnnotationsChanged: options.onAnnotationsChanged,
  };
}

function defaultWorkers(): number {
  return Math.max(1, Math.min(MAX_WORKERS, navigator.hardwareConcurrency || 1));
}
