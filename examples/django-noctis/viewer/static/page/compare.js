/* A second picture beside the first, by a window of its own: pictures of the server only. */

let _cmpActive = false;
let _cmpImageData = [];
let _cmpIndex = 0;
let _cmpMeta = null;
let _cmpWW = null;
let _cmpWL = null;
let _cmpInverted = null;
let _cmpLastBitmap = null;

function setupCompare() {
  setupCompareNotes();
  byId("cmpChangeBtn").addEventListener("click", () => _loadCompareSeriesImages(studySeriesList.at(-1)?.id));
  byId("compareCanvas").addEventListener("wheel", (event) => {
    event.preventDefault();
    if (_cmpActive) void _cmpRenderSlice(_cmpIndex + Math.sign(event.deltaY));
  });
}

function toggleCompareMode() {
  _cmpActive = !_cmpActive;
  byId("comparePane").classList.toggle("active", _cmpActive);
  byId("singleView").classList.toggle("compare-mode", _cmpActive);
  byId("compareBtn").classList.toggle("active", _cmpActive);
  resizeCanvas();
  if (_cmpActive) void _loadCompareSeriesImages(currentSeries?.id);
}

/** At first by the window of the main view, then by that of the series. */
async function _loadCompareSeriesImages(id) {
  if (!id) return;
  const data = await getJson(`/dicom-viewer/series/${id}/images/`);
  [_cmpImageData, _cmpMeta, _cmpIndex] = [data.images, data.series, 0];
  [_cmpWW, _cmpWL, _cmpInverted] = [null, null, null];
  [_cmpMeasurements, _cmpAnnotations] = [[], []];
  const [first] = _cmpImageData;
  if (!first) return;
  void _cmpRenderSlice(0);
  const { windowing } = await getJson(`/dicom-viewer/api/image/${first.id}/display/?mode=url`);
  if (first !== _cmpImageData[0]) return;
  [_cmpWW, _cmpWL, _cmpInverted] = [windowing.window_width, windowing.window_level, windowing.inverted];
  await _cmpRenderSlice(_cmpIndex);
}

async function _cmpRenderSlice(wanted) {
  _cmpIndex = Math.min(Math.max(wanted, 0), _cmpImageData.length - 1);
  const image = _cmpImageData[_cmpIndex];
  byId("cmpOverlayTL").innerHTML = `${_cmpMeta.modality} ${_cmpMeta.series_description}`;
  const query = `window_width=${_cmpWW ?? windowWidth}&window_level=${_cmpWL ?? windowLevel}&inverted=${_cmpInverted ?? inverted}`;
  const bitmap = await bitmapOf(`/dicom-viewer/api/image/${image.id}/render.png?${query}`);
  if (image !== _cmpImageData[_cmpIndex]) return;
  _cmpLastBitmap = bitmap;
  setText("cmpSliceLabel", `${_cmpIndex + 1} / ${_cmpImageData.length}`);
  _cmpRedraw();
}

function _cmpRedraw() {
  if (!_cmpLastBitmap) return;
  const to = byId("compareCanvas");
  const context = to.getContext("2d");
  const scale = Math.min(to.width / _cmpLastBitmap.width, to.height / _cmpLastBitmap.height);
  const [w, h] = [_cmpLastBitmap.width * scale, _cmpLastBitmap.height * scale];
  [_cmpBaseScale, _cmpDrawX, _cmpDrawY] = [scale, (to.width - w) / 2, (to.height - h) / 2];
  context.fillStyle = "#000";
  context.fillRect(0, 0, to.width, to.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(_cmpLastBitmap, _cmpDrawX, _cmpDrawY, w, h);
  _cmpDrawMeasurements(context);
  _cmpDrawAnnotations(context);
}
