// What cornerstone3D decodes with, called as its image loader calls it.

const MODULES = "/node_modules";

/** A CommonJS script of Emscripten: its factory. */
async function script(path) {
  const module = { exports: {} };
  const text = await (await fetch(`${MODULES}/${path}`)).text();
  // dicom-parser asks for zlib, and does without
  new Function("module", "exports", "require", text)(module, module.exports, () => ({}));
  return module.exports;
}

const instances = new Map();

async function instance(folder, name) {
  if (!instances.has(name)) {
    const factory = await script(`${folder}/dist/${name}.js`);
    instances.set(name, await factory({ locateFile: (file) => `${MODULES}/${folder}/dist/${file}` }));
  }
  return instances.get(name);
}

/** Emscripten decoders share their calls. */
function decoderOf(decoder, bytes) {
  return () => {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    return decoder.getDecodedBuffer().slice();
  };
}

function pixelsOf(frame) {
  const { buffer, byteOffset, byteLength } = frame.pixelData;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A function that decodes the frame once, to bytes of its own; undefined where cornerstone3D has none. */
export async function peer(frame, bytes) {
  const cornerstone = "@cornerstonejs";
  const image = {
    rows: frame.rows,
    columns: frame.columns,
    samplesPerPixel: frame.components,
    bitsAllocated: frame.bits > 8 ? 16 : 8,
    pixelRepresentation: 0,
  };
  switch (frame.kind) {
    case "native": {
      const parser = await script("dicom-parser/dist/dicomParser.min.js");
      return () => {
        const { dataOffset, length } = parser.parseDicom(bytes).elements.x7fe00010;
        return bytes.slice(dataOffset, dataOffset + length);
      };
    }
    case "rle": {
      const parser = await script("dicom-parser/dist/dicomParser.min.js");
      const decoders = `${MODULES}/${cornerstone}/dicom-image-loader/dist/esm/shared/decoders`;
      const { default: decode } = await import(`${decoders}/decodeRLE.js`);
      let pixels;
      const run = async () => {
        const data = parser.parseDicom(bytes);
        const fragment = parser.readEncapsulatedPixelDataFromFragments(data, data.elements.x7fe00010, 0, 1);
        pixels = pixelsOf(await decode(image, fragment.slice()));
      };
      return async () => {
        await run();
        return pixels;
      };
    }
    case "jpeg-lossless": {
      const { Decoder } = await import(`${MODULES}/${cornerstone}/jpeg-lossless-decoder-js/release/lossless.js`);
      return () => {
        const { buffer } = new Decoder().decode(bytes.buffer, bytes.byteOffset, bytes.length, image.bitsAllocated / 8);
        return new Uint8Array(buffer);
      };
    }
    case "jpeg": {
      const turbo = await instance(`${cornerstone}/codec-libjpeg-turbo-8bit`, "libjpegturbowasm_decode");
      return decoderOf(new turbo.JPEGDecoder(), bytes);
    }
    case "jpegls": {
      const charls = await instance(`${cornerstone}/codec-charls`, "charlswasm_decode");
      return decoderOf(new charls.JpegLSDecoder(), bytes);
    }
    case "jpeg2000": {
      const openjpeg = await instance(`${cornerstone}/codec-openjpeg`, "openjpegwasm_decode");
      return decoderOf(new openjpeg.J2KDecoder(), bytes);
    }
    case "htj2k": {
      const openjph = await instance(`${cornerstone}/codec-openjph`, "openjphjs");
      return decoderOf(new openjph.HTJ2KDecoder(), bytes);
    }
    case "jpeg-12": {
      const codecs = `${MODULES}/${cornerstone}/dicom-image-loader/dist/esm/codecs`;
      const { default: JpegImage } = await import(`${codecs}/jpeg.js`);
      return () => {
        const jpeg = new JpegImage();
        jpeg.parse(bytes);
        jpeg.colorTransform = false;
        return new Uint8Array(jpeg.getData16(frame.columns, frame.rows).buffer);
      };
    }
    default:
      return undefined;
  }
}
