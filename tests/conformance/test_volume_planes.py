"""Planes through volumes, by `noctis-probe --planes`, against SimpleITK's resampling and against what a plane is.

SimpleITK knows no shear and no uneven slices: for those its image is a regular one of each *voxel's* coordinates, and a
plane's points are brought there by the geometry of the objects, in NumPy.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from conftest import Probe
from volumes import AXIAL, FLIPPED, OBLIQUE, PET, SAGITTAL, Slices, datasets, load, write

SHAPE = (14, 22, 26)
PLANES = 40
SIDE = 25
MM_PER_PX = 0.61
PADDING = -2000
EVEN = [2.5 * number for number in range(SHAPE[0])]
UNEVEN = np.cumsum([0, 1, 1, 1, 1, 2.5, 2.5, 1.5, 1.5, 1, 1, 3, 1, 1]).tolist()

VOLUMES = {
    "isotropic": Slices(AXIAL, (0.9, 0.9), Slices.along(AXIAL, np.arange(SHAPE[0]) * 0.9).positions),
    "anisotropic": Slices.along(AXIAL, EVEN),
    "tilted": Slices.along(AXIAL, EVEN, lean=(0, float(np.tan(np.radians(18))), 0)),
    "flipped": Slices.along(FLIPPED, EVEN),
    "sagittal": Slices.along(SAGITTAL, EVEN),
    "oblique": Slices.along(OBLIQUE, EVEN),
    "irregular": Slices.along(AXIAL, UNEVEN),
}


def body() -> np.ndarray:
    """CT-like values: slopes, an edge and noise. [slices, rows, columns]"""
    z, y, x = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1], 0 : SHAPE[2]]
    noise = np.random.default_rng(11).integers(-60, 61, SHAPE)
    return (900 + 13 * x - 9 * y + 21 * z + 800 * (np.hypot(x - 12, y - 10) < 6) + noise).astype("i2")


def turned(random: np.random.Generator) -> np.ndarray:
    """Right and down by chance."""
    rotation, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return rotation[:2]


def points(plane: np.ndarray) -> np.ndarray:
    """Patient millimetres of each pixel's centre, [rows, columns, 3]."""
    center, right, down = plane
    steps = (np.arange(SIDE) - SIDE // 2) * MM_PER_PX
    return center + steps[None, :, None] * right + steps[:, None, None] * down


def indices(slices: Slices, at: np.ndarray) -> np.ndarray:
    """(column, row, slice) of patient points, not whole; slices by their number."""
    across, down = np.array(slices.directions, float)
    positions = np.array(slices.positions)
    normal = np.cross(across, down)
    if normal @ (positions[-1] - positions[0]) < 0:
        normal = -normal
    depths = (positions - positions[0]) @ normal
    lean = (positions[-1] - positions[0]) / depths[-1]
    depth = (at - positions[0]) @ normal
    # Half a step more at both ends, as far as volumes go.
    knots = np.array([depths[0] - 10, *depths, depths[-1] + 10])
    gaps = [depths[1] - depths[0], depths[-1] - depths[-2]]
    numbers = [-10 / gaps[0], *range(len(depths)), len(depths) - 1 + 10 / gaps[1]]
    inside = at - positions[0] - depth[..., None] * lean
    return np.stack(
        [
            inside @ across / slices.spacing[1],
            inside @ down / slices.spacing[0],
            np.interp(depth, knots, numbers),
        ],
        axis=-1,
    )


def by_simple_itk(array: np.ndarray, at: np.ndarray, interpolator: int) -> np.ndarray:
    """The image, whose voxels are a unit apart, at these indices; not a number outside. SimpleITK evaluates a picture of
    one displacement a pixel."""
    image = sitk.GetImageFromArray(array.astype("f8"))
    rows, columns = at.shape[:2]
    grid = np.stack([*np.meshgrid(np.arange(columns), np.arange(rows)), np.zeros((rows, columns))], axis=-1)
    field = sitk.GetImageFromArray((at - grid)[None].astype("f8"), isVector=True)
    transform = sitk.DisplacementFieldTransform(sitk.Cast(field, sitk.sitkVectorFloat64))
    reference = sitk.Image(columns, rows, 1, sitk.sitkFloat64)
    out = sitk.Resample(image, reference, transform, interpolator, float("nan"), sitk.sitkFloat64)
    return sitk.GetArrayFromImage(out)[0]


def asked(planes: list[np.ndarray], interpolation: str, **more: object) -> list[dict[str, object]]:
    common = {"size": [SIDE, SIDE], "mmPerPx": MM_PER_PX, "interpolation": interpolation}
    return [{"plane": plane.tolist(), **common, **more} for plane in planes]


def cut(probe: Probe, folder: Path, given: list[dict[str, object]]) -> np.ndarray:
    """What the probe makes of planes: [planes, rows, columns]."""
    file, out = folder.parent / "planes.json", folder.parent / "values.raw"
    file.write_text(json.dumps(given))
    load(probe, folder, "--planes", file, "--plane-values", out)
    return np.fromfile(out, "<f8").reshape(len(given), SIDE, SIDE)


def planes_through(slices: Slices, seed: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    made = []
    for _ in range(PLANES):
        number, row, column = (float(part) for part in random.uniform(0.2, 0.8, 3) * (np.array(SHAPE) - 1))
        center = slices.point(int(number), row, column)
        made.append(np.stack([center, *turned(random)]))
    return made


@pytest.mark.parametrize("name", VOLUMES)
def test_oblique_planes_are_those_of_simple_itk(name: str, probe: Probe, tmp_path: Path) -> None:
    array, slices = body(), VOLUMES[name]
    folder = write(datasets(array, slices), tmp_path / "series")
    planes = planes_through(slices, 17)
    nearest, linear = (cut(probe, folder, asked(planes, how)) for how in ("nearest", "linear"))
    compared = worst = 0
    for plane, ours_nearest, ours_linear in zip(planes, nearest, linear, strict=True):
        at = indices(slices, points(plane))
        size = np.array(SHAPE[::-1])
        # Positions have 32 fractional bits, and the objects nine decimals: nearer to a tie, or to the end, nothing is said.
        clear = (np.abs((at - np.floor(at)) - 0.5) > 1e-5).all(-1)
        inside = ((at > -0.49) & (at < size - 0.51)).all(-1) & clear
        outside = ((at < -0.75) | (at > size - 0.25)).any(-1)
        assert np.isnan(ours_linear[outside]).all() and np.isnan(ours_nearest[outside]).all()
        theirs = by_simple_itk(array, at, sitk.sitkNearestNeighbor) - 1024
        assert np.array_equal(ours_nearest[inside], theirs[inside]), name
        theirs = by_simple_itk(array, at, sitk.sitkLinear) - 1024
        worst = max(worst, np.abs(ours_linear[inside] - theirs[inside]).max(initial=0))
        compared += int(inside.sum())
    assert compared > PLANES * SIDE * SIDE / 5, f"only {compared} pixels lie in the volume"
    assert worst < 1, f"{worst} stored units"


@pytest.mark.parametrize("name", ["anisotropic", "oblique", "tilted"])
def test_slabs_are_made_of_planes(name: str, probe: Probe, tmp_path: Path) -> None:
    array, slices = body(), VOLUMES[name]
    folder = write(datasets(array, slices), tmp_path / "series")
    planes = planes_through(slices, 19)[:6]
    across, down = np.array(slices.directions, float)
    step = slices.positions[1] - slices.positions[0]
    to_voxel = np.linalg.inv(np.stack([across * slices.spacing[1], down * slices.spacing[0], step], axis=1))
    projections = {"max": np.nanmax, "min": np.nanmin, "mean": np.nanmean, "sum": np.nansum}
    for plane in planes:
        normal = np.cross(plane[1], plane[2])
        distance = 1 / np.abs(to_voxel @ normal).max()
        moved = [
            plane + [normal * distance * number, np.zeros(3), np.zeros(3)] for number in (-2, -1, 0, 1, 2)
        ]
        samples = cut(probe, folder, asked(moved, "linear"))
        some = ~np.isnan(samples).all(axis=0)
        for projection, expected in projections.items():
            slab = cut(probe, folder, asked([plane], "linear", slabMm=distance * 4.5, projection=projection))[
                0
            ]
            assert np.array_equal(~np.isnan(slab), some)
            assert np.abs(slab[some] - expected(samples[:, some], axis=0)).max() < 0.01, projection


def test_pet_slices_are_rescaled_before_they_are_mixed(probe: Probe, tmp_path: Path) -> None:
    array, slices = body(), VOLUMES["anisotropic"]
    slopes = np.array([0.5, 2.25, 1.0])[np.arange(SHAPE[0]) % 3]

    def change(number: int, dataset: object) -> None:
        dataset.RescaleSlope = str(slopes[number])  # type: ignore[attr-defined]

    made = datasets(array, slices, change, SOPClassUID=PET, Modality="PT", RescaleIntercept="0")
    folder = write(made, tmp_path / "series")
    planes = planes_through(slices, 23)
    for plane, ours in zip(planes, cut(probe, folder, asked(planes, "linear")), strict=True):
        at = indices(slices, points(plane))
        inside = ((at > -0.49) & (at < np.array(SHAPE[::-1]) - 0.51)).all(-1)
        theirs = by_simple_itk(array * slopes[:, None, None], at, sitk.sitkLinear)
        # A stored unit of the largest slope.
        assert np.abs(ours[inside] - theirs[inside]).max(initial=0) < 2.25


@pytest.mark.parametrize("name", ["anisotropic", "sagittal", "irregular"])
def test_padding_is_mixed_into_no_neighbour(name: str, probe: Probe, tmp_path: Path) -> None:
    """Beside padding a plane shows the nearest voxel, and where that is padding nothing."""
    array, slices = body(), VOLUMES[name]
    z, y, x = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1], 0 : SHAPE[2]]
    is_padding = (x < 4) | (np.hypot(np.hypot(x - 15, y - 12), z - 7) < 4)
    array[is_padding] = PADDING
    made = datasets(array, slices, PixelPaddingValue=PADDING)
    for dataset in made:
        dataset["PixelPaddingValue"].VR = "SS"
    folder = write(made, tmp_path / "series")
    planes = planes_through(slices, 31)
    compared = beside = 0
    for plane, ours in zip(planes, cut(probe, folder, asked(planes, "linear")), strict=True):
        at = indices(slices, points(plane))
        share = by_simple_itk(is_padding, at, sitk.sitkLinear)
        nearest = by_simple_itk(array, at, sitk.sitkNearestNeighbor)
        # Nearer to a tie, or to a weight of nothing, nothing is said.
        clear = (np.abs((at - np.floor(at)) - 0.5) > 1e-3).all(-1) & ((share == 0) | (share > 1e-3))
        inside = ((at > -0.49) & (at < np.array(SHAPE[::-1]) - 0.51)).all(-1) & clear
        assert np.array_equal(np.isnan(ours[inside]), nearest[inside] == PADDING)
        shown = inside & (nearest != PADDING)
        theirs = np.where(share > 0, nearest, by_simple_itk(array, at, sitk.sitkLinear)) - 1024
        assert np.abs(ours[shown] - theirs[shown]).max(initial=0) < 1
        compared += int(shown.sum())
        beside += int((shown & (share > 0)).sum())
    assert compared > PLANES * SIDE * SIDE / 8 and beside > 500, (
        f"{compared} pixels, {beside} of them beside padding"
    )


def test_distances_are_millimetres_in_every_plane(probe: Probe, tmp_path: Path) -> None:
    """Two beads of one voxel, found by their centres of mass in planes through both of them."""
    slices = VOLUMES["anisotropic"]
    array = np.zeros(SHAPE, "i2")
    first, second = (3, 6, 8), (9, 15, 17)
    array[first] = array[second] = 4000
    folder = write(datasets(array, slices, RescaleIntercept="0"), tmp_path / "series")
    one, other = slices.point(*first), slices.point(*second)
    right = (other - one) / np.linalg.norm(other - one)
    random = np.random.default_rng(29)
    given = []
    for _ in range(10):
        down = np.cross(right, random.normal(size=3))
        given += asked(
            [np.stack([end, right, down / np.linalg.norm(down)]) for end in (one, other)], "linear"
        )
    for plane in given:
        plane["mmPerPx"] = 0.05
    for values in cut(probe, folder, given):
        # The bead's middle is the middle pixel: brightest there, and as bright on both sides of it.
        middle = SIDE // 2
        assert values[middle, middle] == pytest.approx(4000, abs=1)
        moment = (values - values[::-1, ::-1]) / 4000
        assert np.abs(moment).max() < 0.005, "0.01 mm would be a hundredth of the bead's slope"
