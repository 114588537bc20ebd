"""Numbers of every width and kind, where they lie, and what is said when they are not as announced."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.pixels import pixel_array

from conftest import CORPUS, Probe
from model import voi
from objects import make, noise, save, save_jpeg
from test_render import render


def make_float(array: np.ndarray, **elements: Any) -> pydicom.Dataset:
    """A parametric map of `[rows, columns]` or `[frames, rows, columns]` of 32- or 64-bit floats."""
    plain = np.zeros(array.shape, "u1")
    dataset = make(plain, **({"NumberOfFrames": len(array)} if array.ndim == 3 else {}))
    for name in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, name)
    dataset.BitsAllocated = array.dtype.itemsize * 8
    name = "FloatPixelData" if array.dtype.itemsize == 4 else "DoubleFloatPixelData"
    setattr(dataset, name, array.astype(array.dtype.newbyteorder("<")).tobytes())
    for key, value in elements.items():
        setattr(dataset, key, value)
    return dataset


def floats(dtype: str, shape: tuple[int, ...] = (17, 23)) -> np.ndarray:
    """Smooth values with noise, negative ones too."""
    random = np.random.default_rng(7)
    return (np.linspace(-3, 900, int(np.prod(shape))).reshape(shape) + random.normal(0, 5, shape)).astype(
        dtype
    )


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("frames", [1, 3])
def test_float_values_are_exact(dtype: str, frames: int, probe: Probe, tmp_path: Path) -> None:
    array = floats(dtype, (frames, 17, 23))
    dataset = make_float(array if frames > 1 else array[0])
    path = save(dataset, tmp_path / "a.dcm")
    theirs = pixel_array(pydicom.dcmread(path), raw=True).reshape(array.shape)
    hashes = [hashlib.sha256(frame.astype("<" + dtype).tobytes()).hexdigest() for frame in theirs]
    report = probe(path).report
    assert report["ok"] and report["stored_sha256"] == hashes and "warnings" not in report


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("window", [None, (100.0, 40.0), (3.25, 0.01), (1e6, 3e6)])
def test_float_picture(dtype: str, window: tuple[float, float] | None, probe: Probe, tmp_path: Path) -> None:
    array = floats(dtype)
    elements: dict[str, Any] = {"RescaleSlope": "2", "RescaleIntercept": "-24"}
    if window:
        elements |= {"WindowCenter": window[0], "WindowWidth": window[1], "VOILUTFunction": "LINEAR_EXACT"}
    ours = render(probe, save(make_float(array, **elements), tmp_path / "a.dcm"))
    x = array.astype("f8") * 2 - 24
    center, width = window or ((x.min() + x.max()) / 2, x.max() - x.min())
    expected = np.floor(voi(x, center, width, "LINEAR_EXACT") + 0.5)
    assert np.abs(ours - expected).max() <= (0 if dtype == "f4" else 1)
    assert len(np.unique(ours)) > (1 if window else 200)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_what_is_no_number_is_padding(dtype: str, probe: Probe, tmp_path: Path) -> None:
    array = floats(dtype)
    array[0, :4] = [np.nan, np.inf, -np.inf, -7000]
    name = "FloatPixelPaddingValue" if dtype == "f4" else "DoubleFloatPixelPaddingValue"
    dataset = make_float(array, **{name: -7000.0})
    path = save(dataset, tmp_path / "a.dcm")
    ours = render(probe, path)
    shown = array[1:].astype("f8")
    low, high = array[0, 4:].min(), array[0, 4:].max()
    low, high = min(low, shown.min()), max(high, shown.max())
    expected = np.floor(voi(shown, (low + high) / 2, high - low, "LINEAR_EXACT") + 0.5)
    assert (ours[0, :4] == 0).all()
    assert np.abs(ours[1:] - expected).max() <= 1
    stored = hashlib.sha256(array.tobytes()).hexdigest()
    assert probe(path).report["stored_sha256"] == [stored]


def test_a_far_value_is_said(probe: Probe, tmp_path: Path) -> None:
    array = np.linspace(0, 1, 400).reshape(20, 20).astype("f4")
    array[3, 3] = np.finfo("f4").min
    dataset = make_float(array, WindowCenter=0.5, WindowWidth=1, VOILUTFunction="LINEAR_EXACT")
    path = save(dataset, tmp_path / "a.dcm")
    ours = render(probe, path)
    expected = np.floor(voi(array.astype("f8"), 0.5, 1, "LINEAR_EXACT") + 0.5)
    assert np.array_equal(ours, expected)
    outcome = probe(path, "--render", tmp_path / "a.png")
    assert [warning["kind"] for warning in outcome.report["warnings"]] == ["reduced"]


@pytest.mark.parametrize("signed", [False, True])
def test_64_bits(signed: bool, probe: Probe, tmp_path: Path) -> None:
    array = (noise((9, 11), 32).astype("i8") * 1000 - (2**40 if signed else 0)).astype(
        "i8" if signed else "u8"
    )
    path = save(make(array), tmp_path / "a.dcm")
    dataset = pydicom.dcmread(path)
    assert probe(path).report["stored_sha256"] == [hashlib.sha256(array.tobytes()).hexdigest()]
    x = array.astype("f8")
    expected = np.floor(voi(x, (x.min() + x.max()) / 2, x.max() - x.min(), "LINEAR_EXACT") + 0.5)
    assert dataset.BitsAllocated == 64 and np.abs(render(probe, path) - expected).max() <= 1


FIELDS = [(8, 8), (8, 5), (16, 10), (16, 16), (32, 32), (32, 24), (32, 9)]


@pytest.mark.parametrize(("allocated", "stored"), FIELDS)
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("place", ["low", "middle", "high"])
def test_bits_stored_anywhere(
    allocated: int, stored: int, signed: bool, place: str, probe: Probe, tmp_path: Path
) -> None:
    free = allocated - stored
    shift = {"low": 0, "middle": free // 2, "high": free}[place]
    values = noise((13, 7), stored, signed=signed).astype("i8")
    random = np.random.default_rng(3)
    junk = random.integers(0, 2**allocated, values.shape) & ~(((1 << stored) - 1) << shift)
    raw = (((values & ((1 << stored) - 1)) << shift) | junk).astype(f"u{allocated // 8}")
    dataset = make(raw, bits=stored, HighBit=shift + stored - 1, PixelRepresentation=int(signed))
    dataset.PixelData = raw.tobytes() + bytes(raw.nbytes % 2)
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    x = values.astype("f8")
    expected = np.floor(voi(x, (x.min() + x.max() + 1) / 2, x.max() - x.min() + 1, "LINEAR") + 0.5)
    assert np.array_equal(ours, expected)


@pytest.mark.parametrize("encoding", ["explicit", "big"])
@pytest.mark.parametrize("vr", ["OB", "OW"])
@pytest.mark.parametrize("shape", [(5, 7, 9), (3, 8, 8), (11, 1, 3)])
def test_one_bit_frames_follow_without_a_gap(
    shape: tuple[int, ...], vr: str, encoding: str, probe: Probe, tmp_path: Path
) -> None:
    array = np.random.default_rng(1).integers(0, 2, shape).astype("u1")
    packed = np.packbits(array.ravel(), bitorder="little").tobytes()
    packed += bytes(len(packed) % 2)
    if encoding == "big" and vr == "OW":
        packed = np.frombuffer(packed, "u2").byteswap().tobytes()
    dataset = make(array, NumberOfFrames=shape[0])
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.HighBit = 0
    dataset.PixelData = packed
    dataset["PixelData"].VR = vr
    report = probe(save(dataset, tmp_path / "a.dcm", encoding)).report
    assert report["stored_sha256"] == [hashlib.sha256(frame.tobytes()).hexdigest() for frame in array]


def warned(probe: Probe, path: Path) -> list[str]:
    return [warning["kind"] for warning in probe(path).report.get("warnings", [])]


def test_lengths(probe: Probe, tmp_path: Path) -> None:
    """Too long is left aside, a missing pad byte is nothing, and whole frames of a short value are shown."""
    array = noise((3, 5, 7), 8)
    content = array.tobytes()
    hashes = [hashlib.sha256(frame.tobytes()).hexdigest() for frame in array]
    cases: list[tuple[bytes, list[str], list[str | None]]] = [
        (content + b"\0", [], hashes),
        (content, [], hashes),
        (content + bytes(9), ["pixel-data-length"], hashes),
        (content[:80], ["pixel-data-length"], [*hashes[:2], None]),
        (content[:20], ["pixel-data-length"], [None, None, None]),
    ]
    for pixels, kinds, expected in cases:
        dataset = make(array, NumberOfFrames=3)
        path = save(dataset, tmp_path / "a.dcm")
        # pydicom pads odd values: the element is written anew
        whole = path.read_bytes()
        start = len(whole) - len(dataset.PixelData)
        path.write_bytes(whole[: start - 4] + len(pixels).to_bytes(4, "little") + pixels)
        assert probe(path).report["stored_sha256"] == expected
        assert warned(probe, path) == kinds, len(pixels)


def test_attributes_that_contradict(probe: Probe, tmp_path: Path) -> None:
    array = noise((5, 7), 12)
    for change, tag in [
        ({"HighBit": 3}, "0028,0102"),
        ({"BitsStored": None}, "0028,0101"),
        ({"PhotometricInterpretation": None}, "0028,0004"),
    ]:
        dataset = make(array, bits=12)
        for name, value in change.items():
            delattr(dataset, name) if value is None else setattr(dataset, name, value)
        path = save(dataset, tmp_path / "a.dcm")
        report = probe(path).report
        assert report["ok"] and report["stored_sha256"] == [hashlib.sha256(array.tobytes()).hexdigest()]
        assert [(w["kind"], w["tag"]) for w in report["warnings"]] == [("attribute", tag)]


def test_stream_and_data_set_differ(probe: Probe, tmp_path: Path) -> None:
    path = save_jpeg(make(noise((16, 16), 8)), tmp_path / "a.dcm", "--encode-baseline")
    assert warned(probe, path) == []
    dataset = pydicom.dcmread(path)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.save_as(path)
    (warning,) = probe(path).report["warnings"]
    assert warning == {
        "kind": "stream-differs",
        "message": "the stream has 8 bits a sample, the data set says 12: the stream's are taken",
        "tag": "0028,0101",
        "frame": 0,
    }
    # RGB by its Adobe marker, whatever the data set says
    name = "SC_rgb_jpeg_app14_dcmd.dcm"
    dataset = pydicom.dcmread(CORPUS / name)
    dataset.PhotometricInterpretation = "YBR_FULL"
    dataset.save_as(tmp_path / name)
    outcome = probe(tmp_path / name, "--render", tmp_path / "a.png")
    assert [(w["kind"], w["tag"]) for w in outcome.report["warnings"]] == [("stream-differs", "0028,0004")]
