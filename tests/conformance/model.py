"""PS3.3 C.11 and C.7.6.3.1 as they stand, in NumPy: from stored values to displayed pictures."""

from __future__ import annotations

import numpy as np
from pydicom import Dataset


def field(stored: np.ndarray, dataset: Dataset) -> np.ndarray:
    """BitsStored bits at HighBit, sign-extended (PS3.5 section 8.1.1)."""
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


def grey(stored: np.ndarray, dataset: Dataset, window: tuple[float, float] | None = None) -> np.ndarray:
    """8-bit grey of one frame."""
    values = field(stored, dataset)
    x = values * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))
    function = dataset.get("VOILUTFunction", "LINEAR")
    if window is None and "WindowCenter" in dataset:
        first = [np.atleast_1d(dataset[name].value)[0] for name in ("WindowCenter", "WindowWidth")]
        window = float(first[0]), float(first[1])
    if window is None:
        seen = x[~is_padding(values, dataset)]
        window, function = ((seen.min() + seen.max() + 1) / 2, seen.max() - seen.min() + 1), "LINEAR"
    y = voi(x, *window, function)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        y = 255 - y
    return np.floor(y + 0.5).astype("u1")


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
