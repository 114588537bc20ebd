import type { MeasureModule } from "./measure-api.js";

declare const init: MeasureModule["default"];
export default init;
export declare const MeasuredFrame: MeasureModule["MeasuredFrame"];
export declare const MeasuredPlane: MeasureModule["MeasuredPlane"];
