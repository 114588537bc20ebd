"""Surfaces of volumes beside scikit-image's marching cubes on the same values."""

from __future__ import annotations

import copy
import io
import math
from collections.abc import Callable

import numpy as np
import pydicom
import pytest
from skimage.measure import marching_cubes, mesh_surface_area

from core_corpus import CORPUS, core

SPACING = np.array([2.0, 0.9, 0.7])
"""Between slices, rows, columns."""
ORIGIN = np.array([-40.0, 12.0, 300.0])
THRESHOLD = 300


def volume_of(values: np.ndarray, slope: float = 1.0) -> core.Volume:
    """Values `[slices, rows, columns]` as a CT, its slices in no order."""
    source = pydicom.dcmread(CORPUS / "CT_small.dcm")
    source.Rows, source.Columns = values.shape[1:]
    source.PixelSpacing = list(map(float, SPACING[1:]))
    source.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    source.RescaleSlope, source.RescaleIntercept = str(slope), "-1024"
    source.BitsStored, source.HighBit, source.PixelRepresentation = 16, 15, 0
    del source.PixelPaddingValue
    objects = []
    for number in np.random.default_rng(1).permutation(len(values)):
        slice_ = copy.deepcopy(source)
        slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        slice_.ImagePositionPatient = [float(at) for at in ORIGIN + [0, 0, SPACING[0] * number]]
        slice_.PixelData = np.round((values[number] + 1024) / slope).astype("<u2").tobytes()
        file = io.BytesIO()
        slice_.save_as(file, enforce_file_format=True)
        objects.append(core.DicomObject(file.getvalue()))
    (volume,), _ = core.assemble(objects)
    return volume


def millimetres(shape: tuple[int, int, int]) -> np.ndarray:
    """Of each voxel, from the middle of the volume."""
    middle = (np.array(shape) - 1) / 2
    return np.moveaxis((np.moveaxis(np.indices(shape), 0, -1) - middle) * SPACING, -1, 0)


def ball(radius: float) -> np.ndarray:
    """100 HU a millimetre."""
    away = np.sqrt((millimetres((21, 47, 61)) ** 2).sum(axis=0))
    return np.clip(THRESHOLD + (radius - away) * 100, -1024, 3000).round()


def box(half: tuple[float, float, float]) -> np.ndarray:
    """The same around a box, whose faces lie between voxels."""
    beyond = (np.abs(millimetres((21, 47, 61))) - np.reshape(half, (3, 1, 1, 1))).max(axis=0)
    return np.clip(THRESHOLD - beyond * 100, -1024, 3000).round()


BALL = 4 / 3 * math.pi * 16**3, 4 * math.pi * 16**2
BOX = 26.0 * 30.0 * 32.0, 2 * (26.0 * 30.0 + 26.0 * 32.0 + 30.0 * 32.0)


@pytest.mark.parametrize(
    ("made", "size"), [(lambda: ball(16), BALL), (lambda: box((13, 15, 16)), BOX)], ids=["ball", "box"]
)
def test_surfaces_are_those_of_scikit_image(
    made: Callable[[], np.ndarray], size: tuple[float, float]
) -> None:
    values = made()
    ours = volume_of(values).surface(THRESHOLD)
    # (slice, row, column) millimetres; patient ones are the other way around
    vertices, triangles, _, _ = marching_cubes(values, THRESHOLD, spacing=tuple(SPACING))
    theirs = vertices[:, ::-1] + ORIGIN

    assert ours.vertices_mm.dtype == np.float32
    assert ours.triangles.dtype == np.uint32
    assert ours.reduction == (1, 1, 1)
    assert ours.triangles.max() + 1 == len(ours.vertices_mm)
    # Both put a vertex on every edge between voxels that the surface crosses, and nowhere else.
    found = np.unique(ours.vertices_mm.round(2), axis=0)
    expected = np.unique(theirs.astype(np.float32).round(2), axis=0)
    assert len(found) == pytest.approx(len(expected), rel=0.002)
    apart = np.array([np.abs(expected - vertex).max(axis=1).min() for vertex in found[::7]])
    assert apart.max() <= 0.011
    assert ours.area_mm2 == pytest.approx(mesh_surface_area(theirs, triangles), rel=0.002)
    corners = ours.vertices_mm.astype(float)[ours.triangles]
    assert ours.area_mm2 == pytest.approx(mesh_surface_area(ours.vertices_mm, ours.triangles), rel=1e-5)
    assert ours.volume_mm3 == pytest.approx(np.linalg.det(corners).sum() / 6, rel=1e-4)
    assert ours.volume_mm3 == pytest.approx(size[0], rel=0.01)
    # The edges of the box are cut off, here and there.
    assert ours.area_mm2 == pytest.approx(size[1], rel=0.05)


def test_the_threshold_is_in_hounsfield_units() -> None:
    values = np.full((12, 30, 30), -1000.0)
    values[3:9, 5:25, 5:25] = 1000
    volume = volume_of(values, slope=2)
    edges = []
    for threshold in (-500, 0, 500):
        surface = volume.surface(threshold)
        low, high = surface.vertices_mm.min(axis=0), surface.vertices_mm.max(axis=0)
        share = (threshold + 1000) / 2000
        spacing = SPACING[::-1]
        np.testing.assert_allclose(low, ORIGIN + (np.array([5, 5, 3]) - 1 + share) * spacing, atol=1e-3)
        np.testing.assert_allclose(high, ORIGIN + (np.array([24, 24, 8]) + 1 - share) * spacing, atol=1e-3)
        edges.append(surface.volume_mm3)
    assert edges[0] > edges[1] > edges[2]


def test_reduction_smoothing_and_pieces() -> None:
    values = ball(16)
    values[1, 2:4, 2:4] = 2000
    volume = volume_of(values)
    whole = volume.surface(THRESHOLD)
    one = volume.surface(THRESHOLD, smallest_mm3=1000)
    assert len(one.vertices_mm) < len(whole.vertices_mm)
    assert one.volume_mm3 == pytest.approx(BALL[0], rel=0.01)
    small = volume.surface(THRESHOLD, longest=32, smallest_mm3=1000)
    assert small.reduction == (1, 2, 2)
    assert small.volume_mm3 == pytest.approx(BALL[0], rel=0.02)
    assert volume.surface(THRESHOLD, smallest_mm3=1000, smoothing=8).volume_mm3 == pytest.approx(
        BALL[0], rel=0.01
    )
    nothing = volume.surface(5000)
    assert nothing.vertices_mm.shape == nothing.triangles.shape == (0, 3)
    with pytest.raises(core.DicomError) as refused:
        volume.surface(math.nan)
    assert refused.value.kind == "malformed"
