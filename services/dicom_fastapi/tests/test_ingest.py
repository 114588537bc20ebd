"""What `POST /ingest` takes, refuses and keeps."""

from __future__ import annotations

import itertools
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gateway import BEARER, PATIENT, Gateway, event, ingest, running, statuses


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer a-token-for-test"},
        {"Authorization": "Basic a-token-for-tests"},
        {"Authorization": "a-token-for-tests"},
        {"Authorization": b"Bearer \xff\xfe"},
        {"X-Token": "a-token-for-tests"},
    ],
)
def test_without_the_token_nothing_is_taken(client: httpx.Client, study: str, headers: dict[str, Any]) -> None:
    answer = client.post("/ingest", json=event("1.1", study), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert client.get(f"/studies/{study}/series").status_code == 404


def test_one_event_and_its_repetition(client: httpx.Client, study: str) -> None:
    first = event("1.1", study)
    assert ingest(client, first) == [{"event_id": first["event_id"], "status": "accepted"}]
    assert ingest(client, first) == [{"event_id": first["event_id"], "status": "duplicate"}]
    (series,) = client.get(f"/studies/{study}/series").json()["series"]
    assert series["instance_count"] == 1


def test_results_are_in_the_order_of_the_events(client: httpx.Client, study: str) -> None:
    events = [event(f"1.{number}", study) for number in range(5)]
    batch = [events[0], events[1], events[0], {"event_id": "mine"}, 7, events[4]]
    results = ingest(client, batch)
    ids = [events[0]["event_id"], events[1]["event_id"], events[0]["event_id"], "mine", None, events[4]["event_id"]]
    assert [result.get("event_id", "left out") for result in results] == [*ids[:4], "left out", ids[5]]
    assert [result["status"] for result in results] == [
        *("accepted", "accepted", "duplicate", "rejected", "rejected", "accepted")
    ]
    assert statuses(client, []) == []


def test_one_bad_event_is_rejected_alone_and_discreetly(client: httpx.Client, gateway: Gateway, study: str) -> None:
    bad = event("1.2", study, patient_name="SECRET^HOLDER", rows="SECRET^HOLDER", SECRETKEY=1)
    results = ingest(client, [event("1.1", study), bad, event("1.3", study)])
    assert [result["status"] for result in results] == ["accepted", "rejected", "accepted"]
    assert "index.rows" in results[1]["reason"]
    assert "HOLDER" not in json.dumps(results)
    assert PATIENT not in gateway.log
    assert "HOLDER" not in gateway.log


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../../etc/passwd",
        "1.2/../../../etc/passwd",
        "1.2/1.3/../1.4.dcm",
        "{study}/{series}/1.1.dcm/",
        "{study}/{series}/1.1.dcm\0",
        "./{study}/{series}/1.1.dcm",
        "{study}/{series}/1.2.dcm",
        "{series}/{study}/1.1.dcm",
        "",
    ],
)
def test_a_path_other_than_the_place_of_the_object_is_rejected(client: httpx.Client, study: str, path: str) -> None:
    content = event("1.1", study)
    content["path"] = path.format(study=study, series=content["series_instance_uid"])
    (result,) = ingest(client, content)
    assert result["status"] == "rejected"
    assert "path must be" in result["reason"]


@pytest.mark.parametrize("uid", ["..", "1/..", "1.2/3", "", "a.b", "1" * 65])
def test_a_uid_that_is_none_is_rejected(client: httpx.Client, uid: str) -> None:
    content = event("1.1") | {"study_instance_uid": uid}
    content["path"] = f"{uid}/{content['series_instance_uid']}/1.1.dcm"
    assert statuses(client, content) == ["rejected"]


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400])
def test_numbers_beyond_the_database_are_rejected(client: httpx.Client, study: str, value: int) -> None:
    assert statuses(client, event("1.1", study, instance_number=value)) == ["rejected"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"size": NaN}', 400),
        (b'["\\ud800"]', 400),
        (b"[" * 100_000, 400),
        (b"[" + b",".join([b"{}"] * 1001) + b"]", 413),
        (b" " * (4 * 1024 * 1024 + 1), 413),
    ],
)
def test_a_body_that_is_no_batch(client: httpx.Client, body: bytes, status: int) -> None:
    answer = client.post("/ingest", content=body, headers=BEARER)
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_a_body_of_unknown_length_is_bounded(client: httpx.Client) -> None:
    chunks = (b" " * 65536 for _ in range(100))
    answer = client.post("/ingest", content=chunks, headers=BEARER)
    assert answer.status_code == 413
    assert client.get("/healthz").status_code == 200


def test_the_largest_batch(client: httpx.Client, study: str) -> None:
    assert statuses(client, [event(f"1.{number}", study) for number in range(1000)]) == ["accepted"] * 1000
    (series,) = client.get(f"/studies/{study}/series").json()["series"]
    assert series["instance_count"] == 1000


def test_a_newer_generation_replaces_and_an_older_one_does_not(client: httpx.Client, study: str) -> None:
    old, new = event("1.1", study, data=b"o" * 200), event("1.1", study, data=b"n" * 300, generation=2, rows=7)
    between = event("1.1", study, data=b"b" * 400, generation=1, patient_name="OLDER^NAME")
    assert statuses(client, [old, new]) == ["accepted", "accepted"]
    assert statuses(client, [between]) == ["accepted"]  # a fact too, but not the state
    series = client.get(f"/studies/{study}/series").json()["series"]
    assert [row["instance_count"] for row in series] == [1]
    address = f"/studies/{study}/series/{series[0]['series_instance_uid']}/instances"
    (instance,) = client.get(address).json()["instances"]
    assert (instance["sha256"], instance["size"], instance["rows"]) == (new["sha256"], 300, 7)
    (row,) = [row for row in client.get("/studies").json()["studies"] if row["study_instance_uid"] == study]
    assert (row["patient_name"], row["updated"]) == (PATIENT, new["time"])


def test_the_same_event_from_many_connections_has_one_effect(gateway: Gateway, study: str) -> None:
    events = [event(f"1.{number}", study) for number in range(40)]
    got: list[str] = []

    def send() -> None:
        with gateway.client() as client:
            for content in events:
                got.extend(statuses(client, content))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["accepted"] * 40 + ["duplicate"] * 160


def test_what_was_answered_is_there_after_a_kill(tmp_path: Path) -> None:
    """Two connections send, the process is killed among it, twice; every answered event is there once."""
    gateway, answered = Gateway(tmp_path), set[str]()
    numbers = itertools.count()

    def send(size: int) -> None:
        with gateway.client() as client:
            while True:
                batch = [event(f"1.2.{next(numbers)}") for _ in range(size)]
                try:
                    assert statuses(client, batch) == ["accepted"] * size
                except httpx.TransportError:
                    return
                answered.update(content["sop_instance_uid"] for content in batch)

    for _ in range(2):
        gateway.start()
        before = len(answered)
        threads = [threading.Thread(target=send, args=(size,)) for size in (1, 20)]
        for thread in threads:
            thread.start()
        while len(answered) < before + 60:
            time.sleep(0.001)
        gateway.kill()
        for thread in threads:
            thread.join()
    with running(tmp_path) as restarted, restarted.client() as client:
        (row,) = client.get("/studies").json()["studies"]
        address = f"/studies/{row['study_instance_uid']}/series"
        (series,) = client.get(address).json()["series"]
        instances = client.get(f"{address}/{series['series_instance_uid']}/instances").json()["instances"]
        assert answered <= {instance["sop_instance_uid"] for instance in instances}
        assert row["instance_count"] == len(instances)
        assert statuses(client, [event(sop) for sop in sorted(answered)[:1000]]) == ["duplicate"] * min(
            len(answered), 1000
        )
