"""CT images that are made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid


def ct_images(folder: Path, count: int) -> list[Path]:
    """Of 512 x 512 and 525 kB, of one series, with a header such as a scanner writes."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(1)
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    rows, columns = np.mgrid[:512, :512]
    body = np.where((columns - 256) ** 2 + (rows - 256) ** 2 < 200**2, 1064, 24)
    files = []
    for number in range(count):
        image = Dataset()
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = CTImageStorage
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        image.StudyInstanceUID, image.SeriesInstanceUID, image.FrameOfReferenceUID = (
            study,
            series,
            frame,
        )
        image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        image.PatientID, image.PatientName, image.Modality = (
            "BENCH",
            "Bench^Image",
            "CT",
        )
        image.PatientBirthDate, image.PatientSex, image.PatientAge = (
            "19700101",
            "O",
            "054Y",
        )
        image.StudyDate = image.SeriesDate = image.AcquisitionDate = image.ContentDate = "20241231"
        image.StudyTime = image.SeriesTime = image.AcquisitionTime = image.ContentTime = "101500.5"
        image.StudyDescription, image.SeriesDescription, image.ProtocolName = (
            "Thorax",
            "1.25 mm",
            "Routine",
        )
        image.AccessionNumber, image.StudyID, image.BodyPartExamined = (
            "A1",
            "1",
            "CHEST",
        )
        image.Manufacturer, image.ManufacturerModelName, image.StationName = (
            "Noctis",
            "Phantom",
            "CT01",
        )
        (
            image.ReferringPhysicianName,
            image.DeviceSerialNumber,
            image.SoftwareVersions,
        ) = "Doe^Jane", "7", "1.0"
        image.KVP, image.ExposureTime, image.XRayTubeCurrent, image.Exposure = (
            "120",
            "500",
            "300",
            "150",
        )
        image.FilterType, image.ConvolutionKernel, image.GantryDetectorTilt = (
            "BODY",
            "STANDARD",
            "0",
        )
        image.ReconstructionDiameter, image.TableHeight = "360", "150"
        image.SeriesNumber, image.InstanceNumber, image.AcquisitionNumber = (
            1,
            number + 1,
            1,
        )
        image.SliceThickness, image.SliceLocation = "1.25", f"{number * 1.25:.2f}"
        image.ImagePositionPatient, image.ImageOrientationPatient = (
            [-180, -180, number * 1.25],
            [1, 0, 0, 0, 1, 0],
        )
        image.PixelSpacing = [0.703125, 0.703125]
        image.RescaleSlope, image.RescaleIntercept, image.RescaleType = (
            "1",
            "-1024",
            "HU",
        )
        image.WindowCenter, image.WindowWidth = "40", "400"
        image.Rows = image.Columns = 512
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        (
            image.BitsAllocated,
            image.BitsStored,
            image.HighBit,
            image.PixelRepresentation,
        ) = 16, 12, 11, 0
        grain = chance.normal(0, 12, body.shape)
        image.PixelData = np.clip(body + grain, 0, 4095).astype("<u2").tobytes()
        files.append(folder / f"{number:04}.dcm")
        image.save_as(files[-1], enforce_file_format=True)
    return files
