import { createViewer } from "noctis-viewer";
import { start } from "../shared/page.js";

start(async (element, parameters) => {
  const viewer = await createViewer(element, { backend: parameters.get("backend") ?? "auto", overlay: false });
  const show = async (source) => {
    const { failed } = await viewer.load([source]);
    if (failed.length > 0) throw failed[0].error;
  };
  return {
    loadFromUrl: show,
    loadFromBytes: show,
    setWindow: (center, width) => viewer.applyWindowLevel({ center, width }),
    describe: () => ({ backend: viewer.state.backend, reason: viewer.state.backendReason }),
  };
});
