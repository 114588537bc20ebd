import dicom from "dicom.ts";
import { start } from "../shared/page.js";

start(async (element) => {
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "display:block;margin:auto";
  element.style.cssText += ";display:flex";
  element.append(canvas);
  const renderer = new dicom.Renderer(canvas);
  // The library's own advice for a quick first image: its programs for 16-bit grey with a window.
  for (const signed of [false, true]) {
    renderer.primeGreyscale({ bitsAllocated: 16, bitsStored: 16, signed, knownWindow: true });
  }
  let image;
  const show = async (bytes) => {
    image = dicom.parseImage(bytes);
    // It draws at the size of the image unless told otherwise: told to fit the window, as the others do.
    const scale = Math.min(element.clientWidth / image.columns, element.clientHeight / image.rows);
    renderer.outputSize = { width: Math.round(image.columns * scale), height: Math.round(image.rows * scale) };
    await renderer.render(image, 0);
  };
  return {
    loadFromUrl: async (url) => show(await (await fetch(url)).arrayBuffer()),
    loadFromBytes: show,
    // There is no call for a window: its own fields, and the same image once more.
    setWindow(center, width) {
      Object.assign(renderer.decoder.image, { windowCenter: center, windowWidth: width });
      renderer.render(image, 0);
    },
  };
});
