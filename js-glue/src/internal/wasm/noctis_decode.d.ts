import type { DecodeModule } from "./decode-api.js";

declare const init: DecodeModule["default"];
export default init;
export declare const DicomObject: DecodeModule["DicomObject"];
