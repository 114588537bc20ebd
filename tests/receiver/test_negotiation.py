"""Who is let in, and how the others are told (PS3.8 section 9.3; the rules of titles are pynetdicom's)."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, build_context, evt
from pynetdicom.pdu import A_ASSOCIATE_RJ
from rx_harness import StartReceiver, eventually
from rx_wire import CT, EXPLICIT, IMPLICIT, VERIFICATION, Wire, associate_rq

ACCEPTED = (2,)
UNKNOWN_CALLED = (3, 1, 1, 7)
UNKNOWN_CALLING = (3, 1, 1, 3)
ABORT_BY_USER = (7, 0, 0)
FULL = (3, 2, 3, 2)

TITLES = [
    (b"NOCTIS", b"CT01", ACCEPTED),
    (b"  NOCTIS", b"  CT01", ACCEPTED),
    (b"NOCTIS", b"MR 01", ACCEPTED),
    (b"NOCTIS", b"MR01", UNKNOWN_CALLING),
    (b"NOCTIS", b"ct01", UNKNOWN_CALLING),
    (b"noctis", b"CT01", UNKNOWN_CALLED),
    (b"OTHER", b"OTHER", UNKNOWN_CALLED),
    (b"", b"CT01", ABORT_BY_USER),
    (b"NOCTIS", b"", ABORT_BY_USER),
    (b"NOCTIS\0\0\0\0\0\0\0\0\0\0", b"CT01", ABORT_BY_USER),
    (b"NOC\\TIS", b"CT01", ABORT_BY_USER),
]


def answer(port: int, request: bytes) -> tuple[int, ...]:
    with Wire(port) as wire:
        wire.send(request)
        ending = wire.ending()
        assert ending is not None
        return ACCEPTED if ending[0] == 2 else ending


def test_titles(start_receiver: StartReceiver) -> None:
    receiver = start_receiver(called_ae_titles="NOCTIS", calling_ae_titles="CT01,MR 01")
    for called, calling, expected in TITLES:
        assert (
            answer(receiver.port, associate_rq(called=called, calling=calling))
            == expected
        ), (
            called,
            calling,
        )


def test_dcmtk_and_pynetdicom_hear_why(start_receiver: StartReceiver) -> None:
    receiver = start_receiver(called_ae_titles="NOCTIS", calling_ae_titles="CT01")
    command = [
        "echoscu",
        "-aet",
        "CT01",
        "-aec",
        "WRONG",
        "127.0.0.1",
        str(receiver.port),
    ]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=20
    )
    assert "Called AE Title Not Recognized" in run.stdout + run.stderr
    entity = AE("WRONG")
    entity.add_requested_context(VERIFICATION)
    heard: list[Any] = []
    # Not `is_rejected`: where the peer answers at once, `associate` may find the connection over before it looks for an answer.
    entity.associate(
        "127.0.0.1",
        receiver.port,
        ae_title="NOCTIS",
        evt_handlers=[(evt.EVT_PDU_RECV, lambda event: heard.append(event.pdu))],
    )
    (rejection,) = heard
    assert isinstance(rejection, A_ASSOCIATE_RJ)
    assert (rejection.result, rejection.source, rejection.reason_diagnostic) == (
        1,
        1,
        3,
    )


def test_protocol_version_and_application_context(
    start_receiver: StartReceiver,
) -> None:
    port = start_receiver().port
    assert answer(port, associate_rq(version=2)) == (3, 1, 2, 2)
    assert answer(port, associate_rq(version=3)) == ACCEPTED
    assert answer(port, associate_rq(application_context="1.2.3")) == (3, 1, 1, 2)


def test_the_limit_of_associations_comes_last_and_places_come_back(
    start_receiver: StartReceiver,
) -> None:
    receiver = start_receiver(max_associations="2", called_ae_titles="NOCTIS")
    with Wire(receiver.port) as first, Wire(receiver.port) as second:
        first.associate()
        second.associate()
        assert answer(receiver.port, associate_rq()) == FULL
        assert answer(receiver.port, associate_rq(called=b"OTHER")) == FULL
        second.release()
        eventually(
            lambda: answer(receiver.port, associate_rq()) == ACCEPTED,
            "a place came back",
        )


CONTEXTS = [
    (CT, [EXPLICIT, IMPLICIT], (0, EXPLICIT)),
    (CT, [IMPLICIT, EXPLICIT], (0, EXPLICIT)),
    (CT, [IMPLICIT], (0, IMPLICIT)),
    (CT, ["1.2.840.10008.1.2.4.90", IMPLICIT], (0, IMPLICIT)),
    (CT, ["1.2.840.10008.1.2.4.90"], (0, "1.2.840.10008.1.2.4.90")),
    (CT, ["1.2.840.10008.1.2.4.201"], (0, "1.2.840.10008.1.2.4.201")),
    (CT, ["1.2.840.10008.1.2.1.99"], (0, "1.2.840.10008.1.2.1.99")),
    (CT, ["1.3.6.1.4.1.5962.300.1"], (4, "1.3.6.1.4.1.5962.300.1")),
    ("1.3.46.670589.11.0.0.12.1", [IMPLICIT], (0, IMPLICIT)),
    ("1.2.840.10008.5.1.4.31", [IMPLICIT], (3, IMPLICIT)),
    (VERIFICATION, [IMPLICIT], (0, IMPLICIT)),
]


def test_contexts(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    proposals = [
        (2 * n + 1, abstract, syntaxes)
        for n, (abstract, syntaxes, _) in enumerate(CONTEXTS)
    ]
    with Wire(receiver.port) as wire:
        results = wire.associate(associate_rq(contexts=proposals))
        wire.release()
    assert results == {
        2 * n + 1: expected for n, (_, _, expected) in enumerate(CONTEXTS)
    }


def test_unknown_classes_can_be_refused(start_receiver: StartReceiver) -> None:
    receiver = start_receiver(accept_unknown_sop_classes="false")
    with Wire(receiver.port) as wire:
        proposals = [(1, "1.3.46.670589.11.0.0.12.1", [IMPLICIT]), (3, CT, [IMPLICIT])]
        results = wire.associate(associate_rq(contexts=proposals))
    assert [results[1][0], results[3][0]] == [3, 0]


def test_128_contexts_with_every_syntax(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    entity = AE("SENDER")
    entity.requested_contexts = [
        build_context(CT, ALL_TRANSFER_SYNTAXES) for _ in range(128)
    ]
    association = entity.associate("127.0.0.1", receiver.port)
    assert len(association.accepted_contexts) == 128
    association.release()


@pytest.mark.parametrize("ids", [(1, 1), (2, 3)])
def test_context_ids_must_be_odd_and_unique(
    start_receiver: StartReceiver, ids: tuple[int, int]
) -> None:
    port = start_receiver().port
    contexts = [(number, VERIFICATION, [IMPLICIT]) for number in ids]
    assert answer(port, associate_rq(contexts=contexts)) == (7, 2, 6)
