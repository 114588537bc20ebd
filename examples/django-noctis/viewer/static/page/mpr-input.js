/* What a hand does on the three planes. */

const MPR_MEASURING = ["measure", "angle", "area"];
/** Tools that do something else than move the crosshair. */
const MPR_DRAGGING = [...MPR_MEASURING, "roi", "windowing"];

let mprDrag = null;

function handleMPRMouseDown(event, plane) {
  mprState.activePlane = plane;
  const at = _canvasClientToCanvasPx(event, mprCanvases[plane]);
  const px = _mprCanvasToSlicePx(plane, at.x, at.y);
  if (!px) return;
  if (MPR_MEASURING.includes(activeTool)) {
    mprCurrentMeasurement = { ...draftOf(activeTool, px), mode: "mpr", plane, slice: mprState.index[plane] };
  }
  mprDrag = { plane, from: px, last: at };
  if (crosshair && !MPR_DRAGGING.includes(activeTool)) moveCrosshair(plane, px);
}

function handleMPRMouseMove(event, plane) {
  const at = _canvasClientToCanvasPx(event, mprCanvases[plane]);
  const px = _mprCanvasToSlicePx(plane, at.x, at.y);
  if (!px) return;
  if (!mprDrag) {
    _scheduleMPRHU(plane, at.x, at.y);
    return;
  }
  if (mprCurrentMeasurement) {
    moveDraft(mprCurrentMeasurement, px);
    redrawMPRPlane(plane);
  } else if (activeTool === "windowing") {
    dragView(at.x - mprDrag.last.x, at.y - mprDrag.last.y);
    mprDrag.last = at;
    scheduleMprWindow();
  } else if (crosshair && activeTool !== "roi") moveCrosshair(plane, px);
}

/** Millimetres as if a pixel of the square were one of the acquisition. */
async function handleMPRMouseUp(event, plane) {
  const drag = mprDrag;
  mprDrag = null;
  if (mprCurrentMeasurement) {
    measurements.push({ ...mprCurrentMeasurement, ...measuredValue(mprCurrentMeasurement) });
    mprCurrentMeasurement = null;
    redrawMPRPlane(plane);
  } else if (activeTool === "roi" && drag) {
    const at = _canvasClientToCanvasPx(event, mprCanvases[plane]);
    const px = _mprCanvasToSlicePx(plane, at.x, at.y);
    const [rx, ry] = [Math.abs(px.x - drag.from.x) / 2, Math.abs(px.y - drag.from.y) / 2];
    const [cx, cy] = [(px.x + drag.from.x) / 2, (px.y + drag.from.y) / 2];
    await finishMprRoi({ plane, slice: mprState.index[plane], cx, cy, rx, ry });
  }
}

/** Whatever tool is in the hand, a click lays the other planes through its point. */
function handleMPRClick(event, plane) {
  const at = _canvasClientToCanvasPx(event, mprCanvases[plane]);
  const px = _mprCanvasToSlicePx(plane, at.x, at.y);
  if (crosshair && px) moveCrosshair(plane, px);
}

function setMprIndex(plane, index) {
  const axis = { axial: "z", sagittal: "x", coronal: "y" }[plane];
  const next = Math.min(Math.max(index, 0), mprState.counts[plane] - 1);
  mprState.index[plane] = next;
  mprCrosshairVoxel = { ...mprCrosshairVoxel, [axis]: next };
  void showMprSlice(plane, next);
}

function setupMprListeners() {
  for (const plane of PLANES) {
    const each = mprCanvases[plane];
    each.addEventListener("mousedown", (event) => handleMPRMouseDown(event, plane));
    each.addEventListener("mousemove", (event) => handleMPRMouseMove(event, plane));
    each.addEventListener("mouseup", (event) => handleMPRMouseUp(event, plane));
    attachPointers(each, {
      start: (event) => handleMPRMouseDown(event, plane),
      move: (event) => handleMPRMouseMove(event, plane),
      end: (event) => handleMPRMouseUp(event, plane),
      scroll: (step) => setMprIndex(plane, mprState.index[plane] + step),
    });
    each.addEventListener("click", (event) => handleMPRClick(event, plane));
    each.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (!mipMode) setMprIndex(plane, mprState.index[plane] + Math.sign(event.deltaY));
    });
    each.addEventListener("dblclick", () => {
      mprState.maximizedPlane = mprState.maximizedPlane ? null : plane;
      each.parentElement.classList.toggle("maximized");
      resizeCanvas();
      redrawMPRPlane(plane);
    });
  }
}
