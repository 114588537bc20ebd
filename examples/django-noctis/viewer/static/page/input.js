/* Mouse, wheel and keys. The main canvas and the document get these functions themselves: replacing them later has no effect. */

let drag = null;

function handleMouseDown(event) {
  const at = _canvasClientToCanvasPx(event);
  const image = canvasPointToImagePx(at.x, at.y);
  drag = { x: at.x, y: at.y };
  if (["measure", "angle", "area", "cobb_angle"].includes(activeTool) && image) {
    currentMeasurement = draftOf(activeTool, image);
  } else if (activeTool === "roi" && image) {
    roiDraft = { mode: "single", start: image, end: image };
  } else if (activeTool === "annotate" && image) {
    drag = null;
    const text = window.prompt("Text");
    if (text) {
      const annotation = { image_id: imageData[currentImageIndex]?.id, ...image, text, color: "#ffff00" };
      annotations.push(annotation);
      void saveAnnotation(annotation);
      redrawCurrentImage();
    }
  } else if (crosshair && event.altKey && image) {
    crosshairImagePx = image;
    redrawCurrentImage();
  }
}

function handleMouseMove(event) {
  const at = _canvasClientToCanvasPx(event);
  updateHounsfieldValue(at.x, at.y);
  updateMagnifier(at.x, at.y);
  if (!drag) return;
  const [dx, dy] = [at.x - drag.x, at.y - drag.y];
  const image = canvasPointToImagePx(at.x, at.y);
  if (currentMeasurement) moveDraft(currentMeasurement, image);
  else if (roiDraft) roiDraft.end = image;
  else {
    drag = { x: at.x, y: at.y };
    dragView(dx, dy);
  }
  redrawCurrentImage();
}

/** The window is not marked as somebody's own: the next slice brings back that of its object. */
function dragView(dx, dy) {
  if (activeTool === "windowing") {
    const step = Math.max(0.5, windowWidth / 512);
    windowWidth = Math.min(Math.max(1, windowWidth + dx * step), currentImageStats?.wwMax ?? 4000);
    windowLevel = Math.min(
      Math.max(windowLevel + dy * step, currentImageStats?.wlMin ?? -4000),
      currentImageStats?.wlMax ?? 4000,
    );
    updateSliders();
  } else if (activeTool === "zoom") {
    zoom = Math.min(10, Math.max(0.1, zoom * (1 + 0.01 * dy)));
  } else if (activeTool === "pan") {
    panX += dx;
    panY += dy;
  }
}

function handleMouseUp() {
  drag = null;
  // A Cobb angle is begun as an angle, and never ends.
  if (currentMeasurement && ["measure", "angle", "area"].includes(activeTool)) finishMeasurement();
  else if (roiDraft) finishRoi();
}

function handleWheel(event) {
  event.preventDefault();
  if (event.ctrlKey) {
    zoom = Math.min(10, Math.max(0.1, zoom * (1 - event.deltaY * 0.002)));
    redrawCurrentImage();
    return;
  }
  updateSlice(currentImageIndex + Math.sign(event.deltaY) * Math.max(1, Math.round(Math.abs(event.deltaY) / 30)));
}

function handleKeyDown(event) {
  const step = event.ctrlKey ? 50 : event.shiftKey ? 10 : 1;
  const steps = { ArrowUp: -step, ArrowDown: step, ArrowLeft: -step, ArrowRight: step, PageUp: -10, PageDown: 10 };
  if (event.key in steps)
    updateSlice(Math.min(Math.max(currentImageIndex + steps[event.key], 0), imageData.length - 1));
  else if (event.key === "Home") updateSlice(0);
  else if (event.key === "End") updateSlice(imageData.length - 1);
  else if (event.key === "r") resetAllDefaults();
  else if (event.key === "i") handleToolClick("invert");
  else if (event.key === "c") handleToolClick("crosshair");
  else if (event.key === " ") handleToolClick("cine");
  else if (event.key === "Delete" || event.key === "Backspace") {
    if (measurements.length === 0) return;
    measurements = [];
    redrawCurrentImage();
  } else if (event.key === "Escape") {
    currentMeasurement = null;
    roiDraft = null;
    // There is no such function: what comes after it never runs.
    window._closeLocalDicomViewer();
    byId("kbHelpModal").hidden = true;
  } else if (event.key === "?") byId("kbHelpModal").hidden = false;
}

function setupEventListeners() {
  canvas.addEventListener("mousedown", handleMouseDown);
  canvas.addEventListener("mousemove", handleMouseMove);
  canvas.addEventListener("mouseup", handleMouseUp);
  canvas.addEventListener("wheel", handleWheel, { passive: false });
  document.addEventListener("keydown", handleKeyDown);
  attachPointers(canvas, {
    start: (event) => handleMouseDown(event),
    move: (event) => handleMouseMove(event),
    end: (event) => handleMouseUp(event),
    scroll: (step) => updateSlice(currentImageIndex + step),
    pinch: (more) => {
      zoom = Math.min(10, Math.max(0.1, zoom * (1 + 0.01 * more)));
      redrawCurrentImage();
    },
  });
  for (const button of document.querySelectorAll("button.tool-btn")) {
    button.addEventListener("click", () => handleToolClick(button.dataset.tool));
  }
  // Their buttons have a listener of their own beside the one that they share.
  byId("rotateCcw").addEventListener("click", () => rotateBy(-90));
  byId("flipV").addEventListener("click", flipv);
  byId("compareBtn").addEventListener("click", toggleCompareMode);
  byId("keysBtn").addEventListener("click", () => {
    byId("kbHelpModal").hidden = false;
  });
  byId("presetSelect").addEventListener("change", (event) => applyPreset(event.target.value));
  byId("sliceSlider").addEventListener("input", (event) => updateSlice(event.target.value));
  byId("frameSlider").addEventListener("input", (event) => updateFrame(event.target.value));
  byId("windowWidthSlider").addEventListener("input", (event) => updateWindowWidth(event.target.value));
  byId("windowLevelSlider").addEventListener("input", (event) => updateWindowLevel(event.target.value));
  byId("mipBtn").addEventListener("click", () => generateMIP());
  window.addEventListener("resize", resizeCanvas);
  setupMprListeners();
  setupBone();
  setupCompare();
}

function setupMagnifier() {
  const lens = document.createElement("canvas");
  lens.id = "magnifierCanvas";
  lens.width = 180;
  lens.height = 180;
  byId("singleView").append(lens);
}

function initializeViewer() {
  canvas = byId("dicomCanvas");
  ctx = canvas.getContext("2d");
  setupMagnifier();
  for (const plane of PLANES) mprCanvases[plane] = byId(`${plane}Canvas`);
  mprCanvases.bone3d = byId("bone3DCanvas");
  resizeCanvas();
}

document.addEventListener("DOMContentLoaded", () => {
  initializeViewer();
  setupEventListeners();
  const study = new URLSearchParams(location.search).get("study");
  if (study) void loadSpecificStudy(study);
});
