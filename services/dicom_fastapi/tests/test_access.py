"""Who may ask, and what a gateway says that is not asked properly."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers

from noctis_gateway.access import is_allowed_host, is_loopback
from tests.gateway import BEARER, TOKEN, event, running, statuses

READS = ["/", "/studies", "/events", "/openapi.json", "/page-config.json", "/studies/1.2/series", "/nothing"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example"]
)
@pytest.mark.parametrize("path", [*READS, "/healthz"])
def test_a_foreign_host_name_is_refused(client: httpx.Client, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert "NOCTIS_ALLOWED_HOSTS" in answer.json()["detail"]


def test_a_foreign_host_name_is_refused_with_the_token_too(client: httpx.Client, study: str) -> None:
    # 403 and not 400: the receiver waits and tries again, and drops no event for a setting.
    answer = client.post("/ingest", json=event("1.1", study), headers=BEARER | {"Host": "evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("localhost", True),
        ("LOCALHOST.:8000", True),
        ("127.0.0.1:8000", True),
        ("192.168.1.5", True),
        ("[::1]:8000", True),
        ("[::1]", True),
        ("pacs.example:443", True),
        ("other.example", False),
        ("xpacs.example", False),
        ("pacs.example.evil.example", False),
        ("", False),
        (":8000", False),
        ("[", False),
    ],
)
def test_host_names(host: str, allowed: bool) -> None:
    assert is_allowed_host(host, frozenset({"pacs.example"})) is allowed


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
@pytest.mark.parametrize("path", READS)
def test_a_proxy_on_this_machine_does_not_make_its_clients_local(client: httpx.Client, header: str, path: str) -> None:
    answer = client.get(path, headers={header: "127.0.0.1"})
    assert answer.status_code == 403
    assert "NOCTIS_READ_ACCESS=open" in answer.json()["detail"]


def test_the_token_reads_from_anywhere(client: httpx.Client) -> None:
    assert client.get("/studies", headers={"X-Forwarded-For": "192.0.2.1"} | BEARER).status_code == 200
    assert client.get("/healthz", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200


def test_ingest_needs_only_the_token(client: httpx.Client, study: str) -> None:
    answer = client.post("/ingest", json=event("1.1", study), headers=BEARER | {"X-Forwarded-For": "192.0.2.1"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("client", "local"),
    [
        (("127.0.0.1", 5000), True),
        (("127.9.9.9", 5000), True),
        (("::1", 5000), True),
        (("::ffff:127.0.0.1", 5000), True),
        (("192.0.2.9", 5000), False),
        (("10.0.0.1", 5000), False),
        (("::ffff:192.0.2.9", 5000), False),
        (("2001:db8::1", 5000), False),
        (("localhost", 5000), False),
        (None, False),
    ],
)
def test_loopback_addresses(client: tuple[str, int] | None, local: bool) -> None:
    assert is_loopback({"type": "http", "client": client}, Headers()) is local


def test_settings_open_hosts_and_reads(tmp_path: Path) -> None:
    with (
        running(tmp_path, NOCTIS_READ_ACCESS="open", NOCTIS_ALLOWED_HOSTS="pacs.example, Viewer.Example.") as gateway,
        gateway.client() as client,
    ):
        for host in ("pacs.example", "viewer.example:8443"):
            answer = client.get("/studies", headers={"Host": host, "X-Forwarded-For": "192.0.2.1"})
            assert answer.status_code == 200
        assert client.get("/studies", headers={"Host": "other.example"}).status_code == 403
        assert client.post("/ingest", json=[]).status_code == 401
        assert TOKEN not in gateway.log
        assert statuses(client, event("1.1")) == ["accepted"]
