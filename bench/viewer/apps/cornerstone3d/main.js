import { Enums, RenderingEngine, init as initCore, utilities } from "@cornerstonejs/core";
import { init as initLoader, wadouri } from "@cornerstonejs/dicom-image-loader";
import { start } from "../shared/page.js";

/** Has the first button of the mouse change the window; tools hear of elements that are enabled after their `init`. */
function dragWindow({ addTool, Enums: { MouseBindings }, ToolGroupManager, WindowLevelTool }, viewportId, engineId) {
  addTool(WindowLevelTool);
  const group = ToolGroupManager.createToolGroup("group");
  group.addTool(WindowLevelTool.toolName);
  group.addViewport(viewportId, engineId);
  group.setToolActive(WindowLevelTool.toolName, { bindings: [{ mouseButton: MouseBindings.Primary }] });
}

start(async (element, parameters) => {
  await initCore();
  await initLoader({ maxWebWorkers: 1 });
  const tools = parameters.has("drag") ? await import("@cornerstonejs/tools") : undefined;
  tools?.init();
  const engine = new RenderingEngine("engine");
  engine.enableElement({ viewportId: "viewport", type: Enums.ViewportType.STACK, element });
  const viewport = engine.getViewport("viewport");
  if (tools) dragWindow(tools, viewport.id, engine.id);
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
