"""CT images that are made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

HEADER = {
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
    "PatientID": "BENCH",
    "PatientName": "Bench^Image",
    "PatientBirthDate": "19700101",
    "PatientSex": "O",
    "PatientAge": "054Y",
    "Modality": "CT",
    "StudyDescription": "Thorax",
    "SeriesDescription": "1.25 mm",
    "ProtocolName": "Routine",
    "AccessionNumber": "A1",
    "StudyID": "1",
    "BodyPartExamined": "CHEST",
    "Manufacturer": "Noctis",
    "ManufacturerModelName": "Phantom",
    "StationName": "CT01",
    "ReferringPhysicianName": "Doe^Jane",
    "DeviceSerialNumber": "7",
    "SoftwareVersions": "1.0",
    "KVP": "120",
    "ExposureTime": "500",
    "XRayTubeCurrent": "300",
    "Exposure": "150",
    "FilterType": "BODY",
    "ConvolutionKernel": "STANDARD",
    "GantryDetectorTilt": "0",
    "ReconstructionDiameter": "360",
    "TableHeight": "150",
    "SeriesNumber": 1,
    "AcquisitionNumber": 1,
    "SliceThickness": "1.25",
    "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
    "PixelSpacing": [0.703125, 0.703125],
    "RescaleSlope": "1",
    "RescaleIntercept": "-1024",
    "RescaleType": "HU",
    "WindowCenter": "40",
    "WindowWidth": "400",
    "Rows": 512,
    "Columns": 512,
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
}
"""What all of them say, such as a scanner writes it."""


def ct_images(folder: Path, count: int) -> list[Path]:
    """Of 512 x 512 and 525 kB, of one series."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(1)
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    rows, columns = np.mgrid[:512, :512]
    body = np.where((columns - 256) ** 2 + (rows - 256) ** 2 < 200**2, 1064, 24)
    files = []
    for number in range(count):
        image = Dataset()
        image.update(HEADER)
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = CTImageStorage
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.StudyInstanceUID = study
        image.SeriesInstanceUID = series
        image.FrameOfReferenceUID = frame
        for step in ("Study", "Series", "Acquisition", "Content"):
            setattr(image, f"{step}Date", "20241231")
            setattr(image, f"{step}Time", "101500.5")
        image.InstanceNumber = number + 1
        image.SliceLocation = f"{number * 1.25:.2f}"
        image.ImagePositionPatient = [-180, -180, number * 1.25]
        grain = chance.normal(0, 12, body.shape)
        image.PixelData = np.clip(body + grain, 0, 4095).astype("<u2").tobytes()
        files.append(folder / f"{number:04}.dcm")
        image.save_as(files[-1], enforce_file_format=True)
    return files
