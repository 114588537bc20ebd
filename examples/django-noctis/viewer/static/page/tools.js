/* What buttons, sliders and presets do. */

const ACTIONS = {
  invert,
  rotate: () => rotateBy(90),
  "rotate-ccw": () => rotateBy(-90),
  flip,
  reset: resetAllDefaults,
  crosshair: toggleCrosshair,
  cine: toggleCine,
  mpr: toggleMprView,
  "3d": toggle3DView,
  print: () => pe_browserPrintQuick(),
};
/** Tools of which one is in the hand. */
const PRIMARY = ["windowing", "zoom", "pan", "measure", "angle", "area", "roi", "annotate", "magnify"];

/** Whatever is no action becomes the tool in the hand, also what a button without a name has done by itself. */
function handleToolClick(tool) {
  if (ACTIONS[tool]) ACTIONS[tool]();
  else activeTool = tool;
  refreshToolButtonStates();
  redrawCurrentImage();
}

function refreshToolButtonStates(primary = activeTool) {
  const states = { crosshair, cine: cineMode, invert: inverted };
  for (const button of document.querySelectorAll(".tool-btn")) {
    const { tool } = button.dataset;
    if (PRIMARY.includes(tool)) button.classList.toggle("active", tool === primary);
    else if (tool in states) button.classList.toggle("active", states[tool]);
  }
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

/** What is shown in three dimensions is reset as well: where it was never made, it is made for that. */
function resetAllDefaults() {
  resetView();
  applyPreset("default");
  reset3DView();
}

/** A page of its own, into which names are written as they are. */
function pe_browserPrintQuick() {
  const sheet = window.open("", "_blank");
  if (!sheet) return;
  const [name, description] = [
    currentStudy.patient_name,
    currentSeries.description ?? currentSeries.series_description,
  ];
  sheet.document.write(`<title>${name}</title><p id="patient">${name}</p><p id="series">${description}</p>
<img src="${canvas.toDataURL("image/png")}" alt="">`);
  sheet.document.close();
}

const WINDOWS_KEY = "noctis_windowing_v1";

/** The window of a series that somebody chose before, here or in another visit. */
function restoreWindowing(id) {
  const kept = JSON.parse(localStorage.getItem(WINDOWS_KEY) ?? "{}")[id];
  if (!kept) return;
  [windowWidth, windowLevel, inverted] = [kept.ww, kept.wl, kept.inverted];
  windowingLockedByUser = true;
}

function keepWindowing() {
  const kept = JSON.parse(localStorage.getItem(WINDOWS_KEY) ?? "{}");
  if (windowingLockedByUser) kept[currentSeries?.id] = { ww: windowWidth, wl: windowLevel, inverted, ts: Date.now() };
  else delete kept[currentSeries?.id];
  localStorage.setItem(WINDOWS_KEY, JSON.stringify(kept));
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
  keepWindowing();
  if (viewMode === "mpr") scheduleMprWindow();
  else redrawCurrentImage();
  if (!_serverRendered.enabled || lastLoadedImagePayload) return;
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
