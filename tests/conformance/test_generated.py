"""What pydicom's own files do not hold: every predictor, depth, layout, table and encoding, made here."""

from __future__ import annotations

import hashlib
import io
import itertools
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import generate_frames, get_frame
from pydicom.pixels import pixel_array

from conftest import Probe
from objects import ENCODINGS, make, noise, refragment, save, save_bare, save_jpeg, save_rle


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


LOSSLESS_CASES = list(itertools.product(range(1, 8), (8, 12, 16), (False, True)))


@pytest.mark.parametrize(("predictor", "bits", "signed"), LOSSLESS_CASES)
def test_jpeg_lossless(predictor: int, bits: int, signed: bool, probe: Probe, tmp_path: Path) -> None:
    array = noise((37, 53), bits, signed=signed)
    path = save_jpeg(
        make(array, bits=bits), tmp_path / "a.dcm", "--encode-lossless", "--selection-value", str(predictor)
    )
    assert pydicom.dcmread(path).file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.57"
    assert np.array_equal(check(probe, path), array)


def test_jpeg_lossless_number_of_cases() -> None:
    assert len(LOSSLESS_CASES) == 42


def test_jpeg_lossless_color(probe: Probe, tmp_path: Path) -> None:
    array = noise((21, 34, 3), 8)
    path = save_jpeg(make(array), tmp_path / "a.dcm", "--encode-lossless-sv1")
    assert pydicom.dcmread(path).PhotometricInterpretation == "RGB"
    assert np.array_equal(check(probe, path), array)


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


RLE_CASES = [
    (noise((19, 23), 8), None),
    (noise((19, 23), 16, signed=True), None),
    (noise((19, 23), 12).astype("u2"), 12),
    (noise((19, 23, 3), 8), None),
    (noise((19, 23, 3), 16), None),
    (noise((3, 19, 23), 16), None),
]


@pytest.mark.parametrize("case", range(len(RLE_CASES)))
def test_rle(case: int, probe: Probe, tmp_path: Path) -> None:
    array, bits = RLE_CASES[case]
    elements = {"NumberOfFrames": 3} if case == len(RLE_CASES) - 1 else {}
    array = np.where(array > array.max() // 2, array, array.dtype.type(7))  # runs and literals
    assert np.array_equal(
        check(probe, save_rle(make(array, bits=bits, **elements), tmp_path / "a.dcm")), array
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("bare", [False, True])
def test_encodings(encoding: str, bare: bool, probe: Probe, tmp_path: Path) -> None:
    array = noise((11, 13), 16, signed=True)
    dataset = make(array)
    dataset.ReferencedImageSequence = [pydicom.Dataset(), pydicom.Dataset()]
    dataset["ReferencedImageSequence"].is_undefined_length = True
    for item in dataset.ReferencedImageSequence:
        item.is_undefined_length_sequence_item = True
        item.ReferencedSOPInstanceUID = "1.2"
    if not bare:
        assert np.array_equal(check(probe, save(dataset, tmp_path / "a.dcm", encoding)), array)
        return
    outcome = probe(save_bare(dataset, tmp_path / "a.dcm", encoding))
    if encoding == "deflated":  # a deflated data set says nothing of itself
        assert outcome.report["error"]["kind"] == "malformed"
        return
    little = array.astype("<i2").tobytes()
    assert outcome.report["stored_sha256"] == [hashlib.sha256(little).hexdigest()]
    assert outcome.report["transfer_syntax"] == ENCODINGS[encoding]


NATIVE_CASES = {
    "8 bit": (noise((5, 7), 8), {}),
    "signed 8 bit": (noise((5, 7), 8, signed=True), {}),
    "12 of 16 bit, junk above": (noise((5, 7), 16), {"bits": 12}),
    "signed 12 of 16 bit": (noise((5, 7), 16, signed=True), {"bits": 12}),
    "32 bit": (noise((5, 7), 32), {}),
    "odd frames": (noise((3, 3, 3), 8), {"NumberOfFrames": 3}),
    "odd colour frames": (noise((3, 3, 5, 3), 8), {"NumberOfFrames": 3}),
    "16-bit colour": (noise((4, 6, 3), 16), {}),
}


@pytest.mark.parametrize("encoding", ["explicit", "big"])
@pytest.mark.parametrize("name", NATIVE_CASES)
def test_native(name: str, encoding: str, probe: Probe, tmp_path: Path) -> None:
    array, elements = NATIVE_CASES[name]
    check(probe, save(make(array, **elements), tmp_path / "a.dcm", encoding))


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("frames", [1, 2])
def test_color_by_plane(bits: int, frames: int, probe: Probe, tmp_path: Path) -> None:
    array = noise((frames, 4, 6, 3), bits)
    dataset = make(array, NumberOfFrames=frames, PlanarConfiguration=1)
    dataset.PixelData = np.ascontiguousarray(array.transpose(0, 3, 1, 2)).tobytes()
    assert np.array_equal(check(probe, save(dataset, tmp_path / "a.dcm")), array.squeeze())


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 5, 7), (8, 3, 3)])
@pytest.mark.parametrize("encoding", ["explicit", "big"])
def test_one_bit(shape: tuple[int, int, int], encoding: str, probe: Probe, tmp_path: Path) -> None:
    array = noise(shape, 8) & 1
    dataset = make(array, NumberOfFrames=shape[0], BitsAllocated=1, BitsStored=1, HighBit=0)
    packed = np.packbits(array.ravel(), bitorder="little").tobytes()
    dataset.PixelData = packed + bytes(len(packed) % 2)
    dataset["PixelData"].VR = "OB"
    assert np.array_equal(check(probe, save(dataset, tmp_path / "a.dcm", encoding)), array.squeeze())


@pytest.mark.parametrize("table", ["basic", "extended", "none"])
@pytest.mark.parametrize("fragments", [1, 3])
def test_offset_tables(table: str, fragments: int, probe: Probe, tmp_path: Path) -> None:
    array = noise((4, 16, 18), 12)
    path = save_jpeg(make(array, bits=12, NumberOfFrames=4), tmp_path / "a.dcm", "--encode-lossless-sv1")
    dataset = pydicom.dcmread(path)
    refragment(dataset, list(generate_frames(dataset.PixelData, number_of_frames=4)), table, fragments)
    dataset.save_as(path)
    assert np.array_equal(check(probe, path), array)
