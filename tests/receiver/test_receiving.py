"""Real senders: DCMTK and pynetdicom."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pydicom
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydicom.filereader import dcmread
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)
from pynetdicom import AE, _config
from rx_harness import REPOSITORY, TOKEN, Listener, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of

SCHEMA = json.loads((REPOSITORY / "schemas" / "ingest-event.v1.json").read_text())


def storescu(receiver: Receiver, paths: list[Path], *options: str) -> None:
    command = [
        "storescu",
        "-v",
        *options,
        "127.0.0.1",
        str(receiver.port),
        *map(str, paths),
    ]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stdout + run.stderr
    successes = (run.stdout + run.stderr).count("Received Store Response (Success)")
    assert successes == len(paths), run.stdout + run.stderr


def test_echo(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    run = subprocess.run(
        ["echoscu", "127.0.0.1", str(receiver.port)], check=False, timeout=20
    )
    assert run.returncode == 0


@pytest.mark.parametrize(
    ("options", "transfer_syntax"),
    [
        (["-xe"], ExplicitVRLittleEndian),
        (["-xi"], ImplicitVRLittleEndian),
        (["-xb"], ExplicitVRBigEndian),
        (["-x="], ExplicitVRLittleEndian),
        (["-pdu", "4096"], ExplicitVRLittleEndian),
        (["-pdu", "131072", "--max-send-pdu", "131072"], ExplicitVRLittleEndian),
    ],
)
def test_storescu(
    start_receiver: StartReceiver,
    tmp_path: Path,
    options: list[str],
    transfer_syntax: UID,
) -> None:
    receiver = start_receiver()
    samples = [
        ct(tmp_path, transfer_syntax=transfer_syntax, number=number)
        for number in (1, 2, 3)
    ]
    storescu(receiver, [sample.path for sample in samples], *options)
    stored = receiver.files()
    assert set(stored) == {sample.sop_instance for sample in samples}
    for sample in samples:
        path = stored[sample.sop_instance]
        assert (
            dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID
            == transfer_syntax
        )
        assert dataset_of(path) == sample.dataset
    assert receiver.leftovers() == []


def test_storescu_deflated(start_receiver: StartReceiver, tmp_path: Path) -> None:
    receiver = start_receiver()
    sample = ct(tmp_path)
    storescu(receiver, [sample.path], "-xd")
    stored = dcmread(receiver.files()[sample.sop_instance])
    assert stored.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian
    assert stored.PixelData == dcmread(sample.path).PixelData


# One file of each syntax in pydicom's own test set, and structured documents with nested sequences.
CORPUS = Path(pydicom.__file__).parent / "data" / "test_files"
FILES = [
    "JPEG2000.dcm",
    "JPEG-lossy.dcm",
    "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "SC_rgb_jpeg_gdcm.dcm",
    "SC_rgb_small_odd_jpeg.dcm",
    "image_dfl.dcm",
    "reportsi.dcm",
    "SC_rgb_small_odd.dcm",
    "test-SR.dcm",
]


@pytest.mark.parametrize("name", FILES)
def test_what_pynetdicom_sends_is_stored_byte_for_byte(
    start_receiver: StartReceiver, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_config, "STORE_SEND_CHUNKED_DATASET", True)
    receiver = start_receiver()
    path = CORPUS / name
    meta = pydicom.filereader.read_file_meta_info(path)
    entity = AE("SENDER")
    entity.add_requested_context(meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID)
    association = entity.associate("127.0.0.1", receiver.port)
    assert association.is_established
    assert association.send_c_store(path).Status == 0
    association.release()
    (stored,) = receiver.files().values()
    assert dataset_of(stored) == dataset_of(path)
    stored_meta = pydicom.filereader.read_file_meta_info(stored)
    assert stored_meta.TransferSyntaxUID == meta.TransferSyntaxUID
    assert stored_meta.SendingApplicationEntityTitle == "SENDER"
    assert stored_meta.MediaStorageSOPInstanceUID == stored.stem


def test_eight_associations_at_once(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    groups: list[list[Sample]] = []
    for group in range(8):
        folder = tmp_path / str(group)
        folder.mkdir()
        groups.append([ct(folder, size=256, number=number) for number in range(10)])
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda group: storescu(announcing, [sample.path for sample in group]),
                groups,
            )
        )
    stored = announcing.files()
    samples = [sample for group in groups for sample in group]
    assert len(stored) == len(samples) == 80
    for sample in samples:
        assert dataset_of(stored[sample.sop_instance]) == sample.dataset
    eventually(lambda: len(listener.instances()) == 80, "80 events")
    assert set(listener.instances()) == set(stored)


def test_the_event_says_what_is_stored(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    sample = ct(tmp_path, number=7)
    storescu(announcing, [sample.path], "-aet", "CT01", "-aec", "NOCTIS")
    eventually(lambda: len(listener.accepted) == 1, "the event")
    (event,) = listener.accepted
    Draft202012Validator(SCHEMA).validate(event)
    path = announcing.storage / event["path"]
    contents = path.read_bytes()
    image = dcmread(sample.path)
    assert (
        event["path"]
        == f"{image.StudyInstanceUID}/{image.SeriesInstanceUID}/{sample.sop_instance}.dcm"
    )
    assert event["sha256"] == hashlib.sha256(contents).hexdigest()
    assert event["size"] == len(contents)
    assert event["type"] == "instance.stored" and event["canary"] is False
    assert (event["calling_aet"], event["called_aet"]) == ("CT01", "NOCTIS")
    assert event["remote_address"] == "127.0.0.1"
    assert event["index"] == {
        "modality": "CT",
        "instance_number": 7,
        "series_number": 3,
        "rows": 64,
        "columns": 64,
        "image_position_patient": [-100, -100.5, 17.5],
        "image_orientation_patient": [1, 0, 0, 0, 1, 0],
        "study_date": "20261124",
        "study_time": "101112",
        "accession_number": "A-7",
        "patient_id": "SECRET-4711",
        "patient_name": "Müller^Jürgen",
    }
    (request,) = listener.requests
    assert request[0] == f"Bearer {TOKEN}"
    assert re.fullmatch(r"[0-9a-f-]{36}", event["event_id"])


def test_the_same_object_again_is_success_without_an_event(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    sample = ct(tmp_path)
    for calling in ("CT01", "CT01", "ROUTER"):
        storescu(announcing, [sample.path], "-aet", calling)
    eventually(announcing.settled, "settled")
    assert listener.instances() == [sample.sop_instance]
    assert dataset_of(announcing.files()[sample.sop_instance]) == sample.dataset


def test_other_bytes_replace_the_object_and_are_announced(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    sample = ct(tmp_path)
    changed = dcmread(sample.path)
    changed.SeriesDescription = "corrected"
    changed_path = tmp_path / "changed.dcm"
    changed.save_as(changed_path)
    for path in (sample.path, changed_path, sample.path):
        storescu(announcing, [path])
    eventually(lambda: len(listener.accepted) == 3, "three events")
    assert len({event["event_id"] for event in listener.accepted}) == 3
    assert dataset_of(announcing.files()[sample.sop_instance]) == sample.dataset
