"""`noctis-parity`: what two receivers side by side stored and announced, object by object.

Files are named by what they hold (SOP Instance UID), wherever they lie. The report names objects and tags, no values.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset

COMPARED = ("study_instance_uid", "series_instance_uid", "sop_class_uid", "index")
"""What two events of an object must agree in; ids, times, paths and sizes are each receiver's own."""


@dataclass
class Report:
    """What was found, by kind."""

    identical: list[str] = field(default_factory=list)
    """Data sets that are the same byte for byte, or events that agree."""
    recoded: list[str] = field(default_factory=list)
    """The same elements, written otherwise: another transfer syntax, other lengths."""
    different: dict[str, list[str]] = field(default_factory=dict)
    """Objects with the tags or fields in which they differ."""
    only_left: list[str] = field(default_factory=list)
    only_right: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """Files that are no DICOM, and lines that are no event."""

    @property
    def agrees(self) -> bool:
        """Whether nothing is missing, different or unreadable."""
        return not (self.different or self.only_left or self.only_right or self.unreadable)


def trees(left: Path, right: Path) -> Report:
    """Compare two storage trees."""
    report = Report()
    ours, theirs = (_objects(root, report) for root in (left, right))
    for uid in _common(ours, theirs, report):
        one, other = ours[uid], theirs[uid]
        if _dataset_bytes(one) == _dataset_bytes(other):
            report.identical.append(uid)
            continue
        tags = _differences(pydicom.dcmread(one), pydicom.dcmread(other))
        if tags:
            report.different[uid] = tags
        else:
            report.recoded.append(uid)
    return report


def logs(left: Path, right: Path) -> Report:
    """Compare two ingest logs: an event of `instance.stored` a line, as `noctis-dicom-rx outbox export` writes them."""
    report = Report()
    ours, theirs = (_events(path, report) for path in (left, right))
    for uid in _common(ours, theirs, report):
        fields = [name for name in COMPARED if ours[uid].get(name) != theirs[uid].get(name)]
        if fields:
            report.different[uid] = fields
        else:
            report.identical.append(uid)
    return report


def _common(ours: dict[str, Any], theirs: dict[str, Any], report: Report) -> list[str]:
    report.only_left, report.only_right = sorted(ours.keys() - theirs.keys()), sorted(theirs.keys() - ours.keys())
    return sorted(ours.keys() & theirs.keys())


def _objects(root: Path, report: Report) -> dict[str, Path]:
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if not path.is_file() or any(part.startswith(".") for part in relative.parts):
            continue
        try:
            header = pydicom.dcmread(path, specific_tags=["SOPInstanceUID"], stop_before_pixels=True)
            found[str(header.SOPInstanceUID)] = path
        except Exception:  # pydicom raises whatever it meets
            report.unreadable.append(str(relative))
    return found


def _events(path: Path, report: Report) -> dict[str, dict[str, Any]]:
    found = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            event = json.loads(line)
            if event["type"] == "instance.stored":
                found[str(event["sop_instance_uid"])] = event
        except (ValueError, KeyError, TypeError):
            report.unreadable.append(f"{path.name}:{number}")
    return found


def _dataset_bytes(path: Path) -> tuple[str, bytes]:
    """The transfer syntax and what follows the file meta group, which each receiver writes as its own."""
    data = path.read_bytes()
    meta = pydicom.filereader.read_file_meta_info(path)
    length = int.from_bytes(data[140:144], "little")  # of (0002,0000), which Part 10 puts first
    return str(meta.TransferSyntaxUID), data[144 + length :]


def _differences(one: Dataset, other: Dataset) -> list[str]:
    """The tags in which they differ; group lengths follow the encoding and do not count."""
    tags = [tag for tag in sorted({*one.keys(), *other.keys()}) if int(tag) & 0xFFFF]
    both = [(tag, one.get(tag), other.get(tag)) for tag in tags]
    return [f"{int(tag):08X}" for tag, a, b in both if a is None or b is None or a.value != b.value]


def show(name: str, report: Report) -> None:
    """Print a report."""
    kinds = ("identical", "recoded", "different", "only_left", "only_right", "unreadable")
    print(f"{name}:", ", ".join(f"{len(getattr(report, kind))} {kind.replace('_', ' ')}" for kind in kinds))
    for uid, fields in report.different.items():
        print(f"  different  {uid}  {' '.join(fields)}")
    for kind in ("only_left", "only_right", "unreadable"):
        for uid in getattr(report, kind):
            print(f"  {kind.replace('_', ' '):10} {uid}")


def main() -> None:
    """The command line; exit code 1 when they do not agree."""
    parser = argparse.ArgumentParser(prog="noctis-parity", description="Two receivers side by side, object by object.")
    parser.add_argument("left", type=Path, help="storage tree of one receiver")
    parser.add_argument("right", type=Path, help="storage tree of the other")
    parser.add_argument("--logs", nargs=2, type=Path, metavar=("LEFT", "RIGHT"), help="their ingest logs, JSON lines")
    options = parser.parse_args()
    reports = {"objects": trees(options.left, options.right)}
    if options.logs:
        reports["events"] = logs(*options.logs)
    for name, report in reports.items():
        show(name, report)
    sys.exit(0 if all(report.agrees for report in reports.values()) else 1)


if __name__ == "__main__":
    main()
