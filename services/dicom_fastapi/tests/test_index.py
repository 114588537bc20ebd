"""The index on its database: PostgreSQL as SQLite, migrations, a locked file, and who else writes."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from noctis_gateway.db.schema import metadata
from tests import postgres
from tests.gateway import BEARER, SERVICE, Gateway, event, running, statuses

# As the gateway of version 0.1.0 made it.
BEFORE_ALEMBIC = """
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, payload TEXT NOT NULL
) STRICT;
CREATE TABLE studies (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE,
    patient_name TEXT, patient_id TEXT, study_date TEXT, study_time TEXT, accession_number TEXT, updated TEXT NOT NULL
) STRICT;
CREATE INDEX studies_by_time ON studies (updated);
CREATE TABLE series (
    id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES studies (id), uid TEXT NOT NULL,
    modality TEXT, series_number INTEGER, instance_count INTEGER NOT NULL DEFAULT 0, UNIQUE (study, uid)
) STRICT;
CREATE TABLE instances (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series (id), uid TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES events (sequence), time TEXT NOT NULL,
    transfer_syntax_uid TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
    instance_number INTEGER, rows INTEGER, columns INTEGER, number_of_frames INTEGER,
    image_position_patient TEXT, image_orientation_patient TEXT, UNIQUE (series, uid)
) STRICT;
PRAGMA user_version = 1;
"""


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres.running() as url:
        yield url


def everything(client: httpx.Client) -> dict[str, object]:
    """All that the lists say."""
    found: dict[str, object] = {"studies": client.get("/studies").json()["studies"]}
    for study in client.get("/studies").json()["studies"]:
        address = f"/studies/{study['study_instance_uid']}/series"
        found[address] = client.get(address).json()["series"]
        for series in client.get(address).json()["series"]:
            instances = f"{address}/{series['series_instance_uid']}/instances"
            found[instances] = client.get(instances).json()["instances"]
    return found


def test_both_databases_say_the_same(tmp_path: Path, database: str) -> None:
    (tmp_path / "sqlite").mkdir()
    (tmp_path / "postgres").mkdir()
    events = [
        event(f"1.{number}", f"1.2.{number % 3}", f"1.3.{number % 5}", instance_number=number % 7 or None, rows=number)
        for number in range(60)
    ]
    for content in events:
        content["index"] = {name: value for name, value in content["index"].items() if value is not None}
    again = event("1.4", "1.2.1", "1.3.4", data=b"x" * 300, generation=1, patient_name="NEWER^NAME", modality="MR")
    found = []
    for folder, env in (("sqlite", {}), ("postgres", {"DATABASE_URL": database})):
        with running(tmp_path / folder, **env) as gateway, gateway.client() as client:
            assert statuses(client, events) == ["accepted"] * 60
            assert statuses(client, [again, events[7], again]) == ["accepted", "duplicate", "duplicate"]
            before = everything(client)
            gateway.kill()
            gateway.start()
            with gateway.client() as after:
                assert everything(after) == before
                assert statuses(after, [again, *events]) == ["duplicate"] * 61
                with after.stream("GET", "/events?after=0") as answer:
                    lines = answer.iter_lines()
                    numbers = [next(line for line in lines if line.startswith("id: ")) for _ in range(62)]
                assert numbers == [f"id: {number}" for number in range(62)]
            found.append(before)
            assert (gateway.folder / "index.sqlite").exists() == (folder == "sqlite")
    assert found[0] == found[1]
    assert len(found[0]) == 1 + 3 + 15


def test_one_gateway_to_one_postgresql(tmp_path: Path, database: str) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with running(tmp_path / "one", DATABASE_URL=database) as gateway, gateway.client() as client:
        statuses(client, event("1.1"))  # from here on the writer's own connection holds the lock
        process = Gateway(tmp_path / "two", {"DATABASE_URL": database}).command()
        process.communicate(timeout=20)
        assert process.returncode == 1
        log = (tmp_path / "two/log").read_text()
        assert "in use by another gateway" in log


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    process = Gateway(tmp_path, {"DATABASE_URL": "postgresql://noctis:hidden@127.0.0.1:1/noctis"}).command()
    process.communicate(timeout=20)
    log = (tmp_path / "log").read_text()
    assert (process.returncode, "cannot be opened" in log, "hidden" in log) == (1, True, False)
    assert "Traceback" not in log


def test_the_migrations_make_what_the_tables_say(tmp_path: Path, database: str) -> None:
    with running(tmp_path):
        pass
    with running(tmp_path, DATABASE_URL=database):
        pass
    urls = (f"sqlite:///{tmp_path}/index.sqlite", database.replace("postgresql:", "postgresql+psycopg:"))
    for url in urls:
        engine = create_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, metadata) == []
        engine.dispose()


def test_an_index_of_before_alembic_is_taken_over(tmp_path: Path) -> None:
    content = event("1.1") | {"canary": True}
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.executescript(BEFORE_ALEMBIC)
        connection.execute("INSERT INTO events VALUES (7, ?, ?)", (content["event_id"], json.dumps(content)))
        connection.execute("INSERT INTO studies (uid, updated) VALUES (?, ?)", (content["study_instance_uid"], "2026"))
        series = (content["series_instance_uid"],)
        connection.execute("INSERT INTO series (study, uid, instance_count) VALUES (1, ?, 1)", series)
        names = ("time", "transfer_syntax_uid", "path", "size", "sha256")
        connection.execute(
            "INSERT INTO instances (series, uid, sequence, time, transfer_syntax_uid, path, size, sha256) "
            "VALUES (1, '1.1', 7, ?, ?, ?, ?, ?)",
            [content[name] for name in names],
        )
    connection.close()
    with running(tmp_path) as gateway, gateway.client() as client:
        assert statuses(client, [content, event("1.2")]) == ["duplicate", "accepted"]
        address = f"/studies/{content['study_instance_uid']}/series/{content['series_instance_uid']}/instances"
        rows = client.get(address).json()["instances"]
        assert {row["sop_instance_uid"]: row["canary"] for row in rows} == {"1.1": True, "1.2": False}
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        found = connection.execute("SELECT uid, sop_class_uid FROM instances ORDER BY id").fetchall()
        assert found == [("1.1", content["sop_class_uid"]), ("1.2", content["sop_class_uid"])]
        assert connection.execute("SELECT sequence FROM events ORDER BY sequence").fetchall() == [(7,), (8,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    connection.close()


def test_a_locked_database_delays_and_loses_nothing(tmp_path: Path) -> None:
    """Another program holds the file for a while: who sends waits, and everything is there once afterwards."""
    with running(tmp_path) as gateway, gateway.client() as client:
        statuses(client, event("1.0"))
        other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        got: list[str] = []

        def send() -> None:
            with gateway.client() as sender:
                got.extend(statuses(sender, [event("1.1"), event("1.2")]))

        thread = threading.Thread(target=send)
        thread.start()
        time.sleep(0.5)
        assert got == []
        assert client.get("/studies").json()["studies"][0]["instance_count"] == 1, "who reads does not wait"
        other.execute("ROLLBACK")
        thread.join()
        assert got == ["accepted", "accepted"]
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        answer = client.post("/ingest", json=event("1.3"), headers=BEARER, timeout=30)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert 5 < time.monotonic() - started < 25
        other.close()
        assert statuses(client, [event("1.3"), event("1.1")]) == ["accepted", "duplicate"]


def test_every_folder_is_part_of_the_package() -> None:
    folders = {path.parent.relative_to(SERVICE) for path in (SERVICE / "noctis_gateway").rglob("*.py")}
    settings = tomllib.loads((SERVICE / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = {Path(name.replace(".", "/")) for name in settings["packages"]}
    data = {
        Path(name.replace(".", "/"), pattern).parent
        for name, patterns in settings["package-data"].items()
        for pattern in patterns
    }
    assert folders == packages | {folder for folder in data if folder in folders}
    assert len(folders) >= 4
