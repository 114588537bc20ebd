import { Niivue, SHOW_RENDER, SLICE_TYPE } from "@niivue/niivue";
import { start } from "../shared/volume-page.js";

const TYPES = { axial: SLICE_TYPE.AXIAL, planes: SLICE_TYPE.MULTIPLANAR, "3d": SLICE_TYPE.RENDER };

// It reads no DICOM by itself: the harness gives it the same voxels as one NIfTI file. It draws all planes on one canvas.
start(async (elements, parameters) => {
  const host = document.getElementById("viewports");
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%";
  host.append(canvas);
  for (const element of Object.values(elements)) element.remove();
  const viewer = new Niivue({ isResizeCanvas: true, show3Dcrosshair: false, logLevel: "error" });
  await viewer.attachToCanvas(canvas);
  // By itself it has three dimensions beside the planes.
  viewer.opts.multiplanarShowRender = SHOW_RENDER.NEVER;
  viewer.setSliceType(TYPES[parameters.get("layout")]);
  return {
    async load([file]) {
      await viewer.loadFromArrayBuffer(file, "ct.nii");
    },
    setWindow(center, width) {
      const [volume] = viewer.volumes;
      [volume.cal_min, volume.cal_max] = [center - width / 2, center + width / 2];
      viewer.updateGLVolume();
    },
    scroll(share) {
      viewer.scene.crosshairPos[2] = share;
      viewer.drawScene();
    },
    turnView: (degrees) => viewer.setRenderAzimuthElevation(degrees, 10),
  };
});
