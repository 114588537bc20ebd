/* The single view: values to grey, grey to the canvas, and what lies over it. */

function resizeCanvas() {
  const ratio = Math.min(3, Math.max(1, window.devicePixelRatio || 1));
  for (const each of [canvas, ...Object.values(mprCanvases), byId("compareCanvas")]) {
    if (!each?.clientWidth) continue;
    const [width, height] = [Math.round(each.clientWidth * ratio), Math.round(each.clientHeight * ratio)];
    if (each.width !== width || each.height !== height) Object.assign(each, { width, height });
  }
  redrawCurrentImage();
}

/** RGBA of the values through a window, by the page's arithmetic; into `_frameCanvas`, once for each window. */
function applyWindowing(payload) {
  const isInverted = inverted !== (payload.photometric_interpretation === "MONOCHROME1");
  const key = [payload.id, payload.frame_index, windowWidth, windowLevel, isInverted].join("|");
  if (key === _frameCacheKey) return;
  const { rows, columns, pixel_data: values } = payload;
  if (!_frameCanvas) {
    _frameCanvas = document.createElement("canvas");
    _frameCtx = _frameCanvas.getContext("2d");
  }
  if (_frameCanvas.width !== columns || _frameCanvas.height !== rows) {
    _frameCanvas.width = columns;
    _frameCanvas.height = rows;
  }
  const gamma = GAMMA[payload.modality] ?? 1;
  const table = Uint8ClampedArray.from({ length: 256 }, (_, level) => Math.round(255 * (level / 255) ** gamma));
  const image = _frameCtx.createImageData(columns, rows);
  const out = image.data;
  const low = windowLevel - windowWidth / 2;
  const scale = 255 / windowWidth;
  for (let i = 0, to = 0; i < values.length; i += 1, to += 4) {
    let level = (values[i] - low) * scale;
    level = level < 0 ? 0 : level > 255 ? 255 : Math.floor(level + 0.5);
    if (isInverted) level = 255 - level;
    const grey = table[level];
    out[to] = grey;
    out[to + 1] = grey;
    out[to + 2] = grey;
    out[to + 3] = 255;
  }
  _frameCtx.putImageData(image, 0, 0);
  _frameCacheKey = key;
}

function renderDicomImage(payload) {
  if (!payload?.pixel_data) return;
  applyWindowing(payload);
  drawPicture(_frameCanvas, payload.columns, payload.rows);
}

function renderServerRenderedImage() {
  const { enabled, bitmap } = _serverRendered;
  if (enabled) drawPicture(bitmap, bitmap.width, bitmap.height);
}

/** The picture in the middle, as large as its turned outline fits, then zoomed, moved, turned and flipped. */
function drawPicture(picture, imgW, imgH) {
  const radians = (rotation * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
  const baseScale = Math.min(canvas.width / (imgW * cos + imgH * sin), canvas.height / (imgW * sin + imgH * cos));
  _lastRenderMeta = { imgW, imgH, baseScale, rotDeg: rotation };
  const scale = baseScale * zoom;
  ctx.fillStyle = "#000";
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.save();
  ctx.translate(canvas.width / 2 + panX, canvas.height / 2 + panY);
  ctx.rotate(radians);
  ctx.scale(flipH ? -scale : scale, flipV ? -scale : scale);
  ctx.imageSmoothingEnabled = scale < 1;
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(picture, -imgW / 2, -imgH / 2, imgW, imgH);
  ctx.restore();
  drawMeasurements();
  drawAnnotations();
  if (crosshair) drawCrosshair();
  drawCurrentMeasurement();
  updateOverlayLabels();
}

/** Draws with the next animation frame, however often it is called. */
function redrawCurrentImage() {
  if (redrawRaf) return;
  redrawRaf = requestAnimationFrame(() => {
    redrawRaf = 0;
    if (viewMode !== "single" || !canvas) return;
    if (_serverRendered.enabled) renderServerRenderedImage();
    else if (lastLoadedImagePayload) renderDicomImage(lastLoadedImagePayload);
  });
}

function _canvasClientToCanvasPx(event, of = canvas) {
  const box = of.getBoundingClientRect();
  return {
    x: ((event.clientX - box.left) * of.width) / box.width,
    y: ((event.clientY - box.top) * of.height) / box.height,
  };
}

/** Image coordinates of a canvas point; the corner of the first pixel is (0, 0). */
function canvasPointToImagePx(x, y) {
  if (!_lastRenderMeta) return null;
  const { imgW, imgH, baseScale, rotDeg } = _lastRenderMeta;
  const radians = (-rotDeg * Math.PI) / 180;
  const [dx, dy] = [x - canvas.width / 2 - panX, y - canvas.height / 2 - panY];
  const scale = baseScale * zoom;
  const right = (dx * Math.cos(radians) - dy * Math.sin(radians)) / (flipH ? -scale : scale);
  const down = (dx * Math.sin(radians) + dy * Math.cos(radians)) / (flipV ? -scale : scale);
  return { x: right + imgW / 2, y: down + imgH / 2 };
}

function imagePxToCanvasPoint(point) {
  if (!_lastRenderMeta || !point) return null;
  const { x, y } = point;
  const { imgW, imgH, baseScale, rotDeg } = _lastRenderMeta;
  const radians = (rotDeg * Math.PI) / 180;
  const scale = baseScale * zoom;
  const right = (x - imgW / 2) * (flipH ? -scale : scale);
  const down = (y - imgH / 2) * (flipV ? -scale : scale);
  return {
    x: right * Math.cos(radians) - down * Math.sin(radians) + canvas.width / 2 + panX,
    y: right * Math.sin(radians) + down * Math.cos(radians) + canvas.height / 2 + panY,
  };
}

/** Through its point, or the middle; whether it is wanted is asked before. */
function drawCrosshair() {
  const at = imagePxToCanvasPoint(crosshairImagePx) ?? { x: canvas.width / 2, y: canvas.height / 2 };
  ctx.strokeStyle = "#00ffff";
  ctx.beginPath();
  ctx.moveTo(0, at.y);
  ctx.lineTo(canvas.width, at.y);
  ctx.moveTo(at.x, 0);
  ctx.lineTo(at.x, canvas.height);
  ctx.stroke();
}

function updateOverlayLabels() {
  setText("windowWidth", Math.round(windowWidth));
  setText("windowLevel", Math.round(windowLevel));
  setText("currentSlice", currentImageIndex + 1);
  setText("totalSlices", imageData.length);
  setText("frameValue", currentFrameIndex + 1);
  setText("totalFrames", currentFrameCount);
  setText("zoomLevel", `${Math.round(zoom * 100)}%`);
  setText("olPatientName", currentStudy?.patient_name ?? "");
  setText("olSeriesDesc", currentSeries?.description ?? currentSeries?.series_description ?? "-");
  if (_lastRenderMeta) setText("imageDimensions", `${_lastRenderMeta.imgW} x ${_lastRenderMeta.imgH}`);
}

/** What is under the pointer, larger, in a lens beside it. */
function updateMagnifier(x, y) {
  const lens = byId("magnifierCanvas");
  lens.style.display = activeTool === "magnify" ? "block" : "none";
  if (activeTool !== "magnify") return;
  lens.style.left = `${x + 16}px`;
  lens.style.top = `${y + 16}px`;
  const context = lens.getContext("2d");
  context.clearRect(0, 0, lens.width, lens.height);
  context.drawImage(canvas, x - 36, y - 36, 72, 72, 0, 0, lens.width, lens.height);
}
