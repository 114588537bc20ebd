"""The DCT processes of JPEG, 8 and 12 bit, as DCMTK writes and reads them, and lossless as DCMTK writes it."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.pixels import pixel_array

from conftest import Probe
from objects import make, noise, save_jpeg

PROCESSES = {
    "--encode-extended": "1.2.840.10008.1.2.4.51",
    "--encode-spectral": "1.2.840.10008.1.2.4.53",
    "--encode-progressive": "1.2.840.10008.1.2.4.55",
}


def picture(size: tuple[int, ...], bits: int) -> np.ndarray:
    """Waves with some noise."""
    y, x = np.mgrid[: size[0], : size[1]].astype(float)
    planes = [
        np.sin(x / (5 + i)) * np.cos(y / (9 - i)) / 2.2 + 0.5 for i in range(size[2] if len(size) == 3 else 1)
    ]
    values = np.stack(planes, -1).reshape(size) * (2**bits - 1)
    values += noise(size, bits) / 16
    return np.clip(values, 0, 2**bits - 1).astype("u1" if bits == 8 else "u2")


def decoded(probe: Probe, path: Path, array: np.ndarray) -> np.ndarray:
    raw = path.with_suffix(".raw")
    outcome = probe(path, "--raw", raw)
    assert outcome.report["ok"], outcome.report
    return np.frombuffer(raw.read_bytes(), array.dtype).reshape(array.shape)


def of_dcmtk(path: Path) -> np.ndarray:
    back = path.with_suffix(".back")
    command = ["dcmdjpeg", "--conv-never", "--planar-auto", str(path), str(back)]
    subprocess.run(command, check=True, timeout=60)
    return pixel_array(pydicom.dcmread(back), raw=True)


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (61, 53), (64, 200)])
@pytest.mark.parametrize("bits", [8, 12])
@pytest.mark.parametrize("process", PROCESSES)
def test_grey(process: str, bits: int, size: tuple[int, int], probe: Probe, tmp_path: Path) -> None:
    array = picture(size, bits)
    path = save_jpeg(make(array, bits=bits), tmp_path / "a.dcm", process)
    assert pydicom.dcmread(path).file_meta.TransferSyntaxUID == PROCESSES[process]
    ours = decoded(probe, path, array).astype(int)
    assert np.abs(ours - of_dcmtk(path)).max() <= 1


@pytest.mark.parametrize("process", ["--encode-baseline", *PROCESSES])
def test_colour(process: str, probe: Probe, tmp_path: Path) -> None:
    for size in [(9, 7, 3), (61, 53, 3)]:
        array = picture(size, 8)
        path = save_jpeg(make(array), tmp_path / "a.dcm", process, "--color-rgb")
        ours = decoded(probe, path, array).astype(int)
        assert np.abs(ours - of_dcmtk(path)).max() <= 1


@pytest.mark.parametrize("process", ["--encode-extended", "--encode-progressive"])
def test_subsampled_colour(process: str, probe: Probe, tmp_path: Path) -> None:
    """DCMTK's own libraries interpolate the chrominances as well."""
    array = picture((61, 54, 3), 8)
    for sampling in ("--sample-422", "--nonstd-411-full"):
        path = save_jpeg(make(array), tmp_path / "a.dcm", process, sampling)
        ours = decoded(probe, path, array).astype(int)
        assert np.abs(ours - of_dcmtk(path)).max() <= 1, sampling


@pytest.mark.parametrize("bits", [8, 12])
def test_of_libjpeg_turbo(bits: int, probe: Probe, tmp_path: Path) -> None:
    for size in [(61, 53), (61, 53, 3)]:
        array = picture(size, bits)
        stream = imagecodecs.jpeg8_encode(
            array, 95, bitspersample=bits, colorspace="RGB" if size[2:] else None
        )
        dataset = make(array, bits=bits)
        dataset.PixelData = encapsulate([bytes(stream)])
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = PROCESSES["--encode-extended"]
        path = tmp_path / "a.dcm"
        dataset.save_as(path, enforce_file_format=True)
        ours = decoded(probe, path, array).astype(int)
        theirs = imagecodecs.jpeg8_decode(stream, colorspace="RGB" if size[2:] else None)
        assert np.abs(ours - theirs).max() <= 1, size


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("blocks", [1, 3, 7])
def test_restart_intervals(blocks: int, progressive: bool, probe: Probe, tmp_path: Path) -> None:
    for size in [(61, 53), (61, 53, 3)]:
        array = picture(size, 8)
        stream = io.BytesIO()
        how = {"progressive": progressive, "restart_marker_blocks": blocks, "keep_rgb": True, "quality": 90}
        Image.fromarray(array).save(stream, "jpeg", **how)
        assert b"\xff\xd3" in stream.getvalue()
        dataset = make(array)
        dataset.PixelData = encapsulate([stream.getvalue()])
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.50"
        path = tmp_path / "a.dcm"
        dataset.save_as(path, enforce_file_format=True)
        ours = decoded(probe, path, array).astype(int)
        assert np.abs(ours - np.asarray(Image.open(stream))).max() <= 1, size


@pytest.mark.parametrize("predictor", range(1, 8))
def test_lossless(predictor: int, probe: Probe, tmp_path: Path) -> None:
    options = ["--encode-lossless", "--selection-value", str(predictor)]
    for size, bits in [((61, 53), 8), ((61, 53), 12), ((61, 53), 16), ((31, 33, 3), 8), ((1, 1), 16)]:
        array = noise(size, bits)
        path = save_jpeg(make(array, bits=bits), tmp_path / "a.dcm", *options)
        assert np.array_equal(decoded(probe, path, array), array), (size, bits)


@pytest.mark.parametrize("shift", [1, 3])
def test_point_transform(shift: int, probe: Probe, tmp_path: Path) -> None:
    array = noise((40, 50), 12)
    options = ["--encode-lossless", "--point-transform", str(shift)]
    path = save_jpeg(make(array, bits=12), tmp_path / "a.dcm", *options)
    assert np.array_equal(decoded(probe, path, array), array >> shift << shift)


def test_broken_progressive_streams_are_named(probe: Probe, tmp_path: Path) -> None:
    array = picture((40, 50), 8)
    path = save_jpeg(make(array), tmp_path / "a.dcm", "--encode-progressive")
    content = path.read_bytes()
    start = content.rindex(b"\xff\xd8")
    random = np.random.default_rng(11)
    kinds = set()
    for _ in range(80):
        changed = bytearray(content)
        for at in random.integers(start + 2, len(changed) - 8, 3):
            changed[at] = random.integers(256)
        path.write_bytes(changed)
        report = probe(path).report
        kinds.add(None if report["ok"] else report["error"]["kind"])
    assert kinds <= {None, "malformed", "truncated", "unsupported-transfer-syntax", "limit"}
