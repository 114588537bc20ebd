"""Each grey pipeline of PS3.3 C.11 and what is drawn with it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from objects import make, noise
from synthetic.case import Case


def item(**elements: Any) -> Dataset:
    """The item of a sequence."""
    made = Dataset()
    for name, value in elements.items():
        setattr(made, name, value)
    return made


def lut(first: int, bits: int, entries: np.ndarray, explanation: str = "", signed: bool = False) -> Dataset:
    """An item of a Modality, VOI or Presentation LUT Sequence."""
    made = Dataset()
    kind = "SS" if signed or first < 0 else "US"
    made.add_new("LUTDescriptor", kind, [len(entries), first, bits])
    if explanation:
        made.LUTExplanation = explanation
    made.add_new("LUTData", "OW", entries.astype("<u2").tobytes())
    return made


def hounsfield() -> np.ndarray:
    """Every value around the windows of these files, then noise over 16 bits."""
    array = noise((64, 64), 16, signed=True)
    array[:40] = np.arange(-1280, 1280).reshape(40, 64)
    return array


def ramp(bits: int, rows: int = 48, columns: int = 64) -> np.ndarray:
    """All values of so many bits, evenly."""
    values = np.linspace(0, 2**bits - 1, rows * columns).round().reshape(rows, columns)
    return values.astype("u1" if bits <= 8 else "u2" if bits <= 16 else "u4")


WINDOWS = [(40.0, 400.0), (0.0, 1.0), (100.5, 2.0), (-600.0, 1500.0), (37.3, 80.7)]
RESCALE = {"RescaleSlope": "0.5", "RescaleIntercept": "-24"}


def windows() -> Iterator[Case]:
    """WindowCenter, WindowWidth and VOILUTFunction."""
    array = hounsfield()
    for function, (center, width) in itertools.product(("LINEAR", "LINEAR_EXACT", "SIGMOID"), WINDOWS):
        for photometric in ("MONOCHROME1", "MONOCHROME2"):
            if photometric == "MONOCHROME1" and width not in (400, 80.7):
                continue
            elements = {"WindowCenter": str(center), "WindowWidth": str(width), "VOILUTFunction": function}
            elements |= {"PhotometricInterpretation": photometric, **RESCALE}
            name = f"voi-{function.lower().replace('_', '-')}-{center:g}-{width:g}-{photometric.lower()}"
            yield Case(name, make(array, **elements))
    yield Case(
        "voi-linear-exact-0.5",
        make(array, WindowCenter="10", WindowWidth="0.5", VOILUTFunction="LINEAR_EXACT"),
    )
    yield Case("voi-no-function", make(array, WindowCenter="40", WindowWidth="400"))
    elements = {"WindowCenter": ["40", "-600"], "WindowWidth": ["400", "1500"]}
    elements["WindowCenterWidthExplanation"] = ["SOFT TISSUE", "LUNG"]
    yield Case("voi-several-windows", make(array, **elements))
    yield Case("voi-narrow-at-20000", make(noise((40, 40), 16) | 1, WindowCenter="20000", WindowWidth="257"))
    wide = noise((40, 40), 32)
    yield Case("voi-32-bit", make(wide, WindowCenter="2000000000", WindowWidth="1000000000"))
    wide = noise((40, 40), 32, signed=True)
    yield Case("voi-32-bit-signed", make(wide, WindowCenter="-1000", WindowWidth="1000000"))


def defaults() -> Iterator[Case]:
    """No window: minimum and maximum of the frame, padding left out."""
    array = noise((16, 24), 16, signed=True)
    array[0, 0] = -32768
    for name, elements in {
        "no-window": {},
        "negative-slope": {"RescaleSlope": "-2", "RescaleIntercept": "7"},
        "small-slope": {"RescaleSlope": "0.0001"},
        "padding": {"PixelPaddingValue": -32768},
        "padding-range": {"PixelPaddingValue": -32768, "PixelPaddingRangeLimit": -100},
        "monochrome1": {"PhotometricInterpretation": "MONOCHROME1"},
        "zero-spacing": {"PixelSpacing": [0, 0]},
    }.items():
        yield Case(f"default-{name}", make(array, **elements))
    yield Case("default-one-value", make(np.full((8, 8), 77, "u2")))


def tables() -> Iterator[Case]:
    """Modality LUT, VOI LUT and Presentation LUT sequences, none of them linear."""
    array = ramp(8)
    square = np.round((np.arange(256) / 255) ** 2 * 65535)
    window = {"WindowCenter": "32768", "WindowWidth": "65536"}
    yield Case("modality-lut", make(array, ModalityLUTSequence=[lut(0, 16, square)], **window))
    yield Case("modality-lut-short", make(array, ModalityLUTSequence=[lut(40, 16, square[:100])], **window))
    yield Case("modality-lut-no-window", make(array, ModalityLUTSequence=[lut(0, 16, square)]))
    signed = noise((32, 32), 8, signed=True)
    yield Case("modality-lut-signed", make(signed, ModalityLUTSequence=[lut(-128, 16, square)], **window))
    gamma = (np.arange(4096) / 4095) ** 0.4
    twelve = ramp(12)
    for bits in (8, 12, 16):
        entries = np.round(gamma * (2**bits - 1))
        yield Case(f"voi-lut-{bits}-bit", make(twelve, bits=12, VOILUTSequence=[lut(0, bits, entries)]))
    entries = np.round(gamma * 65535)
    two = [lut(0, 16, entries, "GAMMA"), lut(0, 16, entries[::-1], "NEGATIVE")]
    yield Case("voi-lut-two", make(twelve, bits=12, VOILUTSequence=two))
    yield Case("voi-lut-short", make(twelve, bits=12, VOILUTSequence=[lut(1000, 16, entries[:2000])]))
    yield Case(
        "voi-lut-monochrome1",
        make(twelve, bits=12, VOILUTSequence=two, PhotometricInterpretation="MONOCHROME1"),
    )
    window = {"WindowCenter": "2048", "WindowWidth": "1000"}
    yield Case("voi-lut-and-window", make(twelve, bits=12, VOILUTSequence=[lut(0, 16, entries)], **window))
    after = make(hounsfield(), VOILUTSequence=[lut(-1000, 16, entries)], **RESCALE)
    yield Case("voi-lut-after-rescale", after)
    both = make(
        array,
        ModalityLUTSequence=[lut(0, 12, np.round(square / 16))],
        VOILUTSequence=[lut(0, 12, np.round(gamma * 4095))],
    )
    yield Case("modality-and-voi-lut", both)
    window = {"WindowCenter": "128", "WindowWidth": "256"}
    presentation = {"PresentationLUTSequence": [lut(0, 12, np.round(gamma * 4095))]}
    yield Case("presentation-lut", make(array, **presentation, **window))
    for photometric, shape in (
        ("MONOCHROME1", "INVERSE"),
        ("MONOCHROME2", "IDENTITY"),
        ("MONOCHROME2", "INVERSE"),
    ):
        elements = {"PhotometricInterpretation": photometric, "PresentationLUTShape": shape}
        yield Case(f"presentation-{shape.lower()}-{photometric.lower()}", make(array, **elements, **window))


def shapes() -> Iterator[Case]:
    """The shape of a pixel."""
    array = ramp(8, 24, 32)
    window = {"WindowCenter": "128", "WindowWidth": "256"}
    for name, elements in {
        "spacing-tall": {"PixelSpacing": ["2", "1"]},
        "spacing-wide": {"PixelSpacing": ["0.5", "1"]},
        "imager-spacing": {"ImagerPixelSpacing": ["0.3", "0.2"]},
        "ratio": {"PixelAspectRatio": ["4", "3"]},
    }.items():
        yield Case(f"aspect-{name}", make(array, **elements, **window))


def groups() -> Iterator[Case]:
    """Functional groups: of the frame, else shared, else the object itself."""
    array = np.stack([noise((24, 24), 16, seed=k) for k in range(3)])
    rescale = {
        "PixelValueTransformationSequence": [
            item(RescaleSlope="2", RescaleIntercept="-100", RescaleType="US")
        ]
    }

    def window(center: str, width: str, **more: str) -> dict[str, Any]:
        return {"FrameVOILUTSequence": [item(WindowCenter=center, WindowWidth=width, **more)]}

    shared = item(**rescale, **window("60000", "100000"))
    frames = [
        item(**window("9000", "5000")),
        item(),
        item(**window("40000", "9000", VOILUTFunction="SIGMOID")),
    ]
    elements = {"NumberOfFrames": 3, "SharedFunctionalGroupsSequence": [shared]}
    dataset = make(array, PerFrameFunctionalGroupsSequence=frames, **elements)
    yield Case("groups-window", dataset, frames=(0, 1, 2))
    frames = [
        item(
            PixelValueTransformationSequence=[item(RescaleSlope=str(k + 1), RescaleIntercept=str(-1000 * k))]
        )
        for k in range(3)
    ]
    elements["SharedFunctionalGroupsSequence"] = [item(**window("60000", "100000"))]
    dataset = make(array, PerFrameFunctionalGroupsSequence=frames, **elements)
    yield Case("groups-rescale", dataset, frames=(0, 2))


def bits(mask: np.ndarray) -> bytes:
    """Packed as OverlayData is: the first pixel in the lowest bit."""
    packed = np.packbits(mask.ravel().astype("u1"), bitorder="little").tobytes()
    return packed + bytes(len(packed) % 2)


def overlay(
    dataset: Dataset, group: int, mask: np.ndarray, origin: tuple[int, int], data: bytes | None, bit: int
) -> None:
    """Adds an overlay plane; `data` None: its bits are in the pixel data."""
    dataset.add_new((group, 0x0010), "US", mask.shape[-2])
    dataset.add_new((group, 0x0011), "US", mask.shape[-1])
    dataset.add_new((group, 0x0040), "CS", "G")
    dataset.add_new((group, 0x0050), "SS", list(origin))
    dataset.add_new((group, 0x0100), "US", 1 if data is not None else 16)
    dataset.add_new((group, 0x0102), "US", bit)
    if mask.ndim == 3:
        dataset.add_new((group, 0x0015), "IS", len(mask))
        dataset.add_new((group, 0x0051), "US", 1)
    if data is not None:
        dataset.add_new((group, 0x3000), "OW", data)


def overlays() -> Iterator[Case]:
    """Overlay planes: of their own, embedded, several, partly outside, by frame."""
    window = {"WindowCenter": "1000", "WindowWidth": "4096"}
    array = ramp(12)
    y, x = np.mgrid[0:48, 0:64]
    ring = np.abs(np.hypot(y - 24, x - 30) - 15) < 1.5
    cross = (y == 10) | (x == 50)
    dataset = make(array, bits=12, **window)
    overlay(dataset, 0x6000, ring, (1, 1), bits(ring), 0)
    yield Case("overlay", dataset)
    dataset = make(array, bits=12, **window)
    overlay(dataset, 0x6000, ring[9:41, 12:50], (10, 13), bits(ring[9:41, 12:50]), 0)
    overlay(dataset, 0x6002, cross, (1, 1), bits(cross), 0)
    yield Case("overlay-two", dataset)
    dataset = make(array, bits=12, **window)
    overlay(dataset, 0x601E, ring, (-9, 31), bits(ring), 0)
    yield Case("overlay-partly-outside", dataset)
    dataset = make(array | (ring.astype("u2") << 12) | (cross.astype("u2") << 15), bits=12, **window)
    overlay(dataset, 0x6000, ring, (1, 1), None, 12)
    overlay(dataset, 0x6002, cross, (1, 1), None, 15)
    yield Case("overlay-embedded", dataset)
    masks = np.stack([ring, cross])
    dataset = make(np.stack([array, array]), bits=12, NumberOfFrames=2, **window)
    overlay(dataset, 0x6000, masks, (1, 1), bits(masks), 0)
    yield Case("overlay-by-frame", dataset, frames=(0, 1))


def shutters() -> Iterator[Case]:
    """Display shutters (C.7.6.11)."""
    window = {"WindowCenter": "1000", "WindowWidth": "4096"}
    array = ramp(12)[::-1].copy()
    rectangle = {
        "ShutterLeftVerticalEdge": "5",
        "ShutterRightVerticalEdge": "60",
        "ShutterUpperHorizontalEdge": "8",
        "ShutterLowerHorizontalEdge": "40",
    }
    circle = {"CenterOfCircularShutter": ["24", "30"], "RadiusOfCircularShutter": "17"}
    polygon = {"VerticesOfThePolygonalShutter": ["5", "10", "5", "50", "44", "60", "30", "3"]}
    for name, elements in {
        "rectangular": {"ShutterShape": "RECTANGULAR", **rectangle},
        "circular": {"ShutterShape": "CIRCULAR", **circle},
        "polygonal": {"ShutterShape": "POLYGONAL", **polygon},
        "both": {"ShutterShape": ["RECTANGULAR", "CIRCULAR"], **rectangle, **circle},
        "grey": {"ShutterShape": "CIRCULAR", "ShutterPresentationValue": 30000, **circle},
    }.items():
        yield Case(f"shutter-{name}", make(array, bits=12, **elements, **window))


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (windows, defaults, tables, shapes, groups, overlays, shutters):
        yield from part()
