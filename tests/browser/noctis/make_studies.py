"""Writes the studies of the page's tests into a folder: a CT of the phantom program, and objects that the page shows wrong."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    DigitalXRayImageStorageForPresentation,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
    generate_uid,
)


def base(name: str, sop_class: str, modality: str, pixels: np.ndarray) -> Dataset:
    """An object of 16-bit pixels `[rows, columns]` or `[frames, rows, columns]`."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["noctis page", name])
    ds = Dataset()
    ds.file_meta = meta
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = generate_uid(entropy_srcs=["noctis page study", name])
    ds.SeriesInstanceUID = generate_uid(entropy_srcs=["noctis page series", name])
    ds.Modality, ds.SeriesDescription, ds.SeriesNumber, ds.InstanceNumber = (
        modality,
        name,
        1,
        1,
    )
    ds.PatientName, ds.PatientID, ds.AccessionNumber = "TEST^PAGE", "P-1", f"ACC-{name}"
    ds.StudyDate, ds.StudyDescription = "20261124", name
    ds.Rows, ds.Columns = pixels.shape[-2:]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    ds.WindowCenter, ds.WindowWidth = 2048, 4096
    ds.PixelSpacing = [0.5, 0.5]
    if pixels.ndim == 3:
        ds.NumberOfFrames, ds.FrameTime = len(pixels), 50
    ds.PixelData = pixels.astype("<u2").tobytes()
    return ds


def ramp(rows: int, columns: int, top: int) -> np.ndarray:
    """From 0 at the left to `top` at the right, with a grain that every row has another of."""
    across = np.linspace(0, top, columns)
    grain = (np.arange(rows)[:, None] * 7 + np.arange(columns)[None, :] * 3) % 32
    return np.clip(across + grain, 0, top)


def write(folder: Path, ds: Dataset) -> None:
    """Stores an object."""
    folder.mkdir(parents=True, exist_ok=True)
    ds.save_as(folder / f"{ds.InstanceNumber:04}.dcm", enforce_file_format=True)


def slice_of(name: str, index: int, pixels: np.ndarray) -> Dataset:
    """A slice of a CT, in HU, without a place."""
    one = base(name, CTImageStorage, "CT", pixels)
    one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = generate_uid(
        entropy_srcs=[name, str(index)]
    )
    one.InstanceNumber, one.RescaleIntercept = index + 1, -1000
    one.FrameOfReferenceUID = generate_uid(entropy_srcs=[name])
    one.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    one.WindowCenter, one.WindowWidth = 0, 2000
    return one


def uneven(index: int, name: str = "uneven", lean: float = 0) -> Dataset:
    """A slice with a block of bone: rows 0.8 mm apart, columns 0.5 mm, slices 2 mm, each farther back by `lean`."""
    pixels = np.full((50, 100), 1000)
    if 2 <= index < 6:
        pixels[10:40, 20:60] = 2000
    one = slice_of(name, index, pixels)
    one.PixelSpacing, one.SliceThickness = [0.8, 0.5], 2
    one.ImagePositionPatient = [0, lean * index, 2 * index]
    return one


def sagittal(index: int) -> Dataset:
    """A slice that was acquired from the side, with a block of bone: 50 columns to the back, 8 rows downwards, 20 slices to the left."""
    pixels = np.full((8, 50), 1000)
    if 4 <= index < 12:
        pixels[3:7, 10:30] = 2000
    one = slice_of("sagittal", index, pixels)
    one.PixelSpacing, one.SliceThickness = [2, 0.8], 2.5
    one.ImagePositionPatient = [2.5 * index, 0, 14]
    one.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    return one


def enhanced() -> Dataset:
    """The block of `uneven` block in the frames of one object."""
    slices = [uneven(index) for index in range(8)]
    frames = np.stack(
        [np.frombuffer(one.PixelData, "<u2").reshape(50, 100) for one in slices]
    )
    ds = base("enhanced", EnhancedCTImageStorage, "CT", frames)
    del ds.FrameTime
    ds.FrameOfReferenceUID = generate_uid(entropy_srcs=["enhanced"])
    del (
        ds.PixelSpacing,
        ds.RescaleSlope,
        ds.RescaleIntercept,
        ds.WindowCenter,
        ds.WindowWidth,
    )
    shared, measures, turned, values, window = (Dataset() for _ in range(5))
    measures.PixelSpacing, measures.SliceThickness = [0.8, 0.5], 2
    turned.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    values.RescaleSlope, values.RescaleIntercept, values.RescaleType = 1, -1000, "HU"
    window.WindowCenter, window.WindowWidth = 0, 2000
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [turned]
    shared.PixelValueTransformationSequence, shared.FrameVOILUTSequence = (
        [values],
        [window],
    )
    ds.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for index in range(8):
        group, place = Dataset(), Dataset()
        place.ImagePositionPatient = [0, 0, 2 * index]
        group.PlanePositionSequence = [place]
        groups.append(group)
    ds.PerFrameFunctionalGroupsSequence = groups
    return ds


def resonance(index: int) -> Dataset:
    """A slice of the same block as MR has it, whose values have no unit."""
    one = uneven(index, "resonance")
    one.SOPClassUID = one.file_meta.MediaStorageSOPClassUID = MRImageStorage
    one.Modality, one.RescaleIntercept, one.WindowCenter = "MR", 0, 1500
    one.PatientName, one.SeriesDescription = "A<b>B</b>&C", 'S" class="other'
    return one


def colour(name: str, frames: tuple[int, ...]) -> Dataset:
    """Red at the left, green at the right, as bright as is said of each frame."""
    ds = base(name, SecondaryCaptureImageStorage, "US", np.zeros((60, 80)))
    pixels = np.zeros((len(frames), 60, 80, 3), "u1")
    for frame, brightness in zip(pixels, frames, strict=True):
        frame[:, :40, 0] = frame[:, 40:, 1] = brightness
    if len(frames) > 1:
        ds.NumberOfFrames, ds.FrameTime = len(frames), 50
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 3, "RGB"
    ds.PlanarConfiguration = 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    del ds.RescaleSlope, ds.RescaleIntercept, ds.WindowCenter, ds.WindowWidth
    ds.PixelData = pixels.tobytes()
    return ds


def main(phantom: str, out: Path, slices: str) -> None:
    """Writes all of them. Studies are numbered as their folders are."""
    subprocess.run(
        [phantom, "--out", out / "01-ct", "--slices", slices, "--slice-spacing", "2.5"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    frames = np.stack([np.full((64, 64), 500 * (index + 1)) for index in range(5)])
    write(
        out / "02-frames",
        base(
            "frames", MultiFrameGrayscaleWordSecondaryCaptureImageStorage, "XA", frames
        ),
    )
    negative = base(
        "mono1", DigitalXRayImageStorageForPresentation, "DX", ramp(256, 320, 4095)
    )
    negative.PhotometricInterpretation = "MONOCHROME1"
    negative.RescaleIntercept, negative.WindowCenter = -1024, 1024
    write(out / "03-mono1", negative)
    large = base(
        "large", DigitalXRayImageStorageForPresentation, "DX", ramp(2048, 2048, 4095)
    )
    write(out / "04-large", large)
    for index in range(6):
        one = slice_of("tall", index, ramp(96, 128, 2000) + 10 * index)
        one.ImagePositionPatient, one.SliceThickness = [0, 0, 5 * index], 5
        write(out / "05-tall", one)
    for index in range(8):
        write(out / "06-uneven", uneven(index))
    write(out / "07-enhanced", enhanced())
    for index in range(8):
        if index != 4:
            write(out / "08-gap", uneven(index, "gap"))
        write(out / "09-leaning", uneven(index, "leaning", 0.8))
    for index in range(20):
        write(out / "10-sagittal", sagittal(index))
    write(out / "11-colour", colour("colour", (200,)))
    for index in range(8):
        write(out / "12-resonance", resonance(index))
    write(out / "13-loop", colour("loop", (80, 160, 240)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
