/* Lengths, angles, areas, ellipses and texts of the single view. */

const LINE = "#ff0000";
/** The word of the page for what its server calls otherwise. */
const STORED_AS = { distance: "length" };

function formatLengthFromMm(mm) {
  return { text: mm >= 10 ? `${(mm / 10).toFixed(2)} cm` : `${mm.toFixed(1)} mm` };
}

function calculateDistance({ startX, startY, endX, endY }) {
  const [dx, dy] = [endX - startX, endY - startY];
  const mm = Math.hypot(dx * currentPixelSpacing.col, dy * currentPixelSpacing.row);
  return { pixels: Math.round(Math.hypot(dx, dy)), mm: Math.round(mm * 100) / 100, text: formatLengthFromMm(mm).text };
}

function calculateAngle(a, corner, b) {
  const [one, two] = [a, b].map((point) => Math.hypot(point.x - corner.x, point.y - corner.y));
  const across = Math.hypot(a.x - b.x, a.y - b.y);
  const cosine = (one * one + two * two - across * across) / (2 * one * two);
  const radians = Math.acos(Math.min(1, Math.max(-1, cosine)));
  return { radians, degrees: (radians * 180) / Math.PI };
}

/** By its corners. */
function calculatePolygonAreaPx2(points) {
  let twice = 0;
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length];
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

function calculateArea(points) {
  const px2 = calculatePolygonAreaPx2(points);
  const mm2 = px2 * currentPixelSpacing.row * currentPixelSpacing.col;
  return { px2, mm2, text: `${mm2.toFixed(1)} mm²` };
}

/** What a tool begins with. */
function draftOf(tool, { x, y }) {
  if (tool === "measure") return { type: "distance", startX: x, startY: y, endX: x, endY: y };
  return { type: tool === "area" ? "area" : "angle", points: [{ x, y }] };
}

/** The first corner of an angle or an area, the second at the first move, the third at the next, which then follows. */
function moveDraft(draft, { x, y }) {
  if (draft.type === "distance") Object.assign(draft, { endX: x, endY: y });
  else draft.points.splice(Math.min(draft.points.length, 2), 1, { x, y });
}

/** Value and unit of what is complete, by the millimetres of the view that it is in. */
function measuredValue(draft, distanceOf = calculateDistance, areaOf = calculateArea) {
  const { type, points = [] } = draft;
  if (type === "distance") return { value: distanceOf(draft).mm, unit: "mm" };
  if (points.length < 3) return {};
  if (type === "area") return { value: Math.round(areaOf(points).mm2 * 100) / 100, unit: "mm2" };
  return { value: Math.round(calculateAngle(...points).degrees * 10) / 10, unit: "deg" };
}

/** What has been drawn belongs to its image, and the hand goes back to the window. */
function finishMeasurement() {
  const done = { ...currentMeasurement, ...measuredValue(currentMeasurement), mode: "single" };
  done.image_id = imageData[currentImageIndex]?.id;
  currentMeasurement = null;
  measurements.push(done);
  void saveMeasurement(done);
  activeTool = "windowing";
  refreshToolButtonStates();
  redrawCurrentImage();
  showToast("Measurement saved");
}

function strokePoints(points, isClosed) {
  ctx.strokeStyle = LINE;
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const { x, y } of points) ctx.lineTo(x, y);
  if (isClosed) ctx.closePath();
  ctx.stroke();
}

/** In the middle above its place; who writes next finds the context so. */
function label(text, at) {
  ctx.font = "14px sans-serif";
  ctx.textAlign = "center";
  const { width } = ctx.measureText(text);
  ctx.fillStyle = "rgba(0, 0, 0, 0.7)";
  ctx.fillRect(at.x - width / 2 - 4, at.y - 20, width + 8, 16);
  ctx.fillStyle = "#ffff00";
  ctx.fillText(text, at.x, at.y - 8);
}

function endsOf({ startX, startY, endX, endY }) {
  return [
    { x: startX, y: startY },
    { x: endX, y: endY },
  ];
}

/** What stands beside an angle and an area is that of their points on the canvas, as large as it is zoomed. */
function drawMeasurements() {
  const shown = imageData[currentImageIndex]?.id;
  for (const done of measurements) {
    if (done.mode === "mpr" || (done.image_id !== undefined && done.image_id !== shown)) continue;
    if (done.type === "roi") {
      drawEllipse(done);
      continue;
    }
    const points = (done.type === "distance" ? endsOf(done) : done.points).map(imagePxToCanvasPoint);
    if (!points[0] || (done.type !== "distance" && points.length < 3)) continue;
    strokePoints(points, done.type === "area");
    if (done.type === "distance") label(calculateDistance(done).text, points[0]);
    else if (done.type === "area") label(calculateArea(points).text, points[0]);
    else label(`${calculateAngle(...points).degrees.toFixed(1)}°`, points[1]);
  }
}

/** What is being drawn; of an angle there is no preview. */
function drawCurrentMeasurement() {
  if (currentMeasurement?.type === "distance")
    strokePoints(endsOf(currentMeasurement).map(imagePxToCanvasPoint), false);
  if (roiDraft?.mode === "single") drawEllipse(ellipseOf(roiDraft));
}

function ellipseOf({ start, end }) {
  const [rx, ry] = [Math.abs(end.x - start.x) / 2, Math.abs(end.y - start.y) / 2];
  return { cx: (start.x + end.x) / 2, cy: (start.y + end.y) / 2, rx: Math.max(1, rx), ry: Math.max(1, ry) };
}

/** Its mean is in Hounsfield units, whatever it is of. */
function drawEllipse({ cx, cy, rx, ry, stats }) {
  const at = imagePxToCanvasPoint({ x: cx, y: cy });
  if (!at) return;
  const scale = _lastRenderMeta.baseScale * zoom;
  ctx.strokeStyle = "rgba(0, 212, 255, 0.95)";
  ctx.beginPath();
  ctx.ellipse(at.x, at.y, rx * scale, ry * scale, (rotation * Math.PI) / 180, 0, 2 * Math.PI);
  ctx.stroke();
  if (stats) label(`${stats.mean.toFixed(1)} HU`, { x: at.x, y: at.y - ry * scale });
}

function drawAnnotations() {
  const shown = imageData[currentImageIndex]?.id;
  for (const { image_id: id, x, y, text, color } of annotations) {
    const at = id === undefined || id === shown ? imagePxToCanvasPoint({ x, y }) : null;
    if (!at) continue;
    ctx.fillStyle = color ?? "#ffff00";
    ctx.font = "14px sans-serif";
    ctx.fillText(text, at.x, at.y);
  }
}

/** Mean, SD of a sample, least, largest and number of the pixels in an ellipse, of the values that are shown. */
function _computeEllipseStatsFromImagePayload(payload, cx, cy, rx, ry) {
  const [x0, y0, a, b] = [cx, cy, rx, ry].map(Math.round);
  let [n, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let y = Math.max(0, y0 - b); y <= Math.min(payload.rows - 1, y0 + b); y += 1) {
    for (let x = Math.max(0, x0 - a); x <= Math.min(payload.columns - 1, x0 + a); x += 1) {
      if (((x - x0) / Math.max(a, 1)) ** 2 + ((y - y0) / Math.max(b, 1)) ** 2 > 1) continue;
      const value = payload.pixel_data[y * payload.columns + x];
      n += 1;
      sum += value;
      squares += value * value;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  if (n === 0) return null;
  const mean = sum / n;
  const std = n > 1 ? Math.sqrt(Math.max(0, (squares - n * mean * mean) / (n - 1))) : 0;
  return { mean, std, min, max, n };
}

function finishRoi() {
  const { cx, cy, rx, ry } = ellipseOf(roiDraft);
  roiDraft = null;
  const stats = _computeEllipseStatsFromImagePayload(lastLoadedImagePayload, cx, cy, rx, ry);
  if (stats) {
    measurements.push({
      type: "roi",
      mode: "single",
      image_id: imageData[currentImageIndex]?.id,
      cx,
      cy,
      rx,
      ry,
      stats,
    });
    showToast(`ROI mean: ${stats.mean.toFixed(1)} HU`);
  }
  activeTool = "windowing";
  refreshToolButtonStates();
  redrawCurrentImage();
}

/** The value under the pointer. */
function updateHounsfieldValue(x, y) {
  const at = canvasPointToImagePx(x, y);
  const payload = lastLoadedImagePayload;
  if (!at || !payload) return;
  const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
  const isInside = column >= 0 && row >= 0 && column < payload.columns && row < payload.rows;
  const value = isInside ? payload.pixel_data[row * payload.columns + column] : Number.NaN;
  setText("hounsfield", isInside ? String(Math.round(value * 10) / 10) : "-");
}

/** The whole entry goes along as its points: of a length, which has no list of them, none are kept. */
function saveMeasurement(measurement) {
  return postJson("/dicom-viewer/measurements/save/", {
    image_id: imageData[currentImageIndex]?.id,
    measurement_type: STORED_AS[measurement.type] ?? measurement.type,
    points: JSON.stringify(measurement),
    value: measurement.value,
    unit: measurement.unit,
  });
}

function saveAnnotation({ x, y, text, color }) {
  const image_id = imageData[currentImageIndex]?.id;
  return postJson("/dicom-viewer/annotations/save/", { image_id, position_x: x, position_y: y, text, color });
}
