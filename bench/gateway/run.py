"""`cargo xtask bench gateway`: what the gateway does in a second, printed as Markdown."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "services/dicom_fastapi"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import core
import ingesting
import lists
import objects

PARTS = {
    "ingest": ingesting.run,
    "objects": objects.run,
    "core": core.run,
    "lists": lists.run,
}


def main() -> None:
    """Run the named parts, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them when none is named")
    parser.add_argument("--instances", type=int, default=1_000_000, help="objects of the large index")
    parser.add_argument("--keep", type=Path, help="where the large index stays")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    for name in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="noctis-bench-") as folder:
            print(f"\n## {name}\n", flush=True)
            PARTS[name](options, Path(folder))


if __name__ == "__main__":
    main()
