"""Objects to send, made with pydicom."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filereader import read_partial
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.10.1573"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Sample:
    """A file to send, and its dataset as bytes in its own transfer syntax."""

    path: Path
    sop_instance: str
    dataset: bytes


def dataset_of(path: Path) -> bytes:
    """The bytes after the file meta group."""
    with path.open("rb") as file:
        meta = read_partial(file, stop_when=lambda *_: True).file_meta
        assert meta is not None
        file.seek(128 + 4 + 12 + meta.FileMetaInformationGroupLength)
        return file.read()


def ct(
    folder: Path,
    *,
    size: int = 64,
    transfer_syntax: UID = ExplicitVRLittleEndian,
    study: str = f"{ROOT}.1",
    number: int = 1,
    **changes: object,
) -> Sample:
    """A CT image with random pixels and a UID of its own."""
    serial = next(_numbers)
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = transfer_syntax
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID(f"{ROOT}.3.{serial}")
    image = Dataset()
    image.file_meta = meta
    image.SpecificCharacterSet = "ISO_IR 192"
    image.SOPClassUID = CTImageStorage
    image.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    image.StudyDate, image.StudyTime, image.AccessionNumber = (
        "20261124",
        "101112",
        "A-7",
    )
    image.Modality = "CT"
    image.PatientName, image.PatientID = "Müller^Jürgen", "SECRET-4711"
    image.StudyInstanceUID, image.SeriesInstanceUID = study, f"{study}.2"
    image.SeriesNumber, image.InstanceNumber = 3, number
    image.ImagePositionPatient = [-100, -100.5, 2.5 * number]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows = image.Columns = size
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = (
        16,
        16,
        15,
        0,
    )
    pixels = np.random.default_rng(serial).integers(
        0, 4096, (size, size), dtype=np.uint16
    )
    order = "<u2" if transfer_syntax.is_little_endian else ">u2"
    image.add_new("PixelData", "OW", pixels.astype(order).tobytes())
    for name, value in changes.items():
        if value is None:
            delattr(image, name)
        else:
            setattr(image, name, value)
    path = folder / f"{serial}.dcm"
    image.save_as(path, enforce_file_format=True)
    return Sample(path, str(meta.MediaStorageSOPInstanceUID), dataset_of(path))
