"""Every type of event, as its schema has it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rx_harness import REPOSITORY, Event, Listener, StartReceiver, eventually
from rx_objects import ct
from rx_wire import Wire

SCHEMAS = {
    "instance.stored": "ingest-event",
    "instance.duplicate": "instance-duplicate",
    "instance.rejected": "instance-rejected",
    "association.closed": "association-closed",
    "series.quiet": "series-quiet",
}


def validator(kind: str) -> Draft202012Validator:
    path = REPOSITORY / "schemas" / f"{SCHEMAS[kind]}.v1.json"
    schema: dict[str, Any] = json.loads(path.read_text())
    return Draft202012Validator(schema)


@pytest.fixture
def events(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> dict[str, list[Event]]:
    """Of two associations, by type: two objects, one of them twice, and one that is refused; then one that breaks."""
    receiver = start_receiver(
        webhook_url=listener.url, events=",".join(SCHEMAS), series_quiet_s="1"
    )
    samples = [ct(tmp_path, number=number) for number in range(2)]
    with Wire(receiver.port) as wire:
        wire.associate()
        for sample in (*samples, samples[0]):
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
        assert wire.store("1.2.3", samples[0].dataset).status == 0xA900
        wire.release()
    with Wire(receiver.port) as wire:
        wire.associate()
    found: dict[str, list[Event]] = {}

    def all_here() -> bool:
        found.clear()
        for event in list(listener.accepted):
            found.setdefault(event["type"], []).append(event)
        return set(found) == set(SCHEMAS) and len(found["association.closed"]) == 2

    eventually(all_here, "an event of each type")
    eventually(lambda: set(receiver.depth()) == {"done"}, "none waits any more")
    return found


def test_every_event_is_as_its_schema_says(events: dict[str, list[Event]]) -> None:
    for kind, found in events.items():
        for event in found:
            validator(kind).validate(event)
    ids = [event["event_id"] for found in events.values() for event in found]
    assert len(set(ids)) == len(ids)


def test_what_the_events_say(events: dict[str, list[Event]]) -> None:
    stored = events["instance.stored"]
    assert len(stored) == 2
    (duplicate,) = events["instance.duplicate"]
    assert duplicate["path"] == stored[0]["path"]
    (rejected,) = events["instance.rejected"]
    assert (rejected["status"], rejected["sop_instance_uid"]) == ("A900", "1.2.3")
    whole, broken = events["association.closed"]
    assert (whole["end"], broken["end"]) == ("released", "closed")
    counts = ("stored", "duplicates", "rejected", "echoes")
    assert [whole[name] for name in counts] == [2, 1, 1, 0]
    (quiet,) = events["series.quiet"]
    assert (quiet["instances"], quiet["series_instance_uid"]) == (
        2,
        stored[0]["series_instance_uid"],
    )


def test_only_stored_instances_name_the_patient(
    events: dict[str, list[Event]],
) -> None:
    for kind, found in events.items():
        text = json.dumps(found)
        assert ("SECRET-4711" in text) == (kind == "instance.stored"), kind


def test_a_series_that_goes_on_is_quiet_again(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    receiver = start_receiver(
        webhook_url=listener.url, events="series.quiet", series_quiet_s="1"
    )

    def quiet() -> list[int]:
        return [
            e["instances"] for e in listener.accepted if e["type"] == "series.quiet"
        ]

    for count in (1, 2):
        with Wire(receiver.port) as wire:
            wire.associate()
            for _ in range(count):
                sample = ct(tmp_path)
                assert wire.store(sample.sop_instance, sample.dataset).status == 0
            wire.release()
        eventually(lambda count=count: len(quiet()) == count, "the series is quiet")  # type: ignore[misc]
    assert quiet() == [1, 2]


def test_a_series_is_quiet_even_when_the_receiver_was_killed(
    start_receiver: StartReceiver, listener: Listener, tmp_path: Path
) -> None:
    receiver = start_receiver(
        webhook_url=listener.url, events="series.quiet", series_quiet_s="2"
    )
    sample = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    receiver.end(signal.SIGKILL)
    receiver.start()
    eventually(
        lambda: "series.quiet" in [event["type"] for event in listener.accepted],
        "the series is quiet",
    )
