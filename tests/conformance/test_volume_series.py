"""Series that are more or less than one volume: what is said, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset

from conftest import Probe
from volumes import (
    AXIAL,
    CORONAL,
    CT,
    MR,
    OBLIQUE,
    Slices,
    by_source,
    datasets,
    describe,
    load,
    values,
    write,
)

PLACES = [2.0 * number for number in range(6)]
SHAPE = (6, 8, 10)


def several(count: int, change: Callable[[int, int, Dataset], None], **elements: Any) -> list[Dataset]:
    """So many series at one place, of values of their own."""
    made = []
    for number in range(count):
        series = datasets(
            values(SHAPE, seed=number),
            Slices.along(OBLIQUE, PLACES),
            lambda slice_number, dataset, number=number: change(number, slice_number, dataset),
            **elements,
        )
        for dataset in series:
            dataset.SOPInstanceUID = f"{dataset.SOPInstanceUID[:58]}.{number}"
            dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        made += series
    return made


def check(probe: Probe, folder: Path, count: int) -> list[str]:
    """Each volume holds the values of one seed only; gives the labels, by seed."""
    labels = {}
    for number in range(count):
        loaded = load(probe, folder, number=number)
        order = [SHAPE[0] - int(dataset.InstanceNumber) % 100 for dataset, _ in by_source(folder, loaded)]
        assert order == list(range(SHAPE[0]))
        found = [seed for seed in range(count) if np.array_equal(loaded.voxels, values(SHAPE, seed=seed))]
        assert len(found) == 1, "slices of several series are mixed"
        labels[found[0]] = loaded.volume["label"]
        assert len(loaded.report["volumes"]) == count
    return [labels[seed] for seed in range(count)]


def test_temporal_positions(probe: Probe, tmp_path: Path) -> None:
    def change(number: int, _slice: int, dataset: Dataset) -> None:
        dataset.TemporalPositionIdentifier = [9, 10, 8][number]

    folder = write(several(3, change, SOPClassUID=MR, Modality="MR"), tmp_path / "series")
    assert check(probe, folder, 3) == [f"TemporalPosition {time}" for time in (9, 10, 8)]
    report = describe(probe, folder)
    assert [volume["label"][-2:] for volume in report["volumes"]] == [" 8", " 9", "10"]
    (finding,) = report["findings"]
    assert finding["kind"] == "several-at-one-place" and "3 volumes" in finding["message"]


def test_echoes(probe: Probe, tmp_path: Path) -> None:
    def change(number: int, _slice: int, dataset: Dataset) -> None:
        dataset.EchoTime = ["4.6", "2.3"][number]

    folder = write(several(2, change, SOPClassUID=MR, Modality="MR"), tmp_path / "series")
    assert check(probe, folder, 2) == ["EchoTime 4.6 ms", "EchoTime 2.3 ms"]


def test_diffusion(probe: Probe, tmp_path: Path) -> None:
    def change(number: int, _slice: int, dataset: Dataset) -> None:
        dataset.DiffusionBValue = [0.0, 1000.0, 1000.0][number]
        if number:
            dataset.DiffusionGradientOrientation = [[1.0, 0.0, 0.0], [0.0, 0.6, -0.8]][number - 1]

    folder = write(several(3, change, SOPClassUID=MR, Modality="MR"), tmp_path / "series")
    labels = check(probe, folder, 3)
    assert labels[0] == "DiffusionBValue 0 s/mm2"
    assert labels[2] == "DiffusionBValue 1000 s/mm2, DiffusionGradientOrientation 0\\0.6\\-0.8"


def test_the_same_place_again_by_number_only(probe: Probe, tmp_path: Path) -> None:
    def change(number: int, _slice: int, dataset: Dataset) -> None:
        dataset.InstanceNumber += 100 * number

    folder = write(several(2, change), tmp_path / "series")
    assert check(probe, folder, 2) == ["1 of 2", "2 of 2"]


def test_a_duplicate_is_left_out_and_said(probe: Probe, tmp_path: Path) -> None:
    array, slices = values(SHAPE), Slices.along(AXIAL, PLACES)
    made = datasets(array, slices)
    again = datasets(array[:3] + 1, Slices(slices.directions, positions=slices.positions[:3]))[2]
    again.SOPInstanceUID = "1.2.3.4"
    again.InstanceNumber = 50
    folder = write([again, *made], tmp_path / "series")
    loaded = load(probe, folder)
    assert loaded.kinds == ["duplicates"] and np.array_equal(loaded.voxels, array)
    (finding,) = loaded.report["findings"]
    assert "slice 3" in finding["message"] and finding["leftOut"] == 1 and finding["volume"] == 0


def test_a_gap_is_said_in_millimetres(probe: Probe, tmp_path: Path) -> None:
    slices = Slices.along(CORONAL, [0, 2, 4, 10, 12, 14])
    (finding,) = describe(probe, write(datasets(values(SHAPE), slices), tmp_path / "a"))["findings"]
    assert finding["kind"] == "gap" and "6 mm between slices 3 and 4" in finding["message"]


def test_a_localizer_and_other_sizes_are_apart(probe: Probe, tmp_path: Path) -> None:
    made = datasets(values(SHAPE), Slices.along(AXIAL, PLACES))
    localizer = datasets(values((1, 8, 10)), Slices.along(CORONAL, [3]))
    larger = datasets(values((2, 9, 10)), Slices.along(AXIAL, [20, 22]))
    for number, dataset in enumerate(localizer + larger):
        dataset.SOPInstanceUID = f"1.2.3.{number}"
    report = describe(probe, write(made + localizer + larger, tmp_path / "series"))
    assert [volume["size"] for volume in report["volumes"]] == [[6, 8, 10], [2, 9, 10], [1, 8, 10]]
    assert [volume["plane"] for volume in report["volumes"]] == ["axial", "axial", "coronal"]
    assert report["findings"][0]["kind"] == "mixed" and "coronal" in report["findings"][0]["message"]


def _remove(name: str) -> Callable[[Dataset], None]:
    return lambda dataset: delattr(dataset, name)


REFUSED: dict[str, tuple[str, Callable[[Dataset], None]]] = {
    "no position": ("no-position", _remove("ImagePositionPatient")),
    "no orientation": ("no-position", _remove("ImageOrientationPatient")),
    "no spacing": ("no-spacing", _remove("PixelSpacing")),
    "zero spacing": ("no-spacing", lambda dataset: setattr(dataset, "PixelSpacing", ["0", "0"])),
    "detector spacing": (
        "no-spacing",
        lambda dataset: (delattr(dataset, "PixelSpacing"), setattr(dataset, "ImagerPixelSpacing", [1, 1])),
    ),
    "one place": ("one-place", lambda dataset: setattr(dataset, "ImagePositionPatient", [0, 0, 0])),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_volume_is_refused_with_the_reason(name: str, probe: Probe, tmp_path: Path) -> None:
    kind, spoil = REFUSED[name]
    made = datasets(values(SHAPE), Slices.along(AXIAL, PLACES))
    for dataset in made:
        spoil(dataset)
    report = describe(probe, write(made, tmp_path / "series"))
    assert report["volumes"] == []
    (finding,) = report["findings"]
    assert finding["kind"] == kind and finding["leftOut"] == SHAPE[0]
    assert "6 images are in no volume" in finding["message"]


@pytest.mark.parametrize(("dtype", "kind"), [("u4", "format"), ("colour", "color")])
def test_wide_and_coloured_pixels_are_refused(dtype: str, kind: str, probe: Probe, tmp_path: Path) -> None:
    array = np.zeros((*SHAPE, 3), "u1") if dtype == "colour" else values(SHAPE).astype(dtype)
    report = describe(probe, write(datasets(array, Slices.along(AXIAL, PLACES)), tmp_path / "series"))
    assert report["volumes"] == [] and [finding["kind"] for finding in report["findings"]] == [kind]


def test_other_pixel_formats_are_volumes(probe: Probe, tmp_path: Path) -> None:
    for dtype in ("u1", "i1", "u2"):
        array = values(SHAPE).astype(dtype)
        folder = write(datasets(array, Slices.along(AXIAL, PLACES), SOPClassUID=CT), tmp_path / dtype)
        assert np.array_equal(load(probe, folder).voxels, array)


def test_a_dose_grid_is_where_its_offsets_say(probe: Probe, tmp_path: Path) -> None:
    """RT Dose of several frames (PS3.3 C.8.8.3.2): offsets from the first frame, along the normal."""
    array = values((4, 8, 10)).astype("u2")
    elements = {
        "NumberOfFrames": 4,
        "GridFrameOffsetVector": ["0", "2.5", "5", "7.5"],
        "FrameIncrementPointer": 0x3004000C,
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.481.2",
    }
    (dataset,) = datasets(array[None], Slices.along(AXIAL, [0]), **elements)
    folder = write([dataset], tmp_path / "series")
    loaded = load(probe, folder)
    assert loaded.kinds == [] and np.array_equal(loaded.voxels, array)
    assert np.allclose(loaded.point(3, 0, 0) - loaded.point(0, 0, 0), [0, 0, 7.5])
