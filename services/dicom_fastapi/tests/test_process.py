"""Starting, and what keeps it from starting."""

from __future__ import annotations

import re
import socket
import sqlite3
import stat
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from noctis_gateway.settings import Settings, SettingsError
from tests.gateway import BEARER, PATIENT, Gateway, event, running, statuses


def failure(gateway: Gateway) -> str:
    """The message of a process that does not start."""
    process = gateway.command()
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out == ""
    log = gateway.log
    assert "Traceback" not in log
    return log


def test_without_a_token_it_does_not_start(tmp_path: Path) -> None:
    assert "NOCTIS_FASTAPI_TOKEN is not set" in failure(Gateway(tmp_path, {"NOCTIS_FASTAPI_TOKEN": " "}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOCTIS_FASTAPI_TOKEN", ""),
        ("NOCTIS_READ_ACCESS", "everyone"),
        ("NOCTIS_HEARTBEAT_S", "soon"),
        ("NOCTIS_HEARTBEAT_S", "nan"),
        ("NOCTIS_HEARTBEAT_S", "0"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({"NOCTIS_FASTAPI_TOKEN": "token"} | {name: value})


def test_one_gateway_to_one_index(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        assert "in use by another gateway" in failure(Gateway(tmp_path))
        with first.client() as client:
            assert statuses(client, event("1.1")) == ["accepted"]


def test_the_index_of_another_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "index.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "another version" in failure(Gateway(tmp_path))


def test_the_index_is_for_its_user_only(tmp_path: Path) -> None:
    with running(tmp_path) as gateway, gateway.client() as client:
        statuses(client, event("1.1"))
        files = list(tmp_path.glob("index.sqlite*"))
        assert len(files) == 4  # itself, log, shared memory, lock
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_broken_index_is_no_success_and_no_flood_of_text(tmp_path: Path) -> None:
    with running(tmp_path) as gateway, gateway.client() as client:
        statuses(client, event("1.1"))
        with sqlite3.connect(tmp_path / "index.sqlite") as connection:
            connection.execute("DROP TABLE series")
        connection.close()
        answer = client.post("/ingest", json=event("1.2"), headers=BEARER)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        answer = client.get("/studies")
        assert (answer.status_code, answer.json().keys()) == (500, {"detail"})
        assert "OperationalError at " in gateway.log
        assert "Traceback" not in gateway.log
        assert PATIENT not in gateway.log


def test_it_runs_under_the_command_of_uvicorn(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    gateway.process = gateway.command("-m", "uvicorn", "main:app", "--port", "0")
    try:
        found = None
        while not found:
            assert gateway.process.poll() is None, gateway.log
            time.sleep(0.05)
            found = re.search(r"running on (http://[0-9.:]+)", gateway.log)
        gateway.url = found[1]
        with gateway.client() as client:
            assert statuses(client, event("1.1")) == ["accepted"]
    finally:
        gateway.stop()


def test_a_head_without_end_is_refused(gateway: Gateway) -> None:
    address = urlsplit(gateway.url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
        received = b""
        try:
            for _ in range(200):
                connection.sendall(b"x" * 8192)
            received = connection.recv(100)
        except ConnectionError:
            received = b"HTTP/1.1 400"  # closed while we still sent
        assert received.startswith(b"HTTP/1.1 400")
