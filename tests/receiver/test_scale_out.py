"""Two receivers behind a balancer, over one tree and one broker, each with its own outbox; one of them is killed."""

from __future__ import annotations

import hashlib
import random
import signal
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from rx_balancer import Balancer
from rx_brokers import RedisServer
from rx_harness import Event, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_wire import Wire
from test_commitment import ROUNDS, SEED
from test_keeping import corrected, superseded
from test_sinks import redis_server, settings_of

__all__ = ["redis_server"]

# A round takes longer than one of a single receiver.
SHARED_ROUNDS = -(-ROUNDS // 5)


@pytest.fixture
def receivers(
    start_receiver: StartReceiver, redis_server: RedisServer, tmp_path: Path
) -> Iterator[list[Receiver]]:
    """Over one tree, announcing to one Redis."""
    redis_server.start()
    tree = tmp_path / "tree"
    both = [
        start_receiver(storage=str(tree), name=name, **settings_of(redis_server))
        for name in ("one", "two")
    ]
    for receiver in both:
        receiver.storage = tree
    yield both


class Modality(threading.Thread):
    """Sends its objects in its order, each until it hears success, wherever its connection goes."""

    def __init__(self, port: int, samples: list[Sample]) -> None:
        super().__init__()
        self.port = port
        self.waiting = list(samples)

    def run(self) -> None:
        while self.waiting:
            try:
                with Wire(self.port) as wire:
                    wire.associate()
                    while self.waiting:
                        sample = self.waiting[0]
                        response = wire.store(sample.sop_instance, sample.dataset)
                        if response.status == 0:
                            self.waiting.pop(0)
            except OSError:
                # The receiver was killed.
                continue


def effects(server: RedisServer) -> dict[str, Event]:
    """What a consumer does that keeps one effect for each event id."""
    done: dict[str, Event] = {}
    for event_id, _, event in server.arrived():
        # The same fact, whoever tells it.
        assert done.setdefault(event_id, event)["sha256"] == event["sha256"]
    return done


def test_two_receivers_of_one_tree_with_one_killed(
    receivers: list[Receiver], redis_server: RedisServer, tmp_path: Path
) -> None:
    print(f"seed {SEED}, {SHARED_ROUNDS} rounds")
    chance = random.Random(SEED)
    balancer = Balancer(receivers)
    sent: dict[str, set[bytes]] = defaultdict(set)
    for number in range(SHARED_ROUNDS):
        once = [ct(tmp_path, size=256) for _ in range(30)]
        twice = [ct(tmp_path, size=256) for _ in range(10)]
        # The same instance with other bytes, at the same time.
        rivals = [corrected(sample) for sample in twice[:5]]
        senders = [
            Modality(balancer.port, chance.sample(samples, len(samples)))
            for samples in [once[:10] + twice, once[10:20] + twice, once[20:] + rivals]
        ]
        for sample in once + twice + rivals:
            sent[sample.sop_instance].add(sample.dataset)
        for sender in senders:
            sender.start()
        victim = receivers[number % 2]
        threading.Event().wait(chance.random() * 0.3)
        victim.end(signal.SIGKILL)
        threading.Event().wait(chance.random() * 0.3)
        victim.start()
        for sender in senders:
            sender.join(timeout=120)
            assert not sender.is_alive(), f"seed {SEED}, round {number}"
    balancer.close()
    for receiver in receivers:
        eventually(receiver.settled, "all settled")
        # What a restart finds was staged at the instant of the kill: nothing else is left.
        assert receiver.stop() == 0
        receiver.start()
        assert receiver.leftovers() == [] and "staged" not in receiver.depth()
    one, _ = receivers
    stored = one.files()
    assert set(stored) == set(sent)
    kept: dict[str, set[bytes]] = defaultdict(set)
    for path in (one.storage / ".superseded").glob("*/*/*.dcm"):
        kept[path.name.rsplit(".", 2)[0]].add(dataset_of(path))
    ids: dict[str, dict[str, str]] = defaultdict(dict)
    for event_id, event in effects(redis_server).items():
        ids[event["sop_instance_uid"]][event_id] = event["sha256"]
    assert set(ids) == set(sent), "everything that is there is announced"
    for sop_instance, path in stored.items():
        # Every dataset that was acknowledged is there, or was replaced by one that was.
        assert {dataset_of(path)} | kept[sop_instance] == sent[sop_instance]
        announced = ids[sop_instance]
        assert hashlib.sha256(path.read_bytes()).hexdigest() in announced.values()
        if len(sent[sop_instance]) == 1:
            assert len(announced) == 1, "one event id, though both received it"
    print(f"{len(stored)} stored, {sum(map(len, ids.values()))} effects")


def test_the_outbox_of_a_dead_receiver_does_not_hold_up_the_other(
    receivers: list[Receiver], redis_server: RedisServer, tmp_path: Path
) -> None:
    """Its events go out when it comes back; the tree serves meanwhile."""
    one, two = receivers
    redis_server.kill()
    first, second = ct(tmp_path), ct(tmp_path)
    for receiver, sample in [(one, first), (two, second)]:
        with Wire(receiver.port) as wire:
            wire.associate()
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
    one.end(signal.SIGKILL)
    redis_server.start()
    eventually(two.settled, "the other's is delivered")
    announced = [event["sop_instance_uid"] for _, _, event in redis_server.arrived()]
    assert announced == [second.sop_instance]
    one.start()
    eventually(one.settled, "its own as well")
    assert len(effects(redis_server)) == 2 and superseded(one) == []
