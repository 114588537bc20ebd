// Our side: codec modules called as js-glue/src/internal/decode/codec.ts calls them, and the decode module.

import init, { DicomObject } from "/glue/noctis_decode.js";

const loaded = new Map();

async function codec(name) {
  if (!loaded.has(name)) {
    const module = await WebAssembly.compileStreaming(fetch(`/wasm/noctis_codec_${name}_bg.wasm`));
    loaded.set(name, (await WebAssembly.instantiate(module, {})).exports);
  }
  return loaded.get(name);
}

async function stream(name, { rows, columns, components, bits }, bytes) {
  const { memory, noctis_reserve, noctis_decode } = await codec(name);
  const allocated = bits > 8 ? 16 : 8;
  return () => {
    const room = noctis_reserve(bytes.length);
    new Uint8Array(memory.buffer, room, bytes.length).set(bytes);
    const at = noctis_decode(rows, columns, components, allocated, 2 ** 31);
    const [status, start, length] = new Uint32Array(memory.buffer, at, 3);
    const result = new Uint8Array(memory.buffer, start, length).slice();
    if (status !== 0) throw new Error(new TextDecoder().decode(result));
    return result;
  };
}

/** A function that decodes the frame once, to bytes of its own. */
export async function ours(frame, bytes) {
  switch (frame.kind) {
    case "native":
      await init({ module_or_path: fetch("/wasm/noctis_decode_bg.wasm") });
      return () => {
        const object = DicomObject.openHead(bytes.subarray(0, 1 << 16), bytes.length);
        const placed = object.placedFrame(0);
        const pixels = bytes.subarray(placed.start, placed.start + 2 * placed.rows * placed.columns);
        placed.free();
        object.free();
        return pixels;
      };
    case "rle":
      await init({ module_or_path: fetch("/wasm/noctis_decode_bg.wasm") });
      return () => {
        const object = DicomObject.open(bytes);
        const decoded = object.frame(0);
        const pixels = decoded.takePixels();
        decoded.free();
        object.free();
        return pixels;
      };
    case "htj2k":
      return stream("jpeg2000", frame, bytes);
    case "jpegls":
    case "jpeg2000":
      return stream(frame.kind, frame, bytes);
    default:
      return stream("jpeg", frame, bytes);
  }
}
