"""Each way in which a pixel can lie in its cell, and each encoding of the data set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from model import field
from objects import ENCODINGS, make, noise
from synthetic.case import Case


def widths() -> Iterator[Case]:
    """1 to 32 bits, in every position, signed and unsigned, in both byte orders."""
    for encoding in ("explicit", "big"):
        for bits, allocated in ((8, 8), (7, 8), (12, 16), (16, 16), (10, 16), (24, 32), (32, 32)):
            for signed in (False, True):
                array = noise((17, 23), allocated, signed=signed)
                name = f"bits-{bits}-of-{allocated}{'-signed' if signed else ''}-{encoding}"
                dataset = make(array, bits=bits)
                yield Case(name, dataset, encoding=encoding)
    for high, signed in ((15, False), (15, True), (13, False), (13, True)):
        array = noise((17, 23), 16, signed=signed)
        name = f"bits-12-of-16-high-{high}{'-signed' if signed else ''}"
        dataset = make(array, bits=12, HighBit=high)
        # pydicom takes the lowest bits wherever HighBit is; PS3.5 section 8.1.1 does not
        yield Case(name, dataset, field(array, dataset).astype(array.dtype))
    array = noise((17, 23), 8)
    dataset = make(array, bits=4, HighBit=7)
    yield Case("bits-4-of-8-high-7", dataset, field(array, dataset).astype("u1"))


def one_bit() -> Iterator[Case]:
    """Packed bits, frames that begin within a byte."""
    for shape in ((1, 8, 8), (3, 5, 7), (8, 3, 3)):
        for encoding in ("explicit", "big"):
            array = noise(shape, 8) & 1
            dataset = make(array, NumberOfFrames=shape[0], BitsAllocated=1, BitsStored=1, HighBit=0)
            packed = np.packbits(array.ravel(), bitorder="little").tobytes()
            dataset.PixelData = packed + bytes(len(packed) % 2)
            dataset["PixelData"].VR = "OB"
            name = f"one-bit-{'x'.join(map(str, shape))}-{encoding}"
            yield Case(name, dataset, array.squeeze(), encoding=encoding, frames=(0, shape[0] - 1))


def floats() -> Iterator[Case]:
    """Float and Double Float Pixel Data (C.7.6.24, C.7.6.25)."""
    values = np.linspace(-3.5, 9.25, 17 * 23).reshape(17, 23)

    def made(kind: str, **elements: Any) -> Dataset:
        dataset = make(np.zeros((17, 23), "u1"), **elements)
        del dataset.PixelData
        for name in ("BitsStored", "HighBit", "PixelRepresentation"):
            delattr(dataset, name)
        array = values.astype(kind)
        dataset.BitsAllocated = array.dtype.itemsize * 8
        name = "FloatPixelData" if kind == "<f4" else "DoubleFloatPixelData"
        setattr(dataset, name, array.tobytes())
        return dataset

    window = {"WindowCenter": "2.5", "WindowWidth": "8", "VOILUTFunction": "LINEAR_EXACT"}
    for kind, name in (("<f4", "float"), ("<f8", "double")):
        yield Case(name, made(kind, **window), values.astype(kind))
        rescaled = made(
            kind, RescaleSlope="100", RescaleIntercept="-50", WindowCenter="200", WindowWidth="900"
        )
        yield Case(f"{name}-rescaled", rescaled, values.astype(kind))
        yield Case(f"{name}-no-window", made(kind), values.astype(kind))


def lengths() -> Iterator[Case]:
    """Odd numbers of bytes, one frame and several, one row and one column."""
    yield Case("odd-grey", make(noise((5, 7), 8)))
    yield Case("odd-frames", make(noise((3, 3, 3), 8), NumberOfFrames=3), frames=(0, 2))
    yield Case("odd-color", make(noise((3, 3, 3), 8)))
    yield Case("odd-color-frames", make(noise((3, 3, 5, 3), 8), NumberOfFrames=3), frames=(0, 2))
    yield Case("one-row", make(noise((1, 19), 16)))
    yield Case("one-column", make(noise((19, 1), 16)))
    yield Case("one-pixel", make(np.full((1, 1), 200, "u1"), WindowCenter="128", WindowWidth="256"))
    trailing = make(noise((6, 6), 8))
    trailing.PixelData += bytes(12)
    yield Case("trailing-bytes", trailing, noise((6, 6), 8))
    no_frames = make(noise((6, 6), 8))
    no_frames.add_new("NumberOfFrames", "IS", "")
    yield Case("number-of-frames-empty", no_frames)


def encodings() -> Iterator[Case]:
    """Each uncompressed transfer syntax, sequences of undefined length in front of the pixels."""
    array = noise((11, 13), 16, signed=True)
    for encoding in ENCODINGS:
        dataset = make(array)
        dataset.ReferencedImageSequence = [Dataset(), Dataset()]
        dataset["ReferencedImageSequence"].is_undefined_length = True
        for item in dataset.ReferencedImageSequence:
            item.is_undefined_length_sequence_item = True
            item.ReferencedSOPInstanceUID = "1.2"
        yield Case(f"encoding-{encoding}", dataset, array, encoding=encoding)


def cases() -> Iterator[Case]:
    """All of them."""
    for part in (widths, one_bit, floats, lengths, encodings):
        yield from part()
