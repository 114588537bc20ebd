"""The files that are held against the standard."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydicom.errors import InvalidDicomError

import truth
from synthetic import make_all

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
NOT_DICOM = {".json", ".txt", ".dump", ".icc", ".gz", ".py", ".pyc", ".md", ".png", ".npy", ".sha256"}


@dataclass(frozen=True)
class File:
    """One file of the set."""

    # Where it is from: "synthetic", "pydicom", "pydicom-data", or the folder that was asked for.
    source: str
    name: str
    path: Path

    @property
    def id(self) -> str:
        """For names of files."""
        return f"{self.source}-{self.name}".replace("/", "-").replace(" ", "-").removesuffix(".dcm")


def folder_of(module: str, below: str) -> Path | None:
    """A folder of an installed package; None when it is not installed."""
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / below


def files(source: str, folder: Path) -> Iterator[File]:
    """Every object with pixels below a folder, in order."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix.lower() in NOT_DICOM:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                dataset = truth.read(path)
            has_pixels = any(name in dataset for name in PIXELS) and "Rows" in dataset
        except (
            InvalidDicomError,
            OSError,
            ValueError,
            EOFError,
            KeyError,
            AttributeError,
            NotImplementedError,
        ):
            continue
        if has_pixels:
            yield File(source, str(path.relative_to(folder)), path)


def synthetic(target: Path) -> list[File]:
    """The files that are made here."""
    return list(files("synthetic", make_all(target / "synthetic")))


def everything(target: Path) -> list[File]:
    """The whole set of the repository."""
    found = synthetic(target)
    for source, module, below in (
        ("pydicom", "pydicom", "data/test_files"),
        ("pydicom-data", "data_store", "data"),
    ):
        folder = folder_of(module, below)
        if folder is not None:
            found += files(source, folder)
    return found
