"""Objects that cannot simply be stored: conflicts, the quarantine, and the low mark of the disk."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from pydicom import dcmread
from rx_harness import Listener, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_wire import Wire, even, store_rq


def send(receiver: Receiver, *samples: Sample) -> list[int]:
    with Wire(receiver.port) as wire:
        wire.associate()
        statuses = [
            wire.store(sample.sop_instance, sample.dataset).status for sample in samples
        ]
        wire.release()
    return statuses


def corrected(sample: Sample) -> Sample:
    """The same instance with other bytes."""
    image = dcmread(sample.path)
    image.SeriesDescription = "corrected"
    path = sample.path.with_name(f"corrected-{sample.path.name}")
    image.save_as(path)
    return Sample(path, sample.sop_instance, dataset_of(path))


def superseded(receiver: Receiver) -> list[bytes]:
    return [
        dataset_of(path)
        for path in (receiver.storage / ".superseded").glob("*/*/*.dcm")
    ]


def test_a_replaced_object_is_kept_in_the_history(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    receiver = start_receiver(webhook_url=listener.url)
    first = ct(tmp_path)
    second = corrected(first)
    assert send(receiver, first, second, second) == [0, 0, 0]
    assert dataset_of(receiver.files()[first.sop_instance]) == second.dataset
    assert superseded(receiver) == [first.dataset]
    assert receiver.leftovers() == []
    eventually(lambda: len(listener.accepted) == 2, "two events")


def test_without_history_nothing_is_kept(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver(objects_history="false")
    first = ct(tmp_path)
    assert send(receiver, first, corrected(first)) == [0, 0]
    assert not (receiver.storage / ".superseded").exists()


@pytest.mark.parametrize(("conflict", "status"), [("keep", 0), ("reject", 0x0111)])
def test_the_first_object_may_stay(
    start_receiver: StartReceiver,
    listener: Listener,
    tmp_path: Path,
    conflict: str,
    status: int,
) -> None:
    receiver = start_receiver(objects_conflict=conflict, webhook_url=listener.url)
    first = ct(tmp_path)
    second = corrected(first)
    assert send(receiver, first, second, first) == [0, status, 0]
    assert dataset_of(receiver.files()[first.sop_instance]) == first.dataset
    ((kept, note),) = receiver.quarantined()
    assert dataset_of(kept) == second.dataset
    assert note["reason"] == "another object has this SOP Instance UID"
    eventually(receiver.settled, "settled")
    assert listener.instances() == [first.sop_instance]


def test_a_refused_object_is_kept_with_its_reason_and_without_patient_data_in_it(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver()
    cut, other = ct(tmp_path), ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(cut.sop_instance, cut.dataset[:-1]).status == 0xC000
        request = store_rq("", e1000=even("1.2.9"))
        assert wire.store("", other.dataset, request).status == 0xA900
        wire.release()
    (first, why_first), (second, why_second) = receiver.quarantined()
    assert dataset_of(first) == cut.dataset[:-1]
    assert dataset_of(second) == other.dataset
    assert "ends inside an element" in why_first["reason"]
    assert why_first["sop_instance_uid"] == cut.sop_instance
    assert why_second["sop_instance_uid"] == "1.2.9"
    for path, note in receiver.quarantined():
        assert note["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert note["size"] == path.stat().st_size
        assert "SECRET" not in str(note) and "rgen" not in str(note)
    assert receiver.files() == {} and receiver.depth() == {}


def test_the_quarantine_has_a_limit_and_can_be_switched_off(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    broken = [
        Sample(one.path, one.sop_instance, one.dataset[:-1])
        for one in (ct(tmp_path) for _ in range(4))
    ]
    limited = start_receiver(objects_quarantine_max_bytes="20000")
    assert send(limited, *broken) == [0xC000] * 4
    assert len(limited.quarantined()) == 2
    off = start_receiver(objects_quarantine="false")
    assert send(off, *broken) == [0xC000] * 4
    assert not (off.storage / ".quarantine").exists()
    assert limited.leftovers() == [] and off.leftovers() == []


def test_below_the_low_mark_nothing_is_begun(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    free = shutil.disk_usage(tmp_path).free
    receiver = start_receiver(objects_min_free_bytes=str(free * 2))
    sample = ct(tmp_path)
    assert send(receiver, sample, sample) == [0xA700, 0xA700]
    assert receiver.files() == {} and receiver.leftovers() == []
    assert receiver.depth() == {}
    receiver.stop()
    receiver.settings["objects_min_free_bytes"] = "0"
    receiver.start()
    assert send(receiver, sample) == [0]
