"""A disk that is really full, and one that turns read-only. Mounting needs root; elsewhere these tests are skipped."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rx_harness import TOKEN, Listener, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_wire import Wire

Mount = Callable[..., None]
OUT_OF_RESOURCES = 0xA700


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mounts with these arguments, of which the last is the place; everything is taken away at the end."""
    places: list[str] = []

    def make(*arguments: str | Path) -> None:
        words = ["mount", *map(str, arguments)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"this user cannot mount: {done.stderr.strip()}")
        places.append(words[-1])

    yield make
    for place in reversed(places):
        # A test may have done it already.
        subprocess.run(["umount", "-l", place], capture_output=True, check=False)


def send(receiver: Receiver, sample: Sample) -> int:
    with Wire(receiver.port) as wire:
        wire.associate()
        status = wire.store(sample.sop_instance, sample.dataset).status
        wire.release()
    return status


def whole(receiver: Receiver, samples: list[Sample]) -> None:
    """All of them are there byte for byte, and nothing else is."""
    files = receiver.files()
    assert set(files) == {sample.sop_instance for sample in samples}
    for sample in samples:
        assert dataset_of(files[sample.sop_instance]) == sample.dataset


@pytest.mark.parametrize("outbox_too", [False, True])
def test_a_full_disk(
    start_receiver: StartReceiver,
    listener: Listener,
    mount: Mount,
    tmp_path: Path,
    outbox_too: bool,
) -> None:
    """The low mark is off: the write itself finds no room, for the object or for its event."""
    small = tmp_path / "receiver0" / "received"
    outbox = small / ".outbox.sqlite3"
    settings = {"outbox": str(outbox)} if outbox_too else {}
    receiver = start_receiver(
        webhook_url=listener.url,
        webhook_token=TOKEN,
        objects_min_free_bytes="0",
        objects_quarantine="false",
        **settings,
    )
    assert receiver.stop() == 0
    mount("-t", "tmpfs", "-o", "size=4m", "tmpfs", receiver.storage)
    receiver.start()
    safe: list[Sample] = []
    refused: list[Sample] = []
    for _ in range(60):
        sample = ct(tmp_path, size=256)
        status = send(receiver, sample)
        assert status in (0, OUT_OF_RESOURCES)
        (refused if status else safe).append(sample)
        if len(refused) == 3:
            break
    assert safe and len(refused) == 3, (len(safe), len(refused))
    whole(receiver, safe)
    left = [one for one in receiver.leftovers() if "outbox" not in one.name]
    assert left == []
    subprocess.run(
        ["mount", "-o", "remount,size=16m", str(receiver.storage)], check=True
    )
    for sample in refused:
        assert send(receiver, sample) == 0, "it serves again by itself"
    whole(receiver, safe + refused)
    expected = {sample.sop_instance for sample in safe + refused}
    eventually(lambda: set(listener.instances()) == expected, "all are announced")
    assert receiver.stop() == 0


def test_a_disk_that_turns_read_only(
    start_receiver: StartReceiver, listener: Listener, mount: Mount, tmp_path: Path
) -> None:
    receiver = start_receiver(webhook_url=listener.url, webhook_token=TOKEN)
    before, meanwhile = ct(tmp_path), ct(tmp_path)
    assert send(receiver, before) == 0
    # A second mount over the first, as the first has files that are open for writing.
    mount("--bind", receiver.storage, receiver.storage)
    subprocess.run(
        ["mount", "-o", "remount,ro,bind", str(receiver.storage)], check=True
    )
    assert send(receiver, meanwhile) == OUT_OF_RESOURCES
    whole(receiver, [before])
    subprocess.run(["umount", str(receiver.storage)], check=True)
    assert receiver.leftovers() == []
    assert send(receiver, meanwhile) == 0
    whole(receiver, [before, meanwhile])
    expected = [before.sop_instance, meanwhile.sop_instance]
    eventually(lambda: listener.instances() == expected, "both are announced")
    eventually(receiver.settled, "both are settled")
    assert receiver.depth() == {"done": 2}
