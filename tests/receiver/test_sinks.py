"""Unix socket, Redis and NATS, alone and side by side; brokers that are killed and come back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rx_brokers import Broker, NatsServer, RedisServer
from rx_harness import Listener, Receiver, StartReceiver, eventually, free_port
from rx_objects import Sample, ct
from rx_wire import Wire


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "nats")
    yield server
    server.kill()


def settings_of(broker: Broker) -> dict[str, str]:
    if isinstance(broker, RedisServer):
        url = f"redis://127.0.0.1:{broker.port}/"
        name = "redis"
    else:
        url = f"nats://127.0.0.1:{broker.port}"
        name = "nats"
    return {
        f"{name}_url": url,
        f"{name}_timeout_ms": "2000",
        f"{name}_backoff_min_ms": "20",
        f"{name}_backoff_max_ms": "200",
    }


def send(receiver: Receiver, samples: list[Sample], pause: float = 0) -> None:
    with Wire(receiver.port) as wire:
        wire.associate()
        for sample in samples:
            assert wire.store(sample.sop_instance, sample.dataset).status == 0
            time.sleep(pause)
        wire.release()


def objects(folder: Path, count: int) -> list[Sample]:
    return [ct(folder, number=number) for number in range(count)]


def test_a_webhook_behind_a_unix_socket(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    listener = Listener(unix=tmp_path / "gateway.sock")
    try:
        receiver = start_receiver(
            webhook_url="http://gateway/ingest",
            webhook_socket=str(tmp_path / "gateway.sock"),
        )
        samples = objects(tmp_path, 3)
        send(receiver, samples)
        eventually(receiver.settled, "all settled")
        assert listener.instances() == [sample.sop_instance for sample in samples]
    finally:
        listener.close()


@pytest.mark.parametrize("kind", ["redis", "nats"])
def test_events_reach_a_broker_in_order(
    start_receiver: StartReceiver,
    redis_server: RedisServer,
    nats_server: NatsServer,
    tmp_path: Path,
    kind: str,
) -> None:
    server: RedisServer | NatsServer = redis_server if kind == "redis" else nats_server
    server.start()
    receiver = start_receiver(**settings_of(server))
    samples = objects(tmp_path, 12)
    send(receiver, samples)
    eventually(receiver.settled, "all settled")
    arrived = server.arrived()
    assert [event["sop_instance_uid"] for _, _, event in arrived] == [
        sample.sop_instance for sample in samples
    ]
    for event_id, kind_, event in arrived:
        assert (event["event_id"], event["type"]) == (event_id, kind_)


@pytest.mark.parametrize("kind", ["redis", "nats"])
def test_a_broker_that_is_killed_again_and_again_loses_nothing(
    start_receiver: StartReceiver,
    redis_server: RedisServer,
    nats_server: NatsServer,
    tmp_path: Path,
    kind: str,
) -> None:
    """At least once and in order of the first arrivals; JetStream keeps each once by its id."""
    server: RedisServer | NatsServer = redis_server if kind == "redis" else nats_server
    server.start()
    receiver = start_receiver(**settings_of(server))
    samples = objects(tmp_path, 150)
    sender = threading.Thread(target=send, args=(receiver, samples, 0.005))
    sender.start()
    for _ in range(4):
        threading.Event().wait(0.3)
        server.kill()
        threading.Event().wait(0.2)
        server.start()
    sender.join(timeout=60)
    assert not sender.is_alive()
    eventually(receiver.settled, "all settled", 60)
    assert receiver.depth() == {"done": len(samples)}
    arrived = [event["sop_instance_uid"] for _, _, event in server.arrived()]
    first = list(dict.fromkeys(arrived))
    assert first == [sample.sop_instance for sample in samples]
    ids = {event_id for event_id, _, _ in server.arrived()}
    assert len(ids) == len(samples), "one id for each fact"
    if kind == "nats":
        assert len(arrived) == len(samples), "kept once"


def test_a_sink_that_is_down_holds_no_other_up(
    start_receiver: StartReceiver,
    listener: Listener,
    redis_server: RedisServer,
    nats_server: NatsServer,
    tmp_path: Path,
) -> None:
    nats_server.start()
    receiver = start_receiver(
        webhook_url=listener.url,
        **settings_of(redis_server),
        **settings_of(nats_server),
    )
    samples = objects(tmp_path, 5)
    expected = [sample.sop_instance for sample in samples]
    send(receiver, samples)
    eventually(lambda: listener.instances() == expected, "the webhook has all")
    eventually(lambda: len(nats_server.arrived()) == 5, "NATS has all")
    assert receiver.depth() == {"ready": 5}
    redis_server.start()
    eventually(receiver.settled, "all settled")
    assert [e["sop_instance_uid"] for _, _, e in redis_server.arrived()] == expected
    assert len(listener.requests) <= 5 and listener.instances() == expected


def test_a_redis_stream_can_be_bounded(
    start_receiver: StartReceiver, redis_server: RedisServer, tmp_path: Path
) -> None:
    redis_server.start()
    socket = redis_server.folder / "redis.sock"
    receiver = start_receiver(
        redis_url=f"redis+unix://{socket}", redis_stream="bounded", redis_max_len="10"
    )
    send(receiver, objects(tmp_path, 250))
    eventually(receiver.settled, "all settled")
    # About: Redis drops whole nodes of 100 entries.
    assert 10 <= len(redis_server.arrived("bounded")) < 250


def test_passwords_are_not_shown(start_receiver: StartReceiver) -> None:
    port = free_port()
    receiver = start_receiver(
        redis_url=f"redis://user:very-secret@127.0.0.1:{port}/",
        nats_url=f"nats://user:very-secret@127.0.0.1:{port}",
        events="series.quiet",
    )
    assert receiver.stop() == 0
    assert "very-secret" not in receiver.log.read_text()
