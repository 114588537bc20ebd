"""Annotations as JSON, CSV and DICOM SR, held against DCMTK, dicom3tools and highdicom."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import highdicom
import jsonschema
import pytest

from core_corpus import CORPUS, core

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "schemas" / "annotations.v1.json").read_text())
DEVICE = "2.25.99"


@pytest.fixture(scope="module")
def image() -> core.DicomObject:
    return core.DicomObject(CORPUS / "CT_small.dcm")


def measured(name: str, value: float, unit: str, **more: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, **more}


def annotations(image: core.DicomObject) -> dict[str, Any]:
    """One of each tool."""
    info = image.info
    keys = ("studyInstanceUid", "seriesInstanceUid", "sopClassUid", "sopInstanceUid")
    made = [
        (
            "length",
            [[10, 10], [50.25, 60]],
            [measured("length", 42.1234567890123456, "mm", source="PixelSpacing")],
        ),
        (
            "bidirectional",
            [[1, 1], [9, 9], [4, 6], [6, 4]],
            [measured("longAxis", 9, "mm"), measured("shortAxis", 3, "mm")],
        ),
        ("angle", [[1, 1], [5, 5], [9, 1]], [measured("angle", 90, "deg")]),
        ("cobb", [[1, 1], [9, 1], [1, 5], [9, 8]], [measured("cobbAngle", 20.556, "deg")]),
        ("rectangle", [[1, 1], [9, 9]], [measured("area", 9, "mm2")]),
        (
            "ellipse",
            [[10, 10], [30, 50]],
            [measured("area", 1 / 3, "mm2"), measured("sd", 3.25, "[hnsf'U]", method="n - 1")],
        ),
        ("circle", [[20, 20], [25, 20]], [measured("mean", -12.5, "[hnsf'U]")]),
        ("freehand", [[1, 1], [5, 5], [9, 1]], [measured("perimeter", 9, "mm")]),
        (
            "probe",
            [[3, 4]],
            [measured("value", 17, "[hnsf'U]"), measured("uptake of a tracer", 2, "{a unit of its own}/ml")],
        ),
        ("arrow", [[3, 4], [9, 9]], []),
        ("text", [[3, 4]], []),
    ]
    return {
        "schema": "noctis.annotations/1",
        "annotations": [
            {
                "uid": f"2.25.{number}",
                "tool": tool,
                "label": f"Läsion {number}",
                "created": "2026-11-24T12:00:00Z",
                "revision": 1,
                "anchor": {key: info[key] for key in keys},
                "points": points,
                "measurements": numbers,
            }
            for number, (tool, points, numbers) in enumerate(made, 1)
        ],
    }


@pytest.fixture(scope="module")
def report(image: core.DicomObject, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.dcm"
    file = core.annotations_report(
        json.dumps(annotations(image)), image, device_uid=DEVICE, observer="Doe^Jane"
    )
    path.write_bytes(file)
    return path


def test_the_schema_and_the_core_agree(image: core.DicomObject) -> None:
    good = annotations(image)
    jsonschema.validate(good, SCHEMA)
    assert core.annotations_csv(json.dumps(good))
    for change in (
        {"schema": "noctis.annotations/2"},
        {"more": 1},
        {"annotations": [{**good["annotations"][0], "tool": "spline"}]},
        {"annotations": [{**good["annotations"][0], "uid": "1.02"}]},
        {"annotations": [{**good["annotations"][0], "points": [[1, 2, 3], [4, 5, 6]]}]},
    ):
        bad = {**good, **change}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, SCHEMA)
        with pytest.raises(core.DicomError):
            core.annotations_csv(json.dumps(bad))


def test_the_table_has_every_measurement(image: core.DicomObject) -> None:
    good = annotations(image)
    rows = list(csv.DictReader(io.StringIO(core.annotations_csv(json.dumps(good)))))
    found = [(row["annotation"], row["measurement"], float(row["value"])) for row in rows if row["value"]]
    expected = [
        (one["uid"], m["name"], m["value"]) for one in good["annotations"] for m in one["measurements"]
    ]
    assert found == expected
    assert [row["tool"] for row in rows if not row["value"]] == ["arrow", "text"]
    assert rows[0]["label"] == "Läsion 1"


def test_dcmtk_reads_the_report(report: Path) -> None:
    run = subprocess.run(["dsrdump", str(report)], capture_output=True, text=True, check=True)
    assert "Comprehensive 3D SR Document" in run.stdout
    # The digits that a decimal string holds; all of them are in Floating Point Value.
    assert '"Length")="42.1234567890123" (mm,UCUM,"millimeter")>' in run.stdout
    assert [line for line in run.stderr.splitlines() if line.startswith("E:")] == []


def test_the_report_follows_the_standard(report: Path) -> None:
    run = subprocess.run(["dciodvfy", str(report)], capture_output=True, text=True, check=False)
    lines = (run.stdout + run.stderr).splitlines()
    assert "Comprehensive3DSR" in lines
    assert [line for line in lines if line.startswith("Error")] == []


def test_highdicom_reads_the_numbers_back(image: core.DicomObject, report: Path) -> None:
    content = highdicom.sr.srread(report).content
    groups = [*content.get_planar_roi_measurement_groups(), *content.get_image_measurement_groups()]
    found = {
        group.tracking_uid: [(m.value, m.unit.value) for m in group.get_measurements()] for group in groups
    }
    for one in annotations(image)["annotations"]:
        numbers = found[one["uid"]]
        assert [unit for _, unit in numbers] == [m["unit"] for m in one["measurements"]]
        for (value, _), m in zip(numbers, one["measurements"], strict=True):
            assert value == pytest.approx(m["value"], rel=1e-6)


def test_points_are_those_of_the_standard(report: Path) -> None:
    (ellipse,) = [
        group
        for group in highdicom.sr.srread(report).content.get_planar_roi_measurement_groups()
        if group.tracking_uid == "2.25.6"
    ]
    # From the corner of the first pixel; the major axis first.
    assert ellipse.roi.graphic_type.value == "ELLIPSE"
    assert ellipse.roi.value.tolist() == [[20.5, 10.5], [20.5, 50.5], [10.5, 30.5], [30.5, 30.5]]
