"""Tokens with scopes and facilities, rotation, limits, CORS; and a log that holds no patient."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from noctis_gateway.auth.limits import Buckets
from noctis_gateway.auth.tokens import Tokens
from noctis_gateway.settings import Settings, SettingsError
from tests.gateway import BEARER, PATIENT, SERIES, SERVICE, TOKEN, Gateway, event, running, statuses
from tests.test_live import stream, take

NORTH, SOUTH = "1.2.10", "1.2.20"


def command(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line of the tokens."""
    program = [sys.executable, "-m", "noctis_gateway.auth.tokens", str(file), *arguments]
    return subprocess.run(program, cwd=SERVICE, capture_output=True, text=True, check=False)


def new(file: Path, *arguments: str) -> dict[str, str]:
    """Make a token; the header of a request that carries it."""
    made = command(file, "new", *arguments)
    assert made.returncode == 0, made.stderr
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway that is closed, with a study of each of two facilities."""
    (tmp_path / "tokens.json").write_text('{"tokens": []}')
    env = {
        "NOCTIS_READ_ACCESS": "",
        "NOCTIS_TOKENS_FILE": str(tmp_path / "tokens.json"),
        "NOCTIS_FACILITIES": "CT1=north",
        "NOCTIS_SESSION_TTL_S": "1",
    }
    with running(tmp_path, **env) as gateway, gateway.client() as client:
        events = [event("1.1", NORTH), event("1.2", SOUTH) | {"calling_aet": "South "}]
        assert statuses(client, events) == ["accepted"] * 2
        for content in events:
            gateway.store(content, b"\0" * 200)
        yield gateway


READS = (
    *("/", "/studies", "/studies/{study}/series", "/studies/{study}/series/{series}/instances", "/dicomweb/studies"),
    *("/studies/{study}/series/{series}/instances/{sop}/file", "/studies/{study}/series/{series}/manifest"),
    *("/dicomweb/studies/{study}", "/dicomweb/studies/{study}/metadata", "/openapi.json", "/page-config.json"),
    "/dicomweb/studies/{study}/series/{series}/instances/{sop}/frames/1",
)


def test_the_default_is_closed() -> None:
    assert Settings.from_env({"NOCTIS_FASTAPI_TOKEN": "x"}).read_access == "closed"


def test_without_token_or_session_nothing_is_read(closed: Gateway) -> None:
    with closed.client() as client:
        for path in (*READS, "/events"):
            assert client.get(path.format(study=NORTH, series=SERIES, sop="1.1")).status_code == 403
        assert client.get("/studies", headers=BEARER).status_code == 200
        assert client.get("/healthz").status_code == 200
        for path in ("/stats", "/metrics", "/control/receiver"):
            assert client.get(path).status_code == 401


def test_a_facility_sees_its_own_studies_only(closed: Gateway) -> None:
    file = closed.folder / "tokens.json"
    north, south = (
        new(file, "north", "--facilities", "North"),
        new(file, "south", "--facilities", "SOUTH"),
    )
    everyone = new(file, "everyone")
    with closed.client() as client:

        def seen(headers: dict[str, str], path: str = "/studies") -> list[str]:
            found = client.get(path, headers=headers).json()
            rows = found["studies"] if isinstance(found, dict) else found
            return sorted(r.get("study_instance_uid") or r["0020000D"]["Value"][0] for r in rows)

        for path in ("/studies", "/dicomweb/studies", "/dicomweb/series", "/dicomweb/instances"):
            assert seen(north, path) == [NORTH]
            assert seen(south, path) == [SOUTH]
            assert seen(everyone, path) == [NORTH, SOUTH]
        for path in READS:
            if "{study}" not in path:
                continue
            own = client.get(path.format(study=NORTH, series=SERIES, sop="1.1"), headers=north)
            other = client.get(path.format(study=SOUTH, series=SERIES, sop="1.2"), headers=north)
            nothing = client.get(path.format(study="1.9", series=SERIES, sop="1.2"), headers=north)
            assert own.status_code in (200, 422), path  # 422: these bytes are no DICOM
            assert (other.status_code, other.content) == (nothing.status_code, nothing.content), "it is not even there"
            assert other.status_code == 404
        with closed.client() as sender, stream(client, "?after=0", **south) as source:
            assert [block["data"][:10] for block in take(source, 2)] == ["0", '{"sop_inst']
            statuses(sender, event("1.7", NORTH))
            # A second object of the other facility's study does not show it the study.
            statuses(sender, event("1.8", NORTH) | {"calling_aet": "SOUTH"})
            statuses(sender, event("1.9", SOUTH) | {"calling_aet": "CT1"})
            assert json.loads(next(source)["data"])["sop_instance_uid"] == "1.9"
        assert seen(south) == [SOUTH]


def test_scopes_and_rotation_without_a_restart(closed: Gateway) -> None:
    file = closed.folder / "tokens.json"
    with closed.client() as client:
        sender, reader = new(file, "rx1", "--scopes", "ingest"), new(file, "page")
        body = event("1.3", NORTH)
        assert client.post("/ingest", json=body, headers=sender).status_code == 200
        assert client.get("/studies", headers=sender).status_code == 403
        assert client.post("/ingest", json=body, headers=reader).status_code == 403
        assert client.get("/studies", headers=reader).status_code == 200
        key = reader["Authorization"].removeprefix("Bearer ")
        assert client.get("/studies", headers={"X-Noctis-Api-Key": key}).status_code == 200
        with stream(client, **reader) as source:
            next(source)
            successor = new(file, "page2")
            assert command(file, "remove", "page").returncode == 0
            assert list(source) == [], "an open stream ends with its token"
        assert client.get("/studies", headers=reader).status_code == 401
        assert client.get("/studies", headers=successor).status_code == 200
        file.write_text("{")
        assert client.get("/studies", headers=successor).status_code == 200
        assert "the tokens of before hold" in closed.log
        assert key not in closed.log
        assert TOKEN not in file.read_text() + closed.log


def test_the_file_of_tokens(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    secret = new(file, "short", "--days", "1", "--scopes", "read,stats")["Authorization"].removeprefix("Bearer ")
    assert secret not in file.read_text()
    tokens = Tokens("first", file)
    found = tokens.find(secret)
    assert found
    assert found.scopes == {"read", "stats"}
    assert tokens.find("first")
    assert tokens.find("") is tokens.find("other") is None
    content = json.loads(file.read_text())
    content["tokens"][0]["expires"] = "2020-01-01T00:00:00Z"
    file.write_text(json.dumps(content))
    assert tokens.find(secret) is None
    assert "short" in command(file, "list").stdout
    for arguments in (("new", "short"), ("new", "x", "--scopes", "everything"), ("new", "a b"), ("remove", "nobody")):
        failed = command(file, *arguments)
        assert failed.returncode == 1
        assert "Traceback" not in failed.stderr
    for bad in ("[]", '{"tokens": [{"name": "x"}]}', ""):
        file.write_text(bad)
        with pytest.raises(SettingsError, match="NOCTIS_TOKENS_FILE"):
            Tokens("first", file)
    file.write_text('{"tokens": []}')
    file.chmod(0o666)
    with pytest.raises(SettingsError, match="others may write"):
        Tokens("first", file)


def test_denials_are_logged_without_patients(closed: Gateway) -> None:
    with closed.client() as client:
        client.get(f"/dicomweb/studies?PatientName={PATIENT}", headers={"X-Secret": "SECRET"})
        client.get("/studies", headers={"Authorization": f"Bearer {PATIENT}"})
        client.get(f"/studies/{PATIENT}/series")
    lines = [line for line in closed.log.splitlines() if "denied" in line]
    assert len(lines) == 3
    assert "denied GET /dicomweb/studies, 127.0.0.1: neither token nor session" in lines[0]
    assert "SECRET" not in closed.log


def test_the_access_log_has_no_queries(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    gateway.process = gateway.command("main.py", "--port", "0", "--access-log")
    try:
        assert gateway.process.stdout
        gateway.url = gateway.process.stdout.readline().removeprefix("listening on ").strip()
        with gateway.client() as client:
            client.get(f"/dicomweb/studies?PatientName={PATIENT}")
    finally:
        gateway.stop()
    assert "GET /dicomweb/studies HTTP" in gateway.log
    assert "SECRET" not in gateway.log


def test_guessing_is_slow(closed: Gateway) -> None:
    with closed.client() as client:
        answers = [client.get("/studies", headers={"Authorization": f"Bearer {n}"}) for n in range(60)]
        codes = [answer.status_code for answer in answers]
        assert codes[:30] == [401] * 30
        assert 429 in codes[30:40]
        assert int(answers[codes.index(429)].headers["Retry-After"]) >= 1
        assert client.get("/studies", headers=BEARER).status_code == 429, "a right one waits too"
        assert client.get("/healthz").status_code == 200
        time.sleep(2.1)
        assert client.get("/studies", headers=BEARER).status_code == 200


def test_rates(tmp_path: Path) -> None:
    with running(tmp_path, NOCTIS_RATE_PER_S="1", NOCTIS_READ_ACCESS="open") as gateway, gateway.client() as client:
        codes = [client.get("/studies").status_code for _ in range(20)]
        assert codes[:10] == [200] * 10
        assert codes.count(429) >= 8
        assert statuses(client, [event(f"1.{number}") for number in range(30)]) == ["accepted"] * 30


def test_buckets_stay_small() -> None:
    buckets = Buckets(1000.0, 1.0)
    for number in range(50_000):
        assert buckets.wait(str(number)) == 0
    assert len(buckets._levels) <= 20_000
    slow = Buckets(0.1, 1.0)
    assert slow.wait("a") == 0
    assert 9 <= slow.wait("a") <= 10


def test_other_origins_only_as_told(tmp_path: Path) -> None:
    env = {"NOCTIS_CORS_ORIGINS": "https://noctis-pro.com, https://viewer.noctis-pro.com/"}
    with running(tmp_path, **env) as gateway, gateway.client() as client:
        for origin, allowed in (("https://noctis-pro.com", True), ("https://evil.example", False)):
            answer = client.get("/studies", headers={"Origin": origin})
            assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is allowed
            asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
            preflight = client.options("/studies", headers=asked | {"Access-Control-Request-Headers": "authorization"})
            assert (preflight.status_code == 200) is allowed
        answer = client.options("/ingest", headers=asked | {"Access-Control-Request-Method": "POST"})
        assert answer.status_code == 400
    for bad in ("*", "https://*", "noctis-pro.com"):
        with pytest.raises(SettingsError, match="NOCTIS_CORS_ORIGINS"):
            Settings.from_env({"NOCTIS_FASTAPI_TOKEN": "x", "NOCTIS_CORS_ORIGINS": bad})


def test_nothing_of_other_origins_without_the_setting(client: httpx.Client) -> None:
    answer = client.get("/studies", headers={"Origin": "https://noctis-pro.com"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
