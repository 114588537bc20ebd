/* Values in planes: of an ellipse and under the pointer, asked of the server, or of the files themselves. */

let huTimer = 0;

async function finishMprRoi({ plane, slice, cx, cy, rx, ry }) {
  const local = localSeriesNow();
  const place = `cx=${cx}&cy=${cy}&rx=${rx}&ry=${ry}&shape=ellipse`;
  const { stats } = local
    ? { stats: _computeLocalMPRROIStats(local, plane, slice, cx, cy, rx, ry) }
    : await getJson(mprHuUrl(plane, place));
  if (!stats) return;
  const seriesId = local ? null : currentSeries.id;
  measurements.push({ type: "roi", mode: "mpr", seriesId, plane, slice, cx, cy, rx, ry, stats });
  redrawMPRPlane(plane);
  showToast(`ROI mean: ${stats.mean.toFixed(1)} HU`);
}

function mprHuUrl(plane, place) {
  const slice = mprState.index[plane];
  return `/dicom-viewer/api/hu/?mode=mpr&series_id=${currentSeries.id}&plane=${plane}&slice=${slice}&quality=${mprQuality}&${place}`;
}

function _scheduleMPRHU(plane, canvasX, canvasY) {
  const px = _mprCanvasToSlicePx(plane, canvasX, canvasY);
  if (!px) return;
  const local = localSeriesNow();
  if (local) {
    setText("hounsfield", String(Math.round(localValueAt(local, plane, mprState.index[plane], px.ix, px.iy))));
    return;
  }
  clearTimeout(huTimer);
  huTimer = setTimeout(async () => {
    try {
      const { hu } = await getJson(mprHuUrl(plane, `x=${px.ix}&y=${px.iy}`));
      setText("hounsfield", String(Math.round(hu * 10) / 10));
    } catch {
      setText("hounsfield", "-");
    }
  }, 80);
}
