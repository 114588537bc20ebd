"""PS3.3 C.11 and C.7.6.3.1 as they stand, in NumPy: from stored values to displayed pictures."""

from __future__ import annotations

import numpy as np
from pydicom import Dataset


def field(stored: np.ndarray, dataset: Dataset) -> np.ndarray:
    """BitsStored bits at HighBit, sign-extended (PS3.5 section 8.1.1); floating point numbers as they are."""
    if stored.dtype.kind == "f":
        return stored.astype(float)
    values = stored.astype(np.int64) >> (dataset.HighBit + 1 - dataset.BitsStored)
    values &= 2**dataset.BitsStored - 1
    if dataset.PixelRepresentation == 1:
        values = np.where(values >= 2 ** (dataset.BitsStored - 1), values - 2**dataset.BitsStored, values)
    return values


def voi(x: np.ndarray, center: float, width: float, function: str) -> np.ndarray:
    """VOI LUT on 0..255 (C.11.2.1.2, C.11.2.1.3)."""
    if function == "SIGMOID":
        return 255 / (1 + np.exp(-4 * (x - center) / width))
    if function == "LINEAR_EXACT":
        low, high = center - width / 2, center + width / 2
        return np.select([x <= low, x > high], [0.0, 255.0], ((x - center) / width + 0.5) * 255)
    low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    # a width of 1 has no slope: the division is never looked at
    slope = ((x - (center - 0.5)) / max(width - 1, 1e-300) + 0.5) * 255
    return np.select([x <= low, x > high], [0.0, 255.0], slope)


def table(item: Dataset, values: np.ndarray, *, signed: bool = False) -> tuple[np.ndarray, int]:
    """LUTData at whole values (C.11.1.1.1): the output, and its maximum."""
    count, first, bits = (int(number) for number in item.LUTDescriptor)
    if signed and first >= 2**15:
        first -= 2**16
    data = item.LUTData
    if isinstance(data, bytes):
        data = np.frombuffer(data, "<u2" if len(data) >= 2 * (count or 2**16) else "u1")
    data = np.asarray(data, np.int64)[: count or 2**16]
    return data[np.clip(values - first, 0, len(data) - 1)], 2**bits - 1


def whole(x: np.ndarray) -> np.ndarray:
    """Whole numbers, halves up: what a table is read at."""
    return np.floor(x + 0.5).astype(np.int64)


def modality(values: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Modality LUT (C.11.1): a table, else the rescale."""
    if dataset.get("ModalityLUTSequence"):
        signed = dataset.PixelRepresentation == 1
        return table(dataset.ModalityLUTSequence[0], values, signed=signed)[0].astype(float)
    return values * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))


def presets(dataset: Dataset) -> list[tuple[float, float] | Dataset]:
    """What the object offers to choose from: its windows, then its VOI LUTs."""
    ends = [np.atleast_1d(dataset.get(name, [])) for name in ("WindowCenter", "WindowWidth")]
    windows = [(float(center), float(width)) for center, width in zip(*ends, strict=True)]
    return windows + list(dataset.get("VOILUTSequence", []))


def grey(
    stored: np.ndarray,
    dataset: Dataset,
    window: tuple[float, float] | Dataset | None = None,
    *,
    signed_voi: bool = False,
) -> np.ndarray:
    """8-bit grey of one frame, by a window or an item of VOILUTSequence; without one, by the object's first."""
    values = field(stored, dataset)
    x = modality(values, dataset)
    function = dataset.get("VOILUTFunction", "LINEAR")
    if window is None and presets(dataset):
        window = presets(dataset)[0]
    if window is None:
        seen = x[~is_padding(values, dataset)]
        window, function = ((seen.min() + seen.max() + 1) / 2, seen.max() - seen.min() + 1), "LINEAR"
    if isinstance(window, Dataset):
        output, most = table(window, whole(x), signed=signed_voi)
        y = output * 255 / most
    else:
        y = voi(x, *window, function)
    if dataset.get("PresentationLUTSequence"):  # its output is in P-values (C.11.6.1)
        item = dataset.PresentationLUTSequence[0]
        entries = int(item.LUTDescriptor[0]) or 2**16
        output, most = table(item, whole(y * (entries - 1) / 255))
        y = output * 255 / most
    elif (
        dataset.PhotometricInterpretation == "MONOCHROME1" or dataset.get("PresentationLUTShape") == "INVERSE"
    ):
        y = 255 - y
    return np.floor(y + 0.5).astype("u1")


def overlaid(picture: np.ndarray, dataset: Dataset, frame: int = 0) -> np.ndarray:
    """Overlays over a grey picture: graphics white, regions half way to white (the standard says not how)."""
    picture = picture.astype(int)
    marks = {"G": np.zeros(picture.shape, bool), "R": np.zeros(picture.shape, bool)}
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x40) not in dataset:
            continue
        plane = marks[dataset[group, 0x40].value]
        if (group, 0x3000) not in dataset:
            stored = np.frombuffer(dataset.PixelData, f"<u{dataset.BitsAllocated // 8}")
            stored = stored[: picture.size * (frame + 1)][picture.size * frame :].reshape(picture.shape)
            plane |= (stored >> dataset[group, 0x102].value & 1).astype(bool)
            continue
        rows, columns = dataset[group, 0x10].value, dataset[group, 0x11].value
        top, left = (int(number) - 1 for number in dataset[group, 0x50].value)
        number = 0
        if (group, 0x15) in dataset and "NumberOfFrames" in dataset:
            origin = dataset[group, 0x51].value if (group, 0x51) in dataset else 1
            number = frame - (origin - 1)
            if not 0 <= number < int(dataset[group, 0x15].value):
                continue
        packed = np.frombuffer(dataset[group, 0x3000].value, "u1")
        bits = np.unpackbits(packed, bitorder="little")[rows * columns * number :]
        for row, column in np.argwhere(bits[: rows * columns].reshape(rows, columns)):
            if 0 <= row + top < picture.shape[0] and 0 <= column + left < picture.shape[1]:
                plane[row + top, column + left] = True
    picture[marks["R"]] = np.floor((picture[marks["R"]] + 255) / 2 + 0.5)
    picture[marks["G"]] = 255
    return picture.astype("u1")


def shuttered(picture: np.ndarray, dataset: Dataset, aspect: float = 1) -> np.ndarray:
    """Display shutters (C.7.6.11) but polygons: what is outside of one of the shapes is neutralised."""
    row, column = np.mgrid[1 : picture.shape[0] + 1, 1 : picture.shape[1] + 1]
    shown = np.ones(picture.shape, bool)
    shapes = np.atleast_1d(dataset.ShutterShape)
    if "RECTANGULAR" in shapes:
        shown &= (row >= dataset.ShutterUpperHorizontalEdge) & (row <= dataset.ShutterLowerHorizontalEdge)
        shown &= (column >= dataset.ShutterLeftVerticalEdge) & (column <= dataset.ShutterRightVerticalEdge)
    if "CIRCULAR" in shapes:
        middle = [int(number) for number in dataset.CenterOfCircularShutter]
        down, right = (row - middle[0]) * aspect, column - middle[1]
        shown &= down**2 + right**2 <= dataset.RadiusOfCircularShutter**2
    level = np.floor(dataset.get("ShutterPresentationValue", 0) / 65535 * 255 + 0.5)
    return np.where(shown, picture, level).astype("u1")


def is_padding(values: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Which stored values are padding (C.7.5.1.1.2)."""
    if "PixelPaddingValue" not in dataset:
        return np.zeros(values.shape, bool)
    ends = [dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue)]
    return (values >= min(ends)) & (values <= max(ends))


def rgb_from_ybr(ybr: np.ndarray) -> np.ndarray:
    """8-bit RGB of YBR_FULL (C.7.6.3.1.2)."""
    y, cb, cr = (ybr[..., k].astype(float) - (0, 128, 128)[k] for k in range(3))
    rgb = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=-1)
    return np.floor(np.clip(rgb, 0, 255) + 0.5).clip(0, 255).astype("u1")
