import type { MeasureModule } from "./measure-api.js";

declare const init: MeasureModule["default"];
export default init;
export declare const MeasuredFrame: MeasureModule["MeasuredFrame"];
export declare const MeasuredPlane: MeasureModule["MeasuredPlane"];
export declare const check: MeasureModule["check"];
export declare const csv: MeasureModule["csv"];
export declare const merge: MeasureModule["merge"];
export declare const report: MeasureModule["report"];
export declare const readReport: MeasureModule["readReport"];
