"""Objects in a bucket instead of a tree: the same promise, with a server that is killed, held, missing, or slow."""

from __future__ import annotations

import hashlib
import queue
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from pydicom.uid import CTImageStorage
from rx_harness import Listener, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_s3 import S3Server
from test_disk_faults import OUT_OF_RESOURCES, Mount, mount, send
from test_keeping import corrected, superseded
from test_storage_commitment import Reports, ask, instances, request

__all__ = ["mount"]

# More than one piece of an upload.
LARGE = 2400


def in_spool(receiver: Receiver) -> list[Path]:
    """What is on its way, or was left there."""
    incoming = receiver.outbox.with_suffix(".spool") / ".incoming"
    return [path for path in incoming.glob("*/*") if path.name != ".lock"]


def whole(receiver: Receiver, server: S3Server, samples: list[Sample]) -> None:
    """All of them are there byte for byte, and nothing else is."""
    files = receiver.files()
    assert set(files) == {sample.sop_instance for sample in samples}
    for sample in samples:
        assert dataset_of(files[sample.sop_instance]) == sample.dataset
    assert in_spool(receiver) == [] and server.uploads() == []


def test_objects_are_stored_and_announced_once(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    listener: Listener,
    tmp_path: Path,
) -> None:
    receiver = start_over_bucket(webhook_url=listener.url)
    small, large = ct(tmp_path), ct(tmp_path, size=LARGE)
    for sample in [small, large, small, large]:
        assert send(receiver, sample) == 0
    whole(receiver, s3_server, [small, large])
    eventually(receiver.settled, "settled")
    assert listener.instances() == [small.sop_instance, large.sop_instance]
    for event in listener.accepted:
        file = s3_server.objects / event["path"]
        assert event["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        assert event["size"] == file.stat().st_size


def test_a_replaced_object_is_copied_into_the_history(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    listener: Listener,
    tmp_path: Path,
) -> None:
    receiver = start_over_bucket(webhook_url=listener.url)
    first = ct(tmp_path)
    second = corrected(first)
    assert [send(receiver, one) for one in [first, second, second, first]] == [0] * 4
    assert dataset_of(receiver.files()[first.sop_instance]) == first.dataset
    assert sorted(superseded(receiver)) == sorted([first.dataset, second.dataset])
    eventually(lambda: len(listener.accepted) == 3, "three events")
    assert len({event["event_id"] for event in listener.accepted}) == 3


@pytest.mark.parametrize(("conflict", "status"), [("keep", 0), ("reject", 0x0111)])
def test_the_first_object_of_a_bucket_may_stay(
    start_over_bucket: StartReceiver,
    tmp_path: Path,
    conflict: str,
    status: int,
) -> None:
    receiver = start_over_bucket(objects_conflict=conflict)
    first = ct(tmp_path)
    second = corrected(first)
    assert [send(receiver, one) for one in [first, second]] == [0, status]
    assert dataset_of(receiver.files()[first.sop_instance]) == first.dataset
    (kept,) = receiver.outbox.with_suffix(".spool").glob(".quarantine/*.dcm")
    assert dataset_of(kept) == second.dataset


def test_a_store_that_goes_away_and_comes_back(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    listener: Listener,
    tmp_path: Path,
) -> None:
    """Whoever sends meanwhile waits, and hears success when it is true."""
    receiver = start_over_bucket(webhook_url=listener.url)
    samples = [ct(tmp_path), ct(tmp_path, size=LARGE), ct(tmp_path)]
    s3_server.kill()
    statuses: queue.Queue[int] = queue.Queue()
    senders = [
        threading.Thread(target=lambda one=sample: statuses.put(send(receiver, one)))
        for sample in samples
    ]
    for sender in senders:
        sender.start()
    eventually(lambda: len(in_spool(receiver)) == len(samples), "all are spooled")
    assert statuses.empty() and listener.instances() == []
    s3_server.start()
    assert [statuses.get(timeout=30) for _ in samples] == [0, 0, 0]
    whole(receiver, s3_server, samples)
    eventually(receiver.settled, "settled")
    assert set(listener.instances()) == {sample.sop_instance for sample in samples}


def test_a_store_that_refuses_is_answered_a700(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    receiver = start_over_bucket()
    sample = ct(tmp_path)
    assert send(receiver, sample) == OUT_OF_RESOURCES
    assert receiver.depth() == {} and in_spool(receiver) == []
    assert receiver.stop() == 0
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    receiver.start()
    assert send(receiver, sample) == 0
    whole(receiver, s3_server, [sample])


def test_kill_9_in_the_middle_of_an_upload(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    listener: Listener,
    tmp_path: Path,
) -> None:
    """No half object can be seen, the next start finishes it, and aborts the upload that nobody finishes."""
    receiver = start_over_bucket(webhook_url=listener.url)
    sample = ct(tmp_path, size=LARGE * 2)
    sender = threading.Thread(target=_ignoring_failure, args=(receiver, sample))
    sender.start()
    eventually(lambda: len(in_spool(receiver)) == 2, "the upload has begun")
    s3_server.hold()
    receiver.end(signal.SIGKILL)
    sender.join(timeout=30)
    assert receiver.files() == {} and s3_server.uploads() != []
    s3_server.go_on()
    receiver.start()
    whole(receiver, s3_server, [sample])
    eventually(receiver.settled, "settled")
    assert listener.instances() == [sample.sop_instance]


def _ignoring_failure(receiver: Receiver, sample: Sample) -> None:
    try:
        send(receiver, sample)
    except (OSError, ConnectionError):
        return


def test_a_full_spool(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    mount: Mount,
    tmp_path: Path,
) -> None:
    receiver = start_over_bucket(objects_min_free_bytes="0")
    assert receiver.stop() == 0
    spool = receiver.outbox.with_suffix(".spool")
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", spool)
    receiver.start()
    small, large = ct(tmp_path), ct(tmp_path, size=1024)
    assert send(receiver, large) == OUT_OF_RESOURCES
    assert send(receiver, small) == 0, "nothing of the other is left"
    subprocess.run(["mount", "-o", "remount,size=8m", str(spool)], check=True)
    assert send(receiver, large) == 0, "it serves again by itself"
    whole(receiver, s3_server, [small, large])
    assert receiver.stop() == 0


def test_storage_commitment_looks_into_the_bucket(
    start_over_bucket: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_over_bucket()
    held, gone, damaged = (ct(tmp_path) for _ in range(3))
    for sample in [held, gone, damaged]:
        assert send(receiver, sample) == 0
    files = receiver.files()
    files[gone.sop_instance].unlink()
    with files[damaged.sop_instance].open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    reports: Reports = queue.Queue()
    asked = request(
        [(CTImageStorage, one.sop_instance) for one in [held, gone, damaged]]
    )
    _, association, status = ask(receiver, asked, reports)
    assert status == 0
    event, report = reports.get(timeout=20)
    assert event == 2
    assert instances(report.ReferencedSOPSequence) == {held.sop_instance}
    assert [item.FailureReason for item in report.FailedSOPSequence] == [0x0112, 0x0110]
    association.release()  # type: ignore[attr-defined]
