"""Events reach the listener whatever it does."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from rx_harness import (
    TOKEN,
    Event,
    Listener,
    Receiver,
    StartReceiver,
    accept_all,
    eventually,
    free_port,
)
from rx_objects import Sample, ct
from rx_wire import Wire


def send(receiver: Receiver, samples: list[Sample]) -> None:
    with Wire(receiver.port) as wire:
        wire.associate()
        for sample in samples:
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()


def objects(folder: Path, count: int) -> list[Sample]:
    return [ct(folder, number=number) for number in range(count)]


def test_events_wait_for_a_listener_that_is_down(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    port = free_port()
    receiver = start_receiver(
        webhook_url=f"http://127.0.0.1:{port}/ingest", webhook_token=TOKEN
    )
    samples = objects(tmp_path, 12)
    send(receiver, samples)
    eventually(lambda: receiver.depth() == {"ready": 12}, "12 events wait")
    listener = Listener(port)
    try:
        eventually(receiver.settled, "all settled")
        assert listener.instances() == [sample.sop_instance for sample in samples], (
            "in order, once each"
        )
    finally:
        listener.close()


def test_events_survive_a_restart(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    receiver = start_receiver()
    samples = objects(tmp_path, 5)
    send(receiver, samples)
    assert receiver.stop() == 0
    receiver.settings["webhook_url"] = listener.url
    receiver.start()
    eventually(receiver.settled, "all settled")
    assert listener.instances() == [sample.sop_instance for sample in samples]


@pytest.mark.parametrize("status", [500, 503, 401, 403, 408, 429])
def test_a_listener_that_is_not_able_or_not_willing_is_tried_again(
    announcing: Receiver, listener: Listener, tmp_path: Path, status: int
) -> None:
    def refuse_three_times(
        events: list[Event],
    ) -> tuple[int, list[dict[str, str]] | None]:
        return (status, None) if len(listener.requests) <= 3 else accept_all(events)

    listener.script = refuse_three_times
    send(announcing, objects(tmp_path, 3))
    eventually(announcing.settled, "all settled")
    assert announcing.depth() == {"done": 3}
    assert len(listener.requests) >= 4
    assert {authorization for authorization, _ in listener.requests} == {
        f"Bearer {TOKEN}"
    }


def test_a_listener_that_hangs_is_tried_again(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    """It takes the events and says so too late: they come again, under the same ids."""
    go_on = threading.Event()
    answers = 0

    def hang_twice(events: list[Event]) -> tuple[int, list[dict[str, str]] | None]:
        nonlocal answers
        answers += 1
        if answers <= 2:
            go_on.wait(10)
        return accept_all(events)

    listener.script = hang_twice
    receiver = start_receiver(webhook_url=listener.url, webhook_timeout_ms="200")
    samples = objects(tmp_path, 3)
    send(receiver, samples)
    assert len(receiver.files()) == 3, "nobody who sends waits for the listener"
    eventually(lambda: "no answer in time" in receiver.log.read_text(), "it gave up")
    go_on.set()
    eventually(receiver.settled, "all settled")
    assert receiver.depth() == {"done": 3}
    assert set(listener.instances()) == {sample.sop_instance for sample in samples}
    assert len({event["event_id"] for event in listener.accepted}) == 3


def test_a_rejected_event_is_dead_and_holds_nothing_up(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    samples = objects(tmp_path, 6)
    bad = samples[2].sop_instance

    def reject_one(events: list[Event]) -> tuple[int, list[dict[str, str]] | None]:
        def status(event: Event) -> str:
            return "rejected" if event["sop_instance_uid"] == bad else "accepted"

        return 200, [
            {"event_id": e["event_id"], "status": status(e), "reason": "test"}
            for e in events
        ]

    listener.script = reject_one
    send(announcing, samples)
    eventually(announcing.settled, "all settled")
    assert announcing.depth() == {"done": 5, "dead": 1}
    assert listener.instances() == [
        sample.sop_instance for sample in samples if sample.sop_instance != bad
    ]


def test_duplicates_are_done(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    listener.script = lambda events: (
        409,
        [{"event_id": event["event_id"], "status": "duplicate"} for event in events],
    )
    send(announcing, objects(tmp_path, 2))
    eventually(announcing.settled, "all settled")
    assert announcing.depth() == {"done": 2}


def test_the_event_that_a_listener_cannot_take_is_found_in_its_batch(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    """A 400 for a whole batch; which event is the reason shows only one by one."""
    port = free_port()
    receiver = start_receiver(webhook_url=f"http://127.0.0.1:{port}/ingest")
    samples = objects(tmp_path, 8)
    send(receiver, samples)
    bad = samples[3].sop_instance
    listener = Listener(port)
    try:
        listener.script = lambda events: (
            (400, None)
            if any(e["sop_instance_uid"] == bad for e in events)
            else accept_all(events)
        )
        eventually(receiver.settled, "all settled")
        assert receiver.depth() == {"done": 7, "dead": 1}
    finally:
        listener.close()


def test_an_event_that_an_answer_leaves_out_is_sent_again_before_the_rest_of_its_study(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    samples = objects(tmp_path, 10)
    left_out = samples[0].sop_instance

    def forget_one(events: list[Event]) -> tuple[int, list[dict[str, str]] | None]:
        if len(listener.requests) <= 2:
            events = [
                event for event in events if event["sop_instance_uid"] != left_out
            ]
        return accept_all(events)

    listener.script = forget_one
    send(announcing, samples)
    eventually(announcing.settled, "all settled")
    assert sorted(listener.instances()) == sorted(
        sample.sop_instance for sample in samples
    )
    assert announcing.depth() == {"done": 10}


def test_batches_have_a_limit(start_receiver: StartReceiver, tmp_path: Path) -> None:
    port = free_port()
    receiver = start_receiver(
        webhook_url=f"http://127.0.0.1:{port}/ingest", webhook_batch="4"
    )
    send(receiver, objects(tmp_path, 10))
    listener = Listener(port)
    try:
        eventually(receiver.settled, "all settled")
        assert [len(events) for _, events in listener.requests] == [4, 4, 2]
    finally:
        listener.close()
