import { App, AppOptions, ToolConfig, ViewConfig, WindowLevel } from "dwv";
import { start } from "../shared/page.js";

start(async (_element, parameters) => {
  const app = new App();
  const options = new AppOptions({ "*": [new ViewConfig("viewer")] });
  const drags = parameters.has("drag");
  if (drags) options.tools = { WindowLevel: new ToolConfig() };
  app.init(options);
  let used = false;
  const show = (load) =>
    new Promise((resolve, reject) => {
      if (used) app.reset();
      used = true;
      app.addEventListener("error", (event) => reject(event.error ?? new Error("dwv could not load")));
      app.addEventListener("loadend", () => {
        if (drags) app.setTool("WindowLevel");
        resolve();
      });
      load();
    });
  return {
    loadFromUrl: (url) => show(() => app.loadURLs([url])),
    loadFromBytes: (bytes) => show(() => app.loadImageObject([{ name: "image", filename: "image.dcm", data: bytes }])),
    setWindow(center, width) {
      const layer = app.getActiveLayerGroup().getActiveViewLayer();
      layer.getViewController().setWindowLevel(new WindowLevel(center, width));
    },
  };
});
