"""Whatever the bytes are: a named error, the other files still read, and never a panic."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pydicom
import pytest
from pydicom.tag import Tag

from conftest import CORPUS, Probe
from objects import make, noise, save, save_jpeg, save_rle
from test_pydicom import CASES

KINDS = {
    "malformed",
    "truncated",
    "no-pixel-data",
    "limit",
    "unsupported-transfer-syntax",
    "unsupported-photometric",
}


def kind(probe: Probe, path: Path) -> str:
    outcome = probe(path)
    assert outcome.code == 1 and not outcome.report["ok"]
    assert outcome.report["error"]["message"]
    return str(outcome.report["error"]["kind"])


@pytest.mark.parametrize(
    "content", [b"", b"Dear colleague,\nthe images are enclosed.\n", b"\x89PNG\r\n\x1a\n" * 9, bytes(999)]
)
def test_not_dicom(content: bytes, probe: Probe, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    assert kind(probe, path) == "malformed"


def test_missing_file(probe: Probe, tmp_path: Path) -> None:
    assert kind(probe, tmp_path / "nothing.dcm") == "io"


@pytest.mark.parametrize("name", ["rtplan.dcm", "test-SR.dcm", "waveform_ecg.dcm", "DICOMDIR"])
def test_no_pixels(name: str, probe: Probe) -> None:
    (path,) = CORPUS.rglob(name) if name != "DICOMDIR" else [CORPUS / "dicomdirtests" / name]
    assert kind(probe, path) == "no-pixel-data"


UNSUPPORTED = {
    "1.2.840.10008.1.2.4.100": "video, MPEG-2 Main Profile / Main Level",
    "1.2.840.10008.1.2.4.102.1": "video, fragmentable MPEG-4 AVC/H.264 High Profile",
    "1.2.840.10008.1.2.4.108": "video, HEVC/H.265 Main 10 Profile",
    "1.2.840.10008.1.2.4.94": "JPIP Referenced",
}


@pytest.mark.parametrize("uid", UNSUPPORTED)
def test_unsupported_syntax_is_named(uid: str, probe: Probe, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(CORPUS / "MR_small_RLE.dcm")
    dataset.file_meta.TransferSyntaxUID = uid
    path = tmp_path / "object.dcm"
    dataset.save_as(path)
    assert kind(probe, path) == "unsupported-transfer-syntax"
    assert UNSUPPORTED[uid] in probe(path).report["error"]["message"]


def test_one_bad_frame_spares_the_others(probe: Probe, tmp_path: Path) -> None:
    array = noise((3, 16, 16), 8)
    for name, save_as in {
        "rle": save_rle,
        "jpeg": lambda d, p: save_jpeg(d, p, "--encode-lossless-sv1"),
    }.items():
        path = save_as(make(array, NumberOfFrames=3), tmp_path / f"{name}.dcm")
        sound = probe(path).report["stored_sha256"]
        dataset = pydicom.dcmread(path)
        data = bytearray(dataset.PixelData)
        second = int.from_bytes(data[12:16], "little") + 8 + 12 + 8  # by the basic offset table
        data[second : second + 40] = b"\xff" * 40
        dataset.PixelData = bytes(data)
        dataset.save_as(path)
        report = probe(path).report
        assert report["stored_sha256"] == [sound[0], None, sound[2]]
        assert report["error"]["frame"] == 1 and report["error"]["kind"] in {"malformed", "truncated"}


LIES = {
    "limit": [
        {"NumberOfFrames": "2000000000"},
        {"BitsAllocated": 32, "BitsStored": 32, "Rows": 65535, "Columns": 65535},
    ],
    "truncated": [{"NumberOfFrames": "2"}, {"Rows": 60000}, {"Rows": 40000, "Columns": 40000}],
    "malformed": [
        {"Rows": 0},
        {"BitsAllocated": 12},
        {"BitsStored": 17},
        {"BitsStored": 0},
        {"NumberOfFrames": "-1"},
    ],
    "unsupported-photometric": [{"SamplesPerPixel": 4}],
}


@pytest.mark.parametrize("expected", LIES)
def test_lies(expected: str, probe: Probe, tmp_path: Path) -> None:
    for elements in LIES[expected]:
        for rle in (False, True):
            path = tmp_path / "a.dcm"
            (save_rle if rle else save)(make(noise((8, 8), 16)), path)
            dataset = pydicom.dcmread(path)
            for name, value in elements.items():
                setattr(dataset, name, value)
            dataset.save_as(path)
            got = kind(probe, path)
            assert got == expected or (rle and got in {"malformed", "truncated"}), (elements, rle)


def test_unknown_colors_decode_but_do_not_render(probe: Probe, tmp_path: Path) -> None:
    path = save(make(noise((8, 8, 3), 8), PhotometricInterpretation="HSV"), tmp_path / "a.dcm")
    assert probe(path).code == 0
    outcome = probe(path, "--render", tmp_path / "a.png")
    assert outcome.code == 1 and outcome.report["error"]["kind"] == "unsupported-photometric"
    dataset = make(noise((8, 8), 8), PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [4, 0, 16])
        dataset.add_new(Tag(f"Segmented{name}PaletteColorLookupTableData"), "OW", bytes(8))
    outcome = probe(save(dataset, path), "--render", tmp_path / "a.png")
    assert outcome.report["error"]["kind"] == "malformed"
    assert "segmented" in outcome.report["error"]["message"]


def survive(probe: Probe, folder: Path, contents: Iterable[tuple[bytes, bool]]) -> int:
    """Probes every content, many a process; those that must fail do. Gives how many there were."""
    count = 0
    contents = iter(contents)
    while batch := list(islice(contents, 400)):
        paths = []
        for at, (content, _) in enumerate(batch):
            paths.append(folder / f"{at}.dcm")
            paths[-1].write_bytes(content)
        outcome = probe(*paths)
        assert len(outcome.reports) == len(batch)
        for report, (content, must_fail) in zip(outcome.reports, batch, strict=True):
            assert report["ok"] or report["error"]["kind"] in KINDS
            assert not (must_fail and report["ok"]), f"{len(content)} bytes of {report}"
        count += len(batch)
    return count


def cuts(content: bytes, pixels: int) -> Iterator[int]:
    """Where to cut: every byte of the last header before the pixels, others of the header, few of the pixels."""
    yield from range(0, pixels - 64, max(1, pixels // 40))
    yield from range(max(0, pixels - 64), min(len(content), pixels + 40))
    yield from range(pixels + 40, len(content), max(1, (len(content) - pixels) // 15))


def pixels_in(content: bytes, dataset: pydicom.Dataset) -> tuple[int, int]:
    """Where the pixel data element begins, and where the object may be cut without loss."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax.is_deflated:
        return len(content) // 2, len(content) // 2
    start = content.rindex(b"\xe0\x7f\x10\x00" if syntax.is_little_endian else b"\x7f\xe0\x00\x10")
    if syntax.is_encapsulated:
        return start, start + 20
    size = dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * int(dataset.get("NumberOfFrames", 1))
    size = size * dataset.BitsAllocated // 8
    return start, start + (size * 2 // 3 if dataset.PhotometricInterpretation == "YBR_FULL_422" else size)


def test_every_cut(probe: Probe, tmp_path: Path) -> None:
    def contents() -> Iterator[tuple[bytes, bool]]:
        for path in CASES:
            content = path.read_bytes()
            start, needed = pixels_in(content, pydicom.dcmread(path))
            for cut in cuts(content, start):
                yield content[:cut], cut < needed

    assert survive(probe, tmp_path, contents()) > 76 * 100


def test_every_mutation(probe: Probe, tmp_path: Path) -> None:
    def contents() -> Iterator[tuple[bytes, bool]]:
        dice = random.Random(20261124)
        for path in CASES:
            content = path.read_bytes()
            for _ in range(30):
                mutated = bytearray(content)
                for _ in range(dice.choice([1, 3, 20])):
                    # headers are where mutations bite
                    end = dice.choice([600, 2000, len(mutated)])
                    mutated[dice.randrange(132, max(133, min(end, len(mutated))))] = dice.choice(
                        [0, 0xFF, dice.randrange(256)]
                    )
                yield bytes(mutated), False

    assert survive(probe, tmp_path, contents()) == 90 * 30
