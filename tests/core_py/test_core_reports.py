"""DICOM reports read back: ours, highdicom's, and those in the shape of cornerstone's adapters."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pydicom
import pytest
from highdicom.sr import (
    CodedConcept,
    FindingSite,
    GraphicTypeValues,
    ImageRegion,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    SourceImageForMeasurement,
    SourceImageForRegion,
    TrackingIdentifier,
)
from pydicom.sr.codedict import codes

from core_corpus import CORPUS, core

TOOLS = {
    "probe": 1,
    "length": 2,
    "bidirectional": 4,
    "angle": 3,
    "cobb": 4,
    "rectangle": 2,
    "ellipse": 2,
    "circle": 2,
    "freehand": 9,
    "arrow": 2,
    "text": 1,
}
PLANE = {"center": [1.5, -20, 30], "right": [0, 0.6, 0.8], "down": [-1, 0, 0]}


def ours(on_plane: bool) -> dict[str, Any]:
    """One of each tool on CT_small.dcm, measured there where it is on the image."""
    image = core.DicomObject(CORPUS / "CT_small.dcm")
    info = image.info
    random = np.random.default_rng(5)
    keys = ("studyInstanceUid", "seriesInstanceUid", "sopClassUid", "sopInstanceUid")
    annotations = []
    for number, (tool, count) in enumerate(TOOLS.items(), 1):
        points = random.uniform(10, 100, (count, 2))
        if tool == "freehand":
            turns = np.arange(count) / count * 2 * np.pi
            points = 50 + 20 * np.stack([np.cos(turns), np.sin(turns)], axis=1)
        one: dict[str, Any] = {
            "uid": f"2.25.{number}",
            "tool": tool,
            "label": f"Läsion {number}",
            "created": "2026-11-24T12:00:00.5Z",
            "revision": number,
            "anchor": {key: info[key] for key in keys},
            "points": points.tolist(),
        }
        measurements = core.measure(image, tool, points.tolist())["measurements"]
        if on_plane:
            center, right, down = (np.array(PLANE[key], float) for key in ("center", "right", "down"))
            patient = center + points[:, :1] * right + points[:, 1:] * down
            one |= {"plane": PLANE, "patientPoints": patient.tolist()}
            one["anchor"]["frameOfReferenceUid"] = info["frameOfReferenceUid"]
        if measurements:
            one["measurements"] = measurements
        annotations.append(one)
    return {"schema": "noctis.annotations/1", "annotations": annotations}


@pytest.fixture(params=[False, True], ids=["image", "plane"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[dict[str, Any], Path]:
    given = ours(request.param)
    image = core.DicomObject(CORPUS / "CT_small.dcm")
    path = tmp_path / "report.dcm"
    path.write_bytes(core.annotations_report(json.dumps(given), image, device_uid="2.25.99"))
    return given, path


def test_ours_comes_back_as_it_was(written: tuple[dict[str, Any], Path]) -> None:
    given, path = written
    text, warnings = core.annotations_from_report(path)
    assert warnings == []
    assert json.loads(text) == given
    assert json.loads(core.annotations_merged(text, json.dumps(given))) == given


def test_others_read_what_we_write(written: tuple[dict[str, Any], Path]) -> None:
    given, path = written
    dump = subprocess.run(["dsrdump", str(path)], capture_output=True, text=True, check=True)
    assert [line for line in dump.stderr.splitlines() if line.startswith("E:")] == []
    verified = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    lines = (verified.stdout + verified.stderr).splitlines()
    assert [line for line in lines if line.startswith("Error")] == []
    content = hd.sr.srread(path).content
    groups = [*content.get_planar_roi_measurement_groups(), *content.get_image_measurement_groups()]
    found = {group.tracking_uid: [m.value for m in group.get_measurements()] for group in groups}
    assert set(found) == {one["uid"] for one in given["annotations"]}
    for one in given["annotations"]:
        values = [m["value"] for m in one.get("measurements", [])]
        assert found[one["uid"]] == pytest.approx(values, rel=1e-6)


def test_points_on_a_plane_are_in_the_patient() -> None:
    image = core.DicomObject(CORPUS / "CT_small.dcm")
    given = ours(True)
    file = core.annotations_report(json.dumps(given), image, device_uid="2.25.99")
    content = hd.sr.srread(io.BytesIO(file)).content
    (freehand,) = [g for g in content.get_planar_roi_measurement_groups() if g.tracking_uid == "2.25.9"]
    assert freehand.roi.graphic_type.value == "POLYGON"
    expected = next(one["patientPoints"] for one in given["annotations"] if one["tool"] == "freehand")
    assert freehand.roi.value == pytest.approx(np.array([*expected, expected[0]]), abs=1e-4)


def of_highdicom(image: pydicom.Dataset) -> bytes:
    """A length, an ellipse, a polygon and a point, as highdicom writes them."""
    site = FindingSite(anatomic_location=codes.SCT.Liver)

    def coordinates(kind: GraphicTypeValues, points: list[list[float]]) -> ImageRegion:
        source = SourceImageForRegion.from_source_image(image)
        return ImageRegion(kind, np.array(points), source)

    def tracking(name: str) -> TrackingIdentifier:
        return TrackingIdentifier(uid=hd.UID(), identifier=name)

    mean = Measurement(
        name=CodedConcept("112031", "DCM", "Attenuation Coefficient"),
        value=-12.5,
        unit=CodedConcept("[hnsf'U]", "UCUM", "Hounsfield unit"),
        derivation=codes.SCT.Mean,
    )
    area = Measurement(name=codes.SCT.Area, value=12.25, unit=codes.UCUM.SquareMillimeter)
    planar = [
        PlanarROIMeasurementsAndQualitativeEvaluations(
            tracking_identifier=tracking(name),
            referenced_region=coordinates(kind, points),
            measurements=[area, mean],
            finding_type=codes.SCT.Mass,
            finding_sites=[site],
        )
        for name, kind, points in [
            ("ellipse", GraphicTypeValues.ELLIPSE, [[10.5, 20.5], [30.5, 20.5], [20.5, 15.5], [20.5, 25.5]]),
            (
                "polygon",
                GraphicTypeValues.POLYLINE,
                [[10.5, 20.5], [30.5, 20.5], [35.5, 40.5], [10.5, 20.5]],
            ),
            ("circle", GraphicTypeValues.CIRCLE, [[10.5, 20.5], [13.5, 24.5]]),
        ]
    ]
    source = SourceImageForMeasurement.from_source_image(image)
    length = Measurement(
        name=codes.SCT.Length, value=5.25, unit=codes.UCUM.Millimeter, referenced_images=[source]
    )
    without = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking("no coordinates"), measurements=[length]
    )
    observer = hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(uid=hd.UID()),
    )
    report = MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_device_context=observer),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=[*planar, without],
    )
    document = hd.sr.Comprehensive3DSR(
        evidence=[image],
        content=report,
        series_number=1,
        series_instance_uid=hd.UID(),
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="Another",
    )
    file = io.BytesIO()
    document.save_as(file, enforce_file_format=True)
    return file.getvalue()


def test_highdicom_is_read() -> None:
    image = pydicom.dcmread(CORPUS / "CT_small.dcm")
    text, warnings = core.annotations_from_report(of_highdicom(image))
    found = json.loads(text)["annotations"]
    assert [(one["tool"], one["points"]) for one in found] == [
        ("ellipse", [[10, 15], [30, 25]]),
        ("freehand", [[10, 20], [30, 20], [35, 40]]),
        ("circle", [[10, 20], [13, 24]]),
    ]
    for one in found:
        assert one["label"] == "Mass"
        assert one["anchor"]["sopInstanceUid"] == image.SOPInstanceUID
        assert one["anchor"]["seriesInstanceUid"] == image.SeriesInstanceUID
        assert [(m["name"], m["value"], m["unit"]) for m in one["measurements"]] == [
            ("area", 12.25, "mm2"),
            ("mean", -12.5, "[hnsf'U]"),
        ]
    assert warnings == ["group 4 is left out: it has no coordinates"]


def test_cornerstone_is_read() -> None:
    """A report that @cornerstonejs/adapters 5.14.0 and dcmjs 0.52.0 wrote of one annotation of each tool on CT_small.dcm."""
    text, warnings = core.annotations_from_report(Path(__file__).parent / "inputs" / "cornerstone-report.dcm")
    assert warnings == []
    found = json.loads(text)["annotations"]
    expected = [
        ("length", [[10, 20], [13, 24]], ["length"]),
        ("bidirectional", [[10, 10], [40, 10], [25, 5], [25, 20]], ["longAxis", "shortAxis"]),
        ("angle", [[30, 10], [10, 10], [10, 30]], ["angle"]),
        ("cobb", [[10, 10], [30, 10], [10, 40], [30, 50]], ["cobbAngle"]),
        ("rectangle", [[10, 20], [30, 50]], ["perimeter", "area", "max", "mean", "sd"]),
        ("ellipse", [[10, 10], [30, 50]], ["area", "max", "mean", "sd"]),
        ("circle", [[40, 40], [43, 44]], ["perimeter", "area", "radius", "max", "mean", "sd"]),
        ("freehand", [[10, 10], [30, 10], [30, 30]], ["perimeter", "area", "max", "mean", "sd"]),
        ("probe", [[50, 60]], []),
        ("arrow", [[50, 60], [70, 80]], []),
    ]
    for one, (tool, points, names) in zip(found, expected, strict=True):
        assert one["tool"] == tool
        assert np.array(one["points"]) == pytest.approx(np.array(points, float), abs=1e-4)
        assert [m["name"] for m in one.get("measurements", [])] == names
    assert [one["label"] for one in found if "label" in one] == ["a lesion", "look"]
    length = found[0]["measurements"][0]
    assert (length["value"], length["unit"]) == (3.30734, "mm")


def test_what_is_no_report_is_refused() -> None:
    for source in (b"", b"\0" * 500, (CORPUS / "CT_small.dcm").read_bytes()):
        with pytest.raises(core.DicomError) as caught:
            core.annotations_from_report(source)
        assert caught.value.kind == "malformed"
