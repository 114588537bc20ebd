/* Lengths, angles, areas, ellipses and texts of the single view. */

const LINE = "#ff0000";

function calculateDistance(a, b) {
  const mm = Math.hypot((b.x - a.x) * currentPixelSpacing.col, (b.y - a.y) * currentPixelSpacing.row);
  return mm >= 10 ? `${(mm / 10).toFixed(2)} cm` : `${mm.toFixed(1)} mm`;
}

function calculateAngle(a, corner, b) {
  const [one, two] = [a, b].map((point) => Math.hypot(point.x - corner.x, point.y - corner.y));
  const across = Math.hypot(a.x - b.x, a.y - b.y);
  const cosine = (one * one + two * two - across * across) / (2 * one * two);
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

function calculateArea(points) {
  let twice = 0;
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length];
    twice += a.x * b.y - b.x * a.y;
  }
  return (Math.abs(twice) / 2) * currentPixelSpacing.row * currentPixelSpacing.col;
}

/** The first corner of an angle or an area, the second at the first move, the third at the next. */
function moveMeasurement(at) {
  if (currentMeasurement.type === "length") {
    currentMeasurement.points[1] = at;
    return;
  }
  if (currentMeasurement.type !== "cobb_angle" && currentMeasurement.points.length < 3)
    currentMeasurement.points.push(at);
}

function finishMeasurement() {
  const { type, points } = currentMeasurement;
  if (type === "cobb_angle") return;
  const done = currentMeasurement;
  currentMeasurement = null;
  if (type === "length" && points.length === 2) {
    done.value = calculateDistance(...points);
    saveMeasurement({
      type,
      startX: points[0].x,
      startY: points[0].y,
      endX: points[1].x,
      endY: points[1].y,
      value: done.value,
    });
  } else if (points.length === 3) {
    done.value = type === "angle" ? `${calculateAngle(...points).toFixed(1)}°` : areaText(points);
    saveMeasurement({ type, points, value: done.value });
  } else return;
  measurements.push(done);
  redrawCurrentImage();
}

function strokePoints(points, isClosed) {
  const at = points.map(({ x, y }) => imagePxToCanvasPoint(x, y)).filter(Boolean);
  if (at.length === 0) return null;
  ctx.strokeStyle = LINE;
  ctx.lineWidth = 2;
  ctx.beginPath();
  for (const { x, y } of at) ctx.lineTo(x, y);
  if (isClosed) ctx.closePath();
  ctx.stroke();
  return at[0];
}

function label(text, at) {
  ctx.font = "14px sans-serif";
  const { width } = ctx.measureText(text);
  ctx.fillStyle = "rgba(0, 0, 0, 0.7)";
  ctx.fillRect(at.x + 6, at.y - 20, width + 8, 20);
  ctx.fillStyle = "#ffff00";
  ctx.fillText(text, at.x + 10, at.y - 5);
}

/** What stands beside an area is that of its points on the canvas, as large as it is zoomed. */
function drawMeasurements() {
  for (const { type, points, value, roi } of measurements) {
    if (roi) drawEllipse(roi, value);
    else {
      const at = strokePoints(points, type === "area");
      if (at) label(type === "area" ? areaText(points.map(({ x, y }) => imagePxToCanvasPoint(x, y))) : value, at);
    }
  }
}

function areaText(points) {
  return `${calculateArea(points).toFixed(1)} mm²`;
}

/** What is being drawn; of an angle there is no preview. */
function drawCurrentMeasurement() {
  if (currentMeasurement?.type === "length" && currentMeasurement.points.length === 2) {
    strokePoints(currentMeasurement.points, false);
  }
  if (roiDraft) drawEllipse(roiDraft, "");
}

function drawEllipse({ cx, cy, rx, ry }, text) {
  const at = imagePxToCanvasPoint(cx, cy);
  if (!at) return;
  const scale = _lastRenderMeta.baseScale * zoom;
  ctx.strokeStyle = "rgba(0, 212, 255, 0.95)";
  ctx.beginPath();
  ctx.ellipse(at.x, at.y, rx * scale, ry * scale, (rotation * Math.PI) / 180, 0, 2 * Math.PI);
  ctx.stroke();
  if (text) label(text, at);
}

function drawAnnotations() {
  for (const { x, y, text } of annotations) {
    const at = imagePxToCanvasPoint(x, y);
    if (at) label(text, at);
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
  const draft = roiDraft;
  roiDraft = null;
  activeTool = "windowing";
  if (!draft || !lastLoadedImagePayload) return;
  const stats = _computeEllipseStatsFromImagePayload(lastLoadedImagePayload, draft.cx, draft.cy, draft.rx, draft.ry);
  if (!stats) return;
  const value = `${stats.mean.toFixed(1)} ± ${stats.std.toFixed(1)} HU (${stats.n})`;
  measurements.push({ type: "roi", points: [], roi: draft, value, stats });
  redrawCurrentImage();
}

/** The value under the pointer. */
function updateHounsfieldValue(x, y) {
  const at = canvasPointToImagePx(x, y);
  const payload = lastLoadedImagePayload;
  if (!at || !payload) return;
  const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
  const isInside = column >= 0 && row >= 0 && column < payload.columns && row < payload.rows;
  setText("hounsfield", isInside ? `${payload.pixel_data[row * payload.columns + column].toFixed(1)} HU` : "-");
}

/** What comes without a list of points is stored without a place. */
function saveMeasurement(measurement) {
  return postJson("/dicom-viewer/measurements/save/", {
    image_id: imageData[currentImageIndex]?.id,
    measurement_type: measurement.type,
    points: measurement.points && JSON.stringify(measurement.points),
    value: Number.parseFloat(measurement.value),
    unit: "mm",
    notes: "",
  });
}

function saveAnnotation({ x, y, text }) {
  const image_id = imageData[currentImageIndex]?.id;
  return postJson("/dicom-viewer/annotations/save/", {
    image_id,
    position_x: x,
    position_y: y,
    text,
    color: "#ffff00",
  });
}
