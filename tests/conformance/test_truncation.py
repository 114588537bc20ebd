"""Every object of the set, cut at every boundary of its structure and all over its pixels: an error by name, or frames that are right.

What is right is the program `cuts` of `fuzz` to say, which counts the memory as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

import corpus
import truth
from test_bad_input import KINDS

# Files of many frames are decoded whole for each cut.
LARGEST = 2 << 20
SPREAD = 60


def elements(dataset: Dataset) -> Iterator[int]:
    """Where values begin, and those of items inside of them."""
    for tag in sorted(dataset.keys()):
        raw = dataset.get_item(tag)
        tell = getattr(raw, "value_tell", None) or getattr(raw, "file_tell", None)
        if tell:
            yield tell
        value = dataset[tag].value if tag != 0x7FE00010 else None
        if isinstance(value, Sequence):
            for item in value:
                yield from filter(None, [getattr(item, "seq_item_tell", None)])
                yield from elements(item)


def fragments(content: bytes, start: int) -> Iterator[int]:
    """Where items of encapsulated pixels begin."""
    while content[start : start + 4] == b"\xfe\xff\x00\xe0":
        yield start
        start += 8 + int.from_bytes(content[start + 4 : start + 8], "little")
    yield start


def boundaries(content: bytes, dataset: Dataset) -> set[int]:
    """All places at which something begins."""
    if dataset.file_meta.get("TransferSyntaxUID", "") == "1.2.840.10008.1.2.1.99":
        return set()
    found = set(elements(dataset.file_meta)) | set(elements(dataset))
    pixels = dataset.get_item(0x7FE00010)
    if pixels is not None and getattr(pixels, "length", 0) == 0xFFFFFFFF:
        found |= set(fragments(content, pixels.value_tell))
    return found


def cuts(path: Path) -> list[int]:
    """Where to cut a file: beside each boundary, in headers, and all over."""
    content = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        places = boundaries(content, truth.read(path))
    near = {place + step for place in places for step in (-8, -4, -1, 0, 1, 4)}
    near |= (
        {at * len(content) // SPREAD for at in range(SPREAD)}
        | set(range(128, 140))
        | {0, 1, len(content) - 1}
    )
    inside = sorted(place for place in near if 0 <= place < len(content))
    # a sequence of a thousand items is one idea
    return inside if len(inside) <= 1500 else inside[:: len(inside) // 1500 + 1]


@pytest.fixture(scope="module")
def program() -> Path:
    """The program that cuts."""
    folder = Path(os.environ.get("NOCTIS_PROGRAMS", corpus_target() / "debug"))
    path = folder / "cuts"
    assert path.exists(), f"{path} is missing: cargo build -p fuzz --bin cuts"
    return path


def corpus_target() -> Path:
    """Where things are built."""
    return Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).resolve().parents[2] / "target"))


def test_every_file_cut_everywhere(program: Path) -> None:
    paths = [file.path for file in corpus.everything(corpus_target() / "conformance")]
    paths = [path for path in paths if path.stat().st_size <= LARGEST]
    lines = [f"{path}\t{','.join(map(str, cuts(path)))}" for path in paths]
    assert len(lines) > 300
    run = subprocess.run(
        [program], input="\n".join(lines), capture_output=True, text=True, timeout=900, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    outcomes = [json.loads(line) for line in run.stdout.splitlines()]
    refused: Counter[str] = Counter()
    for outcome in outcomes:
        refused.update(outcome["refused"])
    shown = sum(outcome["shown"] for outcome in outcomes)
    most = max(outcome["peak_per_byte"] for outcome in outcomes)
    print(f"\n  {len(outcomes)} files, {dict(refused)}, {shown} with frames, up to {most} bytes a byte")
    assert len(outcomes) == len(lines) and set(refused) <= KINDS
    assert refused.total() > 50_000 and refused["truncated"] > refused.total() / 2
