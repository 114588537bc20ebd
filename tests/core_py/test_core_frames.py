"""Frames as arrays, pictures and files, held against pydicom, NumPy and Pillow."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from core_corpus import CORPUS, core

UNCOMPRESSED = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5"]
# Broken on purpose.
APART = {"MR_truncated.dcm", "badVR.dcm"}


def images() -> list[Path]:
    """Files with pixels that every decoder agrees about to the bit."""
    found = []
    for path in sorted(CORPUS.glob("*.dcm")):
        dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        meta = getattr(dataset, "file_meta", None)
        syntax = meta.get("TransferSyntaxUID") if meta else None
        if syntax in UNCOMPRESSED and "Rows" in dataset and path.name not in APART:
            found.append(path)
    return found


def test_there_are_images() -> None:
    assert len(images()) >= 29


@pytest.mark.parametrize("path", images(), ids=lambda path: path.name)
def test_stored_values_are_pydicoms(path: Path) -> None:
    expected = pydicom.pixels.pixel_array(path, raw=True)
    found = core.DicomObject(path)
    frames = [found.stored(frame) for frame in range(found.frame_count)]
    stack = np.stack(frames) if found.frame_count > 1 else frames[0]
    assert stack.dtype == expected.dtype.newbyteorder("=")
    np.testing.assert_array_equal(stack, expected)


def test_values_are_rescaled() -> None:
    path = CORPUS / "CT_small.dcm"
    dataset = pydicom.dcmread(path)
    expected = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    found = core.DicomObject(path).values()
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, expected)


def test_the_picture_is_the_standards() -> None:
    path = CORPUS / "CT_small.dcm"
    x = core.DicomObject(path).values()
    center, width = 40.0, 400.0
    y = ((x - (center - 0.5)) / (width - 1) + 0.5) * 255
    expected = np.floor(np.clip(y, 0, 255) + 0.5).astype(np.uint8)
    picture = core.DicomObject(path).render(window=(center, width))
    np.testing.assert_array_equal(picture, expected)
    np.testing.assert_array_equal(core.window_level(x, center, width), expected)
    negative = core.DicomObject(path).render(window=(center, width), inverted=True)
    np.testing.assert_array_equal(negative, 255 - expected.astype(int))


def test_colour_has_three_channels() -> None:
    path = CORPUS / "SC_rgb_rle.dcm"
    picture = core.DicomObject(path).render()
    np.testing.assert_array_equal(picture, pydicom.dcmread(path).pixel_array)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_thumbnails(kind: str) -> None:
    path = CORPUS / "CT_small.dcm"
    found = core.DicomObject(path)
    with Image.open(io.BytesIO(found.thumbnail(64, format=kind, window=(40, 400)))) as small:
        assert (small.format, small.size) == (kind.upper(), (64, 64))
        levels = np.asarray(small.convert("L"), dtype=float)
    picture = found.render(window=(40, 400)).astype(float)
    means = picture.reshape(64, 2, 64, 2).mean(axis=(1, 3))
    assert np.abs(levels - means).mean() < (4 if kind == "jpeg" else 1)


def test_a_thumbnail_of_colour_and_of_many_frames() -> None:
    found = core.DicomObject(CORPUS / "examples_ybr_color.dcm")
    with Image.open(io.BytesIO(found.thumbnail(100))) as small:
        assert small.mode == "RGB"
        assert max(small.size) == 100
    assert found.frame_count == 30
    assert found.thumbnail(100) == found.thumbnail(100, frame=15)
    assert found.thumbnail(100) != found.thumbnail(100, frame=0)


@pytest.mark.parametrize("name", ["CT_small.dcm", "examples_ybr_color.dcm"])
@pytest.mark.parametrize("quality", [30, 85, 95])
def test_jpeg_is_as_good_as_pillows(name: str, quality: int) -> None:
    found = core.DicomObject(CORPUS / name)
    for size in (97, 128):
        exact = Image.open(io.BytesIO(found.thumbnail(size)))
        theirs = io.BytesIO()
        exact.save(theirs, "JPEG", quality=quality)
        ours = found.thumbnail(size, format="jpeg", quality=quality)

        def error(file: bytes, exact: Image.Image = exact) -> float:
            with Image.open(io.BytesIO(file)) as picture:
                assert (picture.mode, picture.size) == (exact.mode, exact.size)
                return float(((np.asarray(picture, float) - np.asarray(exact, float)) ** 2).mean() ** 0.5)

        # libjpeg halves the resolution of colour at every quality; this one up to 90.
        assert error(ours) <= error(theirs.getvalue()) * 1.1 + 0.1, (size, quality)
        assert len(ours) < len(theirs.getvalue()) * (1.1 if exact.mode == "L" or quality < 90 else 2)


def test_coded_frames_are_as_they_are_stored() -> None:
    path = CORPUS / "JPEG2000.dcm"
    expected = next(pydicom.encaps.generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1))
    assert core.DicomObject(path).encoded() == expected


def test_errors_have_a_kind() -> None:
    with pytest.raises(core.DicomError) as malformed:
        core.DicomObject(b"Dear colleague, please find enclosed the images of last week.")
    assert (malformed.value.kind, malformed.value.frame) == ("malformed", None)
    found = core.DicomObject(CORPUS / "CT_small.dcm")
    with pytest.raises(core.DicomError) as missing:
        found.stored(7)
    assert (missing.value.kind, missing.value.frame) == ("malformed", 7)
    with pytest.raises(core.DicomError) as absent:
        core.DicomObject("/nowhere/at/all.dcm")
    assert absent.value.kind == "io"
    with pytest.raises(core.DicomError):
        found.thumbnail(0)
    with pytest.raises(core.DicomError):
        found.thumbnail(64, format="gif")
