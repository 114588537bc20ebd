"""A synthetic file: an object and what is known of it because it was made here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import generate_uid

from objects import save


@dataclass
class Case:
    """One file of the synthetic set."""

    name: str
    dataset: Dataset
    # The values that a decoder must give, [frames,] rows, columns[, samples]; None: what the decoders of pydicom give.
    stored: np.ndarray | None = None
    # The largest difference allowed: 0, or what a near-lossless stream was made with.
    tolerance: int = 0
    # The frames whose pictures are compared.
    frames: tuple[int, ...] = (0,)
    # How the data set is written; None: by its own transfer syntax, its pixels being encapsulated already.
    encoding: str | None = "explicit"


def fingerprint() -> str:
    """What the generators are: files are made again when this changes."""
    digest = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted([*folder.glob("*.py"), folder.parent / "objects.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def identify(case: Case) -> None:
    """What every object must say of itself, so that no viewer stumbles over its absence."""
    dataset = case.dataset
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=["noctis", case.name])
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=["noctis", "study"])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["noctis", "series", case.name])
    dataset.PatientName, dataset.PatientID = "Synthetic", "1"
    dataset.Modality, dataset.SeriesNumber, dataset.InstanceNumber = "OT", 1, 1


def save_encapsulated(dataset: Dataset, path: Path) -> None:
    """Writes a Part 10 file in a transfer syntax that pydicom's `save_as` may not know."""
    content = DicomBytesIO()
    content.is_little_endian, content.is_implicit_VR = True, False
    content.write(bytes(128) + b"DICM")
    write_file_meta_info(content, dataset.file_meta)
    write_dataset(content, dataset)
    path.write_bytes(content.getvalue())


def write(cases: Iterable[Case], folder: Path) -> None:
    """Writes `NAME.dcm`, and `NAME.json` and `NAME.npy` with what is known of it."""
    folder.mkdir(parents=True, exist_ok=True)
    names = set()
    for case in cases:
        assert case.name not in names, f"two files are called {case.name}"
        names.add(case.name)
        path = folder / f"{case.name}.dcm"
        identify(case)
        if case.encoding is None:
            save_encapsulated(case.dataset, path)
        else:
            save(case.dataset, path, case.encoding)
        if case.stored is not None:
            np.save(path.with_suffix(".npy"), case.stored)
        known = {"tolerance": case.tolerance, "frames": case.frames}
        path.with_suffix(".json").write_text(json.dumps(known))
