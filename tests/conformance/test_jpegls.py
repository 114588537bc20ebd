"""JPEG-LS: what CharLS and DCMTK encode comes back, and near-lossless frames as CharLS decodes them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imagecodecs
import jpeg_ls
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless, JPEGLSNearLossless

from conftest import Probe
from objects import make, noise, save

# the encoder of pyjpegls has no room for streams that are larger than their picture
SIZES = [(1, 700), (700, 1), (37, 61)]


def pictures(size: tuple[int, ...], bits: int) -> dict[str, np.ndarray]:
    """Noise needs long codes, smooth pictures need regular mode, flat ones long runs."""
    rows, columns = size[:2]
    y, x = np.mgrid[:rows, :columns].astype(float)
    smooth = (np.sin(x / 9) + np.cos(y / 7) + 2) / 4 * (2**bits - 1)
    patches = np.where((x // 11 + y // 5) % 3 == 0, 2**bits - 1, (x // 23) % 2)
    dtype = "u1" if bits <= 8 else "u2"
    found = {"smooth": smooth.astype(dtype), "patches": patches.astype(dtype)}
    if len(size) == 3:
        found = {name: np.stack([plane, plane // 2, plane[::-1]], -1) for name, plane in found.items()}
    return found | {"noise": noise(size, bits) >> min(3, bits - 1) << min(2, bits - 1)}


def object_of(stream: bytes, array: np.ndarray, bits: int, path: Path) -> Path:
    """A JPEG-LS object of one coded frame."""
    dataset = make(array, bits=bits)
    dataset.PixelData = encapsulate([stream])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGLSNearLossless
    dataset.save_as(path, enforce_file_format=True)
    return path


def decoded(probe: Probe, path: Path, array: np.ndarray) -> np.ndarray:
    raw = path.with_suffix(".raw")
    outcome = probe(path, "--raw", raw)
    assert outcome.report["ok"], outcome.report
    return np.frombuffer(raw.read_bytes(), array.dtype).reshape(array.shape)


@pytest.mark.parametrize("near", [0, 1, 3])
@pytest.mark.parametrize("bits", range(2, 17))
def test_grey(bits: int, near: int, probe: Probe, tmp_path: Path) -> None:
    cases = 0
    for size in SIZES:
        for name, array in pictures(size, bits).items():
            if near > (2**bits - 1) // 2:
                continue
            stream = bytes(jpeg_ls.encode_buffer(array.tobytes(), *size, 1, bits, near))
            ours = decoded(probe, object_of(stream, array, bits, tmp_path / "a.dcm"), array)
            theirs = np.frombuffer(jpeg_ls.decode_buffer(stream)[0], array.dtype).reshape(size)
            assert np.array_equal(ours, theirs), f"{name} {size}"
            assert np.abs(ours.astype(int) - array).max() <= near
            cases += 1
    assert cases == (9 if near <= (2**bits - 1) // 2 else 0)


@pytest.mark.parametrize("near", [0, 2])
@pytest.mark.parametrize("bits", [8, 12, 16])
@pytest.mark.parametrize("interleave", [0, 1, 2])
def test_colour(interleave: int, bits: int, near: int, probe: Probe, tmp_path: Path) -> None:
    for size in SIZES:
        for name, array in pictures((*size, 3), bits).items():
            # CharLS takes line-interleaved pictures by pixel too, whatever pyjpegls says
            order = array if interleave else array.transpose(2, 0, 1)
            data = np.ascontiguousarray(order).tobytes()
            stream = bytes(jpeg_ls.encode_buffer(data, *size, 3, bits, near, interleave))
            ours = decoded(probe, object_of(stream, array, bits, tmp_path / "a.dcm"), array)
            assert np.abs(ours.astype(int) - array).max() <= near, f"{name} {size}"
            theirs = np.frombuffer(jpeg_ls.decode_buffer(stream)[0], array.dtype).reshape(order.shape)
            theirs = theirs if interleave else theirs.transpose(1, 2, 0)
            assert np.array_equal(ours, theirs), f"{name} {size}"


@pytest.mark.parametrize("near", [0, 2])
@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_small_pictures_and_escapes(dtype: str, near: int, probe: Probe, tmp_path: Path) -> None:
    bits = 8 * np.dtype(dtype).itemsize
    for size in [(1, 1), (1, 2), (2, 1), (3, 3), (40, 50)]:
        for shape in (size, (*size, 3)):
            array = np.random.default_rng(3).integers(0, 2**bits, shape).astype(dtype)
            stream = imagecodecs.jpegls_encode(array, level=near)
            ours = decoded(probe, object_of(stream, array, bits, tmp_path / "a.dcm"), array)
            assert np.array_equal(ours, imagecodecs.jpegls_decode(stream)), shape
            assert np.abs(ours.astype(int) - array).max() <= near, shape


@pytest.mark.parametrize(
    "options",
    [
        ["--encode-lossless", "--prefer-cooked"],
        ["--encode-lossless", "--padding-zero", "--fragment-size", "1"],
        [
            "--encode-lossless",
            "--threshold1",
            "9",
            "--threshold2",
            "40",
            "--threshold3",
            "90",
            "--reset",
            "32",
        ],
        ["--encode-nearlossless", "--max-deviation", "4"],
    ],
)
def test_of_dcmtk(options: list[str], probe: Probe, tmp_path: Path) -> None:
    # its cooked mode refuses signed samples
    array = noise((3, 40, 50), 12, signed="--fragment-size" in options)
    plain = save(make(array, bits=12, NumberOfFrames=3), tmp_path / "plain.dcm")
    path = tmp_path / "coded.dcm"
    subprocess.run(["dcmcjpls", "--uid-never", *options, str(plain), str(path)], check=True, timeout=60)
    assert pydicom.dcmread(path).file_meta.TransferSyntaxUID in (JPEGLSLossless, JPEGLSNearLossless)
    ours = decoded(probe, path, array)
    if "--encode-lossless" in options:
        assert np.array_equal(ours, array)
        return
    back = tmp_path / "back.dcm"
    subprocess.run(["dcmdjpls", str(path), str(back)], check=True, timeout=60)
    assert np.array_equal(ours, pydicom.dcmread(back).pixel_array)


def test_restart_intervals(probe: Probe, tmp_path: Path) -> None:
    """Between two restarts lies what an encoder makes of those lines alone."""
    array = pictures((37, 61), 8)["smooth"]
    for lines in (1, 5, 36, 37):
        parts = []
        for start in range(0, len(array), lines):
            part = array[start : start + lines]
            stream = bytes(jpeg_ls.encode_buffer(part.tobytes(), *part.shape, 1, 8))
            scan = stream.index(b"\xff\xda")
            parts.append(stream[scan + 10 : stream.rindex(b"\xff\xd9")])
        whole = bytes(jpeg_ls.encode_buffer(array.tobytes(), *array.shape, 1, 8))
        scan = whole.index(b"\xff\xda")
        joined = b"".join(
            part + (bytes([0xFF, 0xD0 + i % 8]) if i + 1 < len(parts) else b"")
            for i, part in enumerate(parts)
        )
        interval = b"\xff\xdd\x00\x04" + lines.to_bytes(2, "big")
        stream = whole[:scan] + interval + whole[scan : scan + 10] + joined + b"\xff\xd9"
        ours = decoded(probe, object_of(stream, array, 8, tmp_path / "a.dcm"), array)
        assert np.array_equal(ours, array), lines


def test_broken_streams_are_named(probe: Probe, tmp_path: Path) -> None:
    array = pictures((37, 61), 8)["smooth"]
    stream = bytearray(jpeg_ls.encode_buffer(array.tobytes(), *array.shape, 1, 8))
    scan = stream.index(b"\xff\xda")

    def kind(changed: bytes) -> str | None:
        report = probe(object_of(bytes(changed), array, 8, tmp_path / "a.dcm")).report
        return report["error"]["kind"] if not report["ok"] else None

    assert kind(stream) is None
    assert kind(stream[: scan + 100]) == "truncated"
    assert kind(stream[: scan + 100] + b"\xff\xd9") in ("malformed", "truncated")
    transform = b"\xff\xe8\x00\x07mrfx\x01"
    assert kind(stream[:2] + transform + stream[2:]) == "unsupported-transfer-syntax"
    wide = stream.replace(b"\xff\xf7\x00\x0b\x08\x00\x25\x00\x3d", b"\xff\xf7\x00\x0b\x08\x00\x25\x00\x3e")
    assert kind(wide) == "malformed"
    random = np.random.default_rng(7)
    kinds = set()
    for _ in range(60):
        changed = bytearray(stream)
        for at in random.integers(2, len(changed), 3):
            changed[at] = random.integers(256)
        kinds.add(kind(changed))
    assert kinds <= {None, "malformed", "truncated", "unsupported-transfer-syntax", "limit"}
