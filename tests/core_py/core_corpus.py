"""`noctis_dicom_core` as `cargo xtask test` builds it, and the files that pydicom tests itself with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pydicom

PROGRAMS = Path(os.environ.get("NOCTIS_PROGRAMS", Path(__file__).resolve().parents[2] / "target" / "debug"))

sys.path.insert(0, str(PROGRAMS / "python"))

import noctis_dicom_core as core

CORPUS = Path(pydicom.__file__).parent / "data" / "test_files"

__all__ = ["CORPUS", "core"]
