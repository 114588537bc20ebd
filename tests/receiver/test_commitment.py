"""Success means durable: by the order of system calls, by killing the receiver, and by filling its disk."""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import threading
from pathlib import Path

import pytest
from pydicom import dcmread
from rx_harness import TOKEN, Listener, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_wire import Wire

# `cargo xtask chaos` sets these.
ROUNDS = int(os.environ.get("NOCTIS_CHAOS_ROUNDS", "10"))
SEED = int(
    os.environ.get("NOCTIS_CHAOS_SEED") or random.SystemRandom().randrange(1 << 32)
)
SENDERS = 4


def test_the_order_of_system_calls(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    """Sync of the part, and of the outbox < rename < fsync of all folders < the response."""
    trace = tmp_path / "trace"
    receiver: Receiver = start_receiver()
    assert receiver.stop() == 0
    calls = "fdatasync,fsync,rename,renameat,renameat2,sendto,sendmsg,write,writev"
    receiver.start(
        "strace", "-D", "-f", "-yy", "-e", f"trace={calls}", "-o", str(trace)
    )
    pid, sample = receiver.pid, ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    assert receiver.stop() == 0
    eventually(
        lambda: f"{pid} +++ exited" in " ".join(trace.read_text().split()),
        "the trace is complete",
    )
    lines = trace.read_text().splitlines()

    def where(pattern: str, after: int = -1) -> int:
        found = [
            n for n, line in enumerate(lines) if n > after and re.search(pattern, line)
        ]
        assert found, f"no {pattern} after line {after}:\n" + "\n".join(lines[-60:])
        return found[0]

    study = re.escape(str(receiver.files()[sample.sop_instance].parent.parent))

    def returned(line: int) -> int:
        """Where a call that began in this line is over."""
        if "<unfinished" not in lines[line]:
            return line
        return where(rf"^{lines[line].split()[0]} .* resumed>", line)

    written = where(r"write\(\d+<[^>]*\.part>")
    part = returned(where(r"fdatasync\(\d+<[^>]*\.part>", written))
    outbox = returned(where(r"f(data)?sync\(\d+<[^>]*outbox\.sqlite3-wal>", written))
    rename = where(r"rename\w*\(.*\.part")
    assert max(part, outbox) < rename, lines[rename]
    series = where(rf"fsync\(\d+<{study}/[^>]*>", rename)
    study_folder = where(rf"fsync\(\d+<{study}>", rename)
    root = where(rf"fsync\(\d+<{re.escape(str(receiver.storage))}>", rename)
    # A C-STORE response is a P-DATA-TF, which begins with 04.
    response = where(r'sendto\(\d+<TCP:.*?, "\\4\\0', part)
    assert max(series, study_folder, root) < response, lines[response]


class Sender(threading.Thread):
    """Sends objects until the receiver is gone; notes which it was told are safe."""

    def __init__(self, port: int, samples: list[Sample]) -> None:
        super().__init__()
        self.port = port
        self.samples = samples
        self.safe: list[Sample] = []

    def run(self) -> None:
        try:
            with Wire(self.port) as wire:
                wire.associate()
                for sample in self.samples:
                    if wire.store(sample.sop_instance, sample.dataset).status == 0:
                        self.safe.append(sample)
        except (OSError, ConnectionError):
            return


def _wait_for(senders: list[Sender], enough: int) -> None:
    """Until so many objects are safe, or nobody sends any more."""
    eventually(
        lambda: (
            sum(len(s.safe) for s in senders) >= enough
            or not any(s.is_alive() for s in senders)
        ),
        "some objects are safe",
    )


def _digest(dataset: bytes) -> str:
    return hashlib.sha256(dataset).hexdigest()


@pytest.mark.parametrize(
    ("storage", "rounds"),
    # A start over a bucket does the same; fewer rounds of it.
    [("start_receiver", ROUNDS), ("start_over_bucket", -(-ROUNDS // 4))],
)
def test_what_was_acknowledged_survives_kill_9(
    request: pytest.FixtureRequest,
    listener: Listener,
    tmp_path: Path,
    storage: str,
    rounds: int,
) -> None:
    print(f"{storage}, seed {SEED}, {rounds} rounds")
    chance = random.Random(SEED)
    start: StartReceiver = request.getfixturevalue(storage)
    receiver = start(webhook_url=listener.url, webhook_token=TOKEN)
    safe: set[str] = set()
    sent: dict[str, str] = {}
    for number in range(rounds):
        senders = [
            Sender(receiver.port, [ct(tmp_path, size=256) for _ in range(15)])
            for _ in range(SENDERS)
        ]
        for sender in senders:
            sent |= {one.sop_instance: _digest(one.dataset) for one in sender.samples}
            sender.start()
        _wait_for(senders, chance.randrange(1, 40))
        threading.Event().wait(chance.random() * 0.01)
        receiver.end(signal.SIGKILL)
        safe_now: set[str] = set()
        for sender in senders:
            sender.join(timeout=30)
            safe_now |= {sample.sop_instance for sample in sender.safe}
            for sample in sender.samples:
                sample.path.unlink()
        receiver.start()
        assert receiver.leftovers() == [], f"seed {SEED}, round {number}"
        assert "staged" not in receiver.depth(), f"seed {SEED}, round {number}"
        stored = receiver.files()
        for sop_instance in safe_now:
            assert _digest(dataset_of(stored[sop_instance])) == sent[sop_instance], (
                f"seed {SEED}, round {number}"
            )
        safe |= safe_now
    assert len(safe) > rounds, "the senders got something done"
    eventually(receiver.settled, "all settled")
    announced = {event["sop_instance_uid"]: event for event in listener.accepted}
    assert safe <= set(announced)
    # Everything that is there is announced, is whole, and is what the event says.
    stored = receiver.files()
    assert set(announced) == set(stored)
    for sop_instance, path in stored.items():
        assert _digest(dataset_of(path)) == sent[sop_instance]
        assert (
            hashlib.sha256(path.read_bytes()).hexdigest()
            == announced[sop_instance]["sha256"]
        )
    print(f"{len(safe)} acknowledged, {len(stored)} stored and announced")


def test_a_full_disk_is_answered_a700_and_leaves_nothing(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the full disk: the write fails in the same place."""
    receiver: Receiver = start_receiver()
    assert receiver.stop() == 0
    receiver.start("prlimit", "--fsize=200000", "env", "--ignore-signal=XFSZ")
    small, large = ct(tmp_path), ct(tmp_path, size=512)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(large.sop_instance, large.dataset).status == 0xA700
        assert receiver.leftovers() == [] and receiver.files() == {}
        assert wire.store(small.sop_instance, small.dataset).status == 0
        wire.release()
    assert list(receiver.files()) == [small.sop_instance]


def test_a_folder_that_cannot_be_written_is_answered_a700(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver: Receiver = start_receiver()
    sample = ct(tmp_path)
    study = receiver.storage / str(dcmread(sample.path).StudyInstanceUID)
    study.write_text("in the way")
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0xA700
        assert receiver.depth() == {}
        study.unlink()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    assert receiver.leftovers() == []
