"""`cargo xtask bench receiver`: objects a second into us and into other receivers, in turns, on this machine."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
from receivers import ALL, HERE, TITLE, Floor, Receiver

# What is promised: of whom, at how many associations, against whom, at least how many times as fast.
GOALS = [
    *(("noctis, full", k, "floor, full", 0.8) for k in (1, 4, 8)),
    *(
        ("noctis, full", k, "pynetdicom", ratio)
        for k, ratio in ((1, 1.5), (4, 3.0), (8, 5.0))
    ),
    *(
        ("noctis, full", k, "orthanc", ratio)
        for k, ratio in ((1, 1.4), (4, 2.2), (8, 3.0))
    ),
    *(
        ("noctis, none", k, "dcmtk --fork", ratio)
        for k, ratio in ((1, 0.85), (4, 0.85), (8, 1.3))
    ),
    ("noctis, Nagle", 1, "plain, Nagle", 1.5),
]
Rates = dict[tuple[str, int], list[float]]


def make_objects(folder: Path, count: int) -> list[Path]:
    """CT images of 512 x 512 and 525 kB, of one series."""
    folder.mkdir(parents=True)
    chance = np.random.default_rng(1)
    study, series = generate_uid(), generate_uid()
    files = []
    for number in range(count):
        image = Dataset()
        image.file_meta = FileMetaDataset()
        image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = CTImageStorage
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = (
            generate_uid()
        )
        image.StudyInstanceUID, image.SeriesInstanceUID = study, series
        image.PatientID, image.PatientName, image.Modality = "BENCH", "Bench", "CT"
        image.InstanceNumber = number + 1
        image.Rows = image.Columns = 512
        image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
        image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
        image.PixelRepresentation = 0
        image.PixelData = chance.integers(0, 4096, 512 * 512, dtype=np.uint16).tobytes()
        files.append(folder / f"{number:04}.dcm")
        image.save_as(files[-1], enforce_file_format=True)
    return files


def send(receiver: Receiver, files: list[Path], associations: int) -> float:
    """Seconds until every sender has heard of success for all of its share."""
    shares = [files[first::associations] for first in range(associations)]
    if isinstance(receiver, Floor):
        command = [sys.executable, str(HERE / "floor.py"), "send", str(receiver.port)]
    else:
        options = [
            "-q",
            "-pdu",
            "131072",
            "--max-send-pdu",
            "131072",
            "-xe",
            "-aec",
            TITLE,
        ]
        command = ["storescu", *options, "127.0.0.1", str(receiver.port)]
    environment = dict(os.environ)
    if not receiver.nagle:
        environment["TCP_NODELAY"] = "1"
    begun = time.monotonic()
    senders = [
        subprocess.Popen([*command, *map(str, share)], env=environment)
        for share in shares
    ]
    codes = [sender.wait() for sender in senders]
    took = time.monotonic() - begun
    if any(codes):
        raise RuntimeError(f"{receiver.name}: the senders ended with {codes}")
    return took


def measure(
    kind: type[Receiver], files: list[Path], associations: int, scratch: Path
) -> tuple[float, int]:
    """Objects a second, and the peak resident size in KiB."""
    folder = Path(tempfile.mkdtemp(dir=scratch)) / "receiver"
    receiver = kind(folder)
    receiver.start()
    try:
        took = send(receiver, files, associations)
        peak = receiver.peak_kib()
    finally:
        receiver.stop()
    if (stored := receiver.stored()) != len(files):
        raise RuntimeError(f"{kind.name}: {stored} of {len(files)} objects are there")
    # Emptied, not removed: ext4 does not give away an inode again for a minute, and looks at each of them before it makes a
    # file. Whoever came next would pay for that.
    for path in folder.rglob("*"):
        if path.is_file():
            os.truncate(path, 0)
    os.sync()
    return len(files) / took, peak


def report(rates: Rates, peaks: dict[tuple[str, int], int], counts: list[int]) -> None:
    """Medians, then the ratios that are promised."""
    names = list(dict.fromkeys(name for name, _ in rates))
    print(
        f"\n{'objects/s, median (least-most)':<32}"
        + "".join(f"{f'{k} associations':>26}" for k in counts)
    )
    for name in names:
        cells = []
        for k in counts:
            found = rates.get((name, k))
            if not found:
                cells.append("-")
                continue
            median = statistics.median(found)
            cells.append(
                f"{median:.0f} ({min(found):.0f}-{max(found):.0f}), {peaks[name, k] / 1024:.0f} MiB"
            )
        print(f"{name:<32}" + "".join(f"{cell:>26}" for cell in cells))
    print("\nratios, median of the rounds")
    for name, k, other, goal in GOALS:
        ours, theirs = rates.get((name, k)), rates.get((other, k))
        if ours and theirs:
            # Of the same round: the machine was in the same mood.
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            mark = "met" if ratio >= goal else "MISSED"
            print(
                f"  {name:<14} / {other:<14} at {k}: {ratio:5.2f}  (at least {goal}: {mark})"
            )


def main() -> None:
    """Rounds of all receivers; the order turns round from one to the next."""
    parser = argparse.ArgumentParser(prog="cargo xtask bench receiver")
    parser.add_argument("--objects", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--associations", type=int, nargs="+", default=[1, 4, 8])
    parser.add_argument(
        "--only", nargs="+", help="names of receivers, their beginnings suffice"
    )
    parser.add_argument(
        "--scratch", type=Path, help="folder on the disk that is to be measured"
    )
    options = parser.parse_args()
    kinds = []
    for kind in ALL:
        if options.only and not any(
            kind.name.startswith(name) for name in options.only
        ):
            continue
        if missing := kind.missing():
            print(f"left out: {kind.name}, this machine has no {missing}")
        else:
            kinds.append(kind)
    rates: Rates = {}
    peaks: dict[tuple[str, int], int] = {}
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        files = make_objects(Path(scratch) / "objects", options.objects)
        for number in range(options.rounds):
            for associations in options.associations:
                for kind in kinds if number % 2 == 0 else reversed(kinds):
                    rate, peak = measure(kind, files, associations, Path(scratch))
                    key = (kind.name, associations)
                    rates.setdefault(key, []).append(rate)
                    peaks[key] = max(peaks.get(key, 0), peak)
                    print(
                        f"round {number + 1}, {associations} associations, {kind.name}: {rate:.0f}/s",
                        flush=True,
                    )
    report(rates, peaks, options.associations)
    result = HERE / "../../target/bench/receiver.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "receiver": name,
            "associations": k,
            "objects_per_second": found,
            "peak_kib": peaks[name, k],
        }
        for (name, k), found in rates.items()
    ]
    result.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
