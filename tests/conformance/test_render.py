"""Displayed pictures through `noctis-probe --render` at 1:1 equal an independent model of the standard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.pixels import apply_color_lut, pixel_array

from conftest import CORPUS, Probe
from model import grey, rgb_from_ybr
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
@pytest.mark.parametrize("from_file", [False, True])
def test_windows(case: int, from_file: bool, probe: Probe, tmp_path: Path) -> None:
    elements = dict(GREY_CASES[case])
    center, width = elements.pop("window")
    array = noise((64, 64), 16, signed=True)
    array[:40] = np.arange(-1280, 1280).reshape(40, 64)
    elements |= {"RescaleSlope": "0.5", "RescaleIntercept": "-24"}
    if from_file:
        elements |= {"WindowCenter": [str(center), "1"], "WindowWidth": [str(width), "2"]}
    else:  # the object's function stays when its window does not
        elements |= {"WindowCenter": "1", "WindowWidth": "2"}
    dataset = make(array, **elements)
    options = [] if from_file else [f"--window={center},{width}"]
    ours = render(probe, save(dataset, tmp_path / "a.dcm"), *options)
    expected = grey(array, dataset, (center, width))
    assert ours.dtype == np.uint8 and ours.shape == expected.shape
    assert np.array_equal(ours, expected)
    assert len(np.unique(ours)) > 1, "a blank picture proves nothing"


def test_number_of_cases() -> None:
    assert len(GREY_CASES) == 30


DEFAULT_CASES = {
    "no window": {},
    "negative slope": {"RescaleSlope": "-2", "RescaleIntercept": "7"},
    "small slope": {"RescaleSlope": "0.0001"},
    "padding": {"PixelPaddingValue": -32768},
    "range of padding": {"PixelPaddingValue": -32768, "PixelPaddingRangeLimit": -100},
    "inverted": {"PhotometricInterpretation": "MONOCHROME1"},
    "zero spacing": {"PixelSpacing": [0, 0]},
    "oblong pixels": {"PixelSpacing": [2, 1]},
    "low field": {"bits": 12},
    "high field": {"bits": 12, "HighBit": 15},
}


@pytest.mark.parametrize("name", DEFAULT_CASES)
def test_default_window(name: str, probe: Probe, tmp_path: Path) -> None:
    array = noise((16, 24), 16, signed=True)
    array[0, 0] = -32768
    dataset = make(array, **DEFAULT_CASES[name])
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    expected = grey(array, dataset)
    assert np.array_equal(ours, expected)
    if "padding" not in name:
        assert (ours.min(), ours.max()) == (0, 255)


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small.dcm", "examples_overlay.dcm", "rtdose_1frame.dcm"]
)
def test_corpus_grey(name: str, probe: Probe, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(CORPUS / name)
    ours = render(probe, CORPUS / name, str(tmp_path / "a.png"))
    assert np.array_equal(ours, grey(pixel_array(dataset, raw=True), dataset))


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


@pytest.mark.parametrize("entries", ["8 in 8", "8 in 16", "16"])
@pytest.mark.parametrize("first", [0, 40, -20])
@pytest.mark.parametrize("encoding", ["explicit", "big"])
def test_palette(entries: str, first: int, encoding: str, probe: Probe, tmp_path: Path) -> None:
    array = noise((9, 14), 8, signed=first < 0)
    depth = 16 if entries == "16" else 8
    dataset = make(array, PhotometricInterpretation="PALETTE COLOR")
    tables = [noise((100,), depth, seed=k) for k in range(3)]
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        dataset.add_new(
            f"{name}PaletteColorLookupTableDescriptor", "SS" if first < 0 else "US", [100, first, depth]
        )
        words = table if entries == "8 in 8" else table.astype("u2")
        data = words.tobytes()
        if encoding == "big":
            data = np.frombuffer(data, "u2").byteswap().tobytes()
        setattr(dataset, f"{name}PaletteColorLookupTableData", data)
        dataset[f"{name}PaletteColorLookupTableData"].VR = "OW"
    ours = render(probe, save(dataset, tmp_path / "a.dcm", encoding))
    index = np.clip(array.astype(int) - first, 0, 99)
    expected = np.stack([table[index] for table in tables], axis=-1) / (257 if depth == 16 else 1)
    assert np.abs(ours - expected).max() <= (0.51 if depth == 16 else 0)
    if encoding == "explicit" and entries != "8 in 16":
        theirs = apply_color_lut(array, dataset).astype(float) / (257 if depth == 16 else 1)
        assert np.abs(ours - theirs).max() <= (0.51 if depth == 16 else 0)


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


def test_functional_groups(probe: Probe, tmp_path: Path) -> None:
    """Window and rescale of the frame's own functional groups, before the shared ones."""

    def group(**elements: Any) -> pydicom.Dataset:
        item, inner = pydicom.Dataset(), pydicom.Dataset()
        for name, value in elements.items():
            setattr(inner, name, value)
        sequence = "PixelValueTransformationSequence" if "RescaleSlope" in elements else "FrameVOILUTSequence"
        setattr(item, sequence, [inner])
        return item

    array = np.stack([noise((8, 8), 16, seed=k) for k in range(2)])
    dataset = make(array, NumberOfFrames=2)
    shared = group(RescaleSlope="2", RescaleIntercept="-100")
    shared.FrameVOILUTSequence = group(WindowCenter="60000", WindowWidth="100000").FrameVOILUTSequence
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [
        group(WindowCenter="9000", WindowWidth="5000"),
        pydicom.Dataset(),
    ]
    path = save(dataset, tmp_path / "a.dcm")
    dataset.RescaleSlope, dataset.RescaleIntercept = 2, -100
    for frame, window in enumerate([(9000, 5000), (60000, 100000)]):
        assert np.array_equal(render(probe, path, "--frame", str(frame)), grey(array[frame], dataset, window))
