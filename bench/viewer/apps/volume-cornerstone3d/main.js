import { Enums, RenderBackends, RenderingEngine, imageLoader, init as initCore, setVolumesForViewports, utilities, volumeLoader } from "@cornerstonejs/core";
import { init as initLoader, wadouri } from "@cornerstonejs/dicom-image-loader";
import { start } from "../shared/volume-page.js";

const { AXIAL, CORONAL, SAGITTAL } = Enums.OrientationAxis;
const ORIENTATIONS = { axial: AXIAL, coronal: CORONAL, sagittal: SAGITTAL };
const VOLUME = "cornerstoneStreamingImageVolume:bench";

start(async (elements, parameters) => {
  const isOnCpu = parameters.get("backend") === "cpu";
  // The viewports that it is moving to show planes by the CPU as well; slabs they do not.
  await initCore(isOnCpu ? { rendering: { useGenericViewport: true, planar: { renderBackend: RenderBackends.CPU } } } : undefined);
  await initLoader({ maxWebWorkers: 1 });
  const engine = new RenderingEngine("engine");
  const ids = Object.keys(elements);
  engine.setViewports(
    ids.map((viewportId) => ({
      viewportId,
      element: elements[viewportId],
      type: viewportId === "3d" ? Enums.ViewportType.VOLUME_3D : Enums.ViewportType.ORTHOGRAPHIC,
      defaultOptions: { orientation: ORIENTATIONS[viewportId] ?? CORONAL },
    })),
  );
  const viewport = engine.getViewport(ids[0]);
  const turned = (camera, axis, degrees) => {
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    const turn = ([x, y, z]) => (axis === "x" ? [x, y * cos - z * sin, y * sin + z * cos] : [x * cos - y * sin, x * sin + y * cos, z]);
    const distance = Math.hypot(...camera.position.map((value, index) => value - camera.focalPoint[index]));
    const viewPlaneNormal = turn(camera.viewPlaneNormal);
    return {
      ...camera,
      viewPlaneNormal,
      viewUp: turn(camera.viewUp),
      position: camera.focalPoint.map((value, index) => value + viewPlaneNormal[index] * distance),
    };
  };
  let first;
  let slices = 0;
  return {
    async load(files) {
      const imageIds = files.map((bytes) => wadouri.fileManager.add(new Blob([bytes])));
      // A volume of local files needs their metadata first: the library's own example loads every image once.
      await Promise.all(imageIds.map((imageId) => imageLoader.loadAndCacheImage(imageId)));
      const volume = await volumeLoader.createAndCacheVolume(VOLUME, { imageIds });
      slices = imageIds.length;
      const loaded = new Promise((resolve) => volume.load(resolve));
      await setVolumesForViewports(engine, [{ volumeId: VOLUME }], ids);
      if (ids[0] === "3d") viewport.setProperties({ preset: "CT-Bone" });
      engine.renderViewports(ids);
      await loaded;
      engine.renderViewports(ids);
      first = viewport.getCamera();
    },
    setWindow(center, width) {
      viewport.setProperties({ voiRange: utilities.windowLevel.toLowHighRange(width, center) });
      viewport.render();
    },
    scroll(share) {
      const wanted = Math.round(share * (slices - 1));
      utilities.scroll(viewport, { delta: wanted - viewport.getSliceIndex(), volumeId: VOLUME });
    },
    turnPlane(degrees) {
      viewport.setCamera(turned(first, "x", degrees));
      viewport.render();
    },
    ...(!isOnCpu && {
      setSlab(mm) {
        viewport.setBlendMode(Enums.BlendModes.MAXIMUM_INTENSITY_BLEND);
        viewport.setSlabThickness(mm);
        viewport.render();
      },
    }),
    turnView(degrees) {
      viewport.setCamera(turned(first, "z", degrees));
      viewport.render();
    },
  };
});
