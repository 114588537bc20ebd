"""Events on to a real Django: rows as they should be, one effect each, in order, through every failure."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from noctis_gateway.db.engine import Database
from noctis_gateway.db.writer import Writer
from noctis_gateway.event import IngestEvent
from noctis_gateway.forwarding import outbox
from noctis_gateway.forwarding.forwarder import Forwarder
from noctis_gateway.settings import Settings
from tests.django_site import API_KEY, SECRET, Site, eventually
from tests.gateway import BEARER, PATIENT, Gateway, event, running, statuses
from tests.library import read


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site that runs, with the facility CT1."""
    site = Site(tmp_path)
    site.prepare("CT1")
    site.start()
    yield site
    site.stop()


def test_an_object_becomes_the_rows_of_noctis_pro(site: Site, tmp_path: Path) -> None:
    stored = read("CT_small.dcm")
    place = site.media / "dicom/received" / stored.event["path"]
    place.parent.mkdir(parents=True)
    place.write_bytes(stored.data)
    stored.event["index"] |= {
        "image_position_patient": [-158.135803, -179.035797, -75.699997],
        "image_orientation_patient": [1, 0, 0, 0, 1, 0],
    }
    nameless = [event(f"1.4.{n}", f"1.2.{n}", f"1.3.{n}") for n in (1, 2)]
    for content in nameless:
        content["index"] = {}
    canary = event("1.9.9", "1.9", "1.9.1") | {"canary": True}
    with running(tmp_path, **site.env) as gateway, gateway.client() as client:
        assert statuses(client, [stored.event, *nameless, canary]) == ["accepted"] * 4
        eventually(lambda: site.count("ingestedevent") == 4, "all four are taken")
        assert site.count("dicomimage") == 3
        columns = "patient_id, first_name, last_name, date_of_birth, gender"
        patients = site.rows(f"SELECT {columns} FROM dicom_ingest_patient ORDER BY id")  # noqa: S608
        assert patients[0] == ("1CT1", "CT1", "CompressedSamples", "1900-01-01", "O")
        assert len({patient[0] for patient in patients}) == 3, "two without an id are two"
        assert patients[1][1:] == ("UNKNOWN", "UNKNOWN", "1900-01-01", "O")
        (study,) = site.rows(
            "SELECT study_instance_uid, study_description, study_date, status, priority, code, f.ae_title "
            "FROM dicom_ingest_study s JOIN dicom_ingest_modality m ON m.id = s.modality_id "
            "JOIN dicom_ingest_facility f ON f.id = s.facility_id WHERE s.id = 1"
        )
        assert study == (stored.study, "e+1", "2004-01-19 07:27:30", "scheduled", "normal", "CT", "CT1")
        (series,) = site.rows(
            "SELECT series_number, modality, slice_thickness, pixel_spacing, image_orientation "
            "FROM dicom_ingest_series WHERE id = 1"
        )
        assert series == (1, "CT", 5.0, "0.661468\\0.661468", "1\\0\\0\\0\\1\\0")
        (image,) = site.rows(
            "SELECT sop_instance_uid, instance_number, image_position, slice_location, file_path, file_size, processed "
            "FROM dicom_ingest_dicomimage WHERE id = 1"
        )
        position = "-158.135803\\-179.035797\\-75.699997"
        path = f"dicom/received/{stored.event['path']}"
        assert image == (stored.sop, 1, position, -77.2040634155, path, len(stored.data), 0)
        newer = event(stored.sop, stored.study, stored.series, b"n" * 900, generation=5)
        newer["time"] = "2027-01-01T00:00:00.000000Z"
        statuses(client, newer)
        eventually(lambda: site.count("ingestedevent") == 5, "the newer one is taken")
        assert site.rows("SELECT count(*), max(file_size) FROM dicom_ingest_dicomimage") == [(3, 900)]
        assert PATIENT not in gateway.log
        assert SECRET not in gateway.log


def test_what_is_not_signed_is_not_taken(site: Site) -> None:
    body = json.dumps([event("1.1")]).encode()

    def post(made: int, secret: str, key: str, sent: bytes = body) -> int:
        mac = hmac.new(secret.encode(), f"{made}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Noctis-Signature": f"t={made},v1={mac}", "X-Noctis-Api-Key": key}
        return httpx.post(site.env["NOCTIS_DJANGO_URL"], content=sent, headers=headers, trust_env=False).status_code

    now = int(time.time())
    assert post(now, "other", API_KEY) == 401
    assert post(now, SECRET, "other") == 401
    assert post(now - 3600, SECRET, API_KEY) == 401
    assert post(now, SECRET, API_KEY, body + b" ") == 401
    assert httpx.post(site.env["NOCTIS_DJANGO_URL"], content=body, trust_env=False).status_code == 401
    assert site.count("ingestedevent") == 0
    assert post(now, SECRET, API_KEY) == 200
    assert site.count("ingestedevent") == 1


def test_dead_letters_are_seen_and_tried_again(site: Site, tmp_path: Path) -> None:
    with running(tmp_path, **site.env) as gateway, gateway.client(headers=BEARER) as client:
        strangers = [event(f"1.{n}", "1.5") | {"calling_aet": "STRANGER"} for n in range(3)]
        site.shell("facility('MR9')")  # with two facilities a stranger's is neither
        statuses(client, [*strangers, event("1.9", "1.5")])
        eventually(lambda: site.count("ingestedevent") == 1, "the good one is not held up")

        def dead() -> list[dict[str, object]]:
            found: list[dict[str, object]] = client.get("/control/dead-letters").json()["dead_letters"]
            return found

        eventually(lambda: len(dead()) == 3, "three are dead")
        assert dead()[0] == {
            "sequence": 1,
            "event_id": strangers[0]["event_id"],
            "study_instance_uid": "1.5",
            "attempts": 1,
            "reason": "no active facility has this calling AE title",
        }
        assert client.post("/control/dead-letters/retry", json={"sequences": [1]}).json() == {"count": 1}
        eventually(lambda: len(dead()) == 3 and dead()[0]["attempts"] == 1, "dead again")
        assert client.post("/control/dead-letters/drop", json={"sequences": [2, 99]}).json() == {"count": 1}
        site.shell("facility('STRANGER')")
        assert client.post("/control/dead-letters/retry", json={}).json() == {"count": 2}
        eventually(lambda: site.count("ingestedevent") == 3, "the others are taken")
        assert dead() == []
        assert client.post("/control/dead-letters/drop", json={}).status_code == 422
        with gateway.client() as stranger:
            assert stranger.get("/control/dead-letters").status_code == 401
            assert stranger.post("/control/dead-letters/retry", json={}).status_code == 401


def test_a_site_that_refuses_the_key_loses_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path, api_key="another-key")
    site.prepare("CT1")
    site.start()
    try:
        with running(tmp_path, **site.env) as gateway, gateway.client(headers=BEARER) as client:
            statuses(client, [event(f"1.{n}") for n in range(5)])
            eventually(lambda: "status 401" in gateway.log, "it is refused")
            assert client.get("/control/dead-letters").json() == {"dead_letters": []}
            site.stop()
            site.api_key = API_KEY
            site.start()
            eventually(lambda: site.count("ingestedevent") == 5, "with the right key all are taken")
    finally:
        site.stop()


def test_kill_nine_on_either_side_under_load(tmp_path: Path) -> None:
    """Every event that got 2xx has one effect, in the order of its study, whoever was killed when."""
    site = Site(tmp_path)
    site.prepare("CT1")
    site.start()
    gateway, answered = Gateway(tmp_path, site.env), list[str]()
    numbers, stop = itertools.count(), threading.Event()

    def send() -> None:
        with gateway.client() as client:
            while not stop.is_set():
                batch = [event(f"1.7.{n}", f"1.2.{n % 4}", f"1.3.{n % 4}") for n in itertools.islice(numbers, 8)]
                try:
                    if statuses(client, batch) == ["accepted"] * 8:
                        answered.extend(content["event_id"] for content in batch)
                except httpx.TransportError:
                    return
                time.sleep(0.02)

    try:
        for round_ in range(3):
            gateway.start()
            if site.process is None:
                site.start()
            before = len(answered)
            thread = threading.Thread(target=send)
            thread.start()
            eventually(lambda before=before: len(answered) >= before + 80, "events flow")
            if round_ % 2 == 0:
                site.stop(signal.SIGKILL)
                eventually(lambda before=before: len(answered) >= before + 120, "they flow without Django too")
            gateway.kill()
            thread.join()
        gateway.start()
        if site.process is None:
            site.start()
        every = "SELECT event_id FROM dicom_ingest_ingestedevent"
        eventually(lambda: set(answered) <= {row[0] for row in site.rows(every)}, "all of them are there")
        rows = site.rows("SELECT sop_instance_uid FROM dicom_ingest_ingestedevent ORDER BY id")
        taken = [int(sop.rpartition(".")[2]) for (sop,) in rows]
        assert len(taken) == len(set(taken)) >= len(answered)
        for study in range(4):
            mine = [number for number in taken if number % 4 == study]
            assert mine == sorted(mine)
        eventually(lambda: outbox_depth(gateway) == (0, 0), "the outbox is empty")
    finally:
        gateway.stop()
        site.stop()


def outbox_depth(gateway: Gateway) -> tuple[int, int]:
    """What waits and what is dead."""
    connection = sqlite3.connect(f"file:{gateway.folder / 'index.sqlite'}?mode=ro", uri=True)
    found = dict(connection.execute("SELECT state, count(*) FROM outbox GROUP BY state").fetchall())
    connection.close()
    return found.get("ready", 0), found.get("dead", 0)


class HourClock:
    """A clock that a wait moves on at once; the site comes up after an hour of it."""

    def __init__(self, site: Site) -> None:
        self.ms, self.site, self.waits = 1_800_000_000_000, site, 0

    def now_ms(self) -> int:
        """The time."""
        return self.ms

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Pass the time."""
        if seconds is None:
            await event.wait()
            return
        self.waits += 1
        self.ms += int(seconds * 1000)
        if self.ms >= 1_800_000_000_000 + 3_600_000 and self.site.process is None:
            await asyncio.to_thread(self.site.start)
        await asyncio.sleep(0)


def test_django_is_down_for_an_hour(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.prepare("CT1")
    settings = Settings.from_env(
        {"NOCTIS_FASTAPI_TOKEN": "x", "NOCTIS_GATEWAY_DATABASE": str(tmp_path / "index.sqlite")} | site.env
    )
    clock = HourClock(site)

    async def hour() -> None:
        database = Database(settings)
        writer = Writer(database, lambda _: None, lambda told: told.calling_aet, forward=True)
        for n in range(10):
            batch = [IngestEvent.model_validate(event(f"1.{n}.{m}", f"1.2.{m}")) for m in range(30)]
            assert await writer.submit(batch) == [True] * 30
        forwarder = Forwarder(settings, database, writer, clock)
        await asyncio.to_thread(eventually, lambda: outbox.depth(database.reading) == (0, 0, None), "all are taken")
        await forwarder.close()
        await writer.close()
        database.close()

    try:
        asyncio.run(asyncio.wait_for(hour(), 120))
        assert site.count("ingestedevent") == site.count("dicomimage") == 300
        assert clock.ms >= 1_800_000_000_000 + 3_600_000
        assert 60 <= clock.waits <= 120, "a try a minute, not a flood"
    finally:
        site.stop()


def test_sessions_of_django(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.prepare("NORTH", "SOUTH")
    site.start()
    code = """
north, a = person("anna", "NORTH")
south, b = person("bert", "SOUTH")
admin, c = person("carl", is_staff=True, is_superuser=True)
gone, d = person("dora", "NORTH", is_active=False)
changed, e = person("emil", "NORTH")
changed.set_password("y"); changed.save()
public, f = person("fred", is_staff=True)
f["public_study_uid"] = "1.20"; f.save()
print(" ".join(session.session_key for session in (a, b, c, d, e, f)))
"""
    keys = dict(zip("abcdef", site.shell(code).split(), strict=True))
    env = site.env | {"NOCTIS_READ_ACCESS": "closed", "NOCTIS_SESSION_TTL_S": "0.5"}
    env["NOCTIS_DJANGO_URL"] = ""
    try:
        with running(tmp_path, **env) as gateway, gateway.client() as client:
            events = [event("1.1", "1.10") | {"calling_aet": "north"}, event("1.2", "1.20") | {"calling_aet": "SOUTH"}]
            statuses(client, events)

            def seen(key: str) -> list[str] | int:
                answer = httpx.get(
                    f"{gateway.url}/studies", headers={"Cookie": f"x=1; sessionid={key}"}, trust_env=False
                )
                if answer.status_code != 200:
                    return answer.status_code
                return sorted(row["study_instance_uid"] for row in answer.json()["studies"])

            assert [seen(keys[name]) for name in "abcdef"] == [["1.10"], ["1.20"], ["1.10", "1.20"], 403, 403, ["1.20"]]
            assert seen("nonsense") == seen("") == 403
            letters = "/control/dead-letters"
            admin, north = {"Cookie": f"sessionid={keys['c']}"}, {"Cookie": f"sessionid={keys['a']}"}
            assert client.get(letters, headers=admin).status_code == 200
            assert client.get(letters, headers=north).status_code == 403
            retry = f"{letters}/retry"
            assert client.post(retry, json={}, headers=admin).status_code == 403, "from nowhere"
            foreign = admin | {"Origin": "https://evil.example"}
            assert client.post(retry, json={}, headers=foreign).status_code == 403
            assert client.post(retry, json={}, headers=admin | {"Sec-Fetch-Site": "cross-site"}).status_code == 403
            own = admin | {"Origin": gateway.url, "Sec-Fetch-Site": "same-origin"}
            assert client.post(retry, json={}, headers=own).status_code == 200
            before = site.rows("SELECT expire_date FROM django_session ORDER BY session_key")
            seen(keys["a"])
            assert site.rows("SELECT expire_date FROM django_session ORDER BY session_key") == before, "looking only"
            with client.stream("GET", "/events?after=0", headers=north) as stream:
                lines = stream.iter_lines()
                assert any(line.startswith("data:") and "1.10" in line for line in lines)
                site.shell("from django.contrib.sessions.models import Session; Session.objects.all().delete()")
                assert not [line for line in lines if line.startswith("data: {")], "it ends with the session"
            eventually(lambda: seen(keys["b"]) == 403, "a logout counts")
            site.stop()
            eventually(lambda: seen(keys["a"]) == 503, "without Django no session is believed")
            for key in keys.values():
                assert key not in gateway.log
    finally:
        site.stop()
