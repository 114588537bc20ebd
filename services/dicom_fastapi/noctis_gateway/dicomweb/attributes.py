"""The attributes that the index knows, by level: how each is named, searched for and written as DICOM JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement

from noctis_gateway.db.schema import instances, series, studies

Level = Literal["studies", "series", "instances"]
LEVELS: tuple[Level, ...] = ("studies", "series", "instances")


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute (PS3.6) over a column. `column` is None for what is counted or gathered, not searched for."""

    tag: str
    keyword: str
    vr: str
    level: Level
    column: ColumnElement[Any] | None
    value: Callable[[Any], list[Any]] = lambda value: [value]
    """The column's value as those of DICOM JSON."""
    default: bool = True
    """Whether it is in an answer without being asked for (PS3.18, tables 10.6.3-3 to 10.6.3-5)."""


def _name(value: str) -> list[dict[str, str]]:
    # The groups are alphabetic, ideographic and phonetic (PS3.5, 6.2.1).
    groups = zip(("Alphabetic", "Ideographic", "Phonetic"), value.split("="), strict=False)
    return [{group: text for group, text in groups if text}]


def _vector(value: str) -> list[float]:
    return [float(number) for number in json.loads(value)]


ATTRIBUTES = (
    Attribute("00080020", "StudyDate", "DA", "studies", studies.c.study_date),
    Attribute("00080030", "StudyTime", "TM", "studies", studies.c.study_time),
    Attribute("00080050", "AccessionNumber", "SH", "studies", studies.c.accession_number),
    Attribute("00080061", "ModalitiesInStudy", "CS", "studies", None, list),
    Attribute("00080090", "ReferringPhysicianName", "PN", "studies", studies.c.referring_physician_name, _name),
    Attribute("00081030", "StudyDescription", "LO", "studies", studies.c.study_description, default=False),
    Attribute("00100010", "PatientName", "PN", "studies", studies.c.patient_name, _name),
    Attribute("00100020", "PatientID", "LO", "studies", studies.c.patient_id),
    Attribute("0020000D", "StudyInstanceUID", "UI", "studies", studies.c.uid),
    Attribute("00200010", "StudyID", "SH", "studies", studies.c.study_id),
    Attribute("00201206", "NumberOfStudyRelatedSeries", "IS", "studies", None),
    Attribute("00201208", "NumberOfStudyRelatedInstances", "IS", "studies", None),
    Attribute("00080060", "Modality", "CS", "series", series.c.modality),
    Attribute("0008103E", "SeriesDescription", "LO", "series", series.c.series_description),
    Attribute("0020000E", "SeriesInstanceUID", "UI", "series", series.c.uid),
    Attribute("00200011", "SeriesNumber", "IS", "series", series.c.series_number),
    Attribute("00201209", "NumberOfSeriesRelatedInstances", "IS", "series", series.c.instance_count),
    Attribute("00080016", "SOPClassUID", "UI", "instances", instances.c.sop_class_uid),
    Attribute("00080018", "SOPInstanceUID", "UI", "instances", instances.c.uid),
    Attribute("00083002", "AvailableTransferSyntaxUID", "UI", "instances", instances.c.transfer_syntax_uid),
    Attribute("00200013", "InstanceNumber", "IS", "instances", instances.c.instance_number),
    Attribute("00280008", "NumberOfFrames", "IS", "instances", instances.c.number_of_frames),
    Attribute("00280010", "Rows", "US", "instances", instances.c.rows),
    Attribute("00280011", "Columns", "US", "instances", instances.c.columns),
    Attribute(
        "00200032",
        "ImagePositionPatient",
        "DS",
        "instances",
        instances.c.image_position_patient,
        _vector,
        default=False,
    ),
    Attribute(
        "00200037",
        *("ImageOrientationPatient", "DS", "instances"),
        instances.c.image_orientation_patient,
        _vector,
        default=False,
    ),
)

BY_NAME = {name: attribute for attribute in ATTRIBUTES for name in (attribute.tag, attribute.keyword)}


def find(name: str) -> Attribute | None:
    """The attribute of a tag (eight hexadecimal digits) or keyword."""
    return BY_NAME.get(name) or BY_NAME.get(name.upper())
