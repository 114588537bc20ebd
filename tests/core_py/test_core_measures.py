"""What tools measure, held against NumPy on the same stored values."""

from __future__ import annotations

import copy
import io
import math
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core_corpus import CORPUS, core

NEAR = 1e-6


def bytes_of(dataset: Dataset) -> bytes:
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def named(measured: dict[str, Any]) -> dict[str, float]:
    return {found["name"]: found["value"] for found in measured["measurements"]}


def statistics(values: np.ndarray) -> dict[str, float]:
    return {
        "mean": values.mean(),
        "sd": values.std(ddof=1),
        "min": values.min(),
        "max": values.max(),
        "median": np.median(values),
        "count": values.size,
    }


def assert_same(found: dict[str, float], expected: dict[str, float]) -> None:
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=NEAR, abs=NEAR), name


def inside(tool: str, points: np.ndarray, shape: tuple[int, int], spacing: tuple[float, float]) -> np.ndarray:
    """Which pixel centres are inside or on the edge, by NumPy."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(float)
    if tool == "rectangle":
        (left, top), (right, bottom) = np.sort(points, axis=0)
        return (columns >= left) & (columns <= right) & (rows >= top) & (rows <= bottom)
    if tool == "ellipse":
        x, y = points.mean(axis=0)
        a, b = np.abs(points[1] - points[0]) / 2
        return ((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 <= 1
    if tool == "circle":
        (x, y), (edge_x, edge_y) = points
        radius = math.hypot((edge_x - x) * spacing[1], (edge_y - y) * spacing[0])
        return np.hypot((columns - x) * spacing[1], (rows - y) * spacing[0]) <= radius
    odd = np.zeros(shape, bool)
    for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, axis=0), strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            column = (bx - ax) * (rows - ay) / (by - ay) + ax
        odd ^= ((ay > rows) != (by > rows)) & (columns < column)
    return odd


def shoelace(points: np.ndarray) -> float:
    x, y = points.T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


REGIONS = ("rectangle", "ellipse", "circle", "freehand")


def drawn(tool: str, random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """A region that no pixel centre is on the edge of."""
    middle = random.uniform(0.3, 0.7, 2) * shape[::-1]
    if tool != "freehand":
        return np.array([middle, middle + random.uniform(2, 20, 2) * random.choice([-1, 1], 2)])
    turns = np.sort(random.uniform(0, 2 * math.pi, 25))
    radii = random.uniform(5, 25, 25)
    return middle + np.stack([radii * np.cos(turns), radii * np.sin(turns)], axis=1)


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small.dcm"])
@pytest.mark.parametrize("tool", REGIONS)
def test_regions_are_those_of_numpy(name: str, tool: str) -> None:
    source = pydicom.dcmread(CORPUS / name)
    source.PixelSpacing = [0.75, 0.5]
    values = source.pixel_array * float(source.get("RescaleSlope", 1)) + float(
        source.get("RescaleIntercept", 0)
    )
    padding = source.get("PixelPaddingValue")
    image = core.DicomObject(bytes_of(source))
    random = np.random.default_rng(7)
    for _ in range(25):
        points = drawn(tool, random, values.shape)
        mask = inside(tool, points, values.shape, (0.75, 0.5))
        if padding is not None:
            mask &= source.pixel_array != padding
        measured = core.measure(image, tool, points.tolist(), bins=17)
        assert_same(named(measured), statistics(values[mask]))
        counts, edges = np.histogram(values[mask], 17)
        histogram = measured["histogram"]
        assert histogram["counts"] == counts.tolist()
        assert [histogram["low"], histogram["high"]] == [edges[0], edges[-1]]
        unit = {"CT_small.dcm": "[hnsf'U]", "MR_small.dcm": "1"}[name]
        assert {m["unit"] for m in measured["measurements"] if m["name"] == "mean"} == {unit}


def test_geometry_is_that_of_numpy() -> None:
    source = pydicom.dcmread(CORPUS / "CT_small.dcm")
    source.PixelSpacing = [0.75, 0.5]
    image = core.DicomObject(bytes_of(source))
    random = np.random.default_rng(8)
    for _ in range(50):
        points = random.uniform(-20, 150, (4, 2))
        a, b, c, d = points * [0.5, 0.75]

        def of(tool: str, count: int, points: np.ndarray = points) -> dict[str, float]:
            return named(core.measure(image, tool, points[:count].tolist()))

        def angle(u: np.ndarray, v: np.ndarray) -> float:
            return math.degrees(math.acos(np.dot(u, v) / np.linalg.norm(u) / np.linalg.norm(v)))

        assert_same(of("length", 2), {"length": np.linalg.norm(b - a)})
        axes = sorted([np.linalg.norm(b - a), np.linalg.norm(d - c)])
        assert_same(of("bidirectional", 4), {"shortAxis": axes[0], "longAxis": axes[1]})
        assert_same(of("angle", 3), {"angle": angle(a - b, c - b)})
        cobb = angle(b - a, d - c)
        assert_same(of("cobb", 4), {"cobbAngle": min(cobb, 180 - cobb)})
        width, height = np.abs(b - a)
        assert_same(of("rectangle", 2), {"area": width * height, "perimeter": 2 * (width + height)})
        radius = np.linalg.norm(b - a)
        assert_same(of("circle", 2), {"area": math.pi * radius**2, "perimeter": 2 * math.pi * radius})
        turns = np.linspace(0, 2 * math.pi, 20_001)
        outline = np.stack([width / 2 * np.cos(turns), height / 2 * np.sin(turns)], axis=1)
        edge = np.linalg.norm(np.diff(outline, axis=0), axis=1).sum()
        ellipse = of("ellipse", 2)
        assert_same(ellipse, {"area": math.pi * width * height / 4})
        assert ellipse["perimeter"] == pytest.approx(edge, rel=1e-6)
        line = drawn("freehand", random, (128, 128))
        mm = line * [0.5, 0.75]
        around = np.linalg.norm(mm - np.roll(mm, -1, axis=0), axis=1).sum()
        expected = {"area": shoelace(mm), "perimeter": around}
        assert_same(named(core.measure(image, "freehand", line.tolist())), expected)


def test_what_is_measured_does_not_depend_on_how_it_is_drawn() -> None:
    """The order of points of the same shape, and where on the picture it is; views do not enter the call at all."""
    image = core.DicomObject(CORPUS / "CT_small.dcm")
    random = np.random.default_rng(9)
    for _ in range(20):
        line = drawn("freehand", random, (128, 128))
        base = named(core.measure(image, "freehand", line.tolist()))
        for other in (np.roll(line, 7, axis=0), line[::-1]):
            assert_same(named(core.measure(image, "freehand", other.tolist())), base)
        box = drawn("rectangle", random, (128, 128))
        base = named(core.measure(image, "rectangle", box.tolist()))
        (x, y), (u, v) = box
        for other in ([(u, v), (x, y)], [(x, v), (u, y)]):
            assert_same(named(core.measure(image, "rectangle", other)), base)
        a, b, c, d = random.uniform(0, 120, (4, 2)).tolist()
        for tool, points, others in [
            ("length", [a, b], [[b, a]]),
            ("bidirectional", [a, b, c, d], [[c, d, a, b], [b, a, c, d]]),
            ("angle", [a, b, c], [[c, b, a]]),
            ("cobb", [a, b, c, d], [[c, d, a, b], [b, a, c, d], [a, b, d, c]]),
        ]:
            base = named(core.measure(image, tool, points))
            for other in others:
                assert_same(named(core.measure(image, tool, other)), base)


def series(random: np.random.Generator) -> tuple[list[Dataset], np.ndarray]:
    """Twelve slices of 16 rows and 20 columns, 2 x 0.75 x 0.5 mm, tilted in the patient."""
    template = pydicom.dcmread(CORPUS / "CT_small.dcm")
    voxels = random.integers(-1000, 2000, (12, 16, 20)).astype(np.int16)
    slices = []
    for number, plane in enumerate(voxels):
        slice_ = copy.deepcopy(template)
        slice_.SOPInstanceUID = f"1.2.3.{number + 1}"
        slice_.file_meta.MediaStorageSOPInstanceUID = slice_.SOPInstanceUID
        slice_.Rows, slice_.Columns = plane.shape
        slice_.PixelSpacing = [0.75, 0.5]
        slice_.ImageOrientationPatient = [1, 0, 0, 0, 0.8, 0.6]
        slice_.ImagePositionPatient = [5, 7 - 1.2 * number, 9 + 1.6 * number]
        slice_.InstanceNumber = number + 1
        slice_.RescaleSlope, slice_.RescaleIntercept = 2, -24
        if "PixelPaddingValue" in slice_:
            del slice_.PixelPaddingValue
        slice_.PixelData = plane.tobytes()
        slices.append(slice_)
    return slices, voxels * 2.0 - 24


def test_planes_are_measured_on_the_voxels() -> None:
    random = np.random.default_rng(10)
    slices, values = series(random)
    objects = [core.DicomObject(bytes_of(slice_)) for slice_ in slices]
    (volume,), findings = core.assemble(objects)
    assert findings == []
    steps = np.array([[0, -1.2, 1.6], [0, 0.6, 0.45], [0.5, 0, 0]])
    origin = np.array([5.0, 7.0, 9.0])
    units = steps / np.linalg.norm(steps, axis=1)[:, None]
    sizes = np.array(values.shape)
    # Along the voxels: the middle column, seen so that slices go right and rows go down.
    center = origin + np.array([6, 8, 10]) @ steps
    for _ in range(20):
        box = np.sort(random.uniform(-4, 4, (2, 2)), axis=0)
        found = core.measure_plane(
            volume,
            objects[0],
            center.tolist(),
            units[0].tolist(),
            units[1].tolist(),
            "rectangle",
            box.tolist(),
        )
        (left, top), (right, bottom) = box
        slice_, row = np.mgrid[: sizes[0], : sizes[1]]
        x, y = (slice_ - 6) * 2.0, (row - 8) * 0.75
        mask = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        expected = {"area": (right - left) * (bottom - top), "count": mask.sum()}
        if mask.sum() > 1:
            expected |= statistics(values[:, :, 10][mask])
        assert_same(
            named(found), expected | {"count": mask.sum()} if mask.any() else {"area": expected["area"]}
        )
    # Oblique: points half a millimetre apart, the nearest voxel of each.
    inverse = np.linalg.inv(steps)
    for _ in range(20):
        right, down, _normal = np.linalg.qr(random.normal(size=(3, 3)))[0].T
        center = origin + (sizes - 1) / 2 @ steps + random.normal(size=3) * 0.1
        points = random.uniform(-3, 3, (2, 2))
        found = core.measure_plane(
            volume, objects[0], center.tolist(), right.tolist(), down.tolist(), "ellipse", points.tolist()
        )
        x, y = np.meshgrid(np.arange(-40, 41) * 0.5, np.arange(-40, 41) * 0.5)
        (a, b), (u, v) = np.abs(points[1] - points[0]) / 2, points.mean(axis=0)
        mask = ((x - u) / a) ** 2 + ((y - v) / b) ** 2 <= 1
        at = center + x[mask][:, None] * right + y[mask][:, None] * down
        voxels = np.floor((at - origin) @ inverse + 0.5).astype(int)
        voxels = voxels[((voxels >= 0) & (voxels < sizes)).all(axis=1)]
        got = named(found)
        assert got["area"] == pytest.approx(math.pi * a * b, rel=NEAR)
        if len(voxels) > 1:
            assert_same(got, statistics(values[tuple(voxels.T)]))
    method = found["measurements"][-1]["method"]
    assert "voxels nearest to points of the plane, 0.5 x 0.5 mm apart" in method


def test_pet_is_measured_in_suv() -> None:
    source = pydicom.dcmread(CORPUS / "CT_small.dcm")
    source.Modality = "PT"
    source.Units, source.DecayCorrection, source.CorrectedImage = "BQML", "ADMIN", ["ATTN", "DECAY"]
    source.PatientWeight = "75"
    dose = Dataset()
    dose.RadionuclideTotalDose, dose.RadionuclideHalfLife = "300000000", "6588"
    source.RadiopharmaceuticalInformationSequence = Sequence([dose])
    source.RescaleSlope, source.RescaleIntercept = 1.5, 0
    if "PixelPaddingValue" in source:
        del source.PixelPaddingValue
    values = source.pixel_array[10:21, 30:41] * 1.5 * 75_000 / 300_000_000
    measured = core.measure(core.DicomObject(bytes_of(source)), "rectangle", [(30, 10), (40, 20)])
    assert_same(named(measured), statistics(values))
    (mean,) = [m for m in measured["measurements"] if m["name"] == "mean"]
    assert mean["unit"] == "{SUVbw}g/ml"


def test_scales_come_from_the_header() -> None:
    def scale(**changes: Any) -> dict[str, Any]:
        source = pydicom.dcmread(CORPUS / "CT_small.dcm")
        del source.PixelSpacing
        for name, value in changes.items():
            setattr(source, name, value)
        return core.calibration(core.DicomObject(bytes_of(source)))["scale"]

    bare = scale(Modality="DX")
    assert (bare["spacing"], bare["unit"], bare["source"]) == ([1, 1], "{pixels}", "none")
    tall = scale(Modality="OT", PixelAspectRatio=[2, 1])
    assert (tall["spacing"], tall["source"]) == ([2, 1], "PixelAspectRatio")
    detector = scale(Modality="DX", ImagerPixelSpacing=[0.2, 0.1])
    assert (detector["spacing"], detector["source"]) == ([0.2, 0.1], "ImagerPixelSpacing")
    assert "at the detector" in detector["note"]
    breast = scale(
        Modality="MG", ImagerPixelSpacing=[0.11, 0.11], EstimatedRadiographicMagnificationFactor="1.1"
    )
    assert breast["spacing"] == pytest.approx([0.1, 0.1])
    fiducial = scale(
        Modality="DX",
        ImagerPixelSpacing=[0.2, 0.2],
        PixelSpacing=[0.19, 0.19],
        PixelSpacingCalibrationType="FIDUCIAL",
        PixelSpacingCalibrationDescription="a ball",
    )
    assert fiducial["spacing"] == [0.19, 0.19] and "FIDUCIAL" in fiducial["note"]
    film = scale(Modality="OT", NominalScannedPixelSpacing=[0.3, 0.3])
    assert film["source"] == "NominalScannedPixelSpacing"


def test_ultrasound_regions_come_from_the_header() -> None:
    def region(bounds: tuple[int, ...], units: tuple[int, int], deltas: tuple[float, float]) -> Dataset:
        item = Dataset()
        item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = 1, 1, 0
        (
            item.RegionLocationMinX0,
            item.RegionLocationMinY0,
            item.RegionLocationMaxX1,
            item.RegionLocationMaxY1,
        ) = bounds
        item.ReferencePixelX0, item.ReferencePixelY0 = 0, 20
        item.PhysicalUnitsXDirection, item.PhysicalUnitsYDirection = units
        item.ReferencePixelPhysicalValueX, item.ReferencePixelPhysicalValueY = 0.0, 0.0
        item.PhysicalDeltaX, item.PhysicalDeltaY = deltas
        return item

    source = pydicom.dcmread(CORPUS / "CT_small.dcm")
    source.Modality = "US"
    source.SequenceOfUltrasoundRegions = Sequence(
        [region((0, 0, 127, 63), (3, 3), (0.02, 0.01)), region((0, 64, 127, 127), (4, 7), (0.005, -1.5))]
    )
    image = core.DicomObject(bytes_of(source))
    length = named(core.measure(image, "length", [(10, 10), (13, 14)]))
    assert_same(length, {"length": math.hypot(0.6, 0.4)})
    probe = named(core.measure(image, "probe", [(40, 74)]))
    assert_same(probe, {"time": 0.2, "velocity": 15.0})
    across = core.measure(image, "length", [(10, 10), (10, 110)])
    assert across["measurements"][0]["unit"] == "{pixels}"
    assert across["notes"]


def test_each_frame_of_an_enhanced_object_has_its_own_spacing() -> None:
    def groups(spacing: list[float]) -> Dataset:
        item, measures = Dataset(), Dataset()
        measures.PixelSpacing = spacing
        item.PixelMeasuresSequence = Sequence([measures])
        return item

    source = pydicom.dcmread(CORPUS / "CT_small.dcm")
    del source.PixelSpacing
    source.NumberOfFrames = 3
    source.SharedFunctionalGroupsSequence = Sequence([groups([1, 2])])
    source.PerFrameFunctionalGroupsSequence = Sequence([Dataset(), groups([3, 4]), Dataset()])
    source.PixelData = source.PixelData * 3
    image = core.DicomObject(bytes_of(source))
    spacings = [core.calibration(image, frame)["scale"]["spacing"] for frame in range(3)]
    assert spacings == [[1, 2], [3, 4], [1, 2]]


def test_the_beam_of_an_enhanced_angiogram_has_its_spacing() -> None:
    source = pydicom.dcmread(CORPUS / "CT_small.dcm")
    del source.PixelSpacing
    source.Modality = "XA"
    detector, beam, shared = Dataset(), Dataset(), Dataset()
    detector.ImagerPixelSpacing = [0.4, 0.4]
    shared.FramePixelDataPropertiesSequence = Sequence([detector])
    source.SharedFunctionalGroupsSequence = Sequence([shared])
    assert core.calibration(core.DicomObject(bytes_of(source)))["scale"]["source"] == "ImagerPixelSpacing"
    beam.ObjectPixelSpacingInCenterOfBeam = [0.25, 0.25]
    shared.ProjectionPixelCalibrationSequence = Sequence([beam])
    scale = core.calibration(core.DicomObject(bytes_of(source)))["scale"]
    assert (scale["spacing"], scale["source"]) == ([0.25, 0.25], "ObjectPixelSpacingInCenterOfBeam")


def test_a_known_length_is_taken() -> None:
    image = core.DicomObject(CORPUS / "CT_small.dcm")
    known = ((0.0, 0.0), (10.0, 0.0), 25.0)
    measured = core.measure(image, "length", [(5, 5), (5, 9)], known=known)
    assert_same(named(measured), {"length": 10.0})
    assert measured["measurements"][0]["source"] == "user"
    with pytest.raises(core.DicomError):
        core.measure(image, "length", [(5, 5), (5, 9)], known=((1.0, 1.0), (1.0, 1.0), 5.0))
