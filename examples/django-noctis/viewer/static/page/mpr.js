/* Three planes as pictures of the server, and the largest values along each axis. */

const PLANES = ["axial", "sagittal", "coronal"];
const WINDOW_MS = 80;
const CROSSHAIR_MS = 60;
const MPR_BITMAPS = 60;
const MPR_COLORS = {
  axial: "rgba(0, 212, 255, 0.95)",
  sagittal: "rgba(255, 77, 77, 0.95)",
  coronal: "rgba(77, 255, 77, 0.95)",
};

let mprTimer = 0;
let crosshairRotation = 0;

const windowQuery = () => `window_width=${windowWidth}&window_level=${windowLevel}&inverted=${inverted}`;

function showMprView(isShown) {
  viewMode = isShown ? "mpr" : "single";
  byId("mprView").classList.toggle("active", isShown);
  byId("singleView").hidden = isShown;
  resizeCanvas();
}

function toggleMprView() {
  showMprView(viewMode !== "mpr");
  if (viewMode === "mpr") {
    crosshair = true;
    mipMode = false;
    void generateMPRViews().then(generateBoneReconstruction);
  } else stopBoneAnimationLoop();
}

async function generateMPRViews() {
  if (!currentSeries) return;
  const local = localSeriesNow();
  showLoading(true);
  try {
    const url = `/dicom-viewer/api/series/${currentSeries.id}/mpr/?quality=${mprQuality}&meta_only=1&${windowQuery()}`;
    const { counts } = local ? { counts: localCounts(local) } : await getJson(url);
    mprState.counts = counts;
    for (const plane of PLANES) mprState.index[plane] = Math.floor(counts[plane] / 2);
    mprCrosshairVoxel = { x: mprState.index.sagittal, y: mprState.index.coronal, z: mprState.index.axial };
    await _fetchAndRenderAllMPRPlanes();
  } catch (error) {
    showToast(`No planes: ${error.message}`);
  }
  showLoading(false);
}

function _fetchAndRenderAllMPRPlanes() {
  return Promise.all(PLANES.map((plane) => showMprSlice(plane, mprState.index[plane])));
}

async function showMprSlice(plane, wanted) {
  const { image, index, count } = await fetchMPRPlaneSlice(plane, wanted, windowQuery());
  mprState.counts[plane] = count;
  if (mprState.index[plane] === index) await _renderMPRDataUrl(plane, image);
}

/** Where a plane is to be had; of files from the disk, the picture itself. */
async function fetchMPRPlaneSlice(plane, index, query) {
  const local = localSeriesNow();
  if (local) return { image: _computeLocalMPRSlice(local, plane, index), index, count: localCounts(local)[plane] };
  const turned = Math.abs(crosshairRotation) >= 0.5;
  const { x, y, z } = mprCrosshairVoxel;
  const oblique = turned ? `&rot_z=${crosshairRotation}&cvx=${x}&cvy=${y}&cvz=${z}` : "";
  const address = `/dicom-viewer/api/mpr-slice/${currentSeries.id}/${plane}/${index}/`;
  return { image: `${address}?${query}&quality=${mprQuality}${oblique}`, index, count: mprState.counts[plane] };
}

/** Draws a picture that is given as text, or by its address: those are kept. */
async function _renderMPRDataUrl(plane, url) {
  let picture = _mprBitmapCache.get(url);
  if (!picture && url.startsWith("/")) {
    const response = await fetch(url);
    if (!response.ok) return;
    picture = await createImageBitmap(await response.blob());
    _mprBitmapCache.set(url, picture);
    if (_mprBitmapCache.size > MPR_BITMAPS) _mprBitmapCache.delete(_mprBitmapCache.keys().next().value);
  } else if (!picture) {
    picture = new Image();
    picture.src = url;
    await picture.decode();
  }
  mprState.lastImage[plane] = picture;
  redrawMPRPlane(plane);
}

function redrawMPRPlane(plane) {
  const to = mprCanvases[plane];
  const image = mprState.lastImage[plane];
  if (!to || !image) return;
  const context = to.getContext("2d");
  const [w, h] = [image.naturalWidth ?? image.width, image.naturalHeight ?? image.height];
  const view = mprViewTransform[plane];
  const scale = Math.min(to.width / w, to.height / h) * view.zoom;
  const [x, y] = [(to.width - w * scale) / 2 + view.panX, (to.height - h * scale) / 2 + view.panY];
  mprState.renderMeta[plane] = { w, h, x, y, scale };
  context.fillStyle = "#000";
  context.fillRect(0, 0, to.width, to.height);
  context.imageSmoothingEnabled = true;
  context.drawImage(image, x, y, w * scale, h * scale);
  if (crosshair && !mipMode) drawMPRCrosshair(plane, context);
  drawMPRMeasurementsAndRois(plane, context);
}

function drawMprMeasurement(context, meta, done) {
  const points = done.type === "distance" ? endsOf(done) : done.points;
  const at = points.map(({ x, y }) => [meta.x + x * meta.scale, meta.y + y * meta.scale]);
  context.strokeStyle = "#ff0000";
  context.beginPath();
  for (const [x, y] of at) context.lineTo(x, y);
  if (done.type === "area") context.closePath();
  context.stroke();
  if (done.value === undefined) return;
  context.fillStyle = "#ffff00";
  context.fillText(`${done.value} ${done.unit}`, at.at(-1)[0] + 6, at.at(-1)[1]);
}

/** Its mean is in Hounsfield units, whatever it is of. */
function drawMprRoi(context, meta, { cx, cy, rx, ry, stats }) {
  const [x, y] = [meta.x + cx * meta.scale, meta.y + cy * meta.scale];
  context.strokeStyle = "rgba(255, 170, 0, 0.95)";
  context.beginPath();
  context.ellipse(x, y, rx * meta.scale, ry * meta.scale, 0, 0, 2 * Math.PI);
  context.stroke();
  context.fillStyle = "#ffaa00";
  context.fillText(`${stats.mean.toFixed(1)} HU`, x, y - ry * meta.scale - 12);
}

function drawMPRMeasurementsAndRois(plane, context) {
  const meta = mprState.renderMeta[plane];
  for (const done of [...measurements, mprCurrentMeasurement]) {
    if (done?.mode !== "mpr" || done.plane !== plane || done.slice !== mprState.index[plane]) continue;
    if (done.type === "roi") drawMprRoi(context, meta, done);
    else drawMprMeasurement(context, meta, done);
  }
}

/** Where the crosshair is in the pixels of a plane: by the ratio of voxels to pixels. */
function mprCrosshairPx(plane) {
  const { w, h } = mprState.renderMeta[plane];
  const { counts } = mprState;
  const { x, y, z } = mprCrosshairVoxel;
  const up = (1 - (z + 0.5) / counts.axial) * h;
  if (plane === "axial") return { x: ((x + 0.5) / counts.sagittal) * w, y: ((y + 0.5) / counts.coronal) * h };
  if (plane === "sagittal") return { x: ((y + 0.5) / counts.coronal) * w, y: up };
  return { x: ((x + 0.5) / counts.sagittal) * w, y: up };
}

function drawMPRCrosshair(plane, context) {
  const meta = mprState.renderMeta[plane];
  const at = mprCrosshairPx(plane);
  const [x, y] = [meta.x + at.x * meta.scale, meta.y + at.y * meta.scale];
  context.strokeStyle = MPR_COLORS[plane];
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(context.canvas.width, y);
  context.moveTo(x, 0);
  context.lineTo(x, context.canvas.height);
  context.stroke();
}

function _mprSlicePxToCanvasPoint(plane, px, py) {
  const meta = mprState.renderMeta[plane];
  return meta ? { x: meta.x + px * meta.scale, y: meta.y + py * meta.scale } : null;
}

function _mprCanvasToSlicePx(plane, canvasX, canvasY) {
  const meta = mprState.renderMeta[plane];
  if (!meta) return null;
  const [x, y] = [(canvasX - meta.x) / meta.scale, (canvasY - meta.y) / meta.scale];
  return { x, y, ix: Math.floor(x), iy: Math.floor(y), w: meta.w, h: meta.h };
}

/** Lays all planes through a point of one of them. */
function moveCrosshair(plane, at) {
  const { w, h } = mprState.renderMeta[plane];
  const { counts } = mprState;
  const whole = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
  if (plane === "axial") {
    mprCrosshairVoxel = {
      ...mprCrosshairVoxel,
      x: whole(at.x / w, counts.sagittal),
      y: whole(at.y / h, counts.coronal),
    };
  } else {
    const z = whole(1 - at.y / h, counts.axial);
    const along =
      plane === "sagittal" ? { y: whole(at.x / w, counts.coronal) } : { x: whole(at.x / w, counts.sagittal) };
    mprCrosshairVoxel = { ...mprCrosshairVoxel, ...along, z };
  }
  Object.assign(mprState.index, {
    axial: mprCrosshairVoxel.z,
    sagittal: mprCrosshairVoxel.x,
    coronal: mprCrosshairVoxel.y,
  });
  for (const each of PLANES) redrawMPRPlane(each);
  clearTimeout(mprTimer);
  mprTimer = setTimeout(_fetchAndRenderAllMPRPlanes, CROSSHAIR_MS);
}

function scheduleMprWindow() {
  if (mprTimer) return;
  mprTimer = setTimeout(() => {
    mprTimer = 0;
    if (mipMode) void generateMIP();
    else void _fetchAndRenderAllMPRPlanes();
  }, WINDOW_MS);
}

async function generateMIP() {
  if (!currentSeries) return;
  if (viewMode !== "mpr") showMprView(true);
  mipMode = true;
  const local = localSeriesNow();
  if (local) {
    mprState.counts = localCounts(local);
    const made = _computeLocalMIP(local);
    await Promise.all(PLANES.map((plane) => _renderMPRDataUrl(plane, made[plane])));
    return;
  }
  const { mip_views: views } = await getJson(`/dicom-viewer/api/series/${currentSeries.id}/mip/?${windowQuery()}`);
  await Promise.all(PLANES.map((plane) => _renderMPRDataUrl(plane, views[plane])));
}
