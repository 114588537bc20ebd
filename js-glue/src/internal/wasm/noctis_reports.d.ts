import type { ReportsModule } from "./reports-api.js";

declare const init: ReportsModule["default"];
export default init;
export declare const check: ReportsModule["check"];
export declare const csv: ReportsModule["csv"];
export declare const merge: ReportsModule["merge"];
export declare const report: ReportsModule["report"];
export declare const readReport: ReportsModule["readReport"];
