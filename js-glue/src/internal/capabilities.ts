import { NoctisError } from "../public/errors.js";
import type { Backend } from "../public/options.js";

/** `(func (result v128) (i32.const 0) i8x16.splat)`: valid only where wasm SIMD is. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11],
);

/** Throws unless the wasm modules can run here. */
export function requireWasm(): void {
  if (typeof WebAssembly === "object" && WebAssembly.validate(SIMD_PROBE)) return;
  const missing =
    typeof WebAssembly === "object"
      ? "this browser's WebAssembly has no SIMD instructions"
      : "this browser has no WebAssembly, or it is switched off";
  throw new NoctisError("unsupported-browser", `${missing}; use Chrome 91, Firefox 89, Safari 16.4 or newer`);
}

/** Why a backend cannot work here, as far as that can be told without starting it. */
export function obstacle(backend: Backend): string | undefined {
  if (backend === "webgpu" && !("gpu" in navigator)) {
    return isSecureContext
      ? "navigator.gpu is missing: this browser has no WebGPU"
      : "navigator.gpu is missing: the page is not a secure context (it needs https or localhost)";
  }
  if (backend === "webgl2" && typeof WebGL2RenderingContext === "undefined") return "this browser has no WebGL2";
  return undefined;
}

/** Best first. */
const BACKENDS: readonly Backend[] = ["webgpu", "webgl2", "cpu"];

/** The backends that are better. */
export function above(backend: Backend): readonly Backend[] {
  return BACKENDS.slice(0, BACKENDS.indexOf(backend));
}

/** The backends left below one that failed; none where another one was asked for. */
export function below(backend: Backend, asked: "auto" | Backend): readonly Backend[] {
  return asked === "auto" ? BACKENDS.slice(BACKENDS.indexOf(backend) + 1) : [];
}

/**
 * Has the browser start its GPU process and find an adapter while the code that will use it is still on its way. The
 * answer is not used: the render module asks again, and then gets it at once.
 */
export function warmUpGpu(): void {
  const { gpu } = navigator as { readonly gpu?: { requestAdapter(): Promise<unknown> } };
  gpu?.requestAdapter().catch(() => {});
}
