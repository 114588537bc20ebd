import type { VolumeModule } from "./volume-api.js";

declare const init: VolumeModule["default"];
export default init;
export declare const Assembler: VolumeModule["Assembler"];
export declare const Reducer: VolumeModule["Reducer"];
