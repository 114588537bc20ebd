"""What is drawn over a picture, and what its frames say for themselves: PS3.3 C.7.6.11, C.7.6.16, C.9.2, in NumPy."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.uid import ExplicitVRBigEndian


def attribute(dataset: Dataset, frame: int, sequence: str, name: str) -> Any:
    """Of the frame's functional groups, else the shared ones, else the object; None when absent."""
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or []
    for group in [*per_frame[frame : frame + 1], *(dataset.get("SharedFunctionalGroupsSequence") or [])]:
        if group.get(sequence):
            return group[sequence].value[0].get(name)
    return dataset.get(name)


def apart(dataset: Dataset) -> Dataset:
    """A copy whose elements can be changed without changing the object; a shallow copy shares them all."""
    alone = copy.copy(dataset)
    object.__setattr__(alone, "_dict", dict(dataset._dict))
    return alone


def of_frame(dataset: Dataset, frame: int) -> Dataset:
    """The object as if it had this frame only: what its functional groups say stands in the data set itself.

    Stored values have been taken out of their containers by now: they lie in the lowest bits.
    """
    alone = apart(dataset)
    for sequence, names in (
        ("PixelValueTransformationSequence", ("RescaleSlope", "RescaleIntercept")),
        ("FrameVOILUTSequence", ("WindowCenter", "WindowWidth", "VOILUTFunction")),
    ):
        for name in names:
            value = attribute(dataset, frame, sequence, name)
            if value is not None:
                setattr(alone, name, value)
            elif name in alone:
                delattr(alone, name)
    if "HighBit" in alone:
        alone.HighBit = alone.BitsStored - 1
    return alone


def shutter(dataset: Dataset, shape: tuple[int, int]) -> np.ndarray:
    """Which pixels a display shutter hides (C.7.6.11); one whose centre is on an edge is shown."""
    y, x = np.mgrid[1 : shape[0] + 1, 1 : shape[1] + 1].astype(float)
    shapes = np.atleast_1d(dataset.get("ShutterShape") or [])
    shown = np.ones(shape, bool)
    if "RECTANGULAR" in shapes:
        shown &= (x >= dataset.ShutterLeftVerticalEdge) & (x <= dataset.ShutterRightVerticalEdge)
        shown &= (y >= dataset.ShutterUpperHorizontalEdge) & (y <= dataset.ShutterLowerHorizontalEdge)
    if "CIRCULAR" in shapes:
        row, column = dataset.CenterOfCircularShutter
        shown &= np.hypot(y - row, x - column) <= dataset.RadiusOfCircularShutter
    if "POLYGONAL" in shapes:
        vertices = np.array(dataset.VerticesOfThePolygonalShutter, float).reshape(-1, 2)
        inside, edge = np.zeros(shape, bool), np.zeros(shape, bool)
        for (row, column), (row2, column2) in zip(vertices, np.roll(vertices, -1, axis=0), strict=True):
            crosses = (row > y) != (row2 > y)
            area = (y - row) * (column2 - column) - (x - column) * (row2 - row)
            inside ^= crosses & ((area > 0) == (row2 > row))
            within = (
                (y >= min(row, row2))
                & (y <= max(row, row2))
                & (x >= min(column, column2))
                & (x <= max(column, column2))
            )
            edge |= (area == 0) & within
        shown &= inside | edge
    return ~shown


def embedded(dataset: Dataset, frame: int, shape: tuple[int, int], bit: int) -> np.ndarray:
    """One bit of the cells of uncompressed pixel data, where old overlays are."""
    order = ">" if dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<"
    cells = np.frombuffer(dataset.PixelData, f"{order}u{dataset.BitsAllocated // 8}")
    size = shape[0] * shape[1]
    return (cells[frame * size : (frame + 1) * size].reshape(shape) >> bit) & 1 == 1


def overlays(dataset: Dataset, frame: int, shape: tuple[int, int]) -> Iterator[np.ndarray]:
    """The pixels of each overlay plane that shows graphics (C.9.2)."""
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x0010) not in dataset:
            continue
        rows, columns, (top, left) = (dataset[group, element].value for element in (0x0010, 0x0011, 0x0050))
        if (group, 0x3000) not in dataset:
            if not dataset.file_meta.TransferSyntaxUID.is_encapsulated:
                yield embedded(dataset, frame, shape, dataset[group, 0x0102].value)
            continue
        frames = int(dataset[group, 0x0015].value) if (group, 0x0015) in dataset else 1
        first = int(dataset[group, 0x0051].value) - 1 if (group, 0x0051) in dataset else 0
        if frames > 1 and not first <= frame < first + frames:
            continue
        plane = np.unpackbits(np.frombuffer(dataset[group, 0x3000].value, "u1"), bitorder="little")
        start = (frame - first) * rows * columns if frames > 1 else 0
        plane = plane[start : start + rows * columns].reshape(rows, columns)
        mask = np.zeros(shape, bool)
        for y, x in np.argwhere(plane):
            if 0 <= y + top - 1 < shape[0] and 0 <= x + left - 1 < shape[1]:
                mask[y + top - 1, x + left - 1] = True
        yield mask


def over(picture: np.ndarray, dataset: Dataset, frame: int) -> np.ndarray:
    """The picture behind its shutter, its overlays in white on both (PS3.4 figure N.2-1)."""
    picture = picture.copy()
    picture[shutter(dataset, picture.shape[:2])] = round(
        dataset.get("ShutterPresentationValue", 0) * 255 / 65535
    )
    for mask in overlays(dataset, frame, picture.shape[:2]):
        picture[mask] = 255
    return picture
