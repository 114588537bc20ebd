/* A second picture beside the first: pictures of the server only. */

let _cmpSeries = null;
let _cmpImages = [];
let _cmpIndex = 0;

function setupCompare() {
  byId("cmpChangeBtn").addEventListener("click", () => openCompare(studySeriesList.at(-1)?.id));
  byId("compareCanvas").addEventListener("wheel", (event) => {
    event.preventDefault();
    _cmpIndex = Math.min(Math.max(_cmpIndex + Math.sign(event.deltaY), 0), _cmpImages.length - 1);
    void drawCompare();
  });
}

function toggleCompare() {
  const isOn = byId("comparePane").classList.toggle("active");
  byId("singleView").classList.toggle("compare-mode", isOn);
  resizeCanvas();
  if (isOn) void openCompare(currentSeries?.id);
}

async function openCompare(id) {
  if (!id) return;
  const data = await getJson(`/dicom-viewer/series/${id}/images/`);
  _cmpSeries = data.series;
  _cmpImages = data.images;
  _cmpIndex = 0;
  await drawCompare();
}

async function drawCompare() {
  const image = _cmpImages[_cmpIndex];
  if (!image) return;
  const bitmap = await bitmapOf(previewUrl(image.id));
  if (image !== _cmpImages[_cmpIndex]) return;
  const to = byId("compareCanvas");
  const context = to.getContext("2d");
  const scale = Math.min(to.width / bitmap.width, to.height / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  context.fillStyle = "#000";
  context.fillRect(0, 0, to.width, to.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (to.width - w) / 2, (to.height - h) / 2, w, h);
  setText("cmpSliceLabel", `${_cmpIndex + 1} / ${_cmpImages.length}`);
}
