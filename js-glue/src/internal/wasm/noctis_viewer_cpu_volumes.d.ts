import type { VolumeRenderModule } from "./plane-api.js";

declare const init: VolumeRenderModule["default"];
export default init;
export declare const FrameSpec: VolumeRenderModule["FrameSpec"];
export declare const View: VolumeRenderModule["View"];
export declare const VolumeSpec: VolumeRenderModule["VolumeSpec"];
export declare const PlaneView: VolumeRenderModule["PlaneView"];
export declare const RayView: VolumeRenderModule["RayView"];
export declare const Renderer: VolumeRenderModule["Renderer"];
