/*
 * What the page knows. Top-level `let` and `const`: every script and module of the page sees them by name, and none of them is
 * a property of `window`.
 */
const IS_PUBLIC_VIEWER = document.body.dataset.public === "1";
let currentStudy = null;
let currentSeries = null;
let studySeriesList = [];
let currentImageIndex = 0;
let imageData = [];
let activeTool = "windowing";
let viewMode = "single";
let measurements = [];
let annotations = [];
let canvas = null;
let ctx = null;
let windowWidth = 400;
let windowLevel = 40;
let zoom = 1;
let panX = 0;
let panY = 0;
let inverted = false;
let rotation = 0;
let flipH = false;
let flipV = false;
let crosshair = false;
let crosshairImagePx = null;
let cineMode = false;
let cineInterval = null;
let cineFps = 5;
let currentFrameIndex = 0;
let currentFrameCount = 1;
let windowingLockedByUser = false;
let inversionLockedByUser = false;
let currentMeasurement = null;
let roiDraft = null;

let _frameCanvas = null;
let _frameCtx = null;
let _frameCacheKey = "";
let _lastRenderMeta = null;
let lastLoadedImagePayload = null;
let lastLoadedImageId = null;
let redrawRaf = 0;
let currentImageStats = null;
let currentPixelSpacing = { row: 1, col: 1 };
let _serverRendered = { enabled: false };

const mprState = {
  counts: { axial: 0, sagittal: 0, coronal: 0 },
  index: { axial: 0, sagittal: 0, coronal: 0 },
  activePlane: "axial",
  maximizedPlane: null,
  baseMeta: {},
  renderMeta: {},
  lastImage: {},
};
const mprViewTransform = Object.fromEntries(
  ["axial", "sagittal", "coronal"].map((plane) => [plane, { zoom: 1, panX: 0, panY: 0 }]),
);
let mprCrosshairVoxel = { x: 0, y: 0, z: 0 };
let mprCanvases = {};
let mprQuality = "fast";
let mipMode = false;
let mprCurrentMeasurement = null;

const _imagePayloadCache = new Map();
const _bitmapCache = new Map();
const _mprBitmapCache = new Map();

const windowPresets = {
  lung: { ww: 1500, wl: -600 },
  bone: { ww: 2000, wl: 300 },
  soft: { ww: 400, wl: 40 },
  brain: { ww: 100, wl: 50 },
  liver: { ww: 150, wl: 60 },
  xray: { ww: 2500, wl: 1200 },
};

/** Gamma by modality; 1 for all others. */
const GAMMA = { MG: 0.45, DX: 0.55, CR: 0.55, DR: 0.55, XA: 0.65, RF: 0.65 };

window.currentStudy = null;
window.currentStudyId = null;
window._localDicomSeries = [];
window._localDicomPayloads = new Map();
window._aiOverlaysActive = false;

const byId = (id) => document.getElementById(id);

/** Writes a text where there is a place for it. */
function setText(id, text) {
  const element = byId(id);
  if (element) element.textContent = text;
}

function setValue(id, value) {
  const element = byId(id);
  if (element) element.value = value;
}

function getCookie(name) {
  return (document.cookie.split("; ").find((part) => part.startsWith(`${name}=`)) ?? "").slice(name.length + 1);
}

async function getJson(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

function postJson(url, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": getCookie("csrftoken") };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** What it is given is read as markup. */
function showToast(message) {
  byId("toast").innerHTML = `<span>${message}</span>`;
}

function showLoading(isLoading) {
  byId("loadingIndicator").classList.toggle("active", isLoading);
}
