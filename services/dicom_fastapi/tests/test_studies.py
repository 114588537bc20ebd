"""The lists: what the page reads first."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.gateway import event, running, statuses


def test_from_nothing_to_studies_newest_first(tmp_path: Path) -> None:
    old = event(
        "1.1",
        "1.2.1",
        "1.3.1",
        patient_id="P1",
        study_date="20260101",
        study_time="1011",
        accession_number="A",
        study_description="Thorax",
    )
    new = [
        event("1.1", "1.2.2", "1.3.1", generation=1, modality="PT", series_number=2),
        event("1.2", "1.2.2", "1.3.2", generation=1, modality="CT", series_number=10, series_description="thin"),
        event("1.3", "1.2.2", "1.3.2", generation=3, modality="CT", series_number=10, series_description="thin"),
        event("1.4", "1.2.2", "1.3.3", generation=2, modality="CT"),
    ]
    del old["index"]["modality"]
    with running(tmp_path) as gateway, gateway.client() as client:
        assert client.get("/studies").json() == {"studies": []}
        assert client.get("/studies/1.2.2/series").json() == {"detail": "no such study"}
        assert client.get("/studies/1.2.2/series/1.3.1/instances").json() == {"detail": "no such series"}
        assert statuses(client, [*new, old]) == ["accepted"] * 5
        assert client.get("/studies").json()["studies"] == [
            {
                "study_instance_uid": "1.2.2",
                "patient_name": "SECRET^PATIENT",
                "patient_id": None,
                "study_date": None,
                "study_time": None,
                "accession_number": None,
                "study_description": None,
                "modalities": ["CT", "PT"],
                "series_count": 3,
                "instance_count": 4,
                "updated": "2026-11-24T10:00:03.000001Z",
                "canary": False,
            },
            {
                "study_instance_uid": "1.2.1",
                "patient_name": "SECRET^PATIENT",
                "patient_id": "P1",
                "study_date": "20260101",
                "study_time": "1011",
                "accession_number": "A",
                "study_description": "Thorax",
                "modalities": [],
                "series_count": 1,
                "instance_count": 1,
                "updated": "2026-11-24T10:00:00.000001Z",
                "canary": False,
            },
        ]
        pages = [client.get("/studies", params={"limit": 1, "offset": offset}).json() for offset in range(3)]
        assert [[row["study_instance_uid"] for row in page["studies"]] for page in pages] == [["1.2.2"], ["1.2.1"], []]
        assert client.get("/studies/1.2.2/series").json()["series"] == [
            {"series_instance_uid": uid, "modality": modality, "series_number": number, "instance_count": count}
            | {"series_description": description}
            for uid, modality, number, count, description in (
                ("1.3.1", "PT", 2, 1, None),
                ("1.3.2", "CT", 10, 2, "thin"),
                ("1.3.3", "CT", None, 1, None),
            )
        ]


def test_one_uid_in_two_studies_is_two_objects(client: httpx.Client, study: str) -> None:
    first, second = event("1.1", f"{study}.1", "1.3"), event("1.1", f"{study}.2", "1.3", data=b"x" * 300)
    assert statuses(client, [first, second]) == ["accepted", "accepted"]
    for content in (first, second):
        address = f"/studies/{content['study_instance_uid']}/series/1.3/instances"
        (row,) = client.get(address).json()["instances"]
        assert row["sha256"] == content["sha256"]


def test_instances_by_number(client: httpx.Client, study: str) -> None:
    unnumbered = event("1.0", study)
    del unnumbered["index"]["instance_number"]
    position, orientation = [-120.5, 0.1, 3e-7], [1, 0, 0, 0, 0.5, -0.5]
    full = event(
        "1.9",
        study,
        instance_number=2,
        rows=512,
        columns=256,
        number_of_frames=3,
        image_position_patient=position,
        image_orientation_patient=orientation,
    )
    statuses(client, [unnumbered, event("1.2", study, instance_number=10), full])
    address = f"/studies/{study}/series/{full['series_instance_uid']}/instances"
    rows = client.get(address).json()["instances"]
    assert [row["sop_instance_uid"] for row in rows] == ["1.9", "1.2", "1.0"]
    assert rows[0] == {
        "sop_instance_uid": "1.9",
        "instance_number": 2,
        "rows": 512,
        "columns": 256,
        "number_of_frames": 3,
        "image_position_patient": position,
        "image_orientation_patient": orientation,
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "size": 200,
        "sha256": full["sha256"],
        "time": full["time"],
        "canary": False,
        "url": f"{address}/1.9/file",
    }
    assert rows[2]["instance_number"] is None


@pytest.mark.parametrize("uid", ["x", "1..2", "1" * 65, "1.2%0A", "%2E%2E", "1.2'--"])
def test_a_uid_in_an_address_is_checked(client: httpx.Client, uid: str) -> None:
    for address in (f"/studies/{uid}/series", f"/studies/1.2/series/{uid}/instances"):
        assert client.get(address).status_code == 422
    assert client.get(f"/studies/1.2/series/1.3/instances/{uid}/file").status_code == 422


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "offset=-1", f"offset={2**70}"])
def test_a_wrong_page_of_the_list(client: httpx.Client, query: str) -> None:
    assert client.get(f"/studies?{query}").status_code == 422


def test_answers_are_not_kept_by_caches_and_carry_the_policy(client: httpx.Client) -> None:
    for path in ("/studies", "/nothing", "/studies/x/series"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_openapi_document_describes_ingest(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    body = document["paths"]["/ingest"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["oneOf"][0] == {"$ref": "#/components/schemas/IngestEvent"}
    schemas = document["components"]["schemas"]
    assert schemas["IngestEvent"]["properties"]["index"] == {"$ref": "#/components/schemas/EventIndex"}
    assert schemas["EventIndex"]["properties"]["rows"]["type"] == "integer"
    assert {"/studies", "/events", "/healthz", "/page-config.json"} < document["paths"].keys()
