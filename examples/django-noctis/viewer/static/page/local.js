/* Files from the disk, read in the page: Explicit and Implicit VR Little Endian by their first 16 bits, whatever they are. */
(() => {
  const LONG = ["OB", "OW", "OF", "SQ", "UT", "UN"];

  /** The elements that the page needs, by tag. */
  function elementsOf(view) {
    const found = {};
    let at = view.byteLength > 132 && view.getUint32(128) === 0x4449434d ? 132 : 0;
    while (at + 8 <= view.byteLength) {
      const tag = (view.getUint16(at, true) << 16) | view.getUint16(at + 2, true);
      const vr = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5));
      const isLong = LONG.includes(vr);
      const head = isLong ? 12 : 8;
      let length = isLong ? view.getUint32(at + 8, true) : view.getUint16(at + 6, true);
      if (length === 0xffffffff || at + head + length > view.byteLength) length = view.byteLength - at - head;
      found[tag >>> 0] = { vr, start: at + head, length };
      if (tag >>> 0 === 0x7fe00010) break;
      at += head + length;
    }
    return found;
  }

  function payloadOf(buffer, id) {
    const view = new DataView(buffer);
    const elements = elementsOf(view);
    const text = (tag) => {
      const element = elements[tag];
      return element ? new TextDecoder().decode(new Uint8Array(buffer, element.start, element.length)).trim() : "";
    };
    const short = (tag, otherwise) => (elements[tag] ? view.getUint16(elements[tag].start, true) : otherwise);
    const number = (tag, otherwise) => Number.parseFloat(text(tag)) || otherwise;
    const [rows, columns] = [short(0x00280010, 0), short(0x00280011, 0)];
    const pixels = elements[0x7fe00010];
    if (!pixels || !rows) return null;
    const isSigned = short(0x00280103, 0) === 1;
    const isByte = short(0x00280100, 16) === 8;
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < values.length; i += 1) {
      const at = pixels.start + (isByte ? i : 2 * i);
      if (at + 2 > view.byteLength) break;
      const stored = isByte ? view.getUint8(at) : isSigned ? view.getInt16(at, true) : view.getUint16(at, true);
      values[i] = stored * number(0x00281053, 1) + (Number.parseFloat(text(0x00281052)) || 0);
    }
    return {
      id,
      rows,
      columns,
      window_width: number(0x00281051, 400),
      window_center: number(0x00281050, 40),
      pixel_spacing: text(0x00280030).split("\\").map(Number.parseFloat),
      modality: text(0x00080060),
      photometric_interpretation: "MONOCHROME2",
      number_of_frames: 1,
      frame_index: 0,
      pixel_data: values,
      series: { uid: text(0x0020000e), description: text(0x0008103e), number: number(0x00200013, 1) },
    };
  }

  async function _ingestLocalFiles(files) {
    const series = new Map();
    window._localDicomPayloads = new Map();
    for (const [index, file] of [...files].entries()) {
      const payload = payloadOf(await file.arrayBuffer(), `local_${index}`);
      if (!payload) continue;
      const { uid, description, number } = payload.series;
      const one = series.get(uid) ?? {
        id: `local_series_${series.size}`,
        uid,
        description,
        isLocal: true,
        payloads: [],
      };
      series.set(uid, one);
      one.payloads.push(Object.assign(payload, { instance_number: number }));
      window._localDicomPayloads.set(payload.id, payload);
    }
    window._localDicomSeries = [...series.values()];
    for (const one of window._localDicomSeries) {
      one.payloads.sort((a, b) => a.instance_number - b.instance_number);
      one.images = one.payloads.map(({ id, instance_number }) => ({ id, instance_number }));
    }
    displaySeriesList(window._localDicomSeries);
    const [first] = window._localDicomSeries;
    if (first) window._loadLocalSeries(first.id);
  }

  window._loadLocalSeries = (id) => {
    const series = window._localDicomSeries.find((one) => one.id === id);
    if (!series) return;
    currentStudy = { id: "local_study", patient_name: "" };
    currentSeries = series;
    imageData = series.images;
    currentImageIndex = 0;
    currentFrameIndex = 0;
    const [first] = imageData;
    const payload = first && window._localDicomPayloads.get(first.id);
    if (!payload) return;
    _takeWindowOf(payload);
    _applyLoadedImagePayload(payload);
  };

  window.loadFromLocalFiles = () => byId("localDicomInput").click();

  document.addEventListener("DOMContentLoaded", () => {
    byId("localDicomInput").addEventListener("change", (event) => _ingestLocalFiles(event.target.files));
  });
})();
