"""Windows, statistics, regions and planes, held against NumPy and numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pydicom
import pytest

from core_corpus import CORPUS, core

TYPES = [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32, np.float32, np.float64, np.int64]


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_number_is_read(kind: type) -> None:
    values = np.arange(120).reshape(10, 12).astype(kind)
    found = core.statistics(values)
    assert found is not None
    assert (found["count"], found["min"], found["max"]) == (120, 0, 119)
    assert found["mean"] == pytest.approx(59.5, abs=1e-12)
    assert found["sd"] == pytest.approx(np.arange(120).std(ddof=1), abs=1e-12)
    assert core.plain_window_level(values, 60, 100).shape == (10, 12)


def test_statistics_are_numpys() -> None:
    values = np.random.default_rng(7).normal(40, 300, size=(61, 47)).astype(np.float32)
    values[3, 4] = np.nan
    found = core.statistics(values)
    assert found is not None
    known = values[np.isfinite(values)].astype(np.float64)
    for key, expected in [
        ("mean", known.mean()),
        ("sd", known.std(ddof=1)),
        ("median", np.median(known)),
        ("p5", np.percentile(known, 5)),
        ("p95", np.percentile(known, 95)),
    ]:
        assert found[key] == pytest.approx(expected, rel=1e-9), key
    assert found["count"] == known.size
    assert core.statistics(np.array([np.nan])) is None


def test_views_of_arrays_are_read_as_they_look() -> None:
    values = np.arange(200, dtype=np.int16).reshape(10, 20)
    for view in (values[::2, ::3], values.T, values[::-1], np.asfortranarray(values)):
        expected = np.clip((view - 10.0) / 180, 0, 1) * 255
        np.testing.assert_array_equal(core.plain_window_level(view, 100, 180), expected.astype(np.uint8))


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_windows_are_those_of_the_standard(function: str) -> None:
    x = np.linspace(-900, 900, 4001)
    c, w = 40.0, 350.0
    y = {
        "LINEAR": ((x - (c - 0.5)) / (w - 1) + 0.5) * 255,
        "LINEAR_EXACT": ((x - c) / w + 0.5) * 255,
        "SIGMOID": 255 / (1 + np.exp(-4 * (x - c) / w)),
    }[function]
    expected = np.floor(np.clip(y, 0, 255) + 0.5)
    np.testing.assert_array_equal(core.window_level(x, c, w, function=function), expected)


def test_auto_window_by_quantiles() -> None:
    values = np.random.default_rng(3).normal(100, 50, size=10_000)
    center, width = core.auto_window(values, "MR")
    low, high = np.percentile(values, [2, 98])
    assert (center, width) == pytest.approx(((low + high) / 2, high - low))
    assert core.auto_window(np.full(9, 5), "CR") == (5, 500)
    assert core.window_presets()["lung"] == (-600, 1600)
    assert core.preset_for_range(-1000, 100, "CT") == "lung"


def test_lengths_angles_and_areas() -> None:
    # rows 2 mm apart, columns 0.5 mm
    spacing = (2.0, 0.5)
    assert core.distance_mm((0, 0), (6, 2), spacing) == pytest.approx(5)
    assert core.angle_deg((1, 0), (0, 0), (0, 1)) == pytest.approx(90)
    assert core.angle_deg((0, 0), (0, 0), (0, 1)) is None
    assert core.area_mm2([(0, 0), (10, 0), (10, 4), (0, 4)], spacing) == pytest.approx(40)
    assert core.region_area_mm2("ellipse", [(0, 0), (8, 4)], spacing) == pytest.approx(math.pi * 4 * 2)


def test_regions_take_the_centres_inside_and_on_the_edge() -> None:
    values = np.random.default_rng(11).integers(-1000, 1000, size=(40, 60)).astype(np.int16)
    rows, columns = np.mgrid[:40, :60]
    ellipse = ((columns - 30) / 12.5) ** 2 + ((rows - 18) / 7.5) ** 2 <= 1
    rectangle = (columns >= 4) & (columns <= 17) & (rows >= 3) & (rows <= 9)
    for shape, points, inside in [
        ("ellipse", [(17.5, 10.5), (42.5, 25.5)], ellipse),
        ("rectangle", [(17.0, 3.0), (4.0, 9.4)], rectangle),
        ("polygon", [(4.0, 3.0), (17.0, 3.0), (17.0, 9.0), (4.0, 9.0)], rectangle),
    ]:
        found = core.region_statistics(values, shape, points)
        assert found is not None
        assert found["count"] == inside.sum(), shape
        assert found["mean"] == pytest.approx(values[inside].mean(), abs=1e-9)
        assert found["sd"] == pytest.approx(values[inside].std(ddof=1), abs=1e-9)
    with pytest.raises(ValueError, match="region"):
        core.region_statistics(values, "polygon", [(0, 0), (1, 1)])


def test_a_calibration_has_the_keys_of_the_report() -> None:
    found = core.check_calibration(core.DicomObject(CORPUS / "CT_small.dcm"))
    assert set(found) == {
        "is_valid",
        "calibration_status",
        "issues",
        "warnings",
        "water_hu",
        "air_hu",
        "noise_level",
    }
    other = core.check_calibration(core.DicomObject(CORPUS / "MR_small.dcm"))
    assert other["calibration_status"] == "not_applicable"


def test_slices_become_a_volume_with_its_millimetres() -> None:
    dataset = pydicom.dcmread(CORPUS / "CT_small.dcm")
    x, y, z = (float(part) for part in dataset.ImagePositionPatient)
    objects = []
    for number in (2, 0, 1):
        buffer = pydicom.filebase.DicomBytesIO()
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        dataset.ImagePositionPatient = [x, y, z + 5 * number]
        dataset.save_as(buffer)
        objects.append(core.DicomObject(buffer.getvalue()))
    (volume,), findings = core.assemble(objects)
    assert findings == []
    assert volume.shape == (3, 128, 128)
    assert volume.spacing_mm == pytest.approx([5, 0.661468, 0.661468])
    origin = np.array(volume.patient_from_voxel) @ [0, 0, 0, 1]
    assert origin == pytest.approx([x, y, z, 1])
    # The middle slice, one pixel for each voxel: in the plane of its centres.
    values = volume.plane_values("axial", size=(128, 128), interpolation="nearest")
    np.testing.assert_array_equal(values, objects[0].values())
    assert volume.plane_values("coronal", size=(64, 32), slab_mm=20, projection="mean").shape == (32, 64)
