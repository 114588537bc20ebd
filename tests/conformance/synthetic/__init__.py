"""The synthetic files: small, made here, the same every time."""

from __future__ import annotations

import shutil
from pathlib import Path

from synthetic import color, grey, pixels, syntaxes
from synthetic.case import fingerprint, write


def make_all(folder: Path) -> Path:
    """Makes the files, unless they are there and the generators have not changed since."""
    stamp = folder / "made-by.txt"
    made_by = fingerprint()
    if not stamp.exists() or stamp.read_text() != made_by:
        shutil.rmtree(folder, ignore_errors=True)
        for part in (grey, pixels, color, syntaxes):
            write(part.cases(), folder)
        stamp.write_text(made_by)
    return folder
