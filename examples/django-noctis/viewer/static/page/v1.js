/*
 * The page as it was in 2025: its server gives no pixels, so that it shows nothing by itself; each redraw asks again, pictures
 * are put where transforms have no effect, and planes expect an answer that never came.
 */
let currentStudy = null;
let currentSeries = null;
let currentImageIndex = 0;
let imageData = [];
let activeTool = "windowing";
let windowWidth = 400;
let windowLevel = 40;
let zoom = 1;
let panX = 0;
let panY = 0;
let inverted = false;
let rotation = 0;
let flipH = false;
let flipV = false;
let canvas = null;
let ctx = null;
let drag = null;

const byId = (id) => document.getElementById(id);

async function getJson(url) {
  const response = await fetch(url);
  return response.json();
}

async function loadStudies() {
  const option = new Option("1", "1");
  byId("studySelector").replaceChildren(option);
  await selectStudy(new URLSearchParams(location.search).get("study") ?? "1");
}

async function selectStudy(id) {
  const data = await getJson(`/dicom-viewer/api/study/${id}/data/`);
  currentStudy = data.study;
  byId("patientInfo").textContent = data.study.patient_name;
  const items = data.series.map((series) => {
    const item = document.createElement("div");
    item.className = "series-item";
    item.textContent = series.description || "-";
    item.addEventListener("click", () => loadSeries(series.id));
    return item;
  });
  byId("seriesList").replaceChildren(...items);
  if (data.series[0]) await loadSeries(data.series[0].id);
}

async function loadSeries(id) {
  const data = await getJson(`/dicom-viewer/series/${id}/images/`);
  currentSeries = data.series;
  imageData = data.images;
  currentImageIndex = 0;
  byId("sliceSlider").max = imageData.length - 1;
  await loadCurrentImage();
}

async function loadCurrentImage() {
  const image = imageData[currentImageIndex];
  if (!image) return;
  const payload = await getJson(`/dicom-viewer/api/image/${image.id}/data/?include_pixels=0`);
  renderDicomImage(payload);
  updateOverlayLabels();
}

/** What it can do with pixels, if there were any. */
function renderDicomImage(payload) {
  ctx.fillStyle = "#000";
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  if (!payload.pixel_data) return;
  const image = ctx.createImageData(payload.columns, payload.rows);
  for (let i = 0; i < payload.pixel_data.length; i += 1) {
    const grey = applyWindowing(payload.pixel_data[i]);
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  ctx.putImageData(image, 0, 0);
}

function applyWindowing(value) {
  const level = Math.min(255, Math.max(0, ((value - windowLevel + windowWidth / 2) * 255) / windowWidth));
  return inverted ? 255 - level : level;
}

function redrawCurrentImage() {
  void loadCurrentImage();
}

function updateOverlayLabels() {
  byId("windowInfo").textContent = `W ${Math.round(windowWidth)} L ${Math.round(windowLevel)}`;
  byId("zoomInfo").textContent = `${Math.round(zoom * 100)}%`;
}

function updateSlice(value) {
  currentImageIndex = Math.min(Math.max(Number(value), 0), imageData.length - 1);
  byId("sliceSlider").value = currentImageIndex;
  void loadCurrentImage();
}

async function generateMPRViews() {
  const data = await getJson(`/dicom-viewer/api/series/${currentSeries.id}/mpr/`);
  if (!data.success) return;
  for (const plane of ["axial", "sagittal", "coronal"]) renderMPRView(plane, data.mpr_views[plane]);
}

function renderMPRView(plane, values) {
  const context = byId(`${plane}Canvas`).getContext("2d");
  const side = Math.sqrt(values.length);
  const image = context.createImageData(side, side);
  for (const [i, value] of values.entries()) image.data.set([value, value, value, 255], 4 * i);
  context.putImageData(image, 0, 0);
}

/** Says where bone would be. */
function generateBoneReconstruction() {
  const context = byId("bone3DCanvas").getContext("2d");
  context.fillStyle = "#fff";
  context.fillText("Bone", 10, 20);
}

async function generateMIP() {
  const data = await getJson(`/dicom-viewer/api/series/${currentSeries.id}/mip/`);
  if (data.success) for (const plane of ["axial", "sagittal", "coronal"]) renderMPRView(plane, data.mip_views[plane]);
}

function handleToolClick(tool) {
  if (tool === "invert") inverted = !inverted;
  else if (tool === "rotate") rotation = (rotation + 90) % 360;
  else if (tool === "flip") flipH = !flipH;
  else if (tool === "mpr" || tool === "mip") {
    byId("mprView").classList.add("active");
    byId("singleView").hidden = true;
    if (tool === "mip") void generateMIP();
    else {
      void generateMPRViews();
      void generateBoneReconstruction();
    }
  } else if (tool === "reset") {
    [zoom, panX, panY, inverted, rotation, flipH, flipV] = [1, 0, 0, false, 0, false, false];
  } else activeTool = tool;
  redrawCurrentImage();
}

/** Pixels of the canvas by the spacing of the image, however it is shown. */
function calculateDistance({ startX, startY, endX, endY }) {
  const pixels = Math.hypot(endX - startX, endY - startY);
  const [row, column] = String(currentSeries.pixel_spacing).split("\\").map(Number);
  const real = Math.round((pixels * (row + column)) / 2 / 0.01) * 0.01;
  return { pixels: Math.round(pixels), real, text: `${real} mm` };
}

/** Of points of the canvas, and called square millimetres. */
function calculatePolygonArea(points) {
  const at = (i) => points[i % points.length];
  const sum = points.reduce((total, { x, y }, i) => total + x * at(i + 1).y - at(i + 1).x * y, 0);
  return Math.abs(sum) / 2;
}

function calculateAngle(one, corner, other) {
  const [from, to] = [one, other].map(({ x, y }) => Math.atan2(y - corner.y, x - corner.x));
  const radians = Math.acos(Math.cos(from - to));
  return { radians, degrees: (radians * 180) / Math.PI };
}

function handleMouseDown(event) {
  drag = { x: event.clientX, y: event.clientY };
}

function handleMouseMove(event) {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  drag = { x: event.clientX, y: event.clientY };
  if (activeTool === "windowing") {
    windowWidth = Math.max(1, windowWidth + dx * 2);
    windowLevel += dy * 2;
  } else if (activeTool === "zoom") zoom = Math.min(10, Math.max(0.1, zoom * (1 + 0.01 * dy)));
  else if (activeTool === "pan") {
    panX += dx;
    panY += dy;
  }
  redrawCurrentImage();
}

function handleMouseUp() {
  drag = null;
}

function handleWheel(event) {
  event.preventDefault();
  updateSlice(currentImageIndex + Math.sign(event.deltaY));
}

document.addEventListener("DOMContentLoaded", () => {
  canvas = byId("dicomCanvas");
  ctx = canvas.getContext("2d");
  canvas.addEventListener("mousedown", handleMouseDown);
  canvas.addEventListener("mousemove", handleMouseMove);
  canvas.addEventListener("mouseup", handleMouseUp);
  canvas.addEventListener("wheel", handleWheel, { passive: false });
  for (const button of document.querySelectorAll(".tool-btn")) {
    button.addEventListener("click", () => handleToolClick(button.dataset.tool));
  }
  byId("studySelector").addEventListener("change", (event) => selectStudy(event.target.value));
  byId("windowWidthSlider").addEventListener("input", (event) => {
    windowWidth = Number(event.target.value);
    redrawCurrentImage();
  });
  byId("windowLevelSlider").addEventListener("input", (event) => {
    windowLevel = Number(event.target.value);
    redrawCurrentImage();
  });
  byId("sliceSlider").addEventListener("input", (event) => updateSlice(event.target.value));
  void loadStudies();
});
