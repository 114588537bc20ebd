import { createViewer } from "noctis-viewer";
import { start } from "../shared/volume-page.js";

function heightOf(viewer) {
  const { rows, spacingMm } = viewer.instance(0);
  const { sliceCount, plane } = viewer.state;
  return (sliceCount * plane.stepMm) / (rows * spacingMm[0]);
}

start(async (elements, parameters) => {
  const layout = parameters.get("layout");
  const host = document.getElementById("viewports");
  for (const element of Object.values(elements)) element.remove();
  host.style.display = "block";
  const viewer = await createViewer(host, { backend: parameters.get("backend") ?? "auto", overlay: parameters.has("overlay") });
  if (layout === "planes") await viewer.setLayout("2x2");
  /** How high the volume is, in heights of its axial planes. */
  let height;
  const names = layout === "planes" ? ["axial", "sagittal", "coronal"] : ["axial"];
  return {
    async load(files) {
      const known = new Promise((resolve) => viewer.on("series", resolve));
      const loading = viewer.load(files);
      await known;
      const [{ seriesInstanceUid }] = viewer.series;
      await Promise.all(
        names.map((name, index) => {
          const viewport = viewer.viewports[index];
          viewport.showSeries(seriesInstanceUid);
          return layout === "3d" ? viewport.set3d({ preset: "bone" }) : viewport.setPlane(name);
        }),
      );
      await loading;
    },
    setWindow: (center, width) => viewer.applyWindowLevel({ center, width }),
    scroll: (share) => void viewer.renderSlice(Math.round(share * (viewer.state.sliceCount - 1))),
    turnPlane(degrees) {
      const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
      const { center } = viewer.state.plane;
      height ??= heightOf(viewer);
      // Planes are fitted to the viewport, whatever their direction; those of the others keep their scale.
      viewer.setView({ zoom: cos + sin * height });
      void viewer.setPlane({ center, right: [1, 0, 0], down: [0, cos, sin] });
    },
    ...(layout === "3d" && {
      turnView(degrees) {
        const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
        const { center } = viewer.state.volume;
        void viewer.set3d({ from: { center, right: [cos, sin, 0], down: [0, 0, -1] } });
      },
    }),
    setSlab: (mm) => viewer.setSlab({ thicknessMm: mm }),
    describe: () => ({
      backend: viewer.state.backend,
      reason: viewer.state.backendReason,
      planes: viewer.viewports.map(({ state }) => state.plane).filter(Boolean),
      text: host.firstElementChild?.shadowRoot?.textContent ?? "",
    }),
    passThrough: (point) => viewer.setCrosshair(point),
    /** Where a patient point is seen, CSS pixels of the window. */
    placeOf(index, point) {
      const viewport = viewer.viewports[index];
      const { left, top } = viewport.box;
      const [x, y] = viewport.elementFromPatient(point);
      return { x: left + x, y: top + y };
    },
  };
});
