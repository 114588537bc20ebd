import { App, AppOptions, ViewConfig, WindowLevel } from "dwv";
import { start } from "../shared/page.js";

start(async () => {
  const app = new App();
  app.init(new AppOptions({ "*": [new ViewConfig("viewer")] }));
  let used = false;
  const show = (load) =>
    new Promise((resolve, reject) => {
      if (used) app.reset();
      used = true;
      app.addEventListener("error", (event) => reject(event.error ?? new Error("dwv could not load")));
      app.addEventListener("loadend", () => resolve());
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
