"""Broken and hostile input: each case has one answer, leaves nothing, and the receiver goes on."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pydicom
import pytest
from rx_harness import Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_wire import (
    COMMAND,
    CT,
    DATA,
    EXPLICIT,
    IMPLICIT,
    LAST,
    Wire,
    associate_rq,
    command,
    echo_rq,
    even,
    p_data,
    pdu,
    pdv,
    store_rq,
    us,
)

UNRECOGNIZED = (7, 2, 1)
UNEXPECTED = (7, 2, 2)
UNEXPECTED_PARAMETER = (7, 2, 5)
INVALID_PARAMETER = (7, 2, 6)
BY_USER = (7, 0, 0)

BEFORE_ASSOCIATION = {
    "64 bytes of garbage": (bytes(range(200, 264 - 8)) + b"\xff" * 8, UNRECOGNIZED),
    "one byte of garbage": (b"\xff", UNRECOGNIZED),
    "HTTP": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", UNRECOGNIZED),
    "TLS": (b"\x16\x03\x01\x02\x00", UNRECOGNIZED),
    "P-DATA first": (p_data(pdv(1, COMMAND | LAST, echo_rq())), UNEXPECTED),
    "release first": (pdu(5, bytes(4)), UNEXPECTED),
    "request of 4 GiB": (
        struct.pack(">BBI", 1, 0, 0xFFFFFFFF) + bytes(4096),
        INVALID_PARAMETER,
    ),
    "request too short": (pdu(1, bytes(20)), INVALID_PARAMETER),
    "request with an item beyond its end": (
        associate_rq()[:-1] + b"\xff\xff",
        INVALID_PARAMETER,
    ),
}


@pytest.mark.parametrize("case", BEFORE_ASSOCIATION)
def test_before_the_association(start_receiver: StartReceiver, case: str) -> None:
    receiver = start_receiver()
    data, expected = BEFORE_ASSOCIATION[case]
    if case == "request with an item beyond its end":
        data = pdu(1, data[6:] + bytes(1))
    with Wire(receiver.port) as wire:
        wire.send(data)
        assert wire.ending() == expected
    echoes(receiver)


def echoes(receiver: Receiver) -> None:
    """It still serves, and nothing is left."""
    with Wire(receiver.port) as wire:
        wire.associate()
        wire.send(p_data(pdv(3, COMMAND | LAST, echo_rq(9))))
        response = wire.response()
        assert (response.status, response.short(0x0100), response.short(0x0120)) == (
            0,
            0x8030,
            9,
        )
        wire.release()
    assert receiver.leftovers() == []


WITHIN_ASSOCIATION = {
    "P-DATA of 4 GiB": (struct.pack(">BBI", 4, 0, 0xFFFFFFFF), INVALID_PARAMETER),
    "P-DATA over the limit": (struct.pack(">BBI", 4, 0, 131073), INVALID_PARAMETER),
    "P-DATA without a value": (pdu(4, b""), INVALID_PARAMETER),
    "value beyond its PDU": (
        pdu(4, struct.pack(">IBB", 1000, 1, 3) + bytes(4)),
        INVALID_PARAMETER,
    ),
    "value of length 1": (
        pdu(4, struct.pack(">IB", 1, 1) + bytes(9)),
        INVALID_PARAMETER,
    ),
    "unknown context": (
        p_data(pdv(5, COMMAND | LAST, echo_rq())),
        UNEXPECTED_PARAMETER,
    ),
    "dataset without a command": (
        p_data(pdv(1, DATA | LAST, b"x")),
        UNEXPECTED_PARAMETER,
    ),
    "command over a dataset": (
        p_data(
            pdv(1, COMMAND | LAST, store_rq("1.2.3")), pdv(1, COMMAND | LAST, echo_rq())
        ),
        UNEXPECTED_PARAMETER,
    ),
    "dataset on another context": (
        p_data(pdv(1, COMMAND | LAST, store_rq("1.2.3")), pdv(3, DATA | LAST, b"x")),
        UNEXPECTED_PARAMETER,
    ),
    "a second request": (associate_rq(), UNEXPECTED),
    "an acceptance": (pdu(2, bytes(68)), UNEXPECTED),
    "unknown PDU": (pdu(0x77, b"1234"), UNRECOGNIZED),
    "release within a message": (
        p_data(pdv(1, COMMAND | LAST, store_rq("1.2.3"))) + pdu(5, bytes(4)),
        UNEXPECTED,
    ),
    "a command that is none": (p_data(pdv(1, COMMAND | LAST, b"\xff" * 30)), BY_USER),
    "a command without an end": (p_data(*[pdv(1, COMMAND, bytes(8000))] * 3), BY_USER),
    "a response": (
        p_data(pdv(1, COMMAND | LAST, command(e0100=us(0x8001), e0800=us(0x101)))),
        BY_USER,
    ),
}


@pytest.mark.parametrize("case", WITHIN_ASSOCIATION)
def test_within_the_association(start_receiver: StartReceiver, case: str) -> None:
    receiver = start_receiver()
    data, expected = WITHIN_ASSOCIATION[case]
    with Wire(receiver.port) as wire:
        wire.associate()
        wire.send(data)
        assert wire.ending() == expected
    echoes(receiver)


Send = Callable[[Wire, Sample], int]


def _with_command(**changes: Any) -> Send:
    def send(wire: Wire, sample: Sample) -> int:
        return wire.store(
            "", sample.dataset, store_rq(sample.sop_instance, **changes)
        ).status

    return send


def _with_dataset(change: Callable[[bytes], bytes]) -> Send:
    def send(wire: Wire, sample: Sample) -> int:
        return wire.store(sample.sop_instance, change(sample.dataset)).status

    return send


REFUSED: dict[str, tuple[dict[str, Any], Send, int]] = {
    "a path as UID": ({}, _with_command(e1000=even("../../x")), 0xC000),
    "an absolute path as UID": ({}, _with_command(e1000=even("/etc/passwd")), 0xC000),
    "UID of 65 digits": ({}, _with_command(e1000=even("1" * 65)), 0xC000),
    "no SOP Instance UID in the command": ({}, _with_command(e1000=None), 0xC000),
    "no SOP Class UID in the command": ({}, _with_command(e0002=None), 0xC000),
    "another instance in the command": ({}, _with_command(e1000=even("1.2.9")), 0xA900),
    "another class in the command": (
        {},
        _with_command(e0002=even("1.2.840.10008.5.1.4.1.1.4")),
        0xA900,
    ),
    "another class in the dataset": (
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4"},
        _with_command(),
        0xA900,
    ),
    "no instance in the dataset": ({"SOPInstanceUID": None}, _with_command(), 0xC000),
    "no class in the dataset": ({"SOPClassUID": None}, _with_command(), 0xC000),
    "no study": ({"StudyInstanceUID": None}, _with_command(), 0xC000),
    "no series": ({"SeriesInstanceUID": None}, _with_command(), 0xC000),
    "a path as study": (
        {},
        _with_dataset(lambda data: data.replace(b"1.2.826", b"../../a", 9)),
        0xC000,
    ),
    "garbage": ({}, _with_dataset(lambda _: b"\xde\xad\xbe\xef" * 500), 0xC000),
    "nothing": ({}, _with_dataset(lambda _: b""), 0xC000),
    "cut pixel data": ({}, _with_dataset(lambda data: data[:-1]), 0xC000),
    "cut before the pixel data": ({}, _with_dataset(lambda data: data[:-9000]), 0xC000),
    "bytes after the pixel data": (
        {},
        _with_dataset(lambda data: data + b"\0\0"),
        0xC000,
    ),
    "over the size limit": ({"size": 1024}, _with_command(), 0xA700),
}


@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_refused_objects_leave_nothing_and_the_association_goes_on(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver(max_object_bytes="1000000")
    good = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        for case, (changes, send, expected) in REFUSED.items():
            assert send(wire, ct(tmp_path, **changes)) == expected, case
            assert receiver.files() == {} and receiver.leftovers() == [], case
        assert wire.store(good.sop_instance, good.dataset).status == 0
        wire.release()
    assert list(receiver.files()) == [good.sop_instance]
    eventually(lambda: receiver.depth() == {"ready": 1}, "one event")


def test_a_truncated_file_of_the_corpus_is_refused(
    start_receiver: StartReceiver,
) -> None:
    receiver = start_receiver()
    path = (
        Path(pydicom.__file__).parent / "data" / "test_files" / "rtplan_truncated.dcm"
    )
    meta = pydicom.filereader.read_file_meta_info(path)
    contexts = [(1, str(meta.MediaStorageSOPClassUID), [str(meta.TransferSyntaxUID)])]
    with Wire(receiver.port) as wire:
        wire.associate(associate_rq(contexts=contexts))
        image = pydicom.dcmread(path)
        request = store_rq(image.SOPInstanceUID, image.SOPClassUID)
        assert wire.store("", dataset_of(path), request).status == 0xC000
    assert receiver.leftovers() == []


def test_legal_but_unusual_packing(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    """Command and data in one PDU, a command in pieces, empty and tiny fragments, two messages in one PDU."""
    receiver = start_receiver()
    first, second, third = (ct(tmp_path) for _ in range(3))
    with Wire(receiver.port) as wire:
        wire.associate()
        whole, request = first.dataset, store_rq(first.sop_instance)
        wire.send(p_data(pdv(1, COMMAND | LAST, request), pdv(1, DATA | LAST, whole)))
        assert wire.response().status == 0
        request = store_rq(second.sop_instance, message_id=77)
        wire.send(p_data(pdv(1, COMMAND, request[:11]), pdv(1, COMMAND, b"")))
        wire.send(p_data(pdv(1, COMMAND | LAST, request[11:]), pdv(1, DATA, b"")))
        for at in range(0, len(second.dataset), 999):
            wire.send(p_data(pdv(1, DATA, second.dataset[at : at + 999])))
        wire.send(p_data(pdv(1, DATA | LAST, b"")))
        response = wire.response()
        assert (response.status, response.short(0x0120)) == (0, 77)
        request = store_rq(third.sop_instance)
        wire.send(
            p_data(
                pdv(1, COMMAND | LAST, request),
                pdv(1, DATA | LAST, third.dataset),
                pdv(3, COMMAND | LAST, echo_rq(5)),
            )
        )
        assert wire.response().status == 0
        assert wire.response().short(0x0120) == 5
        wire.release()
    for sample in (first, second, third):
        assert dataset_of(receiver.files()[sample.sop_instance]) == sample.dataset


def test_responses_keep_to_the_peers_limit(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    with Wire(receiver.port) as wire:
        wire.associate(associate_rq(max_pdu=30))
        wire.send(p_data(pdv(3, COMMAND | LAST, echo_rq(3))))
        response = wire.response()
        assert (response.status, response.short(0x0120)) == (0, 3)


def test_other_commands_are_answered_0211(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    with Wire(receiver.port) as wire:
        wire.associate()
        for field in (0x0020, 0x0021, 0x0010, 0x0110, 0x0130, 0x0140):
            find = command(e0002=even(CT), e0100=us(field), e0110=us(4), e0800=us(1))
            wire.send(
                p_data(pdv(1, COMMAND | LAST, find), pdv(1, DATA | LAST, b"identifier"))
            )
            response = wire.response()
            assert (response.status, response.short(0x0100)) == (0x0211, field | 0x8000)
        cancel = command(e0100=us(0x0FFF), e0120=us(4), e0800=us(0x0101))
        wire.send(p_data(pdv(1, COMMAND | LAST, cancel)))
        wire.send(p_data(pdv(3, COMMAND | LAST, echo_rq())))
        assert wire.response().short(0x0100) == 0x8030
        wire.release()


@pytest.mark.parametrize("end", ["drop", "abort"])
def test_a_sender_that_leaves_within_an_object_leaves_nothing(
    start_receiver: StartReceiver, tmp_path: Path, end: str
) -> None:
    receiver = start_receiver()
    sample = ct(tmp_path, size=512)
    with Wire(receiver.port) as wire:
        wire.associate()
        wire.send(p_data(pdv(1, COMMAND | LAST, store_rq(sample.sop_instance))))
        wire.send(p_data(pdv(1, DATA, sample.dataset[:100_000])))
        eventually(lambda: len(receiver.leftovers()) == 1, "the part is there")
        if end == "abort":
            wire.send(pdu(7, bytes(4)))
            eventually(lambda: receiver.leftovers() == [], "the part is gone")
    eventually(lambda: receiver.leftovers() == [], "the part is gone")
    assert receiver.files() == {}


def test_slow_starters_do_not_shut_others_out_and_are_dropped_in_time(
    start_receiver: StartReceiver,
) -> None:
    receiver = start_receiver(artim_s="2")
    slow = [Wire(receiver.port) for _ in range(128)]
    for wire in slow:
        wire.send(b"\x01")
    run = subprocess.run(
        ["echoscu", "127.0.0.1", str(receiver.port)], check=False, timeout=20
    )
    assert run.returncode == 0
    assert {wire.ending() for wire in slow} == {(7, 2, 0)}
    for wire in slow:
        wire.socket.close()


def test_the_oldest_half_open_connection_makes_room(
    start_receiver: StartReceiver,
) -> None:
    receiver = start_receiver(max_half_open="4")
    slow = [Wire(receiver.port) for _ in range(4)]
    for wire in slow:
        wire.send(b"\x01")
    eventually(lambda: _established(receiver), "a fifth connection is served")
    assert slow[0].ending() == (7, 2, 0)
    for wire in slow:
        wire.socket.close()


def _established(receiver: Receiver) -> bool:
    with Wire(receiver.port) as wire:
        wire.associate()
        return True


def test_silence_between_messages_ends_the_association(
    start_receiver: StartReceiver,
) -> None:
    receiver = start_receiver(idle_s="1")
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.ending() == (7, 2, 0)


def test_silence_within_an_object_ends_the_association(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver(progress_s="1")
    sample = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate(
            associate_rq(contexts=[(1, CT, [EXPLICIT]), (3, CT, [IMPLICIT])])
        )
        wire.send(p_data(pdv(1, COMMAND | LAST, store_rq(sample.sop_instance))))
        wire.send(p_data(pdv(1, DATA, sample.dataset[:100])))
        assert wire.ending() == (7, 2, 0)
    eventually(lambda: receiver.leftovers() == [], "the part is gone")
