/** The page: a study list on the left, the viewer in the middle, and what arrives in between. */
import { ArrivalClock } from "./arrival.js";
import { byId, coalesced, icon } from "./dom.js";
import { Feed, fromMiddle } from "./feed.js";
import { listenForFiles } from "./files.js";
import * as gateway from "./gateway.js";
import { keep, restore } from "./kept.js";
import { listenForSeries } from "./layouts.js";
import { ARRIVING_MS, StudyList } from "./studies.js";
import { Thumbnails } from "./thumbnails.js";
import { showTitle } from "./title.js";
import { Toasts } from "./toasts.js";
import { Tools } from "./tools.js";

const query = new URLSearchParams(location.search);
const toasts = new Toasts(byId("toasts"));
const clock = new ArrivalClock();
const list = new StudyList({
  list: byId("studies"),
  counter: byId("study-count"),
  choose: (study) => open(study),
  chooseSeries: (study, series) => showSeries(study, series),
});
const BACKENDS = { webgpu: "WebGPU", webgl2: "WebGL2", cpu: "CPU" };
const CONNECTIONS = { live: "Live", connecting: "Connecting", lost: "Reconnecting" };

/** Objects of studies that are not open: read when they are opened. */
const localFiles = new Map();
let viewer;
let tools;
let thumbnails;
let feed;
/** SOP instances of the open study that were handed to the viewer, and that are done. */
let asked = new Set();
let done = 0;
/** When the open study was opened, and whether a person has stopped loading it. */
let since = 0;
let isStopped = false;
let wanted = query.get("study");

/** What takes longer can be stopped. */
const PATIENCE_MS = 1000;

window.noctisArrival = clock;

/** Shows a study; what still arrives for it is added. */
async function open(study) {
  if (!viewer || list.open === study.uid) return;
  list.open = study.uid;
  list.shownSeries = undefined;
  asked = new Set();
  done = 0;
  since = performance.now();
  isStopped = false;
  setTimeout(refresh, PATIENCE_MS);
  feed?.close();
  feed = new Feed();
  const mine = feed;
  void load(mine);
  refresh();
  if (study.local) {
    for (const file of localFiles.get(study.uid) ?? []) ask(file, file);
    return;
  }
  try {
    const rows = [];
    for (const { series_instance_uid: uid } of await gateway.listSeries(study.uid)) {
      rows.push(...fromMiddle(await gateway.listInstances(study.uid, uid)).map((row) => ({ ...row, series: uid })));
    }
    if (feed !== mine) return;
    for (const row of rows) {
      study.add(row.series, row.sop_instance_uid);
      ask(row.sop_instance_uid, row.url);
    }
  } catch (error) {
    toasts.show(Object.assign(error, { kind: "io" }));
  }
  refresh();
}

/** Hands an object of the open study to the viewer, once. */
function ask(key, source) {
  if (asked.has(key)) return;
  asked.add(key);
  feed.push(source);
}

async function load(mine) {
  try {
    await viewer.load(mine);
  } catch (error) {
    if (error.kind !== "cancelled" && feed === mine) refresh();
  }
}

/** What has been read stays. */
function stopLoading() {
  isStopped = true;
  feed.stop();
  viewer.focus();
  refresh();
}

function showSeries(study, series) {
  if (list.open !== study.uid) return;
  viewer.showSeries(series.uid);
  refresh();
}

/** An object has arrived at the gateway. */
function stored(row) {
  const { study_instance_uid: uid, series_instance_uid: series, sop_instance_uid: sop } = row;
  const isNew = !list.studies.has(uid);
  const study = list.study(uid);
  study.lastArrival = performance.now();
  study.add(series, sop);
  if (isNew) studiesChanged();
  if (viewer && (list.open === undefined || uid === wanted)) {
    wanted = undefined;
    void open(study);
  }
  if (list.open === uid) {
    clock.announced(sop, row.time);
    ask(sop, row.url);
  }
  refresh();
}

let listing;
/** Reads the study list soon: events carry no patient data. */
function studiesChanged() {
  clearTimeout(listing);
  listing = setTimeout(readStudies, 150);
}

async function readStudies() {
  let rows;
  try {
    rows = await gateway.listStudies();
  } catch {
    return; // the connection state says it
  }
  for (const row of rows) list.study(row.study_instance_uid).update(row);
  list.order(rows.map((row) => row.study_instance_uid));
  const first = rows.find((row) => row.study_instance_uid === wanted) ?? (wanted ? undefined : rows[0]);
  if (first && viewer && list.open === undefined) void open(list.study(first.study_instance_uid));
  refresh();
}

/** Opens files of this computer as a study of their own. */
async function openLocal(files) {
  if (!viewer) return;
  const uid = `local-${Date.now()}`;
  const kept = [];
  localFiles.set(uid, kept);
  list.study(uid, { local: true });
  void open(list.study(uid));
  for await (const file of Array.isArray(files) ? fromMiddle(files) : files) {
    kept.push(file);
    if (list.open === uid) ask(file, file);
  }
}

/** An object can be drawn: the list learns what the object says about itself. */
function frameReady({ sliceIndex, sopInstanceUid, seriesInstanceUid, time }) {
  clock.ready(sopInstanceUid, time);
  done += 1;
  const study = list.studies.get(list.open);
  if (!study) return;
  const summary = viewer.series.find((series) => series.seriesInstanceUid === seriesInstanceUid);
  study.add(seriesInstanceUid, sopInstanceUid, summary?.modality);
  const series = study.series.get(seriesInstanceUid);
  Object.assign(series, { modality: summary?.modality, number: summary?.number, description: summary?.description });
  if (study.local && seriesInstanceUid === viewer.state.seriesInstanceUid) describeLocal(study, sliceIndex);
  refresh();
}

function describeLocal(study, sliceIndex) {
  if (study.name || study.id) return;
  const { patient, study: about } = viewer.instance(sliceIndex);
  study.name = patient.name ?? "";
  study.id = patient.id ?? "";
  study.date = about.date ?? "";
}

let settling;
const refresh = coalesced(() => {
  list.refresh();
  clearTimeout(settling);
  if (list.arriving) settling = setTimeout(refresh, ARRIVING_MS);
  if (!viewer) return;
  const { state } = viewer;
  list.shownSeries = state.seriesInstanceUid;
  tools.refresh();
  const isShowing = viewer.series.length > 0;
  const isOpening = list.open !== undefined && done < asked.size;
  const hasFailed = list.open !== undefined && asked.size > 0 && !isOpening;
  byId("empty").hidden = isShowing || isOpening || hasFailed;
  byId("failed").hidden = isShowing || !hasFailed;
  byId("waiting").hidden = isShowing || isStopped || !isOpening;
  byId("backend").hidden = false;
  byId("backend").textContent = BACKENDS[state.backend];
  byId("backend").title = `${state.backendReason}${state.adapter ? `\n${state.adapter}` : ""}`;
  const slider = byId("slider");
  slider.hidden = state.sliceCount < 2;
  slider.max = String(Math.max(0, state.sliceCount - 1));
  slider.value = String(Math.max(0, state.sliceIndex));
  slider.setAttribute("aria-valuetext", `${state.sliceIndex + 1} of ${state.sliceCount}`);
  showProgress();
  showTitle(viewer, { isPrivate: list.private, isCanary: list.studies.get(list.open)?.canary });
});

function showProgress() {
  const bar = byId("progress");
  const study = list.studies.get(list.open);
  const total = Math.max(asked.size, study?.local ? 0 : (study?.count ?? 0));
  bar.hidden = isStopped || !study || total === 0 || (done >= total && !study.arriving);
  byId("stop").hidden = bar.hidden || done >= total || performance.now() - since < PATIENCE_MS;
  bar.style.setProperty("--done", total > 0 ? String(done / total) : "0");
  bar.setAttribute("aria-valuemax", String(total));
  bar.setAttribute("aria-valuenow", String(done));
}

function togglePrivacy() {
  list.private = !list.private;
  const button = byId("privacy");
  button.setAttribute("aria-pressed", String(list.private));
  button.replaceChildren(icon(list.private ? "eye-off" : "eye"));
  viewer?.setOverlay(overlayShown ? { patient: !list.private } : false);
  refresh();
}

let overlayShown = true;
function toggleText() {
  overlayShown = !overlayShown;
  viewer.setOverlay(overlayShown ? { patient: !list.private } : false);
}

async function start() {
  const { wasm_version: version, thumbnails: areServed } = await gateway.pageConfig();
  const { createViewer } = await import(`/static/wasm/${version}/noctis-viewer.js`);
  const backend = query.get("backend") ?? "auto";
  const bindings = { "key:t": "none" };
  viewer = await createViewer(byId("viewer"), { backend, messages: false, bindings, onAnnotationsChanged: keep });
  thumbnails = new Thumbnails(viewer, areServed, refresh);
  list.thumbnails = thumbnails;
  tools = new Tools(viewer, { togglePrivacy, toggleText, failed: (error) => toasts.show(error) });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "t" && !event.ctrlKey && !event.metaKey && !byId("help").open) toggleText();
  });
  listenForSeries(byId("viewer"), viewer);
  for (const type of ["slice", "view", "window", "series", "backend", "layout", "active", "crosshair"])
    viewer.on(type, refresh);
  viewer.on("frame", frameReady);
  viewer.on("error", (error) => {
    if (error.kind !== "device-lost") done += 1;
    toasts.show(error);
    refresh();
  });
  viewer.on("drawn", () => {
    if (document.activeElement === document.body) viewer.focus();
    thumbnails.soon();
  });
  viewer.on("lost", ({ reason }) => console.warn(`the graphics device was lost: ${reason}`));
  byId("slider").addEventListener("input", (event) => {
    viewer.renderSlice(Number(event.target.value)).catch(() => {}); // told by "error"
  });
  window.noctisViewer = viewer;
  await restore(viewer);
}

byId("privacy").addEventListener("click", togglePrivacy);
byId("stop").addEventListener("click", stopLoading);
for (const id of ["open-files", "empty-open", "failed-open"])
  byId(id).addEventListener("click", () => byId("file-input").click());
listenForFiles({
  target: document.body,
  hint: byId("drop"),
  input: byId("file-input"),
  take: (files) => void openLocal(files),
});
gateway.subscribe({
  stored,
  state: (state) => {
    byId("connection").dataset.state = state;
    byId("connection").lastElementChild.textContent = CONNECTIONS[state];
    if (state === "live") studiesChanged();
  },
});
start()
  .then(readStudies)
  .catch((error) => {
    byId("empty").hidden = true;
    toasts.show(error);
  });
