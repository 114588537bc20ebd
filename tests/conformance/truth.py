"""What a decoder must give, by the decoders of others, and where these disagree, why one of them is right."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels import get_decoder, pixel_array
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

LOSSY = {f"1.2.840.10008.1.2.4.{end}" for end in ("50", "51", "81", "91", "203", "112", "111")}

# The reference, and the decoder that it is held against.
PREFERRED = {
    "1.2.840.10008.1.2.4.50": ("pillow", "pylibjpeg"),
    "1.2.840.10008.1.2.4.51": ("pylibjpeg", "gdcm"),
    "1.2.840.10008.1.2.4.57": ("pylibjpeg", "gdcm"),
    "1.2.840.10008.1.2.4.70": ("pylibjpeg", "gdcm"),
    "1.2.840.10008.1.2.4.80": ("pyjpegls", "gdcm"),
    "1.2.840.10008.1.2.4.81": ("pyjpegls", "gdcm"),
    "1.2.840.10008.1.2.4.90": ("pylibjpeg", "gdcm"),
    "1.2.840.10008.1.2.4.91": ("pylibjpeg", "gdcm", "pillow"),
    "1.2.840.10008.1.2.5": ("pydicom", "pylibjpeg"),
}

# Files where the decoders disagree: which of them the standard backs, and why.
DISAGREEMENTS: dict[str, tuple[str, str]] = {}

# Colour streams that are not what the photometric interpretation says: True for RGB.
STREAM_IS_RGB = {
    "SC_rgb_jpeg_app14_dcmd.dcm": True,
    "SC_rgb_dcmtk_+eb+cr.dcm": True,
    "SC_rgb_jpeg_gdcm.dcm": True,
}

# Files that no decoder can read as they are, and the kind of error that says so.
BROKEN = {
    "MR_truncated.dcm": "truncated",
    "badVR.dcm": "malformed",
    "JPEG2000-embedded-sequence-delimiter.dcm": "malformed",
}


@dataclass
class Truth:
    """The stored values of a file and how exactly they are known."""

    # [frames, rows, columns(, samples)]
    frames: np.ndarray
    tolerance: int
    source: str
    note: str = ""
    # What another decoder gives, where a stream leaves room (lossy JPEG): being near one of them is right.
    other: np.ndarray | None = None


class NoTruthError(Exception):
    """No decoder gives this file's values."""


def in_a_process(work: Any) -> Any:
    """The result of `work()` in a process of its own: some decoders end the process on what they do not like."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            result = ("ok", work())
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is the answer
            result = ("error", f"{type(error).__name__}: {error}")
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    if not content:
        raise NoTruthError("the decoder ended its process")
    kind, result = pickle.loads(content)
    if kind == "error":
        raise NoTruthError(result)
    return result


def by_frame(array: np.ndarray, dataset: Dataset) -> np.ndarray:
    """Little-endian, the frame in front, whatever the number of frames is."""
    array = array.astype(array.dtype.newbyteorder("<"))
    count = int(dataset.get("NumberOfFrames", 1) or 1)
    return array if count > 1 else array[np.newaxis]


def decode(dataset: Dataset, plugin: str = "") -> np.ndarray:
    """The stored values as one decoder gives them."""
    warnings.simplefilter("ignore")
    options = {"decoding_plugin": plugin} if plugin else {}
    if plugin != "gdcm":
        return by_frame(pixel_array(dataset, raw=True, **options), dataset)
    return by_frame(in_a_process(lambda: pixel_array(dataset, raw=True, **options)), dataset)


def attempt(dataset: Dataset, plugin: str) -> np.ndarray | None:
    """As `decode`; None when it cannot."""
    try:
        return decode(dataset, plugin)
    except Exception:  # noqa: BLE001  # decoders raise anything
        return None


def plugins(syntax: str) -> tuple[str, ...]:
    """The decoders to ask, the first one first."""
    if syntax in PREFERRED:
        return PREFERRED[syntax]
    try:
        return get_decoder(syntax).available_plugins or ("",)
    except NotImplementedError:
        return ()


def of(path: Path, dataset: Dataset) -> Truth:
    """The truth about a file.

    Raises NoTruthError when no decoder reads it.
    """
    known = path.with_suffix(".json")
    if known.exists() and path.with_suffix(".npy").exists():
        stored = np.load(path.with_suffix(".npy"))
        return Truth(by_frame(stored, dataset), json.loads(known.read_text())["tolerance"], "made here")
    syntax = str(dataset.file_meta.get("TransferSyntaxUID", "")) if hasattr(dataset, "file_meta") else ""
    if not plugins(syntax):
        try:
            return Truth(decode(dataset), 0, "pydicom")
        except Exception as error:
            raise NoTruthError(f"{type(error).__name__}: {error}") from error
    tolerance = 1 if syntax in LOSSY else 0
    names = plugins(syntax)
    if path.name in DISAGREEMENTS:
        plugin, reason = DISAGREEMENTS[path.name]
        return Truth(decode(dataset, plugin), tolerance, plugin or "pydicom", reason)
    found = {name: array for name in names if (array := attempt(dataset, name)) is not None}
    if not found and (array := by_dcmtk(path)) is not None:
        found["dcmtk"] = array
    if not found:
        raise NoTruthError(f"none of {', '.join(filter(None, names))} decodes it")
    first, *rest = found
    truth = Truth(found[first], tolerance, first or "pydicom")
    for other in rest:
        note = differs(found[first], found[other])
        if note:
            truth.note, truth.other = f"{other} {note}", found[other]
            if tolerance == 0:
                truth.note, truth.other = f"UNSETTLED: {other} {note}", None
    return truth


def differs(a: np.ndarray, b: np.ndarray) -> str:
    """How two decoders disagree, in words; empty when they do not."""
    if a.shape != b.shape:
        return f"gives another shape, {b.shape}"
    if a.dtype != b.dtype and a.dtype.itemsize == b.dtype.itemsize:
        b = b.view(a.dtype)
    difference = np.abs(a.astype(np.int64) - b.astype(np.int64))
    return f"differs by up to {difference.max()}" if difference.max() > 0 else ""


def read(path: Path) -> Dataset:
    """The data set, with or without a preamble; it says its transfer syntax even where the file does not."""
    dataset = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in getattr(dataset, "file_meta", ()):
        is_implicit, is_little = dataset.original_encoding
        dataset.file_meta = FileMetaDataset()
        plain = ImplicitVRLittleEndian if is_implicit else ExplicitVRLittleEndian
        dataset.file_meta.TransferSyntaxUID = plain if is_little else ExplicitVRBigEndian
    return dataset


def by_dcmtk(path: Path) -> np.ndarray | None:
    """The stored values as dcmdjpeg gives them; None when it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder, "plain.dcm")
        command = ["dcmdjpeg", "--conv-never", str(path), str(plain)]
        if subprocess.run(command, check=False, capture_output=True, timeout=60).returncode != 0:
            return None
        return attempt(read(plain), "")
