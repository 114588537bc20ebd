"""The event stream: live, resumed, slow, and across restarts, it has every event once and in order."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.gateway import PATIENT, Gateway, event, ingest, running, statuses

Block = dict[str, str]


@contextmanager
def stream(client: httpx.Client, query: str = "", **headers: str) -> Iterator[Iterator[Block]]:
    """The blocks of an event stream, after the one that tells its beginning."""
    with client.stream("GET", f"/events{query}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield blocks(answer.iter_lines())


def blocks(lines: Iterator[str]) -> Iterator[Block]:
    block: Block = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            block[name or "comment"] = value.strip()
        else:
            yield block
            block = {}


def take(source: Iterator[Block], count: int) -> list[Block]:
    return [next(source) for _ in range(count)]


def ids(found: list[Block]) -> list[int]:
    return [int(block["id"]) for block in found]


def test_new_events_arrive_as_the_row_of_the_list(client: httpx.Client, gateway: Gateway, study: str) -> None:
    with stream(client) as source, gateway.client() as sender:
        start = next(source)
        assert start.keys() == {"retry", "id", "event", "data"}
        assert start["event"] == "position"
        assert start["data"] == start["id"]
        position = [1.5, 2, -3]
        content = event("1.1", study, rows=512, columns=256, image_position_patient=position)
        assert statuses(sender, [content, event("1.2", study), content]) == ["accepted", "accepted", "duplicate"]
        first, second = take(source, 2)
        assert ids([first, second]) == [int(start["id"]) + 1, int(start["id"]) + 2]
        assert first["event"] == "instance.stored"
        data = json.loads(first["data"])
        series = data.pop("series_instance_uid")
        assert data.pop("study_instance_uid") == study
        row = sender.get(f"/studies/{study}/series/{series}/instances").json()["instances"][0]
        assert data == row
        assert row["image_position_patient"] == position
        assert PATIENT not in first["data"]


def test_every_subscriber_gets_every_event(client: httpx.Client, gateway: Gateway, study: str) -> None:
    with stream(client) as one, gateway.client() as other, stream(other) as two, gateway.client() as sender:
        starts = next(one), next(two)
        statuses(sender, [event(f"1.{number}", study) for number in range(50)])
        for start, source in zip(starts, (one, two), strict=True):
            assert ids(take(source, 50)) == [int(start["id"]) + 1 + number for number in range(50)]


def test_resuming_misses_nothing(client: httpx.Client, gateway: Gateway, study: str) -> None:
    with stream(client) as source:
        start = int(next(source)["id"])
    events = [event(f"1.{number}", study) for number in range(1200)]
    with gateway.client() as sender:
        assert statuses(sender, events[:600]) == ["accepted"] * 600
        assert statuses(sender, events[600:1100]) == ["accepted"] * 500
        expected = [start + 1 + number for number in range(1200)]
        with stream(client, f"?after={start}") as source:
            assert next(source)["id"] == str(start)
            assert ids(take(source, 1100)) == expected[:1100]
            assert statuses(sender, events[1100:]) == ["accepted"] * 100
            assert ids(take(source, 100)) == expected[1100:]
        # The browser adds its header to the address that it had: the header is the newer.
        with stream(client, f"?after={start}", **{"Last-Event-ID": str(start + 700)}) as source:
            next(source)
            assert ids(take(source, 500)) == expected[700:]


def test_a_number_of_another_database_starts_from_the_beginning(client: httpx.Client, study: str) -> None:
    statuses(client, event("1.1", study))
    with stream(client, "?after=999999999") as source:
        assert [block["id"] for block in take(source, 2)] == ["0", "1"]


@pytest.mark.parametrize("text", ["x", "-1", "1.5", str(2**63)])
def test_a_wrong_number_is_refused(client: httpx.Client, text: str) -> None:
    assert client.get(f"/events?after={text}").status_code == 422
    assert client.get("/events", headers={"Last-Event-ID": text}).status_code == 422


def test_subscribers_while_events_come_in_see_each_once(client: httpx.Client, gateway: Gateway, study: str) -> None:
    """Streams that open at any moment among the writes: the step from database to memory loses and doubles nothing."""
    with stream(client) as source:
        start = int(next(source)["id"])
    total = 600

    def send() -> None:
        with gateway.client() as sender:
            for number in range(0, total, 4):
                statuses(sender, [event(f"1.{number + offset}", study) for offset in range(4)])

    sender = threading.Thread(target=send)
    sender.start()
    opened = 0
    while sender.is_alive() or opened == 0:
        with stream(client, f"?after={start}") as source:
            next(source)
            assert ids(take(source, total)) == [start + 1 + number for number in range(total)]
        opened += 1
    sender.join()


@contextmanager
def slow_reader(gateway: Gateway) -> Iterator[Iterator[str]]:
    """The lines of an event stream whose reader takes a little at a time, when it is asked."""
    address = urlsplit(gateway.url)
    assert address.hostname
    assert address.port
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect((address.hostname, address.port))
        connection.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        with connection.makefile("rb") as lines:
            yield (line.decode().rstrip("\r\n") for line in lines)


def flood(client: httpx.Client, study: str, total: int) -> None:
    """Send more events than fit into all the buffers of a stream."""
    for first in range(0, total, 1000):
        batch = [event(f"1.{number}", study) for number in range(first, first + 1000)]
        assert len(ingest(client, batch)) == 1000


def test_a_slow_reader_loses_nothing_and_holds_up_nobody(client: httpx.Client, gateway: Gateway, study: str) -> None:
    """Far more events than its queue and all buffers take, before it reads the first."""
    with slow_reader(gateway) as text:
        start = next(int(line.removeprefix("id: ")) for line in text if line.startswith("id: "))
        total = 8000
        flood(client, study, total)
        with stream(client) as source:
            assert int(next(source)["id"]) == start + total
        found: list[int] = []
        while len(found) < total:
            line = next(text)
            if line.startswith("id: "):
                found.append(int(line.removeprefix("id: ")))
        assert found == [start + 1 + number for number in range(total)]


def test_a_silent_stream_has_heartbeats_and_survives_restarts(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path, {"NOCTIS_HEARTBEAT_S": "0.1"})
    gateway.start()
    with gateway.client() as client:
        with stream(client) as source:
            assert next(source)["id"] == "0"
            assert [block["comment"] for block in take(source, 2)] == ["still here", "still here"]
        statuses(client, event("1.1"))
    gateway.kill()
    with running(tmp_path) as gateway, gateway.client() as client:
        statuses(client, event("1.2"))
        with stream(client, **{"Last-Event-ID": "0"}) as source:
            assert ids(take(source, 3)) == [0, 1, 2]


def test_stopping_ends_open_streams_at_once(tmp_path: Path) -> None:
    """With readers that wait, and one that has stopped reading: the process ends, with no error in its log."""
    gateway = Gateway(tmp_path)
    gateway.start()
    process = gateway.process
    assert process
    with (
        gateway.client() as client,
        gateway.client() as other,
        stream(client) as one,
        stream(other) as two,
        slow_reader(gateway) as stuck,
    ):
        for source in (one, two, stuck):
            next(source)
        with gateway.client() as sender:
            flood(sender, "1.2", 8000)
        assert ids(take(one, 8000)) == ids(take(two, 8000)) == list(range(1, 8001))
        begin = time.monotonic()
        process.terminate()
        assert list(one) == list(two) == []
        process.wait(10)
        ended = time.monotonic() - begin
    # Not a measurement: the server would wait for the streams without end.
    assert ended < 5
    assert "Traceback" not in gateway.log
    assert process.stdout
    process.stdout.close()
