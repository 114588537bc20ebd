"""Colour: RGB, YBR and palettes as they can be stored without compression."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydicom.dataset import Dataset

from objects import make, noise
from synthetic.case import Case


def photo(rows: int = 24, columns: int = 36) -> np.ndarray:
    """A colour picture: smooth, with a patch of sharp edges."""
    y, x = np.mgrid[0:rows, 0:columns]
    planes = [127 + 120 * np.sin(x / (5 + k) + k) * np.cos(y / (7 - k)) for k in range(3)]
    array = np.stack(planes, axis=-1)
    array[rows // 3 : rows // 2, columns // 4 : columns // 2] = (250, 10, 30)
    return array.astype("u1")


def by_plane(dataset: Dataset, array: np.ndarray) -> Dataset:
    """The same samples with PlanarConfiguration 1."""
    dataset.PlanarConfiguration = 1
    planes = np.ascontiguousarray(np.moveaxis(array, -1, -3))
    dataset.PixelData = planes.tobytes()
    dataset.PixelData += bytes(len(dataset.PixelData) % 2)
    return dataset


def samples() -> Iterator[Case]:
    """RGB and YBR by pixel and by plane."""
    array = photo()
    for photometric in ("RGB", "YBR_FULL"):
        name = photometric.lower().replace("_", "-")
        yield Case(f"{name}-by-pixel", make(array, PhotometricInterpretation=photometric), array)
        yield Case(
            f"{name}-by-plane", by_plane(make(array, PhotometricInterpretation=photometric), array), array
        )
    for bits in (16, 12):
        deep = noise((12, 10, 3), bits)
        yield Case(f"rgb-{bits}-bit", make(deep, bits=bits), deep)
        yield Case(f"rgb-{bits}-bit-big", make(deep, bits=bits), deep, encoding="big")
        yield Case(f"rgb-{bits}-bit-by-plane", by_plane(make(deep, bits=bits), deep), deep)
    frames = np.stack([photo(), photo()[::-1]])
    yield Case("rgb-frames", make(frames, NumberOfFrames=2), frames, frames=(0, 1))
    yield Case("rgb-frames-by-plane", by_plane(make(frames, NumberOfFrames=2), frames), frames, frames=(0, 1))
    wide = make(noise((6, 8, 3), 32))
    yield Case("rgb-32-bit", wide)


def subsampled() -> Iterator[Case]:
    """YBR_FULL_422 uncompressed (C.7.6.3.1.2): Y1 Y2 Cb Cr for each pair of pixels."""
    array = photo(12, 16)
    pairs = array.reshape(12, 8, 2, 3)
    stored = np.empty((12, 8, 4), "u1")
    stored[..., :2] = pairs[..., 0]
    stored[..., 2:] = pairs[..., 0, 1:]
    dataset = make(array, PhotometricInterpretation="YBR_FULL_422")
    dataset.PixelData = stored.tobytes()
    expected = array.copy()
    expected[:, 1::2, 1:] = expected[:, ::2, 1:]
    yield Case("ybr-full-422", dataset, expected)
    two = make(np.stack([array, array]), PhotometricInterpretation="YBR_FULL_422", NumberOfFrames=2)
    two.PixelData = stored.tobytes() * 2
    yield Case("ybr-full-422-frames", two, np.stack([expected, expected]), frames=(1,))


def add_palette(
    dataset: Dataset, tables: list[np.ndarray], first: int, depth: int, packed: bool = True
) -> Dataset:
    """Red, green and blue tables of `depth` bits; 8 bits in bytes, or in words."""
    kind = "SS" if first < 0 else "US"
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        descriptor = [len(table) % 65536, first, depth]
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", kind, descriptor)
        data = table.astype("u1" if depth == 8 and packed else "<u2").tobytes()
        dataset.add_new(f"{name}PaletteColorLookupTableData", "OW", data + bytes(len(data) % 2))
    return dataset


def segmented(steps: list[tuple[int, int]], start: int) -> bytes:
    """A segmented table (C.7.9.2): one discrete entry, then linear segments `(length, end)`."""
    words = [0, 1, start]
    for length, end in steps:
        words += [1, length, end]
    return np.array(words, "<u2").tobytes()


def palettes() -> Iterator[Case]:
    """Palettes of 8 and 16 bits, beginning anywhere, segmented, supplemental."""
    for entries in ("8-in-8", "8-in-16", "16"):
        for first in (0, 40, -20):
            array = noise((9, 14), 8, signed=first < 0)
            depth = 16 if entries == "16" else 8
            tables = [noise((100,), depth, seed=k) for k in range(3)]
            dataset = make(array, PhotometricInterpretation="PALETTE COLOR")
            yield Case(
                f"palette-{entries}-first-{first}",
                add_palette(dataset, tables, first, depth, entries == "8-in-8"),
            )
    array = noise((20, 30), 16)
    tables = [noise((65536,), 16, seed=k) for k in range(3)]
    yield Case(
        "palette-16-bit-pixels",
        add_palette(make(array, PhotometricInterpretation="PALETTE COLOR"), tables, 0, 16),
    )
    dataset = make(noise((16, 16), 8), PhotometricInterpretation="PALETTE COLOR")
    for k, name in enumerate(("Red", "Green", "Blue")):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        data = segmented([(100 + k, 65535 - 9000 * k), (155 - k, 500 * k)], 1000 * k)
        dataset.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", data)
    yield Case("palette-segmented", dataset)
    grey = noise((16, 20), 12)
    elements = {"PixelPresentation": "COLOR", "WindowCenter": "1000", "WindowWidth": "2000"}
    dataset = make(grey, bits=12, SmallestImagePixelValue=0, **elements)
    tables = [noise((96,), 16, seed=k) for k in range(3)]
    yield Case("palette-supplemental", add_palette(dataset, tables, 4000, 16))


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (samples, subsampled, palettes):
        yield from part()
