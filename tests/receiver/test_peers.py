"""Which senders are let in beyond the plain lists of titles, and which of them are tests."""

from __future__ import annotations

from pathlib import Path

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rx_harness import TOKEN, Listener, StartReceiver, eventually
from rx_objects import ct
from rx_wire import Wire, associate_rq
from test_negotiation import ACCEPTED, UNKNOWN_CALLED, UNKNOWN_CALLING, answer
from test_receiving import SCHEMA


def test_case_may_not_count(start_receiver: StartReceiver) -> None:
    receiver = start_receiver(
        peers_title_case="insensitive",
        called_ae_titles="NOCTIS",
        calling_ae_titles="CT01",
    )
    for called, calling, expected in [
        (b"noctis", b"ct01", ACCEPTED),
        (b"nocti", b"ct01", UNKNOWN_CALLED),
        (b"Noctis", b"ct02", UNKNOWN_CALLING),
    ]:
        assert (
            answer(receiver.port, associate_rq(called=called, calling=calling))
            == expected
        )


def test_titles_that_the_standard_forbids_may_be_taken(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    receiver = start_receiver(
        peers_lenient_titles="true",
        called_ae_titles="NOCTIS",
        calling_ae_titles="CT01,UNKNOWN",
        webhook_url=listener.url,
    )
    for called, calling, expected in [
        (b"NOCTIS" + bytes(10), b"CT01" + bytes(12), ACCEPTED),
        (b"NOCTIS\r\n", b"CT01\n", ACCEPTED),
        (b"NOCTIS", bytes(16), ACCEPTED),
        (b"NOCTIS", b"CT\x0701", UNKNOWN_CALLING),
        (b"", b"CT01", UNKNOWN_CALLED),
    ]:
        assert (
            answer(receiver.port, associate_rq(called=called, calling=calling))
            == expected
        ), (called, calling)
    sample = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate(associate_rq(calling=bytes(16)))
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
    eventually(lambda: len(listener.accepted) == 1, "the event")
    assert listener.accepted[0]["calling_aet"] == "UNKNOWN"
    Draft202012Validator(SCHEMA).validate(listener.accepted[0])


def test_a_title_may_be_bound_to_networks(start_receiver: StartReceiver) -> None:
    addresses = "HERE=192.0.2.1 127.0.0.0/8 fd00::/8, THERE=192.0.2.0/24"
    port = start_receiver(peers_addresses=addresses).port
    assert answer(port, associate_rq(calling=b"HERE")) == ACCEPTED
    assert answer(port, associate_rq(calling=b"THERE")) == UNKNOWN_CALLING
    assert answer(port, associate_rq(calling=b"ANYWHERE")) == ACCEPTED


def test_a_canary_is_stored_and_announced_as_one(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    receiver = start_receiver(
        peers_canary_titles="CANARY",
        called_ae_titles="NOCTIS",
        calling_ae_titles="CT01",
        webhook_url=listener.url,
        webhook_token=TOKEN,
    )
    titles = [(b"NOCTIS", b"CT01"), (b"NOCTIS", b"CANARY"), (b"CANARY", b"CT01")]
    for called, calling in titles:
        sample = ct(tmp_path)
        with Wire(receiver.port) as wire:
            wire.associate(associate_rq(called=called, calling=calling))
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
    eventually(lambda: len(listener.accepted) == 3, "three events")
    assert [event["canary"] for event in listener.accepted] == [False, True, True]
    assert len(receiver.files()) == 3
