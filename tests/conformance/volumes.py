"""Series of known geometry, and what is true of their volumes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from conftest import Probe
from objects import make, save

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"
PET = "1.2.840.10008.5.1.4.1.1.128"

Vector = tuple[float, float, float]
AXIAL = ((1, 0, 0), (0, 1, 0))
FLIPPED = ((-1, 0, 0), (0, -1, 0))
CORONAL = ((1, 0, 0), (0, 0, -1))
SAGITTAL = ((0, 1, 0), (0, 0, -1))
OBLIQUE = ((0.8, 0.6, 0.0), (-0.36, 0.48, -0.8))


@dataclass
class Slices:
    """Where the slices of a series are."""

    directions: tuple[Vector, Vector] = AXIAL
    # distance of rows, of columns
    spacing: tuple[float, float] = (0.7, 0.5)
    # the first pixel of each slice
    positions: list[np.ndarray] = field(default_factory=list)

    @staticmethod
    def along(directions: tuple[Vector, Vector], places: Iterable[float], lean: Vector = (0, 0, 0)) -> Slices:
        """At these millimetres along the normal, leaning by `lean` for each of them."""
        normal = np.cross(*directions)
        first = np.array([-31.5, 12.25, 40.0])
        return Slices(directions, positions=[first + (normal + lean) * place for place in places])

    def point(self, number: int, row: float, column: float) -> np.ndarray:
        """PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1."""
        across, down = np.array(self.directions, float)
        return self.positions[number] + across * column * self.spacing[1] + down * row * self.spacing[0]


def values(shape: tuple[int, int, int], seed: int = 5) -> np.ndarray:
    """Stored values `[slices, rows, columns]` of 12 bits and a sign, no two slices alike."""
    return np.random.default_rng(seed).integers(-1000, 3000, shape).astype("i2")


def text(number: float) -> str:
    """A decimal string: at most 16 characters."""
    return f"{number:.9f}"[:16]


def datasets(
    array: np.ndarray, slices: Slices, change: Callable[[int, Dataset], None] | None = None, **elements: Any
) -> list[Dataset]:
    """One object a slice, numbered from the last to the first: numbers are not the order."""
    common = {
        "SOPClassUID": CT,
        "StudyInstanceUID": generate_uid(entropy_srcs=["study"]),
        "SeriesInstanceUID": generate_uid(entropy_srcs=["series"]),
        "FrameOfReferenceUID": generate_uid(entropy_srcs=["frame of reference"]),
        "Modality": "CT",
        "PatientName": "Volume^Test",
        "PatientID": "V1",
        "SeriesNumber": 1,
        "RescaleSlope": "1",
        "RescaleIntercept": "-1024",
        "SliceThickness": "1",
        "PixelSpacing": [text(mm) for mm in slices.spacing],
        "ImageOrientationPatient": [text(part) for vector in slices.directions for part in vector],
    } | elements
    made = []
    for number, (plane, position) in enumerate(zip(array, slices.positions, strict=True)):
        dataset = make(plane, **common)
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=["instance", str(number)])
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber = len(array) - number
        dataset.ImagePositionPatient = [text(part) for part in position]
        if change:
            change(number, dataset)
        made.append(dataset)
    return made


def write(made: list[Dataset], folder: Path) -> Path:
    """Writes the objects, named by chance."""
    folder.mkdir(exist_ok=True)
    for name, dataset in zip(np.random.default_rng(3).permutation(len(made)), made, strict=True):
        save(dataset, folder / f"{name:04}.dcm")
    return folder


@dataclass
class Loaded:
    """What `noctis-probe --volume` makes of a folder."""

    report: dict[str, Any]
    # stored values, [slices, rows, columns]
    voxels: np.ndarray
    number: int

    @property
    def volume(self) -> dict[str, Any]:
        return self.report["volumes"][self.number]

    @property
    def kinds(self) -> list[str]:
        return [finding["kind"] for finding in self.report["findings"]]

    def point(self, slice_number: int, row: float, column: float) -> np.ndarray:
        """Patient millimetres of a voxel by the volume's geometry."""
        first, of_columns, of_rows, of_slices = np.array(self.report["written"]["geometry"])
        place = self.report["written"]["slices"][slice_number]["place"]
        return first + of_columns * column + of_rows * row + of_slices * place

    def rescaled(self) -> np.ndarray:
        """Values after each slice's rescale."""
        slopes, intercepts = (
            np.array([entry[name] for entry in self.report["written"]["slices"]])[:, None, None]
            for name in ("rescaleSlope", "rescaleIntercept")
        )
        return self.voxels * slopes + intercepts


def load(probe: Probe, folder: Path, *options: str | Path, number: int = 0) -> Loaded:
    """The volume of a folder with one series."""
    raw = folder.parent / f"{folder.name}.raw"
    outcome = probe("--volume", folder, "--raw", raw, "--number", str(number), *options)
    assert outcome.code == 0, outcome.reports
    report = outcome.report
    written = report["written"]
    dtype = {"r8uint": "u1", "r8sint": "i1", "r16uint": "<u2", "r16sint": "<i2"}[written["format"]]
    return Loaded(report, np.fromfile(raw, dtype).reshape(written["size"]), number)


def describe(probe: Probe, folder: Path) -> dict[str, Any]:
    """Volumes and findings of a folder with one series, whether there are volumes or not."""
    command = [str(probe.path), "--volume", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    (line,) = run.stdout.splitlines()
    return json.loads(line)


def by_source(folder: Path, loaded: Loaded) -> list[tuple[pydicom.Dataset, int]]:
    """For each slice the object that fills it, by pydicom, and the frame."""
    objects = loaded.report["objects"]
    return [(pydicom.dcmread(objects[of["object"]]), of["frame"]) for of in loaded.volume["sources"]]
