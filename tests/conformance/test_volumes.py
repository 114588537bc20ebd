"""Volumes by `noctis-probe --volume` against SimpleITK's series reader, and against where each object says that it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from conftest import Probe
from volumes import (
    AXIAL,
    CORONAL,
    FLIPPED,
    OBLIQUE,
    PET,
    SAGITTAL,
    Slices,
    by_source,
    datasets,
    describe,
    load,
    values,
    write,
)

SHAPE = (9, 12, 16)
EVEN = [1.25 * number for number in range(SHAPE[0])]
PLANES = {"axial": AXIAL, "flipped": FLIPPED, "coronal": CORONAL, "sagittal": SAGITTAL, "oblique": OBLIQUE}
TILT = np.tan(np.radians(20))

CASES: dict[str, Slices] = {name: Slices.along(directions, EVEN) for name, directions in PLANES.items()}
CASES["tilted"] = Slices.along(AXIAL, EVEN, lean=(0, TILT, 0))
CASES["tilted-oblique"] = Slices.along(OBLIQUE, EVEN, lean=(0.24, 0.18, 0))
CASES["irregular"] = Slices.along(SAGITTAL, [0, 1, 2, 3, 5.5, 8, 10.5, 11.2, 12])
CASES["gap"] = Slices.along(OBLIQUE, [0, 1.5, 3, 4.5, 12, 13.5, 15, 16.5, 18])
CASES["reversed"] = Slices.along(CORONAL, [-place for place in EVEN])


def itk(folder: Path) -> sitk.Image:
    """The series by GDCM."""
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder)))
    return reader.Execute()


@pytest.mark.parametrize("name", CASES)
def test_every_voxel_is_where_its_object_says(name: str, probe: Probe, tmp_path: Path) -> None:
    array, slices = values(SHAPE), CASES[name]
    folder = write(datasets(array, slices), tmp_path / "series")
    loaded = load(probe, folder)
    sources = by_source(folder, loaded)
    assert loaded.voxels.shape == SHAPE
    random = np.random.default_rng(1)
    for number, (dataset, frame) in enumerate(sources):
        given = SHAPE[0] - int(dataset.InstanceNumber)
        assert frame == 0
        assert np.array_equal(loaded.voxels[number], array[given])
        for _ in range(5):
            row, column = random.integers(0, SHAPE[1]), random.integers(0, SHAPE[2])
            distance = np.linalg.norm(loaded.point(number, row, column) - slices.point(given, row, column))
            assert distance < 1e-5, f"{distance} mm"
    places = [entry["place"] for entry in loaded.volume["slices"]]
    assert places == sorted(places) and places[0] == 0
    expected = {
        "tilted": ["tilted"],
        "tilted-oblique": ["tilted"],
        "irregular": ["irregular"],
        "gap": ["gap"],
    }
    assert loaded.kinds == expected.get(name, [])


@pytest.mark.parametrize("name", [*PLANES, "reversed"])
def test_volumes_are_those_of_simple_itk(name: str, probe: Probe, tmp_path: Path) -> None:
    folder = write(datasets(values(SHAPE), CASES[name]), tmp_path / "series")
    loaded, image = load(probe, folder), itk(folder)
    assert np.array_equal(loaded.rescaled(), sitk.GetArrayFromImage(image))
    for index in np.random.default_rng(2).integers(0, SHAPE[::-1], (20, 3)):
        column, row, number = (int(part) for part in index)
        theirs = image.TransformIndexToPhysicalPoint((column, row, number))
        assert np.linalg.norm(loaded.point(number, row, column) - theirs) < 1e-5


def test_the_tilt_is_in_degrees_and_steps_are_those_of_the_couch(probe: Probe, tmp_path: Path) -> None:
    folder = write(datasets(values(SHAPE), CASES["tilted"]), tmp_path / "series")
    volume = describe(probe, folder)["volumes"][0]
    assert abs(volume["tiltDeg"] - 20) < 1e-5
    step = np.array(volume["geometry"][3])
    assert np.allclose(step, [0, 1.25 * TILT, 1.25], atol=1e-6)


def test_pet_slices_keep_their_slopes(probe: Probe, tmp_path: Path) -> None:
    slopes = [0.5, 2.25, 1.0]

    def change(number: int, dataset: object) -> None:
        dataset.RescaleSlope = str(slopes[number % 3])  # type: ignore[attr-defined]

    made = datasets(
        values(SHAPE), CASES["axial"], change, SOPClassUID=PET, Modality="PT", RescaleIntercept="0"
    )
    folder = write(made, tmp_path / "series")
    loaded = load(probe, folder)
    assert loaded.kinds == ["rescales"]
    each = [
        sitk.GetArrayFromImage(sitk.ReadImage(loaded.report["objects"][of["object"]]))[0]
        for of in loaded.volume["sources"]
    ]
    assert np.allclose(loaded.rescaled(), np.stack(each), rtol=0, atol=1e-3)


def test_padding_is_said(probe: Probe, tmp_path: Path) -> None:
    array = values(SHAPE)
    array[:, :3] = -2000
    made = datasets(array, CASES["axial"], PixelPaddingValue=-2000)
    for dataset in made:
        dataset["PixelPaddingValue"].VR = "SS"
    loaded = load(probe, write(made, tmp_path / "series"))
    assert loaded.volume["padding"] == [-2000, -2000] and (loaded.voxels[:, :3] == -2000).all()


def test_values_are_read_by_place(probe: Probe, tmp_path: Path) -> None:
    """Nearest values are the stored ones; those between are SimpleITK's linear interpolation."""
    folder = write(datasets(values(SHAPE), CASES["oblique"]), tmp_path / "series")
    image = sitk.Cast(itk(folder), sitk.sitkFloat64)
    random = np.random.default_rng(4)
    points = [
        image.TransformContinuousIndexToPhysicalPoint(index.tolist())
        for index in random.uniform([0, 0, 0], np.array(SHAPE[::-1]) - 1, (40, 3))
    ]
    options = [f"--at={','.join(repr(float(part)) for part in point)}" for point in points]
    loaded = load(probe, folder, *options)
    for point, value in zip(points, loaded.report["values"], strict=True):
        assert value["stored"] == loaded.voxels[value["slice"], value["row"], value["column"]]
        assert value["value"] == image.EvaluateAtPhysicalPoint(point, sitk.sitkNearestNeighbor)
        assert abs(value["interpolated"] - image.EvaluateAtPhysicalPoint(point, sitk.sitkLinear)) < 1e-6
    outside = load(probe, folder, "--at=1000,0,0").report["values"]
    assert outside == [None]


def test_a_volume_too_large_is_made_of_means(probe: Probe, tmp_path: Path) -> None:
    array = values((8, 12, 16))
    slices = Slices.along(OBLIQUE, [0.5 * number for number in range(8)])
    folder = write(datasets(array, slices), tmp_path / "series")
    loaded = load(probe, folder, "--max-side", "8")
    written = loaded.report["written"]
    assert written["reduction"] == [1, 2, 2]
    assert loaded.kinds == ["reduced"]
    order = [8 - int(dataset.InstanceNumber) for dataset, _ in by_source(folder, loaded)]
    blocks = array[order].reshape(8, 6, 2, 8, 2).astype(int)
    assert np.array_equal(loaded.voxels, np.floor(blocks.mean((2, 4)) + 0.5))
    for number, row, column in [(0, 0, 0), (7, 5, 7), (3, 2, 6)]:
        middle = slices.point(order[number], row * 2 + 0.5, column * 2 + 0.5)
        assert np.linalg.norm(loaded.point(number, row, column) - middle) < 1e-5
    half = load(probe, folder, "--max-bytes", str(8 * 12 * 16 * 2 // 8))
    assert half.report["written"]["reduction"] == [2, 2, 2]
    means = array[order].reshape(4, 2, 6, 2, 8, 2).mean((1, 3, 5))
    assert np.array_equal(half.voxels, np.floor(means + 0.5))
