/** Objects that are read frame by frame: a file of its own, loaded when the first such object is opened. */
export { bytesOrParts } from "./ranges.js";
export { openWado, readWado } from "./wado.js";
