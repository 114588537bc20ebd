"""The studies of the example: headers of the files in a folder, with the numbers that a database would give them."""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import pydicom
from django.conf import settings
from pydicom.errors import InvalidDicomError


@dataclass
class Image:
    """An object."""

    number: int
    uid: str
    path: Path
    header: pydicom.Dataset
    series: "Series"

    @property
    def instance_number(self):
        """Its InstanceNumber."""
        return int(self.header.get("InstanceNumber") or 1)


@dataclass
class Series:
    """A series; images by instance number."""

    number: int
    uid: str
    study: "Study"
    images: list[Image] = field(default_factory=list)

    @property
    def header(self):
        """The header of its first object."""
        return self.images[0].header


@dataclass
class Study:
    """A study."""

    number: int
    uid: str
    series: list[Series] = field(default_factory=list)

    @property
    def header(self):
        """The header of its first object."""
        return self.series[0].header


@cache
def library():
    """All studies, in the order of their folders."""
    studies, series, count = {}, {}, 0
    for path in sorted(settings.STUDIES.rglob("*")):
        header = _header(path)
        if header is None:
            continue
        study = studies.setdefault(header.StudyInstanceUID, Study(len(studies) + 1, header.StudyInstanceUID))
        one = series.get(header.SeriesInstanceUID)
        if one is None:
            one = series[header.SeriesInstanceUID] = Series(len(series) + 1, header.SeriesInstanceUID, study)
            study.series.append(one)
        count += 1
        one.images.append(Image(count, header.SOPInstanceUID, path, header, one))
    for one in series.values():
        one.images.sort(key=lambda image: image.instance_number)
    return list(studies.values())


def _header(path):
    try:
        return pydicom.dcmread(path, stop_before_pixels=True) if path.is_file() else None
    except InvalidDicomError:
        return None


def all_series():
    """Every series."""
    return [series for study in library() for series in study.series]


def find(things, **wanted):
    """The one of these attributes; None where there is none."""
    matches = (thing for thing in things if all(getattr(thing, name) == value for name, value in wanted.items()))
    return next(matches, None)


def image_of(number):
    """The object of that number, or None."""
    return find((image for series in all_series() for image in series.images), number=number)


@lru_cache(maxsize=64)
def dataset(path):
    """The whole object."""
    return pydicom.dcmread(path)


def joined(values):
    """A value of several parts as the receiver stores it."""
    return "\\".join(str(value) for value in values) if values else ""
