"""Small DICOM objects, made when a test needs them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

ENCODINGS = {
    "implicit": ImplicitVRLittleEndian,
    "explicit": ExplicitVRLittleEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "big": ExplicitVRBigEndian,
}


def noise(shape: tuple[int, ...], bits: int, *, signed: bool = False, seed: int = 1) -> np.ndarray:
    """A ramp with noise, over the whole range of `bits`."""
    random = np.random.default_rng(seed)
    count = int(np.prod(shape))
    ramp = np.linspace(0, 2**bits - 1, count).astype(np.int64)
    values = (ramp + random.integers(0, 2 ** max(bits - 3, 1), count)) % 2**bits
    dtype = {1: "u1", 2: "u2", 3: "u4", 4: "u4"}[(bits + 7) // 8]
    if signed:
        values -= 2 ** (bits - 1)
        dtype = dtype.replace("u", "i")
    return values.reshape(shape).astype(dtype)


def make(array: np.ndarray, *, bits: int | None = None, **elements: Any) -> Dataset:
    """A secondary capture of `[rows, columns]`, `[rows, columns, 3]`, or frames of these with NumberOfFrames."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    dataset.SOPInstanceUID = "1.2.3.4"
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    frame = array[0] if "NumberOfFrames" in elements else array
    dataset.Rows, dataset.Columns = frame.shape[:2]
    dataset.SamplesPerPixel = 3 if frame.ndim == 3 else 1
    dataset.PhotometricInterpretation = "RGB" if frame.ndim == 3 else "MONOCHROME2"
    if frame.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = array.dtype.itemsize * 8
    dataset.BitsStored = bits or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(array.dtype.kind == "i")
    for name, value in elements.items():
        setattr(dataset, name, value)
    data = array.astype(array.dtype.newbyteorder("<")).tobytes()
    dataset.PixelData = data + bytes(len(data) % 2)
    dataset["PixelData"].VR = "OB" if dataset.BitsAllocated == 8 else "OW"
    return dataset


def save(dataset: Dataset, path: Path, encoding: str = "explicit") -> Path:
    """Writes a Part 10 file of uncompressed pixels in that encoding."""
    dataset.file_meta.TransferSyntaxUID = ENCODINGS[encoding]
    if encoding == "big" and dataset.BitsAllocated > 8:
        dtype = np.dtype(f"u{dataset.BitsAllocated // 8}")
        dataset.PixelData = np.frombuffer(dataset.PixelData, dtype).byteswap().tobytes()
    dataset.save_as(
        path, enforce_file_format=True, implicit_vr=encoding == "implicit", little_endian=encoding != "big"
    )
    return path


def save_bare(dataset: Dataset, path: Path, encoding: str) -> Path:
    """Writes the data set alone: no preamble, no file meta information."""
    save(dataset, path, encoding)
    content = path.read_bytes()
    # group 0002 states its own length, 132 + 12 bytes from the beginning
    length = int.from_bytes(content[140:144], "little")
    path.write_bytes(content[144 + length :])
    return path


def save_rle(dataset: Dataset, path: Path, **how: Any) -> Path:
    """Compresses with pydicom's RLE encoder."""
    dataset.compress(RLELossless, generate_instance_uid=False, encoding_plugin="pydicom", **how)
    dataset.save_as(path, enforce_file_format=True)
    return path


def save_jpeg(dataset: Dataset, path: Path, *options: str) -> Path:
    """Compresses with DCMTK's dcmcjpeg."""
    plain = save(dataset, path.with_suffix(".plain"))
    command = ["dcmcjpeg", "--uid-never", *options, str(plain), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path


def refragment(dataset: Dataset, frames: list[bytes], table: str, fragments: int) -> None:
    """Puts compressed frames into the data set again: `table` is basic, extended or none."""
    if table == "extended":
        encapsulated = encapsulate_extended(frames)
        dataset.PixelData, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulated
    else:
        dataset.PixelData = encapsulate(frames, fragments_per_frame=fragments, has_bot=table == "basic")
    dataset["PixelData"].is_undefined_length = True
