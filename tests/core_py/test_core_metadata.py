"""What NoctisPro's index keeps: pydicom's values for every file, and a table worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pydicom
import pytest

from core_corpus import CORPUS, core

# Key, keyword, what stands for a value that is not there.
TEXTS = {
    "patient_id": ("PatientID", "UNKNOWN"),
    "patient_birth_date": ("PatientBirthDate", None),
    "patient_sex": ("PatientSex", "O"),
    "patient_age": ("PatientAge", None),
    "study_instance_uid": ("StudyInstanceUID", None),
    "study_date": ("StudyDate", None),
    "study_time": ("StudyTime", "000000"),
    "study_description": ("StudyDescription", "DICOM Study"),
    "accession_number": ("AccessionNumber", "ACC_7"),
    "study_id": ("StudyID", ""),
    "series_instance_uid": ("SeriesInstanceUID", None),
    "modality": ("Modality", "OT"),
    "body_part_examined": ("BodyPartExamined", None),
    "protocol_name": ("ProtocolName", None),
    "sop_instance_uid": ("SOPInstanceUID", None),
    "manufacturer": ("Manufacturer", None),
    "station_name": ("StationName", None),
}
NUMBERS = {
    "patient_weight": ("PatientWeight", None),
    "series_number": ("SeriesNumber", 1),
    "instance_number": ("InstanceNumber", 1),
    "rows": ("Rows", None),
    "columns": ("Columns", None),
    "bits_stored": ("BitsStored", None),
    "bits_allocated": ("BitsAllocated", None),
    "slice_thickness": ("SliceThickness", None),
    "slice_location": ("SliceLocation", None),
}
# Broken on purpose, or read by pydicom in a way of its own (values with a wrong VR, a data set in a private order).
APART = {
    "badVR.dcm",
    "no_meta_group_length.dcm",
    "rtplan_truncated.dcm",
    "MR_truncated.dcm",
    "UN_sequence.dcm",
}


def files() -> list[Path]:
    return [path for path in sorted(CORPUS.glob("*.dcm")) if path.name not in APART]


def text_of(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, pydicom.multival.MultiValue):
        value = "\\".join(str(part) for part in value)
    text = str(value).strip(" \0")
    return text or None


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_values_are_pydicoms(path: Path) -> None:
    dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    try:
        found = core.read_metadata(path, unix_time=7)
    except core.DicomError as error:
        # What the viewer does not read, it says: never a wrong value.
        assert error.kind in {"malformed", "truncated", "unsupported-transfer-syntax"}
        assert "PatientID" not in dataset or path.stat().st_size < 4096 or "meta" in path.name.lower()
        return
    for key, (keyword, default) in TEXTS.items():
        expected = text_of(dataset.get(keyword))
        assert found[key] == (default if expected is None else expected), key
    for key, (keyword, default) in NUMBERS.items():
        value = dataset.get(keyword)
        expected = default if value in (None, "") else float(value)
        assert found[key] == expected, key


# Worked out by hand from `dcmdump`.
BY_HAND: dict[str, dict[str, Any]] = {
    "CT_small.dcm": {
        "patient_name": "CompressedSamples CT1",
        "series_description": "Series 1",
        "referring_physician": "UNKNOWN",
        "kvp": 120.0,
        "rescale_intercept": -1024.0,
        "pixel_spacing": "0.661468\\0.661468",
        "convolution_kernel": "STANDARD",
    },
    "MR_small.dcm": {
        "patient_name": "CompressedSamples MR1",
        "modality": "MR",
        "echo_time": 240.0,
        "repetition_time": 4000.0,
        "magnetic_field_strength": None,
        "window_center": 600.0,
        "window_width": 1600.0,
    },
    "chrH31.dcm": {"patient_name": "Yamada Tarou"},
    "chrH32.dcm": {"patient_name": "ﾔﾏﾀﾞ ﾀﾛｳ"},
    "chrI2.dcm": {"patient_name": "Hong Gildong"},
    "chrX1.dcm": {"patient_name": "Wang XiaoDong"},
    "chrX2.dcm": {"patient_name": "Wang XiaoDong"},
    "chrRuss.dcm": {"patient_name": "Люкceмбypг"},
    "chrGreek.dcm": {"patient_name": "Διονυσιος"},
    "chrArab.dcm": {"patient_name": "قباني لنزار"},
    "chrHbrw.dcm": {"patient_name": "שרון דבורה"},
    "chrFren.dcm": {"patient_name": "Buc Jérôme"},
    "chrGerm.dcm": {"patient_name": "Äneas Rüdiger"},
}


def by_name(name: str) -> Path:
    places = [CORPUS / name, CORPUS.parent / "charset_files" / name]
    return next(place for place in places if place.exists())


@pytest.mark.parametrize("name", BY_HAND)
def test_a_table_worked_out_by_hand(name: str) -> None:
    found = core.read_metadata(by_name(name))
    for key, expected in BY_HAND[name].items():
        assert found[key] == expected, key


def test_bytes_and_paths_are_the_same() -> None:
    path = CORPUS / "CT_small.dcm"
    assert core.read_metadata(path.read_bytes(), unix_time=1) == core.read_metadata(str(path), unix_time=1)


def test_an_object_need_not_be_an_image() -> None:
    assert core.read_metadata(CORPUS / "rtplan.dcm")["modality"] == "RTPLAN"


def test_dicom_json_is_pydicoms() -> None:
    path = CORPUS / "CT_small.dcm"
    found = json.loads(core.dicom_json(path))
    expected = pydicom.dcmread(path, stop_before_pixels=True).to_json_dict()
    assert found.keys() == expected.keys()
    for tag, element in expected.items():
        assert found[tag]["vr"] == element["vr"], tag
        if element["vr"] in {"CS", "LO", "SH", "UI", "US", "DA", "TM"}:
            assert found[tag].get("Value") == element.get("Value"), tag
