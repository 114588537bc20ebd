"""What is forgotten with time, and what is not: objects, what waits for Django, the numbers of events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from noctis_gateway.db import apply, retention
from noctis_gateway.db.engine import Database
from noctis_gateway.db.schema import events, instances, outbox
from noctis_gateway.event import IngestEvent
from noctis_gateway.settings import Settings
from tests import postgres
from tests.gateway import BEARER, event, running, statuses


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """An index of events with the numbers 1 to 30, received at 1000 ms, 2000 ms, and so on; all wait for Django."""
    env = {"NOCTIS_FASTAPI_TOKEN": "x", "NOCTIS_GATEWAY_DATABASE": str(tmp_path / "index.sqlite")}
    if request.param == "postgresql":
        with postgres.running() as url:
            yield from _filled(Settings.from_env(env | {"DATABASE_URL": url}))
    else:
        yield from _filled(Settings.from_env(env))


def _filled(settings: Settings) -> Iterator[Connection]:
    database = Database(settings)
    with database.engine.connect() as connection:
        told = [IngestEvent.model_validate(event(f"1.2.{number}")) for number in range(1, 31)]
        apply.add(connection, told, lambda _: "NORTH", forward=True)
        connection.execute(update(events).values(received_ms=events.c.sequence * 1000))
        yield connection
        connection.rollback()
    database.close()


def kept(connection: Connection) -> list[int]:
    return list(connection.execute(select(events.c.sequence).order_by(events.c.sequence)).scalars())


def test_events_go_when_they_are_old_and_delivered(connection: Connection) -> None:
    connection.execute(outbox.delete().where(outbox.c.sequence > 3))
    assert retention.forget_events(connection, 10_000) == 6
    assert kept(connection) == [1, 2, 3, *range(10, 31)], "what waits stays"
    assert retention.forget_events(connection, 10_000) == 0
    assert connection.execute(select(func.count()).select_from(instances)).scalar_one() == 30
    connection.execute(outbox.delete())
    assert retention.forget_events(connection, 10**12) == 23
    assert kept(connection) == [30], "the newest stays"
    # A forgotten event that comes again changes nothing; new ones go on in number.
    again, new = (IngestEvent.model_validate(event(f"1.2.{number}")) for number in (1, 31))
    accepted = apply.add(connection, [again, new], lambda _: "NORTH")
    assert [told.sequence for told in accepted] == [31, 32]
    assert connection.execute(select(func.count()).select_from(instances)).scalar_one() == 31


def test_dead_letters_wait_for_their_time(connection: Connection) -> None:
    connection.execute(update(outbox).where(outbox.c.sequence <= 5).values(state="dead"))
    assert retention.forget_dead_letters(connection, 4_000) == 3
    left = connection.execute(select(outbox.c.sequence, outbox.c.state).order_by(outbox.c.sequence)).all()
    assert left[:3] == [(4, "dead"), (5, "dead"), (6, "ready")]
    assert len(left) == 27
    assert retention.forget_dead_letters(connection, 10**12) == 2, "what is not dead stays, however old"
    assert retention.forget_events(connection, 10**12) == 5


def test_many_go_in_small_transactions(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 7)
    connection.execute(outbox.delete())
    gone = []
    while count := retention.forget_events(connection, 25_000):
        gone.append(count)
    assert gone == [7, 7, 7, 3]


def test_a_gateway_tidies_up_and_tells_a_viewer_that_was_away(tmp_path: Path) -> None:
    with running(tmp_path) as gateway, gateway.client() as client:
        assert set(statuses(client, [event(f"1.2.{number}") for number in range(1, 6)])) == {"accepted"}
        gateway.stop()
        gateway.env["NOCTIS_KEEP_EVENTS_DAYS"] = "0.000001"
        time.sleep(0.2)
        gateway.start()
        deadline = time.monotonic() + 10
        while "4 events of more than 1e-06 days ago are forgotten" not in gateway.log:
            assert time.monotonic() < deadline, gateway.log
            time.sleep(0.05)
        with gateway.client() as after:
            (study,) = after.get("/studies").json()["studies"]
            assert study["instance_count"] == 5
            for start, expected in ((2, ["position", "gap", "instance.stored"]), (4, ["position", "instance.stored"])):
                with after.stream("GET", f"/events?after={start}") as answer:
                    lines = (line for line in answer.iter_lines() if line.startswith("event: "))
                    assert [next(lines).removeprefix("event: ") for _ in expected] == expected
            assert statuses(after, event("1.2.1")) == ["accepted"], "beyond its time an event is taken once more"
            assert after.get("/studies").json()["studies"] == [study]


def test_a_study_is_taken_out_of_the_index_when_its_files_are_gone(tmp_path: Path) -> None:
    with running(tmp_path) as gateway, gateway.client(headers=BEARER) as client:
        told = [event(f"1.2.7.{number}", "1.2.7", "1.2.7.0") for number in (1, 2)]
        for one in told:
            gateway.store(one, b"\0" * 200)
        assert set(statuses(client, [*told, event("1.2.8.1", "1.2.8", "1.2.8.0")])) == {"accepted"}
        address = "/studies/1.2.7/series/1.2.7.0/instances/1.2.7.1/file"
        assert client.get(address).status_code == 200
        forget = "/control/studies/1.2.7/forget"
        (gateway.storage / told[0]["path"]).unlink()
        refused = client.post(forget)
        assert (refused.status_code, refused.json()["detail"][:20]) == (409, "1 of its 2 objects a")
        (gateway.storage / told[1]["path"]).unlink()
        # A storage that is not there has not lost its objects.
        gateway.storage.rename(tmp_path / "elsewhere")
        assert client.post(forget).status_code == 409
        (tmp_path / "elsewhere").rename(gateway.storage)
        assert client.post(forget).json() == {"count": 2}
        assert client.post(forget).status_code == 404
        (left,) = client.get("/studies").json()["studies"]
        assert left["study_instance_uid"] == "1.2.8"
        assert "no such object" in client.get(address).text
        assert statuses(client, [told[0]]) == ["duplicate"], "events are remembered in their own time"
