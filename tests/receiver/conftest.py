"""Receivers and listeners that end with their test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rx_harness import TOKEN, Listener, Receiver, StartReceiver
from rx_s3 import BUCKET, PREFIX, S3Server


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def start_receiver(tmp_path: Path) -> Iterator[StartReceiver]:
    """Starts receivers; checks at the end that each stops in order and logged no patient data."""
    started: list[Receiver] = []

    def start(**settings: str) -> Receiver:
        folder = tmp_path / f"receiver{len(started)}"
        folder.mkdir()
        receiver = Receiver(folder, settings)
        started.append(receiver)
        return receiver.start()

    yield start
    for receiver in started:
        if receiver.process is not None:
            assert receiver.stop() == 0, receiver.log.read_text()
        log = receiver.log.read_text()
        assert "panicked" not in log
        assert "SECRET-4711" not in log and "rgen" not in log, "patient data in the log"


@pytest.fixture
def announcing(start_receiver: StartReceiver, listener: Listener) -> Receiver:
    """A receiver that delivers to the listener."""
    return start_receiver(webhook_url=listener.url, webhook_token=TOKEN)


@pytest.fixture
def s3_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """Runs, and every receiver that is started knows it."""
    server = S3Server(tmp_path / "s3")
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def start_over_bucket(
    start_receiver: StartReceiver, s3_server: S3Server
) -> StartReceiver:
    """Starts receivers whose storage is the bucket; their `storage` is where its objects lie."""

    def start(**settings: str) -> Receiver:
        receiver = start_receiver(storage=f"s3://{BUCKET}/{PREFIX}", **settings)
        receiver.storage = s3_server.objects
        return receiver

    return start
