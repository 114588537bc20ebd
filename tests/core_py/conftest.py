"""How these tests reach `noctis_dicom_core`: as `cargo xtask test` builds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROGRAMS = Path(os.environ.get("NOCTIS_PROGRAMS", Path(__file__).resolve().parents[2] / "target" / "debug"))

sys.path.insert(0, str(PROGRAMS / "python"))
