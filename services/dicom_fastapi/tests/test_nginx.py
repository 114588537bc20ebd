"""The sample configuration of nginx: who may read what, whole objects without Python, revocation within its seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests import nginx
from tests.gateway import BEARER, Event, Gateway, event, running, statuses
from tests.test_auth import new

DICOM = {"Accept": "application/dicom"}
DATA = bytes(range(256)) * 50


@contextmanager
def behind(folder: Path, **env: str) -> Iterator[tuple[Gateway, httpx.Client]]:
    """A gateway, and a client of the nginx before it."""
    with running(folder, NOCTIS_READ_ACCESS="closed", NOCTIS_ALLOWED_HOSTS="noctis-pro.com", **env) as gateway:
        place = folder / "nginx"
        with nginx.running(place, gateway.url, f"unix:{place}/socket", gateway.storage):
            transport = httpx.HTTPTransport(uds=str(place / "socket"))
            with httpx.Client(base_url="http://noctis-pro.com", transport=transport, timeout=30) as web:
                yield gateway, web


def stored(gateway: Gateway, number: int, study: str = "1.2.7", title: str = "CT1") -> tuple[Event, str]:
    told = event(f"{study}.0.{number}", study, f"{study}.0", DATA) | {"calling_aet": title}
    gateway.store(told, DATA)
    with gateway.client() as client:
        assert statuses(client, told) == ["accepted"]
    return told, f"/studies/{study}/series/{study}.0/instances/{told['sop_instance_uid']}"


def test_whole_objects_come_from_nginx_and_the_rest_from_the_gateway(tmp_path: Path) -> None:
    with behind(tmp_path) as (gateway, web):
        _, first = stored(gateway, 1)
        _, second = stored(gateway, 2)
        for address in (f"{first}/file", f"/dicomweb{first}"):
            answer = web.get(address, headers=BEARER | DICOM)
            assert (answer.status_code, answer.content == DATA) == (200, True)
            assert answer.headers["content-type"] == "application/dicom"
            assert answer.headers["cache-control"] == "private, no-cache"
            assert answer.headers["x-content-type-options"] == "nosniff"
            tag = answer.headers["etag"]
            assert not tag.startswith("W/")
            assert web.get(address, headers=BEARER | DICOM | {"If-None-Match": tag}).status_code == 304
            part = web.get(address, headers=BEARER | DICOM | {"Range": "bytes=5-9", "If-Range": tag})
            assert (part.status_code, part.content) == (206, DATA[5:10])
            assert web.head(address, headers=BEARER | DICOM).headers["content-length"] == str(len(DATA))
        many = web.get(f"/dicomweb{first}", headers=BEARER | {"Accept": 'multipart/related; type="application/dicom"'})
        assert many.headers["content-type"].startswith("multipart/related")
        assert web.get("/studies", headers=BEARER).json()["studies"][0]["instance_count"] == 2
        # The gateway is asked once for all objects of a study: without it they go on for a moment.
        assert web.get(f"{first}/file", headers=BEARER).status_code == 200
        gateway.kill()
        assert web.get(f"{second}/file", headers=BEARER).content == DATA
        assert web.get("/studies", headers=BEARER).status_code == 502
        time.sleep(3.2)
        assert web.get(f"{second}/file", headers=BEARER).status_code == 502
        gateway.start()


def test_nobody_gets_what_the_gateway_does_not_allow(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    north = new(tokens, "north", "--scopes", "read", "--facilities", "NORTH")
    south = new(tokens, "south", "--scopes", "read", "--facilities", "SOUTH")
    env = {"NOCTIS_TOKENS_FILE": str(tokens), "NOCTIS_FACILITIES": "CT1=NORTH,CT2=SOUTH"}
    with behind(tmp_path, **env) as (gateway, web):
        told, mine = stored(gateway, 1)
        _, theirs = stored(gateway, 1, "1.2.8", "CT2")

        def status(address: str, headers: dict[str, str]) -> int:
            return web.get(f"{address}/file", headers=headers).status_code

        for _ in range(2):  # the second time from the cache
            assert [status(mine, north), status(mine, south), status(mine, {})] == [200, 404, 403]
            assert [status(theirs, north), status(theirs, south)] == [404, 200]
            assert status(mine, {"Authorization": "Bearer wrong"}) == 401
            assert web.get(f"{mine}/file", headers=north | {"Host": "example.org"}).status_code == 403
        assert status("/studies/9.9/series/9.9/instances/9.9", north) == 404
        assert status("/studies/1.2.7/series/1.2.7.0/instances/9.9", north) == 404
        for outside in ("/noctis-sight", f"/sight/{told['study_instance_uid']}"):
            assert web.get(outside).status_code in (403, 404)
        # A link in the storage is not followed.
        (gateway.storage / "1.2.7/1.2.7.0/1.5.dcm").symlink_to(tmp_path / "tokens.json")
        assert status("/studies/1.2.7/series/1.2.7.0/instances/1.5", north) in (403, 404)
        assert web.post(f"{mine}/file", headers=north).status_code == 405


def test_a_token_that_is_taken_away_ends_within_seconds(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    viewer = new(tokens, "viewer", "--scopes", "read")
    with behind(tmp_path, NOCTIS_TOKENS_FILE=str(tokens)) as (gateway, web):
        _, address = stored(gateway, 1)
        assert web.get(f"{address}/file", headers=viewer).status_code == 200
        tokens.write_text('{"tokens": []}')
        ended = time.monotonic()
        while (status := web.get(f"{address}/file", headers=viewer).status_code) == 200:
            assert time.monotonic() - ended < 5
            time.sleep(0.1)
        assert status == 401
