"""Storage Commitment Push Model (PS3.4 annex J): pynetdicom asks, on one association or on two."""

from __future__ import annotations

import queue
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID, CTImageStorage, MRImageStorage, generate_uid
from pynetdicom import AE, evt
from rx_harness import Receiver, StartReceiver, eventually, free_port
from rx_objects import Sample, ct
from rx_wire import Wire

PUSH_MODEL = UID("1.2.840.10008.1.20.1")
INSTANCE = UID("1.2.840.10008.1.20.1.1")
Reports = queue.Queue[tuple[int, Dataset]]


def stored(receiver: Receiver, samples: list[Sample]) -> None:
    with Wire(receiver.port) as wire:
        wire.associate()
        for sample in samples:
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()


def request(references: list[tuple[str, str]]) -> Dataset:
    dataset = Dataset()
    dataset.TransactionUID = generate_uid()
    dataset.ReferencedSOPSequence = []
    for sop_class, sop_instance in references:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = (
            sop_class,
            sop_instance,
        )
        dataset.ReferencedSOPSequence.append(item)
    return dataset


def handler(reports: Reports) -> evt.EventHandlerType:
    def take(event: evt.Event) -> tuple[int, None]:
        assert event.event_type is not None
        reports.put((event.event_type, event.event_information))
        return 0, None

    return evt.EVT_N_EVENT_REPORT, take


def ask(
    receiver: Receiver, dataset: Dataset, reports: Reports, title: str = "SENDER"
) -> tuple[AE, object, int]:
    entity = AE(title)
    entity.add_requested_context(PUSH_MODEL)
    association = entity.associate(
        "127.0.0.1", receiver.port, evt_handlers=[handler(reports)]
    )
    assert association.is_established
    status, _ = association.send_n_action(dataset, 1, PUSH_MODEL, INSTANCE)
    return entity, association, status.Status


def instances(sequence: list[Dataset]) -> set[str]:
    return {item.ReferencedSOPInstanceUID for item in sequence}


def test_the_result_comes_on_the_association_of_the_request(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver()
    held, gone, damaged = (ct(tmp_path) for _ in range(3))
    stored(receiver, [held, gone, damaged])
    files = receiver.files()
    files[gone.sop_instance].unlink()
    with files[damaged.sop_instance].open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    reports: Reports = queue.Queue()
    asked = request(
        [
            (CTImageStorage, held.sop_instance),
            (CTImageStorage, gone.sop_instance),
            (CTImageStorage, damaged.sop_instance),
            (MRImageStorage, held.sop_instance),
            (CTImageStorage, "1.2.3.4.5"),
        ]
    )
    _, association, status = ask(receiver, asked, reports)
    assert status == 0
    event, report = reports.get(timeout=20)
    assert event == 2 and report.TransactionUID == asked.TransactionUID
    assert instances(report.ReferencedSOPSequence) == {held.sop_instance}
    assert [
        (item.ReferencedSOPInstanceUID, item.FailureReason)
        for item in report.FailedSOPSequence
    ] == [
        (gone.sop_instance, 0x0112),
        (damaged.sop_instance, 0x0110),
        (held.sop_instance, 0x0119),
        ("1.2.3.4.5", 0x0112),
    ]
    only_good = request([(CTImageStorage, held.sop_instance)])
    status, _ = association.send_n_action(only_good, 1, PUSH_MODEL, INSTANCE)  # type: ignore[attr-defined]
    event, report = reports.get(timeout=20)
    assert event == 1 and "FailedSOPSequence" not in report
    association.release()  # type: ignore[attr-defined]


def test_what_is_no_request_is_refused(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    reports: Reports = queue.Queue()
    empty = request([])
    _, association, status = ask(receiver, empty, reports)
    assert status == 0x0115
    good = request([(CTImageStorage, "1.2.3")])
    for action, instance, expected in [
        (2, INSTANCE, 0x0123),
        (1, UID("1.2.3"), 0x0112),
    ]:
        told, _ = association.send_n_action(good, action, PUSH_MODEL, instance)  # type: ignore[attr-defined]
        assert told.Status == expected
    association.release()  # type: ignore[attr-defined]
    assert reports.empty()


def test_the_result_goes_to_the_address_of_the_sender_even_after_a_restart(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    port = free_port()
    receiver = start_receiver(
        commitment_peers=f"ARCHIVER=127.0.0.1:{port}", commitment_retry_s="1"
    )
    sample = ct(tmp_path)
    stored(receiver, [sample])
    reports: Reports = queue.Queue()
    asked = request([(CTImageStorage, sample.sop_instance)])
    _, association, status = ask(receiver, asked, reports, "ARCHIVER")
    assert status == 0
    association.release()  # type: ignore[attr-defined]
    (waiting,) = receiver.storage.glob(f".commitments/*/{asked.TransactionUID}.json")
    receiver.stop()
    receiver.start()
    listener = AE("ARCHIVER")
    listener.add_supported_context(PUSH_MODEL, scu_role=False, scp_role=True)
    server = listener.start_server(
        ("127.0.0.1", port), block=False, evt_handlers=[handler(reports)]
    )
    assert server is not None
    try:
        event, report = reports.get(timeout=20)
        assert event == 1 and report.TransactionUID == asked.TransactionUID
        assert instances(report.ReferencedSOPSequence) == {sample.sop_instance}
        eventually(lambda: not waiting.exists(), "the request is settled")
    finally:
        server.shutdown()
    assert receiver.leftovers() == []
