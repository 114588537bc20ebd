import type { Binding } from "./binding.js";
import { get, page } from "./page.js";

declare let _cmpMeta: { readonly modality?: string } | null;

/** What draws the mean of an ellipse; the context comes last, or is that of the main view. */
const DRAWING = ["drawMeasurements", "drawMPRMeasurementsAndRois", "_cmpDrawMeasurements"];
const UNIT = /(\d) HU\b/g;

/** Values of other modalities than CT are no Hounsfield units, as which the page shows all of them. */
export function bindUnit(binding: Binding): void {
  for (const name of DRAWING) {
    binding.replace("values", name, (original, args) => {
      const last: unknown = args.at(-1);
      const context = last instanceof CanvasRenderingContext2D ? last : page.context;
      return isHounsfield(context) ? original() : withoutUnits(context, original);
    });
  }
  // An ellipse of the second pane is told of when its values have come.
  let compared = 0;
  binding.replace("values", "_cmpFinalizeRoi", async (original) => {
    compared += 1;
    try {
      await original();
    } finally {
      compared -= 1;
    }
  });
  const show = binding.replace("values", "showToast", (original, [text, ...others]) =>
    typeof text === "string" && !(compared > 0 ? isComparedHounsfield() : isHounsfield())
      ? show?.(text.replace(UNIT, "$1"), ...others)
      : original(),
  );
  binding.replace("values", "updateMeasurementsList", (original) => {
    const result = original();
    const list = document.getElementById("measurementsList");
    if (list && !isHounsfield()) for (const text of textsIn(list)) text.data = text.data.replace(UNIT, "$1");
    return result;
  });
  bindProbe(binding);
}

/** The unit stands before the value, and comes back with a CT. */
function bindProbe(binding: Binding): void {
  const value = document.getElementById("hounsfield");
  const before = value?.previousSibling;
  if (!value || !(before instanceof Text) || !binding.isOn("values")) return;
  const unit = before.data;
  const observer = new MutationObserver(() => {
    const text = isHounsfield() ? unit : unit.replace(/\bHU\b/, "");
    if (before.data !== text) before.data = text;
  });
  observer.observe(value, { childList: true, characterData: true, subtree: true });
  binding.whenRestored(() => {
    observer.disconnect();
    before.data = unit;
  });
}

/** Whether what is shown, in the view of a context, is of CT. */
function isHounsfield(context?: CanvasRenderingContext2D): boolean {
  if (context?.canvas.id === "compareCanvas") return isComparedHounsfield();
  return (page.lastPayload?.modality || page.series?.modality || "CT") === "CT";
}

function isComparedHounsfield(): boolean {
  return (get(() => _cmpMeta)?.modality ?? "CT") === "CT";
}

function withoutUnits(context: CanvasRenderingContext2D | undefined, draw: () => unknown): unknown {
  if (!context) return draw();
  const write = context.fillText;
  context.fillText = (text, ...place) => write.call(context, text.replace(UNIT, "$1"), ...place);
  try {
    return draw();
  } finally {
    Reflect.deleteProperty(context, "fillText");
  }
}

function* textsIn(element: Element): Generator<Text> {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) yield node as Text;
}
