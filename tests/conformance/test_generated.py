"""What neither pydicom's own files nor the synthetic set hold: JPEG baseline in depth, and data sets without a preamble."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import get_frame
from pydicom.pixels import pixel_array

from conftest import Probe
from objects import ENCODINGS, make, noise, save_bare, save_jpeg


def check(probe: Probe, path: Path, *, tolerance: int = 0) -> np.ndarray:
    """The probe's stored values are pydicom's."""
    dataset = pydicom.dcmread(path)
    expected = pixel_array(dataset, raw=True)
    expected = expected.astype(expected.dtype.newbyteorder("<"))
    raw = path.with_suffix(".raw")
    outcome = probe(path, "--raw", raw)
    assert outcome.code == 0, outcome.report
    frames = int(dataset.get("NumberOfFrames", 1) or 1)
    assert outcome.report["frames"] == frames == len(outcome.report["stored_sha256"])
    ours = np.frombuffer(raw.read_bytes(), expected.dtype).reshape(expected.shape)
    assert np.abs(ours.astype(np.int64) - expected.astype(np.int64)).max() <= tolerance
    if tolerance == 0:
        by_frame = expected if frames > 1 else expected[np.newaxis]
        hashes = [hashlib.sha256(np.ascontiguousarray(frame).tobytes()).hexdigest() for frame in by_frame]
        assert outcome.report["stored_sha256"] == hashes
    return ours


def smooth(rows: int, columns: int) -> np.ndarray:
    """A colour picture: what a lossy codec is made for, with sharp edges in colour."""
    y, x = np.mgrid[0:rows, 0:columns]
    planes = [127 + 120 * np.sin(x / (5 + k) + k) * np.cos(y / (7 - k)) for k in range(3)]
    array = np.stack(planes, axis=-1)
    array[rows // 3 : rows // 2, columns // 4 : columns // 2] = (250, 10, 30)
    return array.astype("u1")


LOSSY_CASES = [
    (subsampling, size, quality)
    for subsampling in ("--nonstd-444", "--sample-422", "--nonstd-411")
    for size in ((64, 64), (33, 47), (1, 17), (17, 6), (8, 9))
    for quality in (50, 95)
]


@pytest.mark.parametrize(("subsampling", "size", "quality"), LOSSY_CASES)
def test_jpeg_baseline_color(
    subsampling: str, size: tuple[int, int], quality: int, probe: Probe, tmp_path: Path
) -> None:
    options = ("--encode-baseline", subsampling, "--quality", str(quality))
    path = save_jpeg(make(smooth(*size)), tmp_path / "a.dcm", *options)
    if subsampling == "--nonstd-444":
        check(probe, path, tolerance=1)
        return
    # pylibjpeg-libjpeg is no truth for steep chrominance: it differs from libjpeg-turbo by up to 10 in column 1
    # of every 8; Pillow has libjpeg-turbo (which repeats samples in pictures of up to 4 columns)
    image = Image.open(io.BytesIO(get_frame(pydicom.dcmread(path).PixelData, 0, number_of_frames=1)))
    image.draft("YCbCr", image.size)
    assert image.mode == "YCbCr"
    probe(path, "--raw", tmp_path / "a.raw")
    ours = np.fromfile(tmp_path / "a.raw", "u1").reshape(*size, 3)
    assert np.abs(ours.astype(int) - np.asarray(image).astype(int)).max() <= 1


def test_jpeg_baseline_number_of_cases() -> None:
    assert len(LOSSY_CASES) == 30


@pytest.mark.parametrize("size", [(64, 64), (33, 47), (5, 3)])
def test_jpeg_baseline_grey(size: tuple[int, int], probe: Probe, tmp_path: Path) -> None:
    array = smooth(*size)[..., 0]
    check(
        probe, save_jpeg(make(array), tmp_path / "a.dcm", "--encode-baseline", "--quality", "80"), tolerance=1
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_bare_data_sets(encoding: str, probe: Probe, tmp_path: Path) -> None:
    array = noise((11, 13), 16, signed=True)
    outcome = probe(save_bare(make(array), tmp_path / "a.dcm", encoding))
    if encoding == "deflated":  # a deflated data set says nothing of itself
        assert outcome.report["error"]["kind"] == "malformed"
        return
    little = array.astype("<i2").tobytes()
    assert outcome.report["stored_sha256"] == [hashlib.sha256(little).hexdigest()]
    assert outcome.report["transfer_syntax"] == ENCODINGS[encoding]
