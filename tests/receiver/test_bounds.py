"""Memory does not grow with the object."""

from __future__ import annotations

import os
import struct
import threading
from pathlib import Path

import pytest
from rx_harness import Receiver, StartReceiver
from rx_objects import ct
from rx_wire import COMMAND, DATA, LAST, Wire, p_data, pdv, store_rq

MIB = 1 << 20
LIMIT_MIB = 32
# Of an object on its way to a bucket; `cargo xtask chaos` sends one of 2 GiB there too.
LARGE_MIB = 2048 if "NOCTIS_CHAOS_ROUNDS" in os.environ else 256


def peak_rss_mib(receiver: Receiver) -> float:
    for line in Path(f"/proc/{receiver.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmHWM")


@pytest.mark.parametrize(
    ("storage", "mib"), [("start_receiver", 2048), ("start_over_bucket", LARGE_MIB)]
)
def test_an_object_of_2_gib(
    request: pytest.FixtureRequest, tmp_path: Path, storage: str, mib: int
) -> None:
    start: StartReceiver = request.getfixturevalue(storage)
    receiver = start()
    sample = ct(tmp_path)
    size = mib * MIB
    head = sample.dataset[
        : sample.dataset.index(struct.pack("<HH2s", 0x7FE0, 0x0010, b"OW"))
    ]
    head += struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, size)
    chunk = bytes(131072 - 6)
    with Wire(receiver.port) as wire:
        wire.associate()
        command = store_rq(sample.sop_instance)
        wire.send(p_data(pdv(1, COMMAND | LAST, command), pdv(1, DATA, head)))
        for _ in range(size // len(chunk)):
            wire.send(p_data(pdv(1, DATA, chunk)))
        wire.send(p_data(pdv(1, DATA | LAST, bytes(size % len(chunk)))))
        # A server may put the pieces of an upload together for long.
        wire.socket.settimeout(120)
        assert wire.response().status == 0
        wire.release()
    (stored,) = receiver.files().values()
    assert stored.stat().st_size > size
    peak = peak_rss_mib(receiver)
    print(f"{storage}: peak resident size of {mib} MiB: {peak:.1f} MiB")
    assert peak < LIMIT_MIB
    stored.unlink()


def test_eight_associations(start_receiver: StartReceiver, tmp_path: Path) -> None:
    receiver = start_receiver()
    samples = [ct(tmp_path, size=1024) for _ in range(8)]

    def send(number: int) -> None:
        with Wire(receiver.port) as wire:
            wire.associate()
            for _ in range(10):
                wire.store(samples[number].sop_instance, samples[number].dataset)
            wire.release()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(receiver.files()) == 8
    peak = peak_rss_mib(receiver)
    print(f"peak resident size: {peak:.1f} MiB")
    assert peak < LIMIT_MIB
