"""Writes coded frames into a folder, and `frames.json`, which says what they are. Pictures are pydicom's own test files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import generate_frames
from pydicom.uid import RLELossless

FILES = Path(pydicom.__file__).parent / "data" / "test_files"


def grey(array: np.ndarray, bits: int) -> pydicom.Dataset:
    """A data set of the picture."""
    dataset = pydicom.dcmread(FILES / "CT_small.dcm")
    dataset.Rows, dataset.Columns = array.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = (
        8 * array.itemsize,
        bits,
        bits - 1,
    )
    dataset.PixelRepresentation = 0
    dataset.WindowCenter, dataset.WindowWidth = 1040, 400
    dataset.PixelData = array.tobytes()
    for keyword in (
        "PixelPaddingValue",
        "SmallestImagePixelValue",
        "LargestImagePixelValue",
    ):
        dataset.pop(keyword, None)
    return dataset


def lossless(dataset: pydicom.Dataset, folder: Path) -> bytes:
    """The frame as DCMTK writes it, predictor 1."""
    plain, coded = folder / "plain.dcm", folder / "coded.dcm"
    dataset.save_as(plain)
    subprocess.run(["dcmcjpeg", "+e1", plain, coded], check=True)
    data = pydicom.dcmread(coded).PixelData
    plain.unlink()
    coded.unlink()
    return next(generate_frames(data, number_of_frames=1))


def main(folder: Path) -> None:
    """Writes all."""
    folder.mkdir(parents=True, exist_ok=True)
    frames: list[dict[str, object]] = []

    def write(
        name: str,
        kind: str,
        array: np.ndarray,
        bits: int,
        data: bytes,
        tolerance: int = 0,
    ) -> None:
        (folder / name).write_bytes(data)
        (folder / f"{name}.raw").write_bytes(np.ascontiguousarray(array).tobytes())
        rows, columns = array.shape[:2]
        shape = {
            "rows": rows,
            "columns": columns,
            "components": array.shape[2] if array.ndim == 3 else 1,
        }
        frames.append(
            {"name": name, "kind": kind, **shape, "bits": bits, "tolerance": tolerance}
        )

    stored = pydicom.dcmread(FILES / "693_J2KI.dcm").pixel_array.astype(int)
    # the file was once compressed with loss: the noise of a scanner is put back
    noise = np.random.default_rng(1).normal(0, 8, stored.shape).round().astype(int)
    ct = np.clip(stored - stored.min() + noise, 0, 4095).astype("u2")
    ct8 = (ct >> 4).astype("u1")
    us = pydicom.dcmread(FILES / "examples_rgb_color.dcm").pixel_array

    dataset = grey(ct, 12)
    dataset.save_as(folder / "explicit.dcm")
    write("ct uncompressed", "native", ct, 12, (folder / "explicit.dcm").read_bytes())
    dataset.compress(
        RLELossless, encoding_plugin="pydicom", generate_instance_uid=False
    )
    dataset.save_as(folder / "rle.dcm")
    write("ct rle", "rle", ct, 12, (folder / "rle.dcm").read_bytes())
    write("ct jpeg lossless", "jpeg-lossless", ct, 12, lossless(grey(ct, 12), folder))
    write("ct jpeg baseline", "jpeg", ct8, 8, imagecodecs.jpeg8_encode(ct8, 90), 12)
    write(
        "us jpeg baseline",
        "jpeg",
        us,
        8,
        imagecodecs.jpeg8_encode(us, 90, subsampling="422"),
        255,
    )
    write(
        "ct jpeg 12 bit",
        "jpeg-12",
        ct,
        12,
        imagecodecs.jpeg8_encode(ct, 95, bitspersample=12),
        400,
    )
    write("ct jpeg-ls", "jpegls", ct, 16, imagecodecs.jpegls_encode(ct))
    write("us jpeg-ls", "jpegls", us, 8, imagecodecs.jpegls_encode(us))
    write(
        "ct jpeg-ls near 2", "jpegls", ct, 16, imagecodecs.jpegls_encode(ct, level=2), 2
    )
    options = {"codecformat": "j2k", "mct": False}
    write(
        "ct j2k lossless",
        "jpeg2000",
        ct,
        16,
        imagecodecs.jpeg2k_encode(ct, reversible=True, level=0, **options),
    )
    write(
        "ct j2k lossy",
        "jpeg2000",
        ct,
        16,
        imagecodecs.jpeg2k_encode(ct, level=85, **options),
        400,
    )
    write(
        "us j2k lossless",
        "jpeg2000",
        us,
        8,
        imagecodecs.jpeg2k_encode(us, reversible=True, level=0, **options),
    )
    # run.mjs encodes these with OpenJPH
    write("ct htj2k lossless", "htj2k", ct, 12, b"")
    write("us htj2k lossless", "htj2k", us, 8, b"")
    (folder / "frames.json").write_text(json.dumps(frames, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
