/** The title of the page, and of its window. */
import { byId } from "./dom.js";
import { date } from "./format.js";

/** Says what is shown, without the patient: titles end up in histories and on shared screens. Descriptions go with the patient as well. */
export function showTitle(viewer, { isPrivate, isCanary }) {
  const { state } = viewer;
  const title = byId("title");
  const info = state.sliceIndex >= 0 ? viewer.instance(state.kind === "stack" ? state.sliceIndex : 0) : undefined;
  if (!info) {
    title.replaceChildren();
    document.title = "Noctis Viewer";
    return;
  }
  const about = isPrivate ? "" : info.study.description;
  const part = isPrivate ? "" : info.series.description;
  const what = about || part || "Study";
  const name = document.createElement("b");
  name.textContent = [isCanary && "Test", info.modality, what].filter(Boolean).join(" · ");
  const rest = [part !== what && part, !isPrivate && date(info.study.date)];
  title.replaceChildren(name, rest.filter(Boolean).join(" · "));
  document.title = `${name.textContent} – Noctis Viewer`;
}
