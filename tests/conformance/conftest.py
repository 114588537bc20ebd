"""How these tests reach `noctis-probe` and pydicom's own test files."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
CORPUS = Path(pydicom.__file__).parent / "data" / "test_files"

# The transfer syntaxes that viewer-core decodes, by how exactly they can be compared.
LOSSLESS = {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.5",
}
LOSSY = {
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.203",
}


@dataclass(frozen=True)
class Outcome:
    """What one run of `noctis-probe` gave."""

    code: int
    reports: list[dict[str, Any]]

    @property
    def report(self) -> dict[str, Any]:
        (only,) = self.reports
        return only


class Probe:
    """The built `noctis-probe`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *arguments: str | Path) -> Outcome:
        """Runs it; fails the test on a panic or on a line that is not JSON."""
        command = [str(self.path), *map(str, arguments)]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert run.returncode in (0, 1), f"exit code {run.returncode}: {run.stderr[-2000:]}"
        return Outcome(run.returncode, [json.loads(line) for line in run.stdout.splitlines()])


@pytest.fixture(scope="session")
def probe() -> Probe:
    """`noctis-probe` from NOCTIS_PROBE, else as `cargo build -p noctis-probe` leaves it."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    path = Path(os.environ.get("NOCTIS_PROBE", target / "debug" / "noctis-probe"))
    assert path.is_file(), f"{path} is missing: run `cargo build -p noctis-probe`, or set NOCTIS_PROBE"
    return Probe(path)


def corpus_files() -> Iterator[Path]:
    """Every file of pydicom's test set that may be DICOM."""
    for path in sorted(CORPUS.rglob("*")):
        if path.is_file() and path.suffix not in {".json", ".txt", ".dump", ".icc", ".gz", ".py", ".pyc"}:
            yield path


def read(path: Path) -> pydicom.Dataset:
    """The data set, with or without a preamble."""
    return pydicom.dcmread(path, force=True)
