/* Planes and projections of files from the disk: one pixel after another, into squares, by the order of the slices alone. */

const LOCAL_SIDE = 512;

function localSeriesNow() {
  return window._localDicomSeries.find(({ id }) => id === currentSeries?.id);
}

function localCounts({ payloads }) {
  return { axial: payloads.length, sagittal: payloads[0].columns, coronal: payloads[0].rows };
}

/** The value under a pixel of the square. */
function localValueAt({ payloads }, plane, index, x, y) {
  const [{ rows, columns }] = payloads;
  const of = (at, count) => Math.min(count - 1, Math.max(0, Math.round((at * count) / LOCAL_SIDE)));
  const slice = payloads.length - 1 - of(y, payloads.length);
  if (plane === "axial") return payloads[index].pixel_data[of(y, rows) * columns + of(x, columns)];
  if (plane === "sagittal") return payloads[slice].pixel_data[of(x, rows) * columns + index];
  return payloads[slice].pixel_data[index * columns + of(x, columns)];
}

function squareOf(valueAt) {
  const made = document.createElement("canvas");
  Object.assign(made, { width: LOCAL_SIDE, height: LOCAL_SIDE });
  const context = made.getContext("2d");
  const image = context.createImageData(LOCAL_SIDE, LOCAL_SIDE);
  for (let y = 0, to = 0; y < LOCAL_SIDE; y += 1) {
    for (let x = 0; x < LOCAL_SIDE; x += 1, to += 4) {
      const level = ((valueAt(x, y) - (windowLevel - windowWidth / 2)) * 255) / windowWidth;
      const grey = Math.round(Math.min(255, Math.max(0, level)));
      image.data.fill(inverted ? 255 - grey : grey, to, to + 3);
      image.data[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return made.toDataURL("image/png");
}

function _computeLocalMPRSlice(series, plane, index) {
  return squareOf((x, y) => localValueAt(series, plane, index, x, y));
}

function _computeLocalMIP(series) {
  const counts = localCounts(series);
  const largest = (plane) => (x, y) => {
    let found = -Infinity;
    for (let i = 0; i < counts[plane]; i += 1) found = Math.max(found, localValueAt(series, plane, i, x, y));
    return found;
  };
  return Object.fromEntries(PLANES.map((plane) => [plane, squareOf(largest(plane))]));
}

/** With the SD of a population. */
function _computeLocalMPRROIStats(series, plane, index, cx, cy, rx, ry) {
  const values = [];
  for (let y = Math.floor(cy - ry); y <= cy + ry; y += 1) {
    for (let x = Math.floor(cx - rx); x <= cx + rx; x += 1) {
      if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1) values.push(localValueAt(series, plane, index, x, y));
    }
  }
  if (values.length === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { mean, std, min: Math.min(...values), max: Math.max(...values), count: values.length };
}
