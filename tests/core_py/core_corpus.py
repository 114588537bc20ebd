"""The files that pydicom tests itself with."""

from __future__ import annotations

from pathlib import Path

import pydicom

CORPUS = Path(pydicom.__file__).parent / "data" / "test_files"
