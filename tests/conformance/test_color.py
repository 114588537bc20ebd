"""Colour as PS3.3 C.7.6.3.1.2 writes it: every model, layout, depth and palette."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.pixels import convert_color_space

from conftest import Probe
from model import grey
from objects import make, noise, save, save_rle
from test_render import render


def photo(bits: int = 8) -> np.ndarray:
    """A picture of every colour: `[30, 40, 3]`."""
    y, x = np.mgrid[0:30, 0:40]
    planes = [(np.sin(x / (3 + k) + k) * np.cos(y / (4 + k)) + 1) / 2 for k in range(3)]
    return np.round(np.stack(planes, axis=-1) * (2**bits - 1)).astype(
        "u1" if bits <= 8 else f"u{(bits + 15) // 16 * 2}"
    )


def partial_from_rgb(rgb: np.ndarray) -> np.ndarray:
    """YBR_PARTIAL by the equations of the standard."""
    matrix = np.array([[0.2568, 0.5041, 0.0979], [-0.1482, -0.2910, 0.4392], [0.4392, -0.3678, -0.0714]])
    return np.round(rgb @ matrix.T + np.array([16, 128, 128])).astype("u1")


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("how", ["explicit", "big", "rle"])
@pytest.mark.parametrize("bits", [8, 12, 16, 32])
def test_rgb(planar: int, how: str, bits: int, probe: Probe, tmp_path: Path) -> None:
    if (how, bits) == ("rle", 32):
        pytest.skip("pydicom does not encode it; test_wide_color has such a file")
    array = photo(bits)
    dataset = make(array, bits=bits, PlanarConfiguration=planar)
    if planar and how != "rle":
        dataset.PixelData = np.moveaxis(array, -1, 0).tobytes()
    path = tmp_path / "a.dcm"
    if how == "rle":  # run-length segments are planes whatever PlanarConfiguration says
        dataset.PlanarConfiguration = 0
        save_rle(dataset, path)
        dataset.PlanarConfiguration = planar
        dataset.save_as(path)
    else:
        save(dataset, path, how)
    expected = array.astype("f8") / (2**bits - 1) * 255
    assert np.abs(render(probe, path) - expected).max() <= (0 if bits == 8 else 0.51)


def test_ybr_full(probe: Probe, tmp_path: Path) -> None:
    ybr = convert_color_space(photo(), "RGB", "YBR_FULL")
    expected = convert_color_space(ybr, "YBR_FULL", "RGB").astype(int)
    for photometric in ("YBR_FULL", "YBR_ICT"):
        path = save(make(ybr, PhotometricInterpretation=photometric), tmp_path / "a.dcm")
        assert np.abs(render(probe, path) - expected).max() <= 1


@pytest.mark.parametrize("photometric", ["YBR_FULL_422", "YBR_PARTIAL_422"])
@pytest.mark.parametrize("frames", [1, 2])
def test_halved_chrominances(photometric: str, frames: int, probe: Probe, tmp_path: Path) -> None:
    """Y1 Y2 Cb Cr: both pixels have the chrominances of the pair."""
    rgb = photo()
    ybr = partial_from_rgb(rgb) if "PARTIAL" in photometric else convert_color_space(rgb, "RGB", "YBR_FULL")
    pairs = ybr.reshape(-1, 2, 3)
    halved = np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], axis=-1)
    shared = pairs.copy()
    shared[:, 1, 1:] = pairs[:, 0, 1:]
    shared = shared.reshape(ybr.shape)
    dataset = make(rgb, PhotometricInterpretation=photometric, NumberOfFrames=frames)
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 30, 40, 3
    dataset.PixelData = bytes(halved.nbytes) * (frames - 1) + halved.tobytes()
    path = save(dataset, tmp_path / "a.dcm")
    ours = render(probe, path, "--frame", str(frames - 1)).astype(int)
    if "PARTIAL" in photometric:
        matrix = np.array([[0.2568, 0.5041, 0.0979], [-0.1482, -0.2910, 0.4392], [0.4392, -0.3678, -0.0714]])
        real = (shared - np.array([16.0, 128, 128])) @ np.linalg.inv(matrix).T
        expected = np.clip(np.round(real), 0, 255)
    else:
        expected = convert_color_space(shared, "YBR_FULL", "RGB").astype(int)
    assert np.abs(ours - expected).max() <= 1
    assert "warnings" not in probe(path).report


def test_chrominances_that_are_not_halved(probe: Probe, tmp_path: Path) -> None:
    ybr = convert_color_space(photo(), "RGB", "YBR_FULL")
    path = save(make(ybr, PhotometricInterpretation="YBR_FULL_422"), tmp_path / "a.dcm")
    expected = convert_color_space(ybr, "YBR_FULL", "RGB").astype(int)
    assert np.abs(render(probe, path) - expected).max() <= 1
    assert [w["kind"] for w in probe(path).report["warnings"]] == ["pixel-data-length"]


@pytest.mark.parametrize("term", ["HSV", "YBR_RCT", "YBR_PARTIAL_420", "XYB", "MONOCHROME2"])
def test_what_is_not_displayed_is_named(term: str, probe: Probe, tmp_path: Path) -> None:
    path = save(make(photo(), PhotometricInterpretation=term), tmp_path / "a.dcm")
    error = probe(path, "--render", tmp_path / "a.png").report["error"]
    assert error["kind"] == "unsupported-photometric" and term in error["message"]


@pytest.mark.parametrize("term", ["ARGB", "CMYK"])
def test_four_samples_are_named(term: str, probe: Probe, tmp_path: Path) -> None:
    dataset = make(noise((4, 4, 4), 8), PhotometricInterpretation=term, SamplesPerPixel=4)
    error = probe(save(dataset, tmp_path / "a.dcm")).report["error"]
    assert error["kind"] == "unsupported-photometric" and "4 samples" in error["message"]


def add_palette(dataset: Dataset, first: int, tables: list[np.ndarray], depth: int) -> None:
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        tag = f"{name}PaletteColorLookupTableDescriptor"
        dataset.add_new(tag, "SS" if first < 0 else "US", [len(table) % 65536, first, depth])
        setattr(dataset, f"{name}PaletteColorLookupTableData", table.tobytes() + bytes(table.nbytes % 2))
        dataset[f"{name}PaletteColorLookupTableData"].VR = "OW"


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("encoding", ["explicit", "big"])
def test_segmented_palette(depth: int, encoding: str, probe: Probe, tmp_path: Path) -> None:
    """Two entries, a rise, a fall, and all three once more: worked out by hand."""
    top = 200 if depth == 8 else 40000
    rise, fall = np.linspace(0, top, 5)[1:], np.linspace(top, 0, 9)[1:]
    once = np.concatenate([[5, 0], rise, fall])
    table = np.concatenate([once, once])
    segments = [0, 2, 5, 0, 1, 4, top, 1, 8, 0]
    if depth == 8:
        data = np.array([*segments, 2, 3, 0, 0, 0, 0], "u1")
    else:
        data = np.array([*segments, 2, 3, 0, 0], "u2")
    words = data.tobytes()
    if encoding == "big":
        words = np.frombuffer(words, "u2").byteswap().tobytes()
    array = np.arange(40).reshape(5, 8).astype("u1")
    dataset = make(array, PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [len(table), 3, depth])
        dataset.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", words)
    ours = render(probe, save(dataset, tmp_path / "a.dcm", encoding))
    expected = table[np.clip(array.astype(int) - 3, 0, len(table) - 1)] / (257 if depth == 16 else 1)
    assert np.abs(ours - expected[..., np.newaxis]).max() <= 0.51


def test_palette_of_65536_entries(probe: Probe, tmp_path: Path) -> None:
    array = np.arange(0, 65536, 64).reshape(32, 32).astype("u2")
    dataset = make(array, PhotometricInterpretation="PALETTE COLOR")
    tables = [np.arange(65536).astype("u2"), np.arange(65536)[::-1].astype("u2"), np.full(65536, 7, "u2")]
    add_palette(dataset, 0, tables, 16)
    ours = render(probe, save(dataset, tmp_path / "a.dcm"))
    expected = np.stack([table[array] for table in tables], axis=-1) / 257
    assert np.abs(ours - expected).max() <= 0.51


@pytest.mark.parametrize("signed", [False, True])
def test_supplemental_palette(signed: bool, probe: Probe, tmp_path: Path) -> None:
    """Values from the palette's first on are colours, those below are grey by the frame's window (C.7.6.19)."""
    array = noise((20, 30), 11, signed=signed).astype("i2" if signed else "u2")
    first = 100 if signed else 1024
    elements: dict[str, Any] = {"WindowCenter": "300", "WindowWidth": "900", "RescaleIntercept": "-50"}
    dataset = make(array, PixelPresentation="COLOR", RescaleSlope="1", **elements)
    tables = [noise((100,), 16, seed=k) for k in range(3)]
    add_palette(dataset, first, tables, 16)
    ours = render(probe, save(dataset, tmp_path / "a.dcm")).astype(int)
    index = np.clip(array.astype(int) - first, 0, 99)
    colors = np.stack([table[index] for table in tables], axis=-1) / 257
    levels = np.repeat(grey(array, dataset)[..., np.newaxis], 3, axis=-1)
    expected = np.where((array >= first)[..., np.newaxis], colors, levels)
    assert np.abs(ours - expected).max() <= 0.51
    # and grey where colour is not asked for
    dataset.PixelPresentation = "MONOCHROME"
    assert render(probe, save(dataset, tmp_path / "b.dcm")).ndim == 2
