"""Overlays and display shutters through `noctis-probe --render`, against the NumPy model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pydicom import Dataset

from conftest import Probe
from model import grey, overlaid, shuttered
from objects import make, noise, save
from test_render import render


def add_overlay(
    dataset: Dataset,
    shape: tuple[int, ...],
    *,
    group: int = 0x6000,
    kind: str = "G",
    origin: tuple[int, int] = (1, 1),
    first: int | None = None,
    seed: int = 1,
) -> None:
    """An overlay of `[rows, columns]`, or of frames of these, of random bits."""
    bits = np.random.default_rng(seed).random(shape) < 0.3
    dataset.add_new((group, 0x10), "US", shape[-2])
    dataset.add_new((group, 0x11), "US", shape[-1])
    dataset.add_new((group, 0x40), "CS", kind)
    dataset.add_new((group, 0x50), "SS", list(origin))
    dataset.add_new((group, 0x100), "US", 1)
    dataset.add_new((group, 0x102), "US", 0)
    if len(shape) == 3:
        dataset.add_new((group, 0x15), "IS", str(shape[0]))
        if first is not None:
            dataset.add_new((group, 0x51), "US", first)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    dataset.add_new((group, 0x3000), "OW", packed + bytes(len(packed) % 2))


WINDOW = {"WindowCenter": "128", "WindowWidth": "256"}
OVERLAYS: dict[str, list[dict[str, Any]]] = {
    "graphics": [{"shape": (13, 17)}],
    "a region": [{"shape": (13, 17), "kind": "R"}],
    "both, over each other": [
        {"shape": (13, 17), "kind": "R"},
        {"shape": (13, 17), "group": 0x601E, "seed": 2},
    ],
    "smaller and moved": [{"shape": (5, 3), "origin": (4, 9)}],
    "beyond every edge": [{"shape": (30, 41), "origin": (-6, -11)}],
    "outside": [{"shape": (4, 4), "origin": (40, 1)}, {"shape": (4, 4), "group": 0x6002, "origin": (1, 1)}],
}


@pytest.mark.parametrize("encoding", ["implicit", "explicit", "big"])
@pytest.mark.parametrize("name", OVERLAYS)
def test_overlay_data(name: str, encoding: str, probe: Probe, tmp_path: Path) -> None:
    array = noise((13, 17), 8)
    dataset = make(array, **WINDOW)
    for overlay in OVERLAYS[name]:
        add_overlay(dataset, **overlay)
    expected = overlaid(array, dataset)
    if encoding == "big":
        for overlay in OVERLAYS[name]:
            data = dataset[overlay.get("group", 0x6000), 0x3000]
            data.value = np.frombuffer(data.value, "u2").byteswap().tobytes()
    path = save(dataset, tmp_path / "a.dcm", encoding)
    assert np.array_equal(render(probe, path), expected)
    assert not np.array_equal(expected, array)
    assert np.array_equal(render(probe, path, "--no-overlays"), array)


@pytest.mark.parametrize(
    ("shape", "first"), [((3, 9, 8), None), ((2, 9, 8), 2), ((9, 8), None), ((1, 9, 8), 3)]
)
def test_overlays_of_frames(shape: tuple[int, ...], first: int | None, probe: Probe, tmp_path: Path) -> None:
    array = noise((3, 9, 8), 8)
    dataset = make(array, NumberOfFrames=3, **WINDOW)
    add_overlay(dataset, shape, first=first)
    path = save(dataset, tmp_path / "a.dcm")
    for frame in range(3):
        expected = overlaid(array[frame], dataset, frame)
        assert np.array_equal(render(probe, path, "--frame", str(frame)), expected)


@pytest.mark.parametrize(
    ("bits", "high", "position"), [(12, 11, 12), (12, 11, 15), (12, 15, 0), (10, 13, 14)]
)
def test_embedded_overlays(bits: int, high: int, position: int, probe: Probe, tmp_path: Path) -> None:
    """Bits of the pixels that are no part of the value (PS3.3-2004 C.9.2.1)."""
    array = noise((2, 9, 8), 16)
    dataset = make(array, bits=bits, HighBit=high, NumberOfFrames=2)
    dataset.WindowCenter, dataset.WindowWidth = 2 ** (bits - 1), 2**bits
    dataset.add_new((0x6000, 0x10), "US", 9)
    dataset.add_new((0x6000, 0x11), "US", 8)
    dataset.add_new((0x6000, 0x40), "CS", "G")
    dataset.add_new((0x6000, 0x50), "SS", [1, 1])
    dataset.add_new((0x6000, 0x100), "US", 16)
    dataset.add_new((0x6000, 0x102), "US", position)
    path = save(dataset, tmp_path / "a.dcm")
    for frame in range(2):
        plain = grey(array[frame], dataset)
        ours = render(probe, path, "--frame", str(frame))
        assert np.array_equal(ours, overlaid(plain, dataset, frame))
        assert not np.array_equal(ours, plain)


RECTANGLE = {
    "ShutterLeftVerticalEdge": "4",
    "ShutterRightVerticalEdge": "15",
    "ShutterUpperHorizontalEdge": "3",
    "ShutterLowerHorizontalEdge": "11",
}
CIRCLE = {"CenterOfCircularShutter": ["7", "9"], "RadiusOfCircularShutter": "6"}
SHUTTERS: dict[str, dict[str, Any]] = {
    "rectangle": {"ShutterShape": "RECTANGULAR", **RECTANGLE},
    "circle": {"ShutterShape": "CIRCULAR", **CIRCLE},
    "both": {
        "ShutterShape": ["CIRCULAR", "RECTANGULAR"],
        **RECTANGLE,
        **CIRCLE,
        "ShutterPresentationValue": 40000,
    },
    "white": {"ShutterShape": "CIRCULAR", **CIRCLE, "ShutterPresentationValue": 65535},
    "tall pixels": {"ShutterShape": "CIRCULAR", **CIRCLE, "PixelAspectRatio": ["3", "2"]},
}


@pytest.mark.parametrize("name", SHUTTERS)
def test_shutters(name: str, probe: Probe, tmp_path: Path) -> None:
    array = noise((13, 17), 8)
    dataset = make(array, **WINDOW, **SHUTTERS[name])
    add_overlay(dataset, (13, 17), kind="R")
    aspect = 1.5 if "PixelAspectRatio" in dataset else 1
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    assert np.array_equal(ours, overlaid(shuttered(array, dataset, aspect), dataset))
    bare = render(probe, tmp_path / "a.dcm", "--no-overlays")
    assert np.array_equal(bare, shuttered(array, dataset, aspect))


def test_a_polygon_is_what_pillow_fills(probe: Probe, tmp_path: Path) -> None:
    """Pillow rounds slanted edges its own way: only pixels next to an edge may differ."""
    array = np.full((60, 80), 200, "u1")
    vertices = [(5, 10), (20, 75), (55, 60), (30, 40), (50, 5)]
    flat = [str(number) for vertex in vertices for number in vertex]
    dataset = make(array, ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=flat, **WINDOW)
    ours = render(probe, save(dataset, tmp_path / "a.dcm")) == 200
    image = Image.new("1", (80, 60))
    ImageDraw.Draw(image).polygon([(column - 1, row - 1) for row, column in vertices], fill=1)
    theirs = np.asarray(image)
    for row, column in np.argwhere(ours != theirs):
        around = theirs[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2]
        assert around.any() and not around.all(), (row, column)
    assert 1000 < ours.sum() < 3800


def test_the_shutter_of_a_frame(probe: Probe, tmp_path: Path) -> None:
    array = noise((2, 13, 17), 8)
    dataset = make(array, NumberOfFrames=2, **WINDOW)
    inner = Dataset()
    for name, value in SHUTTERS["rectangle"].items():
        setattr(inner, name, value)
    item = Dataset()
    item.FrameDisplayShutterSequence = [inner]
    dataset.PerFrameFunctionalGroupsSequence = [Dataset(), item]
    path = save(dataset, tmp_path / "a.dcm")
    assert np.array_equal(render(probe, path, "--frame", "0"), array[0])
    assert np.array_equal(render(probe, path, "--frame", "1"), shuttered(array[1], inner))


def test_hostile_overlays(probe: Probe, tmp_path: Path) -> None:
    """Sizes that lie take no memory; bits that are not there are not set."""
    dataset = make(noise((1, 13, 17), 8), NumberOfFrames=1, **WINDOW)
    add_overlay(dataset, (1, 13, 17), first=1)
    dataset[0x6000, 0x10].value = dataset[0x6000, 0x11].value = 65535
    dataset.add_new((0x6000, 0x15), "IS", "2147483647")
    outcome = probe(save(dataset, tmp_path / "a.dcm"), "--render", tmp_path / "a.png")
    assert outcome.code == 0
