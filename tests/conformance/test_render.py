"""Displayed pictures through `noctis-probe --render` at 1:1 equal an independent model of the standard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.pixels import pixel_array

from conftest import CORPUS, Probe
from model import grey, overlaid, rgb_from_ybr
from objects import make, noise, save


def render(probe: Probe, path: Path, *options: str) -> np.ndarray:
    """The picture that the probe writes."""
    target = path.with_suffix(".png") if CORPUS not in path.parents else Path(options[0])
    options = options if CORPUS not in path.parents else options[1:]
    outcome = probe(path, "--render", target, *options)
    assert outcome.code == 0, outcome.report
    return np.asarray(Image.open(target))


WINDOWS = [(40.0, 400.0), (0.0, 1.0), (100.5, 2.0), (-600.0, 1500.0), (37.3, 80.7)]
GREY_CASES: list[dict[str, Any]] = [
    {"VOILUTFunction": function, "PhotometricInterpretation": photometric, "window": window}
    for function in ("LINEAR", "LINEAR_EXACT", "SIGMOID")
    for photometric in ("MONOCHROME1", "MONOCHROME2")
    for window in WINDOWS
]


@pytest.mark.parametrize("case", range(len(GREY_CASES)))
def test_windows_of_the_command_line(case: int, probe: Probe, tmp_path: Path) -> None:
    elements = dict(GREY_CASES[case])
    center, width = elements.pop("window")
    array = noise((64, 64), 16, signed=True)
    array[:40] = np.arange(-1280, 1280).reshape(40, 64)
    # the object's function stays when its window does not
    elements |= {"RescaleSlope": "0.5", "RescaleIntercept": "-24", "WindowCenter": "1", "WindowWidth": "2"}
    dataset = make(array, **elements)
    ours = render(probe, save(dataset, tmp_path / "a.dcm"), f"--window={center},{width}")
    expected = grey(array, dataset, (center, width))
    assert ours.dtype == np.uint8 and ours.shape == expected.shape
    assert np.array_equal(ours, expected)
    assert len(np.unique(ours)) > 1, "a blank picture proves nothing"


def test_number_of_cases() -> None:
    assert len(GREY_CASES) == 30


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small.dcm", "examples_overlay.dcm", "rtdose_1frame.dcm"]
)
def test_corpus_grey(name: str, probe: Probe, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(CORPUS / name)
    ours = render(probe, CORPUS / name, str(tmp_path / "a.png"))
    assert np.array_equal(ours, overlaid(grey(pixel_array(dataset, raw=True), dataset), dataset))


# What each stream holds, whatever its markers: SC_jpeg_no_color_transform is RGB and says so in no marker.
COLOR_FILES = {
    "SC_jpeg_no_color_transform.dcm": "RGB",
    "SC_jpeg_no_color_transform_2.dcm": "RGB",
    "SC_rgb_jpeg_app14_dcmd.dcm": "RGB",
    "SC_rgb_dcmtk_+eb+cr.dcm": "RGB",
    "SC_rgb_dcmtk_+eb+cy+n1.dcm": "YBR",
    "SC_rgb_dcmtk_+eb+cy+s2.dcm": "YBR",
    "SC_rgb_jpeg_lossy_gdcm.dcm": "YBR",
    "SC_rgb_jpeg_gdcm.dcm": "RGB",
    "SC_ybr_full_422_uncompressed.dcm": "YBR",
    "SC_rgb_rle.dcm": "RGB",
    "SC_rgb_small_odd.dcm": "RGB",
    "ExplVR_BigEnd.dcm": "RGB",
    "examples_ybr_color.dcm": "YBR",
}


@pytest.mark.parametrize("name", COLOR_FILES)
def test_corpus_color(name: str, probe: Probe, tmp_path: Path) -> None:
    ours = render(probe, CORPUS / name, str(tmp_path / "a.png"))
    outcome = probe(CORPUS / name, "--raw", tmp_path / "a.raw")
    frame = np.fromfile(tmp_path / "a.raw", "u1")[: ours.size].reshape(ours.shape)
    assert outcome.code == 0
    expected = frame if COLOR_FILES[name] == "RGB" else rgb_from_ybr(frame)
    assert np.abs(ours.astype(int) - expected.astype(int)).max() <= (0 if COLOR_FILES[name] == "RGB" else 1)


def test_wide_color(probe: Probe, tmp_path: Path) -> None:
    """16 and 32 bits a sample are shown by their full range."""
    for name in ("SC_rgb_rle_16bit.dcm", "SC_rgb_rle_32bit.dcm"):
        stored = pixel_array(pydicom.dcmread(CORPUS / name), raw=True)
        ours = render(probe, CORPUS / name, str(tmp_path / "a.png"))
        expected = stored.astype(float) / np.iinfo(stored.dtype).max * 255
        assert np.abs(ours - expected).max() <= 0.51


def test_size_fits_with_letterbox(probe: Probe, tmp_path: Path) -> None:
    array = np.full((10, 20), 200, "u1")
    dataset = make(array, WindowCenter="100", WindowWidth="10")
    ours = render(probe, save(dataset, tmp_path / "a.dcm"), "--size", "40,40")
    assert ours.shape == (40, 40)
    assert (ours[:10] == 0).all() and (ours[30:] == 0).all() and (ours[10:30] == 255).all()


def test_frames_are_chosen(probe: Probe, tmp_path: Path) -> None:
    array = np.stack([np.full((4, 4), 10 * k, "u1") for k in range(3)])
    dataset = make(array, NumberOfFrames=3, WindowCenter="128", WindowWidth="256")
    path = save(dataset, tmp_path / "a.dcm")
    assert [int(render(probe, path, "--frame", str(k))[0, 0]) for k in range(3)] == [0, 10, 20]
    outcome = probe(path, "--render", tmp_path / "b.png", "--frame", "3")
    assert outcome.code == 1 and outcome.report["error"]["frame"] == 3
