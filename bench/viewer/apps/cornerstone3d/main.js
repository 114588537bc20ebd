import { Enums, RenderingEngine, init as initCore, utilities } from "@cornerstonejs/core";
import { init as initLoader, wadouri } from "@cornerstonejs/dicom-image-loader";
import { start } from "../shared/page.js";

start(async (element) => {
  await initCore();
  await initLoader({ maxWebWorkers: 1 });
  const engine = new RenderingEngine("engine");
  engine.enableElement({ viewportId: "viewport", type: Enums.ViewportType.STACK, element });
  const viewport = engine.getViewport("viewport");
  const show = async (imageId) => {
    await viewport.setStack([imageId]);
    viewport.render();
  };
  return {
    loadFromUrl: (url) => show(`wadouri:${new URL(url, location.href)}`),
    loadFromBytes: (bytes) => show(wadouri.fileManager.add(new Blob([bytes]))),
    setWindow(center, width) {
      viewport.setProperties({ voiRange: utilities.windowLevel.toLowHighRange(width, center) });
      viewport.render();
    },
  };
});
