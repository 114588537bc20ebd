"""Every file of pydicom's own test set in a supported syntax decodes to the values that pydicom gives."""

from __future__ import annotations

import hashlib
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import generate_frames
from pydicom.pixels import pixel_array

from conftest import CORPUS, LOSSLESS, LOSSY, Probe, corpus_files, read

# pydicom itself refuses these: the first ends early, the second has "1A" frames, the
# third a delimiter in the middle of the size of its picture.
BROKEN = {
    "MR_truncated.dcm": "truncated",
    "badVR.dcm": "malformed",
    "JPEG2000-embedded-sequence-delimiter.dcm": "malformed",
}


def cases() -> list[Path]:
    """The files with pixels in a supported syntax, the broken ones left out."""
    found = []
    for path in corpus_files():
        dataset = read(path)
        syntax = getattr(getattr(dataset, "file_meta", None), "TransferSyntaxUID", None)
        if syntax not in LOSSLESS | LOSSY or path.name in BROKEN:
            continue
        if "PixelData" in dataset and "Rows" in dataset:
            found.append(path)
    return found


CASES = cases()


def expected_frames(dataset: pydicom.Dataset) -> list[np.ndarray]:
    """The stored values as pydicom gives them, frame after frame."""
    try:
        array = pixel_array(dataset, raw=True)
    except RuntimeError:
        # libjpeg-turbo reads what none of pydicom's decoders does: a sequential scan that states no band
        assert dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.51"
        array = imagecodecs.jpeg8_decode(next(generate_frames(dataset.PixelData, number_of_frames=1)))
    frames = int(dataset.get("NumberOfFrames", 1) or 1)
    array = array if frames > 1 else array[np.newaxis]
    assert len(array) == frames
    return [np.ascontiguousarray(frame).astype(frame.dtype.newbyteorder("<")) for frame in array]


def test_number_of_cases() -> None:
    assert len(CASES) == 90


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(CORPUS)))
def test_stored_values(path: Path, probe: Probe, tmp_path: Path) -> None:
    dataset = read(path)
    raw = tmp_path / "stored.raw"
    outcome = probe(path, "--raw", raw)
    report = outcome.report
    assert outcome.code == 0 and report["ok"], report
    assert report["path"] == str(path)
    assert report["transfer_syntax"] == dataset.file_meta.TransferSyntaxUID
    assert report["photometric_interpretation"] == dataset.PhotometricInterpretation
    for name, value in {
        "samples_per_pixel": dataset.SamplesPerPixel,
        "rows": dataset.Rows,
        "columns": dataset.Columns,
        "frames": int(dataset.get("NumberOfFrames", 1) or 1),
        "bits_allocated": dataset.BitsAllocated,
        "bits_stored": dataset.BitsStored,
        "pixel_representation": dataset.PixelRepresentation,
    }.items():
        assert report[name] == value, name

    frames = expected_frames(dataset)
    bytes_written = raw.read_bytes()
    hashes = [hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames]
    size = frames[0].nbytes
    assert len(bytes_written) == size * len(frames)
    written = [bytes_written[at * size : (at + 1) * size] for at in range(len(frames))]
    assert report["stored_sha256"] == [hashlib.sha256(frame).hexdigest() for frame in written]
    if dataset.file_meta.TransferSyntaxUID in LOSSLESS:
        assert report["stored_sha256"] == hashes
        return
    for ours, theirs in zip(written, frames, strict=True):
        difference = np.frombuffer(ours, theirs.dtype).astype(int) - theirs.ravel().astype(int)
        assert np.abs(difference).max() <= 1


@pytest.mark.parametrize(("name", "kind"), BROKEN.items())
def test_broken_files_are_named(name: str, kind: str, probe: Probe) -> None:
    complaint = r"less than expected|NumberOfFrames|invalid literal|1A|Unable to decode"
    with pytest.raises((ValueError, RuntimeError), match=complaint):
        pixel_array(read(CORPUS / name), raw=True)
    outcome = probe(CORPUS / name)
    assert outcome.code == 1
    assert outcome.report["error"]["kind"] == kind


def test_all_at_once(probe: Probe) -> None:
    """Many files in one process, good and bad: one line each, in order."""
    files = list(corpus_files())
    outcome = probe(*files)
    assert outcome.code == 1
    assert [report["path"] for report in outcome.reports] == [str(path) for path in files]
    assert sum(report["ok"] for report in outcome.reports) == len(CASES)
    kinds = {report["error"]["kind"] for report in outcome.reports if not report["ok"]}
    assert kinds == {"malformed", "truncated", "no-pixel-data"}
