import type { AttributesModule } from "./attributes-api.js";

declare const init: AttributesModule["default"];
export default init;
export declare const texts: AttributesModule["texts"];
export declare const isIdentifying: AttributesModule["isIdentifying"];
