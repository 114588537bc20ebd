"""Makes the streams beside this file with libjxl, and the samples that they must give.

Needs NumPy and imagecodecs (libjxl, libjpeg-turbo). Lossless streams must give their source; lossy ones and recompressed JPEG
what libjxl decodes. (That is not quite what libjpeg-turbo decodes of the JPEG: JPEG XL moves small coefficients towards
zero, so that here grey differs by up to 3 at the edge of the disc.)
"""

import pathlib

import imagecodecs
import numpy as np

HERE = pathlib.Path(__file__).parent
ROWS, COLUMNS = 37, 41
rng = np.random.default_rng(20)


def picture(bits: int, noise: float, components: int = 1) -> np.ndarray:
    """A disc on a slope, and noise: `[rows, columns, components]`, in the range of `bits`."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    disc = ((x - 20) ** 2 + (y - 18) ** 2 < 150) * 0.4
    planes = [
        disc + (x + k * y) / (COLUMNS + k * ROWS) * 0.5 for k in range(components)
    ]
    value = np.stack(planes, -1) * 2**bits + rng.normal(
        0, noise, (ROWS, COLUMNS, components)
    )
    value = np.clip(value, 0, 2**bits - 1).astype(np.uint8 if bits <= 8 else "<u2")
    return value.squeeze()


SOURCES = {
    "grey8": picture(8, 3),
    "grey12": picture(12, 9),
    "grey16": picture(16, 900),
    "noise16": rng.integers(0, 65536, (ROWS, COLUMNS)).astype("<u2"),
    "rgb8": picture(8, 4, 3),
    "rgb16": picture(16, 500, 3),
}
# of each stream: source, options of imagecodecs.jpegxl_encode
LOSSLESS = {
    "grey8": {},
    "grey12": {"bitspersample": 12},
    "grey16": {"effort": 3},
    "noise16": {},
    "rgb8": {"effort": 9},
    "rgb16": {},
}
LOSSY = {
    "lossy_grey8": ("grey8", {}),
    "lossy_grey16": ("grey16", {}),
    "lossy_rgb8": ("rgb8", {}),
}
# of each stream: source, options of imagecodecs.jpeg8_encode
JPEG = {
    "jpeg_grey": ("grey8", {}),
    "jpeg_444": ("rgb8", {"subsampling": "444"}),
    "jpeg_420": ("rgb8", {"subsampling": "420"}),
    "jpeg_rgb": ("rgb8", {"outcolorspace": "RGB"}),
}


def main() -> None:
    def write(name: str, stream: bytes, values: np.ndarray) -> None:
        (HERE / f"{name}.jxl").write_bytes(stream)
        (HERE / f"{name}.raw").write_bytes(values.tobytes())

    for name, options in LOSSLESS.items():
        write(
            name,
            imagecodecs.jpegxl_encode(SOURCES[name], lossless=True, **options),
            SOURCES[name],
        )
    for name, (source, options) in LOSSY.items():
        stream = imagecodecs.jpegxl_encode(SOURCES[source], distance=1.0, **options)
        write(name, stream, imagecodecs.jpegxl_decode(stream))
    for name, (source, options) in JPEG.items():
        jpeg = imagecodecs.jpeg8_encode(SOURCES[source], level=90, **options)
        stream = imagecodecs.jpegxl_encode_jpeg(jpeg)
        write(name, stream, imagecodecs.jpegxl_decode(stream))


if __name__ == "__main__":
    main()
