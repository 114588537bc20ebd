"""`noctis_dicom_core` beside pydicom and Pillow, on the same files."""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import noctis_dicom_core as core
import numpy as np
import pydicom
from made import ct_images
from PIL import Image

FILES = 20
GOALS = {"metadata": 10.0, "thumbnail, PNG": 5.0, "thumbnail, JPEG": 5.0}
"""At least so many times as fast."""

KEYWORDS = (
    *(
        "PatientID",
        "PatientName",
        "PatientBirthDate",
        "PatientSex",
        "PatientAge",
        "PatientWeight",
    ),
    *(
        "StudyInstanceUID",
        "StudyDate",
        "StudyTime",
        "StudyDescription",
        "ReferringPhysicianName",
    ),
    *(
        "AccessionNumber",
        "StudyID",
        "SeriesInstanceUID",
        "SeriesNumber",
        "SeriesDescription",
        "Modality",
    ),
    *(
        "BodyPartExamined",
        "ProtocolName",
        "SOPInstanceUID",
        "InstanceNumber",
        "Rows",
        "Columns",
        "BitsStored",
    ),
    *(
        "BitsAllocated",
        "SliceThickness",
        "SliceLocation",
        "PixelSpacing",
        "ImagePositionPatient",
    ),
    *(
        "ImageOrientationPatient",
        "Manufacturer",
        "ManufacturerModelName",
        "StationName",
        "DeviceSerialNumber",
    ),
    *(
        "SoftwareVersions",
        "KVP",
        "ExposureTime",
        "XRayTubeCurrent",
        "Exposure",
        "FilterType",
        "ConvolutionKernel",
    ),
    *(
        "ReconstructionDiameter",
        "TableHeight",
        "GantryDetectorTilt",
        "RescaleSlope",
        "RescaleIntercept",
    ),
    *("RescaleType", "WindowCenter", "WindowWidth"),
)
"""What `read_metadata` gives of a CT."""


def pydicom_metadata(path: Path) -> dict[str, object]:
    """The same values."""
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    return {keyword: dataset.get(keyword) for keyword in KEYWORDS}


def pydicom_thumbnail(path: Path, form: str) -> bytes:
    """The same small picture: rescaled, windowed, made small, written."""
    dataset = pydicom.dcmread(path)
    values = dataset.pixel_array * float(dataset.RescaleSlope) + float(dataset.RescaleIntercept)
    center, width = float(dataset.WindowCenter), float(dataset.WindowWidth)
    levels = np.clip((values - (center - 0.5)) / (width - 1) + 0.5, 0, 1) * 255
    small = Image.fromarray((levels + 0.5).astype(np.uint8))
    small.thumbnail((256, 256))
    file = io.BytesIO()
    small.save(file, form, quality=85)
    return file.getvalue()


def milliseconds(work: Callable[[Path], object], files: list[Path]) -> float:
    """For a file."""
    begin = time.perf_counter()
    for file in files:
        work(file)
    return (time.perf_counter() - begin) / len(files) * 1000


def run(options: argparse.Namespace, folder: Path) -> None:
    """Print the table; both take turns."""
    files = ct_images(folder / "made", FILES)
    work: dict[str, tuple[Callable[[Path], object], Callable[[Path], object]]] = {
        "metadata": (core.read_metadata, pydicom_metadata),
        "thumbnail, PNG": (lambda path: core.DicomObject(path).thumbnail(256), partial(pydicom_thumbnail, form="PNG")),
        "thumbnail, JPEG": (
            lambda path: core.DicomObject(path).thumbnail(256, format="jpeg"),
            partial(pydicom_thumbnail, form="JPEG"),
        ),
    }
    print(
        "| of a CT of 512 x 512 | noctis_dicom_core, ms | pydicom and Pillow, ms | times as fast | goal |\n|---|---|---|---|---|"
    )
    for name, both in work.items():
        for one in both:
            milliseconds(one, files[:3])
        rounds = [[milliseconds(one, files) for one in both] for _ in range(max(options.repeats, 3) * 2)]
        ratio = statistics.median(theirs / ours for ours, theirs in rounds)
        ours, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
        mark = "met" if ratio >= GOALS[name] else "MISSED"
        print(
            f"| {name} | {ours:.3f} | {theirs:.3f} | {ratio:.1f} | {GOALS[name]:g}: {mark} |",
            flush=True,
        )
