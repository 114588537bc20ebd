/** Programs that stand in for a GPU, as they call themselves. */
const PROGRAMS = /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i;
/** The browser is waited for so long: its GPU process may be starting. */
const PATIENCE_MS = 400;

interface Gpu {
  requestAdapter(): Promise<{ readonly info?: Readonly<Record<string, unknown>> } | null>;
}

/**
 * Whether a GPU draws in this browser, and no program in its place; also where the browser takes long to tell. The page's canvas takes every
 * picture back from what drew it: from a program, and by WebGL2 on this thread, that takes longer than drawing it with the CPU.
 */
export function hasGpu(): Promise<boolean> {
  const tooLong = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, true));
  return Promise.race([ask(), tooLong]);
}

async function ask(): Promise<boolean> {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter) {
    const { isFallbackAdapter, vendor, architecture, description } = adapter.info ?? {};
    return isFallbackAdapter !== true && !PROGRAMS.test(`${vendor} ${architecture} ${description}`);
  }
  const context = new OffscreenCanvas(1, 1).getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!context) return false;
  const names = context.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = context.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return !PROGRAMS.test(String(name));
}
