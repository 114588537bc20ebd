"""Senders that others have written, beside those of `test_receiving`: dcmsend, dicom-storescu, dcmjs-dimse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pydicom.filereader import dcmread
from rx_harness import REPOSITORY, Receiver, StartReceiver
from rx_objects import Sample, ct, dataset_of
from rx_s3 import tool
from test_receiving import CORPUS, storescu

SENDERS = REPOSITORY / "tests" / "receiver" / "senders"


def run(*command: str | Path, where: Path | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def whole(receiver: Receiver, samples: list[Sample]) -> None:
    """All of them are there byte for byte, and nothing else is."""
    files = receiver.files()
    assert set(files) == {sample.sop_instance for sample in samples}
    for sample in samples:
        assert dataset_of(files[sample.sop_instance]) == sample.dataset
    assert receiver.leftovers() == []


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    return [ct(tmp_path, number=number) for number in (1, 2, 3)]


# What storescu can propose beside uncompressed syntaxes, with an object of pydicom's that comes so, if there is one.
PROPOSALS = {
    **dict.fromkeys(["-x=", "-xe", "-xb", "-xi"]),
    "-xs": "SC_rgb_jpeg_gdcm.dcm",
    "-xy": "SC_rgb_jpeg_dcmtk.dcm",
    "-xx": "JPEG-lossy.dcm",
    "-xv": "MR_small_jp2klossless.dcm",
    "-xw": "JPEG2000.dcm",
    "-xt": "MR_small_jpeg_ls_lossless.dcm",
    "-xu": "SC_rgb_jls_lossy_line.dcm",
    "-xr": "MR_small_RLE.dcm",
    "-xd": "image_dfl.dcm",
}


@pytest.mark.parametrize("how", [["-R"], ["-R", "+C"], []])
def test_storescu_with_everything_that_it_can_propose(
    start_receiver: StartReceiver, tmp_path: Path, how: list[str]
) -> None:
    """Each syntax in a context of its own, or all in one; for the class that is needed, or for every class."""
    # Of several in one context storescu needs the one that it has: it does not decompress.
    profile = "as-proposed" if "+C" in how else "explicit-first"
    receiver = start_receiver(transfer_syntaxes=profile)
    for option, name in PROPOSALS.items():
        path = ct(tmp_path).path
        if name is not None:
            image = dcmread(CORPUS / name)
            # Not all of them belong to a study.
            image.StudyInstanceUID, image.SeriesInstanceUID = "1.2.3", "1.2.3.4"
            image.save_as(path)
        storescu(receiver, [path], *how, option)
        sent = dcmread(path)
        stored = dcmread(receiver.files()[sent.SOPInstanceUID])
        if name is not None:
            syntax = sent.file_meta.TransferSyntaxUID
            assert stored.file_meta.TransferSyntaxUID == syntax, option
            assert stored.PixelData == sent.PixelData, option
    assert receiver.leftovers() == []


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--decompress-never"],
        ["--multi-associations", "--no-uid-checks"],
        ["-pdu", "4096"],
        ["-pdu", "131072", "--max-send-pdu", "131072"],
    ],
)
def test_dcmsend(
    start_receiver: StartReceiver, samples: list[Sample], options: list[str]
) -> None:
    receiver = start_receiver()
    files = [sample.path for sample in samples]
    run("dcmsend", *options, "127.0.0.1", str(receiver.port), *files)
    whole(receiver, samples)


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--concurrency", "2"],
        ["--max-pdu-length", "4096"],
        ["--never-transcode", "--fail-first"],
    ],
)
def test_dicom_storescu(
    start_receiver: StartReceiver, samples: list[Sample], options: list[str]
) -> None:
    receiver = start_receiver()
    address = f"127.0.0.1:{receiver.port}"
    run(tool("dicom-storescu"), *options, address, *(sample.path for sample in samples))
    whole(receiver, samples)


def test_dcmjs_dimse(start_receiver: StartReceiver, samples: list[Sample]) -> None:
    """It reads a dataset into memory and writes it anew, so values are compared."""
    receiver = start_receiver()
    files = [sample.path for sample in samples]
    told = run("node", "dcmjs.mjs", str(receiver.port), *files, where=SENDERS)
    assert re.findall(r"^\d+$", told, re.MULTILINE) == ["0"] * 4, told
    stored = receiver.files()
    assert set(stored) == {sample.sop_instance for sample in samples}
    for sample in samples:
        pixels = sample.dataset[-64 * 64 * 2 :]
        assert dataset_of(stored[sample.sop_instance]).endswith(pixels)
    assert receiver.leftovers() == []
