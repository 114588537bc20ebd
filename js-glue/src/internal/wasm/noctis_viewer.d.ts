import type { RenderModule } from "./render-api.js";

declare const init: RenderModule["default"];
export default init;
export declare const FrameSpec: RenderModule["FrameSpec"];
export declare const View: RenderModule["View"];
export declare const Renderer: RenderModule["Renderer"];
