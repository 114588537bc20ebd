"""JPEG 2000, HTJ2K and JPEG XL in DICOM, as OpenJPEG, OpenJPH and libjxl write and read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from conftest import Probe
from objects import make, noise

PREFIX = "1.2.840.10008.1.2.4."


def lossless_2000(array: np.ndarray, bits: int) -> bytes:
    return bytes(
        imagecodecs.jpeg2k_encode(array, codecformat="j2k", level=0, reversible=True, bitspersample=bits)
    )


def lossless_ht(array: np.ndarray, _bits: int) -> bytes:
    return bytes(imagecodecs.htj2k_encode(array, reversible=True, rgb=array.ndim == 3))


def lossless_xl(array: np.ndarray, bits: int) -> bytes:
    return bytes(imagecodecs.jpegxl_encode(array, lossless=True, bitspersample=bits))


def save(array: np.ndarray, bits: int, stream: bytes | bytearray, syntax: str, path: Path) -> Path:
    dataset = make(array, bits=bits)
    # pydicom writes no JPEG XL: its UIDs, which are as long, are put in afterwards
    known = "201" if syntax.startswith("11") else syntax
    dataset.file_meta.TransferSyntaxUID = UID(PREFIX + known)
    dataset.PixelData = encapsulate([bytes(stream)])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path, enforce_file_format=True)
    old, new = ((PREFIX + uid).encode() for uid in (known, syntax))
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    return path


def decoded(probe: Probe, path: Path, array: np.ndarray) -> np.ndarray:
    raw = path.with_suffix(".raw")
    outcome = probe(path, "--raw", raw)
    assert outcome.report["ok"], outcome.report
    return np.frombuffer(raw.read_bytes(), array.dtype).reshape(array.shape)


@pytest.mark.parametrize("size", [(1, 1), (5, 64), (61, 53), (61, 53, 3)])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize(
    ("syntax", "encode"),
    [("90", lossless_2000), ("91", lossless_2000), ("201", lossless_ht), ("202", lossless_ht), ("203", lossless_ht),
     ("110", lossless_xl), ("112", lossless_xl)],
)  # fmt: skip
def test_lossless(
    syntax: str,
    encode: Callable[[np.ndarray, int], bytes],
    bits: int,
    size: tuple[int, ...],
    probe: Probe,
    tmp_path: Path,
) -> None:
    array = noise(size, bits)
    path = save(array, bits, encode(array, bits), syntax, tmp_path / "a.dcm")
    assert np.array_equal(decoded(probe, path, array), array)


@pytest.mark.parametrize("bits", [12, 16])
def test_signed(bits: int, probe: Probe, tmp_path: Path) -> None:
    array = noise((61, 53), bits, signed=True)
    stream = lossless_ht(array, 16)
    path = save(array, bits, stream, "201", tmp_path / "a.dcm")
    assert np.array_equal(decoded(probe, path, array), array)


def waves(size: tuple[int, ...], bits: int) -> np.ndarray:
    y, x = np.mgrid[: size[0], : size[1]].astype(float)
    planes = [
        np.sin(x / (5 + i)) * np.cos(y / 9) / 2.2 + 0.5 for i in range(size[2] if len(size) == 3 else 1)
    ]
    return (np.stack(planes, -1).reshape(size) * (2**bits - 1)).astype("u1" if bits == 8 else "u2")


@pytest.mark.parametrize("size", [(61, 53), (61, 53, 3)])
@pytest.mark.parametrize("bits", [8, 16])
def test_lossy(bits: int, size: tuple[int, ...], probe: Probe, tmp_path: Path) -> None:
    array = waves(size, bits)
    color = len(size) == 3
    streams: dict[str, tuple[bytes | bytearray, Callable[..., np.ndarray]]] = {
        "91": (imagecodecs.jpeg2k_encode(array, codecformat="j2k", level=50, reversible=False, mct=color),
               imagecodecs.jpeg2k_decode),
        "203": (imagecodecs.htj2k_encode(array, reversible=False, level=0.002, rgb=color), imagecodecs.htj2k_decode),
        "112": (imagecodecs.jpegxl_encode(array, distance=0.5), imagecodecs.jpegxl_decode),
    }  # fmt: skip
    for syntax, (stream, decode) in streams.items():
        path = save(array, bits, stream, syntax, tmp_path / "a.dcm")
        ours = decoded(probe, path, array).astype(int)
        # OpenJPH's binding wraps where it should clamp: samples at either end of the range are not compared
        inside = (array > 2 ** (bits - 5)) & (array < 2**bits - 2 ** (bits - 5))
        assert np.abs(ours - decode(stream).astype(int))[inside].max() <= 1, syntax


def test_recompressed_jpeg(probe: Probe, tmp_path: Path) -> None:
    array = waves((61, 53), 8)
    stream = imagecodecs.jpegxl_encode_jpeg(imagecodecs.jpeg8_encode(array, level=90))
    path = save(array, 8, stream, "111", tmp_path / "a.dcm")
    ours = decoded(probe, path, array).astype(int)
    assert np.abs(ours - imagecodecs.jpegxl_decode(stream).astype(int)).max() <= 1
