/* What buttons, sliders and presets do. */

const ACTIONS = {
  invert,
  rotate: () => rotateBy(90),
  flip,
  flipv,
  reset: resetView,
  crosshair: toggleCrosshair,
  mpr: toggleMprView,
  "3d": toggle3DView,
};
/** Their buttons act and become the active tool as well, which none of them is. */
const ACTIONS_THAT_STAY = { "rotate-ccw": () => rotateBy(-90), compare: toggleCompare };

function handleToolClick(tool) {
  if (tool === "cine") toggleCine();
  else if (ACTIONS[tool] && tool !== "flipv") ACTIONS[tool]();
  else {
    ACTIONS_THAT_STAY[tool]?.();
    if (tool === "flipv") flipv();
    activeTool = tool;
    if (tool === "magnify") magnifier();
    for (const button of document.querySelectorAll(".tool-btn[data-tool]")) {
      button.classList.toggle("active", button.dataset.tool === tool);
    }
  }
  redrawCurrentImage();
}

function invert() {
  inverted = !inverted;
  inversionLockedByUser = true;
  if (viewMode === "mpr") _fetchAndRenderAllMPRPlanes();
}

function rotateBy(degrees) {
  rotation = (rotation + degrees + 360) % 360;
  redrawCurrentImage();
}

function flip() {
  flipH = !flipH;
}

function flipv() {
  flipV = !flipV;
}

function toggleCrosshair() {
  crosshair = !crosshair;
  if (crosshair && !crosshairImagePx && _lastRenderMeta) {
    crosshairImagePx = { x: _lastRenderMeta.imgW / 2, y: _lastRenderMeta.imgH / 2 };
  }
}

function magnifier() {
  if (byId("magnifierCanvas")) return;
  const lens = document.createElement("canvas");
  lens.id = "magnifierCanvas";
  lens.width = 180;
  lens.height = 180;
  byId("singleView").append(lens);
}

function toggleCine() {
  cineMode = !cineMode;
  clearInterval(cineInterval);
  if (!cineMode) return;
  cineInterval = setInterval(() => {
    if (currentFrameCount > 1) updateFrame((currentFrameIndex + 1) % currentFrameCount);
    else updateSlice((currentImageIndex + 1) % Math.max(1, imageData.length));
  }, 1000 / cineFps);
}

function setCineFps(fps) {
  cineFps = Number(fps) || 5;
}

function resetView() {
  zoom = 1;
  panX = 0;
  panY = 0;
  rotation = 0;
  flipH = false;
  flipV = false;
  inverted = false;
  measurements = [];
}

function resetAllDefaults() {
  resetView();
  applyPreset("default");
}

/** "default" is the window of the object again. */
function applyPreset(name) {
  const preset = windowPresets[name];
  windowWidth = preset?.ww ?? lastLoadedImagePayload?.window_width ?? 400;
  windowLevel = preset?.wl ?? lastLoadedImagePayload?.window_center ?? 40;
  windowingLockedByUser = preset !== undefined;
  windowChanged();
}

function updateWindowWidth(value) {
  windowWidth = Math.max(1, Number(value));
  windowingLockedByUser = true;
  windowChanged();
}

function updateWindowLevel(value) {
  windowLevel = Number(value);
  windowingLockedByUser = true;
  windowChanged();
}

let serverTimer = 0;
function windowChanged() {
  updateSliders();
  const kept = { [currentSeries?.id]: { ww: windowWidth, wl: windowLevel, inverted, ts: Date.now() } };
  localStorage.setItem("noctis_windowing_v1", JSON.stringify(kept));
  if (viewMode === "mpr") scheduleMprWindow();
  else redrawCurrentImage();
  if (!_serverRendered || lastLoadedImagePayload) return;
  clearTimeout(serverTimer);
  serverTimer = setTimeout(() => _loadServerRenderedFrame(lastLoadedImageId), 120);
}

function updateSliders() {
  const stats = currentImageStats;
  if (stats) {
    Object.assign(byId("windowWidthSlider"), { min: 1, max: Math.ceil(stats.wwMax) });
    Object.assign(byId("windowLevelSlider"), { min: Math.floor(stats.wlMin), max: Math.ceil(stats.wlMax) });
  }
  setValue("windowWidthSlider", windowWidth);
  setValue("windowLevelSlider", windowLevel);
  setText("wwValue", Math.round(windowWidth));
  setText("wlValue", Math.round(windowLevel));
  byId("sliceSlider").max = Math.max(0, imageData.length - 1);
  setValue("sliceSlider", currentImageIndex);
  setText("sliceValue", currentImageIndex + 1);
  byId("frameSlider").max = Math.max(0, currentFrameCount - 1);
  setValue("frameSlider", currentFrameIndex);
}

setInterval(() => {
  if (!currentStudy) return;
  const session_data = JSON.stringify({ windowWidth, windowLevel, zoom, currentImageIndex });
  postJson("/dicom-viewer/session/save/", { study_id: currentStudy.id, session_data }).catch(() => {});
}, 30000);
