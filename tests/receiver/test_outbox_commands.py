"""`noctis-dicom-rx outbox`, beside a running receiver."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

from rx_harness import (
    Event,
    Listener,
    Receiver,
    StartReceiver,
    accept_all,
    binary,
    eventually,
)
from rx_objects import ct
from rx_wire import Wire


def outbox(receiver: Receiver, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NOCTIS_")}
    return subprocess.run(
        [str(binary()), "outbox", *arguments],
        env=environment | {"NOCTIS_RX_OUTBOX": str(receiver.outbox)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def rows(receiver: Receiver, *arguments: str) -> list[Event]:
    listed = outbox(receiver, "list", "--json", *arguments)
    assert listed.returncode == 0, listed.stderr
    return [json.loads(line) for line in listed.stdout.splitlines()]


def reject_all(events: list[Event]) -> tuple[int, list[dict[str, str]]]:
    return 200, [
        {"event_id": e["event_id"], "status": "rejected", "reason": "not today"}
        for e in events
    ]


def test_dead_letters_are_listed_retried_dropped_and_exported(
    announcing: Receiver, listener: Listener, tmp_path: Path
) -> None:
    listener.script = reject_all
    samples = [ct(tmp_path, number=number) for number in range(4)]
    with Wire(announcing.port) as wire:
        wire.associate()
        for sample in samples:
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    eventually(lambda: announcing.depth() == {"dead": 4}, "four dead letters")
    dead = rows(announcing, "--state", "dead")
    assert [row["last_error"] for row in dead] == ["not today"] * 4
    assert {row["sink"] for row in dead} == {"webhook"}
    shown = outbox(announcing, "list")
    assert shown.returncode == 0 and "SECRET-4711" not in shown.stdout
    assert len(shown.stdout.splitlines()) == 4

    listener.script = accept_all
    assert outbox(announcing, "retry").returncode == 1, "nothing was chosen"
    one = dead[0]["event_id"]
    assert outbox(announcing, "retry", one).stdout.startswith("1 ")
    eventually(lambda: announcing.depth() == {"dead": 3, "done": 1}, "one is retried")
    assert outbox(announcing, "drop", dead[1]["event_id"]).stdout.startswith("1 ")
    assert [row["state"] for row in rows(announcing)] == ["done", "dropped"] + [
        "dead"
    ] * 2
    assert outbox(
        announcing, "retry", "--all", "--sink", "webhook", "--state", "dead"
    ).stdout.startswith("2 ")
    eventually(lambda: announcing.depth() == {"done": 4}, "all are settled")
    assert listener.instances() == [
        samples[number].sop_instance for number in (0, 2, 3)
    ]


def test_an_export_is_the_events_in_a_file_for_its_owner(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver = start_receiver()
    sample = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    eventually(lambda: receiver.depth() == {"ready": 1}, "it waits")
    to = tmp_path / "events.jsonl"
    assert outbox(receiver, "export", "--to", str(to)).returncode == 0
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    (event,) = [json.loads(line) for line in to.read_text().splitlines()]
    assert event["sop_instance_uid"] == sample.sop_instance
    again = outbox(receiver, "export", "--to", str(to))
    assert again.returncode == 1, "never over a file that is there"
    assert outbox(receiver, "export").stdout == to.read_text()
    missing = outbox(receiver, "list")
    receiver.outbox = tmp_path / "none.sqlite3"
    missing = outbox(receiver, "list")
    assert missing.returncode == 1 and missing.stderr
