"""Makes the streams beside this file: pictures large enough that memory depends on their size, smooth enough to be short.

Needs NumPy, Pillow and imagecodecs (libjpeg-turbo, CharLS, OpenJPEG, OpenJPH, libjxl). Names say what `tests/memory.rs` has to know:
NAME.COMPONENTS.BITS.KIND, each of 384 rows and 512 columns.
"""

import io
import pathlib
import zlib

import imagecodecs as codecs
import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
y, x = np.mgrid[0:384, 0:512]
disc = (x - 200) ** 2 + (y - 180) ** 2 < 9000
plane = (x // 4 + y // 8) / 180 + disc * 0.2
grey8 = (plane * 200).astype("u1")
grey12, grey16 = (plane * 3000).astype("<u2"), (plane * 50000).astype("<u2")
rgb8 = np.stack([grey8, grey8[::-1], 255 - grey8], -1)


def deflated(array: np.ndarray) -> bytes:
    """A raw deflate stream."""
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(array.tobytes()) + packer.flush()


def progressive(array: np.ndarray) -> bytes:
    """A progressive JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "JPEG", quality=80, progressive=True)
    return buffer.getvalue()


STREAMS = {
    "baseline.1.8.jpeg": codecs.jpeg8_encode(grey8, 80),
    "baseline-420.3.8.jpeg": codecs.jpeg8_encode(rgb8, 80, subsampling="420"),
    "baseline-444.3.8.jpeg": codecs.jpeg8_encode(rgb8, 80, subsampling="444"),
    "progressive.3.8.jpeg": progressive(rgb8),
    "extended.1.12.jpeg": codecs.jpeg8_encode(grey12, 80, bitspersample=12),
    "lossless.1.16.jpeg": codecs.jpeg8_encode(grey16, lossless=True, predictor=1, bitspersample=16),
    "lossless.3.8.jpeg": codecs.jpeg8_encode(rgb8, lossless=True, predictor=1),
    "lossless.1.16.jpegls": codecs.jpegls_encode(grey16),
    "lossless.3.8.jpegls": codecs.jpegls_encode(rgb8),
    "near.1.8.jpegls": codecs.jpegls_encode(grey8, 2),
    "lossless.1.8.jpeg2000": codecs.jpeg2k_encode(grey8, codecformat="j2k", reversible=True),
    "lossless.1.16.jpeg2000": codecs.jpeg2k_encode(grey16, codecformat="j2k", reversible=True),
    "lossless.3.8.jpeg2000": codecs.jpeg2k_encode(rgb8, codecformat="j2k", reversible=True),
    "lossy.3.8.jpeg2000": codecs.jpeg2k_encode(rgb8, 40, codecformat="j2k", reversible=False),
    "ht-lossless.1.16.jpeg2000": codecs.htj2k_encode(grey16, reversible=True),
    "ht-lossy.3.8.jpeg2000": codecs.htj2k_encode(rgb8, 0.01, reversible=False, rgb=True),
    "lossless.1.8.jpegxl": codecs.jpegxl_encode(grey8, lossless=True),
    "lossless.1.16.jpegxl": codecs.jpegxl_encode(grey16, lossless=True),
    "lossless.3.8.jpegxl": codecs.jpegxl_encode(rgb8, lossless=True),
    "lossy.1.8.jpegxl": codecs.jpegxl_encode(grey8, distance=1.0, lossless=False),
    "lossy.3.8.jpegxl": codecs.jpegxl_encode(rgb8, distance=1.0, lossless=False),
    "from-jpeg.3.8.jpegxl": codecs.jpegxl_encode_jpeg(codecs.jpeg8_encode(rgb8, 80)),
    "frame.1.16.deflate": deflated(grey16),
}

for name, stream in STREAMS.items():
    (HERE / name).write_bytes(stream)
    print(f"{len(stream):8} {name}")
