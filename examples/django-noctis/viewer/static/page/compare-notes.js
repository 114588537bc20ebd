/*
 * What is measured and written in the second picture: kept until another series comes, and never loaded again. An angle and an area are
 * made of one drag, as in the first picture.
 */

let _cmpMeasurements = [];
let _cmpAnnotations = [];
let _cmpCurrentMeasurement = null;
let _cmpRoiDraft = null;
let _cmpIsDragging = false;
let _cmpDrawX = 0;
let _cmpDrawY = 0;
let _cmpBaseScale = 0;
const _cmpZoom = 1;

const CMP_TOOLS = ["measure", "angle", "cobb_angle", "area"];

function _cmpCurrentImageId() {
  return _cmpImageData[_cmpIndex]?.id ?? null;
}

function _cmpGetPixelSpacing() {
  const [row, col] = String(_cmpMeta?.pixel_spacing ?? "")
    .split("\\")
    .map(Number);
  return row > 0 && col > 0 ? { row, col } : null;
}

function _cmpCanvasPointToImagePx(x, y) {
  const scale = _cmpBaseScale * _cmpZoom;
  return scale ? { x: (x - _cmpDrawX) / scale, y: (y - _cmpDrawY) / scale } : null;
}

function _cmpImagePxToCanvasPoint(point) {
  const scale = _cmpBaseScale * _cmpZoom;
  return point && { x: _cmpDrawX + point.x * scale, y: _cmpDrawY + point.y * scale };
}

function _cmpCalculateDistance(line) {
  const { row, col } = _cmpGetPixelSpacing() ?? { row: 1, col: 1 };
  const mm = Math.hypot((line.endX - line.startX) * col, (line.endY - line.startY) * row);
  return { mm: Math.round(mm * 100) / 100, text: formatLengthFromMm(mm).text };
}

function _cmpCalculateArea(points) {
  const { row, col } = _cmpGetPixelSpacing() ?? { row: 1, col: 1 };
  const mm2 = calculatePolygonAreaPx2(points) * row * col;
  return { mm2, text: `${mm2.toFixed(1)} mm²` };
}

function _cmpStart(tool, x, y) {
  const at = _cmpCanvasPointToImagePx(x, y);
  if (at) _cmpCurrentMeasurement = draftOf(tool, at);
}

function _cmpStartMeasurement(x, y) {
  _cmpStart("measure", x, y);
}

function _cmpStartAngleMeasurement(x, y) {
  _cmpStart("angle", x, y);
}

function _cmpStartAreaMeasurement(x, y) {
  _cmpStart("area", x, y);
}

function _cmpUpdateMeasurement(x, y) {
  const at = _cmpCanvasPointToImagePx(x, y);
  if (!_cmpCurrentMeasurement || !at) return;
  moveDraft(_cmpCurrentMeasurement, at);
  _cmpRedraw();
}

function _cmpFinalizeMeasurement() {
  if (!_cmpCurrentMeasurement) return;
  const measured = measuredValue(_cmpCurrentMeasurement, _cmpCalculateDistance, _cmpCalculateArea);
  const done = { ..._cmpCurrentMeasurement, ...measured, image_id: _cmpCurrentImageId() };
  _cmpCurrentMeasurement = null;
  _cmpMeasurements.push(done);
  void _cmpSaveMeasurement(done);
  activeTool = "windowing";
  refreshToolButtonStates();
  _cmpRedraw();
}

/** Values of an ellipse are the server's, and called HU whatever they are. */
async function _cmpFinalizeRoi() {
  const { cx, cy, rx, ry } = ellipseOf(_cmpRoiDraft);
  _cmpRoiDraft = null;
  const query = `mode=series&image_id=${_cmpCurrentImageId()}&shape=ellipse&cx=${cx}&cy=${cy}&rx=${rx}&ry=${ry}`;
  const { stats } = await getJson(`/dicom-viewer/api/hu/?${query}`);
  _cmpMeasurements.push({ type: "roi", image_id: _cmpCurrentImageId(), cx, cy, rx, ry, stats });
  showToast(`ROI mean: ${stats.mean.toFixed(1)} HU`);
  activeTool = "windowing";
  refreshToolButtonStates();
  _cmpRedraw();
}

async function _cmpSaveMeasurement(done) {
  const { image_id, value, unit } = done;
  await postJson("/dicom-viewer/measurements/save/", {
    image_id,
    measurement_type: STORED_AS[done.type] ?? done.type,
    points: JSON.stringify(done),
    value,
    unit,
  });
}

function _cmpAddAnnotation(x, y) {
  const text = prompt("Text");
  const at = _cmpCanvasPointToImagePx(x, y);
  if (!text || !at) return;
  _cmpAnnotations.push({ image_id: _cmpCurrentImageId(), ...at, text, color: "#ffff00" });
  _cmpRedraw();
}

/** What stands beside an angle and an area is that of their points on the canvas, as in the first picture. */
function _cmpDrawMeasurements(context) {
  for (const done of _cmpMeasurements) {
    if (done.image_id !== _cmpCurrentImageId()) continue;
    if (done.type === "roi") {
      const at = _cmpImagePxToCanvasPoint({ x: done.cx, y: done.cy });
      context.fillStyle = "#ffff00";
      context.fillText(`${done.stats.mean.toFixed(1)} HU`, at.x, at.y);
      continue;
    }
    const points = (done.type === "distance" ? endsOf(done) : done.points).map(_cmpImagePxToCanvasPoint);
    if (done.type !== "distance" && points.length < 3) continue;
    context.strokeStyle = "#ff0000";
    context.lineWidth = 2;
    context.beginPath();
    for (const { x, y } of points) context.lineTo(x, y);
    if (done.type === "area") context.closePath();
    context.stroke();
    context.fillStyle = "#ffff00";
    if (done.type === "distance") context.fillText(_cmpCalculateDistance(done).text, points[0].x, points[0].y - 8);
    else if (done.type === "area") context.fillText(_cmpCalculateArea(points).text, points[0].x, points[0].y);
    else context.fillText(`${calculateAngle(...points).degrees.toFixed(1)}°`, points[1].x + 25, points[1].y - 10);
  }
}

function _cmpDrawAnnotations(context) {
  context.fillStyle = "#ffff00";
  for (const { image_id, x, y, text } of _cmpAnnotations) {
    const at = _cmpImagePxToCanvasPoint({ x, y });
    if (image_id === _cmpCurrentImageId()) context.fillText(text, at.x, at.y);
  }
}

function setupCompareNotes() {
  const pane = byId("compareCanvas");
  const at = (event) => _canvasClientToCanvasPx(event, pane);
  pane.addEventListener("mousedown", (event) => {
    if (!_cmpActive || event.button !== 0) return;
    const { x, y } = at(event);
    _cmpIsDragging = true;
    if (activeTool === "measure") _cmpStartMeasurement(x, y);
    else if (activeTool === "angle" || activeTool === "cobb_angle") _cmpStartAngleMeasurement(x, y);
    else if (activeTool === "area") _cmpStartAreaMeasurement(x, y);
    else if (activeTool === "annotate") _cmpAddAnnotation(x, y);
    else if (activeTool === "roi") {
      const start = _cmpCanvasPointToImagePx(x, y);
      _cmpRoiDraft = start && { start, end: start };
    }
  });
  document.addEventListener("mousemove", (event) => {
    const { x, y } = at(event);
    if (_cmpIsDragging && _cmpCurrentMeasurement && CMP_TOOLS.includes(activeTool)) _cmpUpdateMeasurement(x, y);
    else if (_cmpIsDragging && _cmpRoiDraft) _cmpRoiDraft.end = _cmpCanvasPointToImagePx(x, y);
  });
  document.addEventListener("mouseup", () => {
    if (_cmpIsDragging && _cmpCurrentMeasurement && CMP_TOOLS.includes(activeTool)) _cmpFinalizeMeasurement();
    else if (_cmpIsDragging && _cmpRoiDraft) void _cmpFinalizeRoi();
    _cmpIsDragging = false;
  });
}
