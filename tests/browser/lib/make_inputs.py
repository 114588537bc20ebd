"""Writes small DICOM objects with known grey values into a folder, for the browser tests.

Each picture has four quadrants of 40, 90, 150 and 220 (top left, top right, bottom left, bottom right), plus the number of
its slice. With the window 128/256 of the objects, VOI LINEAR shows a value as that very grey.
"""

import hashlib
import json
import subprocess
import sys
import uuid
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    generate_uid,
)

sys.path.append(str(Path(__file__).resolve().parents[2] / "conformance"))
from icc import COLORANTS, matrix_profile

SIZE = 64
STUDY = generate_uid(entropy_srcs=["noctis browser tests"])


def quadrants(add: int) -> np.ndarray:
    """The picture, `[rows, columns]`."""
    pixels = np.empty((SIZE, SIZE), np.uint16)
    half = SIZE // 2
    pixels[:half, :half], pixels[:half, half:] = 40, 90
    pixels[half:, :half], pixels[half:, half:] = 150, 220
    return pixels + add


def base(name: str, series: str, sop_class: str, number: int) -> Dataset:
    """An object without pixels."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name])
    ds = Dataset()
    ds.file_meta = meta
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = STUDY
    ds.SeriesInstanceUID = generate_uid(entropy_srcs=[series])
    ds.SeriesDescription = series
    ds.SeriesNumber = {
        "ascending": 1,
        "second": 2,
        "frames": 3,
        "thick": 4,
        "elsewhere": 5,
        "side": 6,
        "tilted": 7,
    }.get(series, 9)
    ds.Modality = "CT"
    ds.PatientName, ds.PatientID = "TEST^QUADRANT", "Q-1"
    ds.StudyDescription, ds.StudyDate = "Browser tests", "20261124"
    ds.InstanceNumber = number
    return ds


def with_pixels(ds: Dataset, pixels: np.ndarray) -> Dataset:
    """The object with 16-bit pixels and the window that shows values as greys."""
    ds.Rows, ds.Columns = pixels.shape[-2:]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 0
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    ds.WindowCenter, ds.WindowWidth = 128, 256
    ds.PixelSpacing = [1, 1]
    if pixels.ndim == 3:
        ds.NumberOfFrames = len(pixels)
    ds.PixelData = np.ascontiguousarray(pixels.astype("<u2")).tobytes()
    return ds


def slice_of(
    series: str, index: int, number: int, space: str = "here", mm: float = 2.5
) -> Dataset:
    """One slice of a series that lies along the patient's axis, in a frame of reference."""
    ds = with_pixels(
        base(f"{series} {index}", series, CTImageStorage, number), quadrants(index)
    )
    ds.FrameOfReferenceUID = generate_uid(entropy_srcs=[space])
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.ImagePositionPatient = [0, 0, mm * index]
    ds.SliceThickness = mm
    return ds


def crossing(name: str, first: list[float], cosines: list[float], mm: float) -> Dataset:
    """A slice that cuts those of `slice_of`."""
    ds = slice_of(name, 0, 1)
    ds.ImagePositionPatient, ds.ImageOrientationPatient = first, cosines
    ds.PixelSpacing = [mm, mm]
    return ds


def grouped() -> Dataset:
    """Three frames whose functional groups say something of each; Japanese names, and a long header."""
    ds = base("grouped", "grouped", EnhancedCTImageStorage, 1)
    ds.SpecificCharacterSet = ["ISO 2022 IR 6", "ISO 2022 IR 87"]
    ds.OperatorsName = "Yamada^Tarou=山田^太郎"
    ds.ProtocolName = "Head"
    ds.ExposureTimeInms = 500.0

    def group(name: str, **values: object) -> Dataset:
        groups, group = Dataset(), Dataset()
        group.update(values)
        setattr(groups, name, [group])
        return groups

    ds.SharedFunctionalGroupsSequence = [
        group("CTGeometrySequence", DistanceSourceToDetector=949.25)
    ]
    ds.PerFrameFunctionalGroupsSequence = [
        group("CTExposureSequence", ExposureTimeInms=100.0 + frame)
        for frame in range(2)
    ] + [Dataset()]
    # Its header does not fit into what is read first.
    ds.add_new(0x00420011, "OB", bytes(100_000))
    return with_pixels(ds, np.stack([quadrants(index) for index in range(3)]))


def sized(name: str, modality: str, **values: object) -> Dataset:
    """A picture that says something of the size of its pixels."""
    ds = with_pixels(base(name, name, CTImageStorage, 1), quadrants(0))
    ds.Modality = modality
    del ds.PixelSpacing
    ds.update(values)
    return ds


def ultrasound() -> list[Dataset]:
    """Half a millimetre a pixel at the left, a hundredth of a second and 0.5 cm/s at the right."""
    regions = []
    for left, right, units, deltas in [
        (0, 39, (3, 3), (0.05, 0.05)),
        (40, 63, (4, 7), (0.01, -0.5)),
    ]:
        region = Dataset()
        region.RegionFlags, region.RegionSpatialFormat, region.RegionDataType = 0, 1, 1
        region.RegionLocationMinX0, region.RegionLocationMinY0 = left, 0
        region.RegionLocationMaxX1, region.RegionLocationMaxY1 = right, 63
        region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection = units
        region.PhysicalDeltaX, region.PhysicalDeltaY = deltas
        regions.append(region)
    return regions


def colored(name: str, profile: bytes) -> Dataset:
    """The quadrants in colour, by the profile of their device."""
    ds = with_pixels(base(name, name, CTImageStorage, 1), quadrants(0))
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PlanarConfiguration = (
        3,
        "RGB",
        0,
    )
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    ds.PixelData = np.repeat(quadrants(0).astype("u1"), 3).tobytes()
    ds.ICCProfile = profile
    return ds


def with_choices(ds: Dataset) -> Dataset:
    """The object with a second window, which is narrow, and a VOI LUT, which inverts."""
    ds.WindowCenter, ds.WindowWidth = [128, 90], [256, 101]
    ds.WindowCenterWidthExplanation = ["All", "Narrow"]
    table = Dataset()
    table.LUTDescriptor, table.LUTExplanation = [256, 0, 8], "Negative"
    table.LUTData = bytes(range(255, -1, -1))
    table["LUTData"].VR = "OW"
    ds.VOILUTSequence = [table]
    return ds


def event(ds: Dataset, content: bytes) -> dict[str, object]:
    """What a receiver would tell the gateway of the object, without the time."""
    digest = hashlib.sha256(content).hexdigest()
    return {
        "schema": "noctis.ingest/1",
        "event_id": str(
            uuid.uuid5(uuid.NAMESPACE_OID, f"{ds.SOPInstanceUID} {digest}")
        ),
        "type": "instance.stored",
        "receiver": "browser-tests",
        "calling_aet": "TESTS",
        "called_aet": "NOCTIS",
        "remote_address": "127.0.0.1",
        "canary": False,
        "study_instance_uid": ds.StudyInstanceUID,
        "series_instance_uid": ds.SeriesInstanceUID,
        "sop_instance_uid": ds.SOPInstanceUID,
        "sop_class_uid": ds.SOPClassUID,
        "transfer_syntax_uid": ds.file_meta.TransferSyntaxUID,
        "path": f"{ds.StudyInstanceUID}/{ds.SeriesInstanceUID}/{ds.SOPInstanceUID}.dcm",
        "size": len(content),
        "sha256": digest,
        "index": {
            "modality": ds.Modality,
            "instance_number": int(ds.InstanceNumber),
            "series_number": int(ds.SeriesNumber),
            "study_date": ds.StudyDate,
            "patient_id": ds.PatientID,
            "patient_name": str(ds.PatientName),
        },
    }


def large(path: Path) -> None:
    """One object of a hundred frames and 52 MB, the greys of slices 0 to 29 again and again."""
    ds = base("many", "many", MultiFrameGrayscaleWordSecondaryCaptureImageStorage, 1)
    frames = [quadrants(index % 30).repeat(8, 0).repeat(8, 1) for index in range(100)]
    with_pixels(ds, np.stack(frames)).save_as(path, enforce_file_format=True)


def main(out: Path) -> None:
    """Writes everything, and `events.json`: for each file, what a receiver would tell of it."""
    out.mkdir(parents=True, exist_ok=True)
    events = {}

    def write(name: str, ds: Dataset) -> None:
        ds.save_as(out / name, enforce_file_format=True)
        events[name] = event(ds, (out / name).read_bytes())

    for index in range(12):
        # Instance numbers run against the positions: position must win.
        write(f"ascending-{index:02}.dcm", slice_of("ascending", index, 100 - index))
    for index in range(3):
        write(f"second-{index}.dcm", slice_of("second", index, index + 1))
    for index in range(6):
        write(f"thick-{index}.dcm", slice_of("thick", index, index + 1, mm=5))
    for index in range(4):
        write(
            f"elsewhere-{index}.dcm",
            slice_of("elsewhere", index, index + 1, "elsewhere"),
        )
    write("side.dcm", crossing("side", [20, 16, 20], [0, 1, 0, 0, 0, -1], 0.5))
    half = 0.5**0.5
    write("tilted.dcm", crossing("tilted", [0, 0, 0], [1, 0, 0, 0, half, half], 1))
    frames = base(
        "frames", "frames", MultiFrameGrayscaleWordSecondaryCaptureImageStorage, 1
    )
    write(
        "frames.dcm",
        with_pixels(frames, np.stack([quadrants(index) for index in range(5)])),
    )
    # The same frames as JPEG lossless, predictor 1.
    subprocess.run(
        ["dcmcjpeg", "+e1", out / "frames.dcm", out / "frames-jpeg.dcm"], check=True
    )
    # The first of them without the marker of its frame header.
    coded = (out / "frames-jpeg.dcm").read_bytes()
    (out / "broken-first.dcm").write_bytes(coded.replace(b"\xff\xc3", b"\xff\xff", 1))
    jpip = coded.replace(b"1.2.840.10008.1.2.4.70", b"1.2.840.10008.1.2.4.94", 1)
    (out / "jpip.dcm").write_bytes(jpip)
    # Three frames and a half of five.
    whole = (out / "frames.dcm").read_bytes()
    (out / "short.dcm").write_bytes(whole[: len(whole) - SIZE * SIZE * 3])
    for name, profile in {
        "profile": matrix_profile(COLORANTS["srgb"], 1.0),
        "no-profile": b"no profile",
    }.items():
        write(f"{name}.dcm", colored(name, profile))
    write("choices.dcm", with_choices(slice_of("choices", 0, 1)))
    grouped().save_as(out / "grouped.dcm", enforce_file_format=True)
    for name, ds in {
        "detector": sized("detector", "DX", ImagerPixelSpacing=[0.14, 0.14]),
        "fiducial": sized(
            "fiducial",
            "DX",
            ImagerPixelSpacing=[0.14, 0.14],
            PixelSpacing=[0.1, 0.1],
            PixelSpacingCalibrationType="FIDUCIAL",
        ),
        "magnified": sized(
            "magnified",
            "MG",
            ImagerPixelSpacing=[0.1, 0.1],
            EstimatedRadiographicMagnificationFactor=1.25,
        ),
        "unknown": sized("unknown", "OT"),
        "ultrasound": sized(
            "ultrasound", "US", SequenceOfUltrasoundRegions=ultrasound()
        ),
    }.items():
        ds.save_as(out / f"{name}.dcm", enforce_file_format=True)
    write("no-pixels.dcm", base("no pixels", "bad", CTImageStorage, 1))
    whole = (out / "ascending-00.dcm").read_bytes()
    (out / "truncated.dcm").write_bytes(whole[: len(whole) - 3000])
    (out / "text.dcm").write_text("This is a text file, not a DICOM object.\n" * 40)
    (out / "events.json").write_text(json.dumps(events))


if __name__ == "__main__":
    if sys.argv[2:] == ["large"]:
        large(Path(sys.argv[1]))
    else:
        main(Path(sys.argv[1]))
