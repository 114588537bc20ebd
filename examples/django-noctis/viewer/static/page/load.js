/* How an image gets onto the screen: study, series, values, previews, prefetch. */

const PAYLOADS = 60;
const BITMAPS = 80;
const FAST_MS = 250;
const REST_MS = 120;
const NEIGHBOURS = [1, -1, 2, -2, 3];
const PRELOADERS = 6;
const REBUILD_MS = 1500;

let loadTimer = 0;
let lastStep = 0;
let loadToken = 0;
let loading = new AbortController();
let previewToken = 0;

async function loadSpecificStudy(id) {
  showLoading(true);
  try {
    const data = await getJson(`/dicom-viewer/api/study/${id}/data/`);
    currentStudy = data.study;
    window.currentStudy = data.study;
    window.currentStudyId = data.study.id;
    setText("patientInfo", `${data.study.patient_name} ${data.study.study_date}`);
    showToast(`Loaded ${data.study.patient_name}`);
    displaySeriesList(data.series);
    const first = studySeriesList.find(({ images }) => images.length > 0);
    if (first) await loadSeries(first.id);
    document.dispatchEvent(new CustomEvent("studyLoaded", { detail: { studyId: id } }));
  } catch (error) {
    showToast(`The study cannot be loaded: ${error.message}`);
  }
  showLoading(false);
}

async function loadSeries(id) {
  const data = await getJson(`/dicom-viewer/series/${id}/images/`);
  currentSeries = data.series;
  imageData = data.images;
  currentImageIndex = 0;
  currentFrameIndex = 0;
  measurements = [];
  annotations = [];
  windowingLockedByUser = false;
  restoreWindowing(id);
  await loadCurrentImage();
  _startSeriesPreload();
  // Has the server make the volume of every series that is opened.
  setTimeout(() => fetch(`/dicom-viewer/api/series/${id}/mpr/?quality=fast&meta_only=1`).catch(() => {}), REBUILD_MS);
}

function scheduleLoadCurrentImage() {
  clearTimeout(loadTimer);
  loadTimer = setTimeout(loadCurrentImage, REST_MS);
}

/**
 * The values are kept by image alone: of several frames, all requests are answered with the first that came. Every slice whose values
 * are not kept begins with the window of its object, whatever somebody chose before.
 */
async function loadCurrentImage() {
  const image = imageData[currentImageIndex];
  if (!image) return;
  loadToken += 1;
  const token = loadToken;
  const known = window._localDicomPayloads.get(image.id) ?? _imagePayloadCache.get(image.id);
  if (known) {
    _applyLoadedImagePayload(known);
    return;
  }
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  const gaveUp = (error) => {
    if (!signal.aborted) throw error;
  };
  const payload =
    (await _fetchImagePayloadBinary(image.id, currentFrameIndex, signal).catch(gaveUp)) ??
    (await _fetchImagePayloadJsonPacked(image.id, currentFrameIndex, signal).catch(gaveUp));
  if (signal.aborted && !payload) return;
  if (payload?.pixel_data) _cacheSetPayload(image.id, payload);
  if (token !== loadToken) return;
  if (!payload?.pixel_data) {
    await _loadServerRenderedFrame(image.id);
    return;
  }
  _takeWindowOf(payload);
  _applyLoadedImagePayload(payload);
  _schedulePrefetchAround(currentImageIndex);
}

function _cacheSetPayload(id, payload) {
  _imagePayloadCache.set(id, payload);
  if (_imagePayloadCache.size > PAYLOADS) _imagePayloadCache.delete(_imagePayloadCache.keys().next().value);
}

async function _fetchImagePayloadBinary(id, frame = 0, signal = undefined) {
  const response = await fetch(`/dicom-viewer/api/image/${id}/data/?packed=bin&frame=${frame}`, { signal });
  if (!response.ok || !response.headers.get("Content-Type").startsWith("application/octet-stream")) return null;
  const header = (name) => response.headers.get(`X-Noctis-${name}`);
  return {
    id,
    rows: Number(header("Rows")),
    columns: Number(header("Columns")),
    window_width: Number(header("Window-Width")),
    window_center: Number(header("Window-Center")),
    pixel_spacing: header("Pixel-Spacing").split(",").map(Number),
    slice_thickness: Number(header("Slice-Thickness")),
    modality: header("Modality"),
    photometric_interpretation: "MONOCHROME2",
    number_of_frames: Number(header("Number-Of-Frames")),
    frame_index: Number(header("Frame-Index")),
    pixel_data: new Float32Array(await response.arrayBuffer()),
  };
}

async function _fetchImagePayloadJsonPacked(id, frame = 0, signal = undefined) {
  const payload = await getJson(`/dicom-viewer/api/image/${id}/data/?packed=1&frame=${frame}`, { signal });
  if (!payload.pixel_data_b64) return payload;
  const text = atob(payload.pixel_data_b64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return { ...payload, pixel_data: new Float32Array(bytes.buffer) };
}

function _takeWindowOf({ window_width: width, window_center: center }) {
  if (width) [windowWidth, windowLevel] = [width, center];
}

function _applyLoadedImagePayload(payload) {
  lastLoadedImagePayload = payload;
  lastLoadedImageId = payload.id;
  _resetServerRendered();
  currentFrameCount = payload.number_of_frames || 1;
  currentFrameIndex = payload.frame_index || 0;
  const [row, col] = payload.pixel_spacing ?? [1, 1];
  currentPixelSpacing = { row, col };
  currentImageStats = statsOf(payload.pixel_data);
  _setFrameUIState();
  updateSliders();
  redrawCurrentImage();
}

function _resetServerRendered() {
  _serverRendered = { enabled: false };
}

/** Asked of values only: what has none has one frame. */
function _setFrameUIState() {
  byId("frameControls").hidden = currentFrameCount < 2;
  currentFrameIndex = Math.min(currentFrameIndex, currentFrameCount - 1);
  byId("frameSlider").max = currentFrameCount - 1;
  setValue("frameSlider", currentFrameIndex);
}

/** Percentiles of some 20,000 samples, and the bounds of the sliders. */
function statsOf(values) {
  const step = Math.max(1, Math.floor(values.length / 20000));
  const samples = [];
  for (let i = 0; i < values.length; i += step) samples.push(values[i]);
  samples.sort((a, b) => a - b);
  const p1 = samples[Math.floor(samples.length * 0.01)];
  const p99 = samples[Math.floor(samples.length * 0.99)];
  const range = Math.max(1, p99 - p1);
  return { p1, p99, range, wlMin: p1 - range, wlMax: p99 + range, wwMax: Math.max(4000, 4 * range) };
}

function previewUrl(id) {
  return `/dicom-viewer/api/image/${id}/render.png?ww=${windowWidth}&wl=${windowLevel}&invert=${inverted ? 1 : 0}`;
}

function bitmapOf(url) {
  const known = _bitmapCache.get(url);
  if (known) return known;
  const bitmap = fetch(url)
    .then((response) => response.blob())
    .then((blob) => createImageBitmap(blob));
  _bitmapCache.set(url, bitmap);
  bitmap.catch(() => _bitmapCache.delete(url));
  if (_bitmapCache.size > BITMAPS) _bitmapCache.delete(_bitmapCache.keys().next().value);
  return bitmap;
}

/** The server's picture of what is no grey values, in an element: nobody but the server is asked for it. */
async function _loadServerRenderedFrame(id) {
  const query = `mode=url&frame=${currentFrameIndex}`;
  const { image_url, image_data, image_info: info } = await getJson(`/dicom-viewer/api/image/${id}/display/?${query}`);
  const bitmap = new Image();
  bitmap.src = image_url || image_data;
  await bitmap.decode();
  lastLoadedImagePayload = null;
  lastLoadedImageId = id;
  Object.assign(_serverRendered, { enabled: true, imageId: id, bitmap, info });
  renderServerRenderedImage();
}

/** While somebody scrolls: 8 bits at the window of the moment. What was being loaded is given up. */
async function _loadServerRenderedFrameFast(id) {
  loading.abort();
  previewToken += 1;
  const token = previewToken;
  try {
    const bitmap = await bitmapOf(previewUrl(id));
    if (token !== previewToken || imageData[currentImageIndex]?.id !== id) return;
    Object.assign(_serverRendered, { enabled: true, imageId: id, bitmap });
    renderServerRenderedImage();
  } catch {
    showToast("No preview");
  }
}

/** Both the picture and the values of the slices beside. */
function _schedulePrefetchAround(index) {
  for (const offset of NEIGHBOURS) {
    const image = imageData[index + offset];
    if (!image || window._localDicomPayloads.has(image.id)) continue;
    bitmapOf(previewUrl(image.id)).catch(() => {});
    if (_imagePayloadCache.has(image.id)) continue;
    _fetchImagePayloadBinary(image.id).then(
      (payload) => payload && _cacheSetPayload(image.id, payload),
      () => {},
    );
  }
}

/** Pictures of every slice at the window of the moment; a change of the window makes them all useless. */
function _startSeriesPreload() {
  const series = currentSeries;
  const waiting = imageData.filter(({ id }) => !window._localDicomPayloads.has(id));
  const work = async () => {
    for (let image = waiting.shift(); image && currentSeries === series; image = waiting.shift()) {
      await bitmapOf(previewUrl(image.id)).catch(() => {});
    }
  };
  for (let i = 0; i < PRELOADERS; i += 1) void work();
}

function updateSlice(value) {
  const index = Math.min(Math.max(Math.round(Number(value)), 0), imageData.length - 1);
  if (index === currentImageIndex || index < 0) return;
  currentImageIndex = index;
  currentFrameIndex = 0;
  updateSliders();
  updateOverlayLabels();
  const now = performance.now();
  const isFast = now - lastStep < FAST_MS;
  lastStep = now;
  const { id } = imageData[index];
  if (!isFast || window._localDicomPayloads.has(id)) {
    void loadCurrentImage();
    return;
  }
  void _loadServerRenderedFrameFast(id);
  scheduleLoadCurrentImage();
}

function updateFrame(value) {
  currentFrameIndex = Math.min(Math.max(Number(value), 0), currentFrameCount - 1);
  _setFrameUIState();
  void loadCurrentImage();
}

/** Of a description only what begins an element is no markup. */
function displaySeriesList(list) {
  studySeriesList = list.slice();
  const items = list.map((series) => {
    const item = document.createElement("div");
    item.className = "series-item";
    item.dataset.seriesId = series.id;
    const description = (series.description || series.series_description || "-").replaceAll("<", "&lt;");
    item.innerHTML = `<div class="series-title" title="${description}">${description}</div>`;
    item.addEventListener("click", () => (series.isLocal ? window._loadLocalSeries(series.id) : loadSeries(series.id)));
    return item;
  });
  byId("seriesList").replaceChildren(...items);
}
