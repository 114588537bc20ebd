"""Displayed colour by PS3.3 C.7.6.3, C.7.6.19 and C.7.9, and the picture of any frame."""

from __future__ import annotations

import io
import struct

import numpy as np
from PIL import Image, ImageCms
from pydicom import Dataset
from pydicom.pixels.processing import _expand_segmented_lut
from pydicom.uid import ExplicitVRBigEndian

from graphics import apart, attribute, of_frame, over
from model import field, grey, is_padding, modality, rgb_from_ybr


def eight_bits(samples: np.ndarray, dataset: Dataset) -> np.ndarray:
    """The full range of BitsStored on 0..255."""
    if dataset.BitsStored == 8:
        return samples.astype("u1")
    values = samples.astype(np.int64) & (2**dataset.BitsStored - 1)
    return np.floor(values * 255 / (2**dataset.BitsStored - 1) + 0.5).astype("u1")


def through_palette(stored: np.ndarray, dataset: Dataset) -> np.ndarray:
    """RGB of a palette (C.7.9), its tables by pydicom where they are segmented."""
    planes = []
    for name in ("Red", "Green", "Blue"):
        count, first, bits = dataset[f"{name}PaletteColorLookupTableDescriptor"].value
        segmented = dataset.get(f"Segmented{name}PaletteColorLookupTableData")
        count = count or 65536
        order = ">" if dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian else "<"
        if segmented is not None:
            words = struct.unpack(f"{order}{len(segmented) // 2}H", segmented)
            entries = np.array(_expand_segmented_lut(words, f"{order}H"))
        else:
            data = dataset[f"{name}PaletteColorLookupTableData"].value
            entries = np.frombuffer(data, f"{order}u2" if len(data) >= 2 * count else "u1")
            if entries.itemsize == 1 and order == ">":
                entries = entries.reshape(-1, 2)[:, ::-1].ravel()
        index = np.clip(field(stored, dataset) - first, 0, count - 1)
        # 8 bits in words are the lower ones, whatever the descriptor says of them
        most = 255 if bits == 8 or entries.max() <= 255 else 65535
        planes.append(np.floor(entries[index].astype(float) * 255 / most + 0.5))
    return np.stack(planes, axis=-1).astype("u1")


def through_profile(picture: np.ndarray, dataset: Dataset) -> np.ndarray:
    """sRGB of what the object's ICC profile (C.11.15) describes, by Little CMS."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(dataset.ICCProfile))
    made = ImageCms.profileToProfile(
        Image.fromarray(picture), profile, ImageCms.createProfile("sRGB"), ImageCms.getDefaultIntent(profile)
    )
    return np.asarray(made)


def supplemental(stored: np.ndarray, dataset: Dataset, picture: np.ndarray) -> np.ndarray:
    """Grey below the palette's first value (C.7.6.3.1.5, C.7.6.19); what is above its last has the last colour."""
    colored = field(stored, dataset) >= dataset.RedPaletteColorLookupTableDescriptor[1]
    colors = through_palette(stored, dataset)
    return np.where(colored[..., np.newaxis], colors, picture[..., np.newaxis])


def displayed(
    stored: np.ndarray, dataset: Dataset, frame: int = 0, *, is_rgb: bool | None = None
) -> np.ndarray:
    """What is shown of one frame at one pixel a pixel: 8-bit grey or RGB.

    `is_rgb`: what colour samples are where the photometric interpretation does not say it.
    """
    dataset = of_frame(dataset, frame)
    photometric = dataset.PhotometricInterpretation
    if photometric.startswith("MONOCHROME"):
        picture = grey(stored, dataset)
        if (
            dataset.get("PixelPresentation") in ("COLOR", "MIXED")
            and "RedPaletteColorLookupTableDescriptor" in dataset
        ):
            picture = supplemental(stored, dataset, picture)
    elif photometric == "PALETTE COLOR":
        picture = through_palette(stored, dataset)
    else:
        picture = eight_bits(stored, dataset)
        if not (photometric in ("RGB", "YBR_ICT", "YBR_RCT") if is_rgb is None else is_rgb):
            picture = rgb_from_ybr(picture)
    if picture.ndim == 3 and dataset.get("ICCProfile"):
        picture = through_profile(picture, dataset)
    return over(picture, dataset, frame)


def steady(dataset: Dataset, first: np.ndarray) -> Dataset:
    """The object as it is shown frame after frame: without a window of its own, with that of its first frame."""
    alone = of_frame(dataset, 0)
    has_window = any(
        attribute(dataset, 0, "FrameVOILUTSequence", name) is not None
        for name in ("WindowCenter", "VOILUTSequence")
    )
    if (
        has_window
        or not dataset.PhotometricInterpretation.startswith("MONOCHROME")
        or int(dataset.get("NumberOfFrames") or 1) == 1
    ):
        return dataset
    values = field(first, alone)
    seen = modality(values, alone)
    padding = is_padding(values, alone)
    seen = seen if padding.all() else seen[~padding]
    made = apart(dataset)
    made.WindowCenter, made.WindowWidth = (seen.min() + seen.max() + 1) / 2, seen.max() - seen.min() + 1
    made.VOILUTFunction = "LINEAR"
    return made


def aspect(dataset: Dataset, frame: int) -> float:
    """Height of a pixel over its width."""
    spacing = attribute(dataset, frame, "PixelMeasuresSequence", "PixelSpacing")
    for pair in (spacing, dataset.get("ImagerPixelSpacing"), dataset.get("PixelAspectRatio")):
        if pair is not None and len(pair) == 2 and min(map(float, pair)) > 0:
            return float(pair[0]) / float(pair[1])
    return 1.0


def fitted_size(shape: tuple[int, ...], ratio: float) -> tuple[int, int]:
    """Columns and rows in which the shape of the pixels shows and none of them is lost."""
    rows, columns = shape[:2]
    return round(columns * max(1, 1 / ratio)), round(rows * max(1, ratio))


def fitted(picture: np.ndarray, ratio: float) -> tuple[np.ndarray, np.ndarray]:
    """The picture fitted into `fitted_size` by nearest neighbour, and which of its pixels are beyond doubt."""
    if ratio == 1:
        return picture, np.ones(picture.shape[:2], bool)
    columns, rows = fitted_size(picture.shape, ratio)
    scale = min(columns / picture.shape[1], rows / (picture.shape[0] * ratio))
    places, sure = [], []
    for size, count, step in ((rows, picture.shape[0], scale * ratio), (columns, picture.shape[1], scale)):
        at = (np.arange(size) + 0.5 - size / 2) / step + count / 2
        places.append(np.floor(at).astype(int))
        sure.append(np.abs(at - np.round(at)) > 1e-3)
    inside = [(place >= 0) & (place < count) for place, count in zip(places, picture.shape, strict=False)]
    rows_at, columns_at = (
        np.clip(place, 0, count - 1) for place, count in zip(places, picture.shape, strict=False)
    )
    made = picture[rows_at][:, columns_at].copy()
    made[~inside[0]], made[:, ~inside[1]] = 0, 0
    return made, np.logical_and.outer(*sure)
