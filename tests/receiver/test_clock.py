"""The clock of the machine is set back while events wait, and while the receiver is gone."""

from __future__ import annotations

import signal
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
)
from rx_objects import Sample, ct, dataset_of
from rx_wire import Wire


class Clock:
    """The time of day as a receiver sees it; its monotonic clock is the machine's."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set("+0")

    def set(self, offset: str) -> None:
        # Replaced as a whole: it is read at every look at the clock.
        new = self.file.with_suffix(".new")
        new.write_text(offset)
        new.rename(self.file)

    def start(self, receiver: Receiver) -> None:
        (library,) = Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        receiver.start(
            "env",
            f"LD_PRELOAD={library}",
            f"FAKETIME_TIMESTAMP_FILE={self.file}",
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "NO_FAKE_STAT=1",
        )


def send(receiver: Receiver, folder: Path, count: int) -> list[Sample]:
    samples = [ct(folder, number=number) for number in range(count)]
    with Wire(receiver.port) as wire:
        wire.associate()
        for sample in samples:
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    return samples


@pytest.mark.parametrize(("back", "further"), [("-2h", "-5h"), ("-400d", "-800d")])
def test_nothing_is_lost_and_nothing_waits_for_the_old_time(
    start_receiver: StartReceiver,
    listener: Listener,
    tmp_path: Path,
    back: str,
    further: str,
) -> None:
    clock = Clock(tmp_path / "clock")
    receiver = start_receiver(
        webhook_url=listener.url,
        webhook_token=TOKEN,
        events="instance.stored,series.quiet",
        series_quiet_s="1",
    )
    assert receiver.stop() == 0
    clock.start(receiver)

    def away(_events: list[Event]) -> tuple[int, list[dict[str, str]] | None]:
        return 503, None

    listener.script = away
    sent = send(receiver, tmp_path, 4)
    eventually(lambda: len(listener.requests) >= 3, "it is tried again and again")
    clock.set(back)
    sent += send(receiver, tmp_path, 2)
    listener.script = accept_all
    _all_announced(receiver, listener, sent)

    listener.script = away
    sent += send(receiver, tmp_path, 2)
    receiver.end(signal.SIGKILL)
    clock.set(further)
    listener.script = accept_all
    clock.start(receiver)
    assert receiver.leftovers() == []
    sent += send(receiver, tmp_path, 2)
    _all_announced(receiver, listener, sent)
    times = [e["time"] for e in listener.accepted if e["type"] == "instance.stored"]
    assert times[3] > times[4] > times[8], "the receiver saw the clock go back twice"


def _all_announced(receiver: Receiver, listener: Listener, sent: list[Sample]) -> None:
    """Every object is there, announced once, in order; and its series is told to be quiet."""
    sops = [sample.sop_instance for sample in sent]
    eventually(receiver.settled, "all settled")
    stored = [e for e in listener.accepted if e["type"] == "instance.stored"]
    assert [e["sop_instance_uid"] for e in stored] == sops
    assert {sop: dataset_of(path) for sop, path in receiver.files().items()} == {
        sample.sop_instance: sample.dataset for sample in sent
    }
    eventually(
        lambda: listener.accepted[-1]["type"] == "series.quiet",
        "the series is quiet",
    )
