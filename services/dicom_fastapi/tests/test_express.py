"""What is answered the short way is what the application answers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.gateway import BEARER, event, running, statuses
from tests.test_auth import new

DICOM = {"Accept": "application/dicom"}


def file_address(told: dict[str, object]) -> str:
    return "/studies/{study_instance_uid}/series/{series_instance_uid}/instances/{sop_instance_uid}".format(**told)


@pytest.mark.parametrize("accel", ["", "/stored"])
def test_answers_are_the_same(tmp_path: Path, accel: str) -> None:
    env = {"NOCTIS_ACCEL_REDIRECT": accel} if accel else {}
    with running(tmp_path, **env) as gateway, gateway.client() as client:
        data = bytes(range(256)) * 100
        told = event("1.2.7.1", "1.2.7", "1.2.7.0", data)
        gateway.store(told, data)
        assert statuses(client, told) == ["accepted"]
        for address in (f"{file_address(told)}/file", f"/dicomweb{file_address(told)}"):
            first, again = (client.get(address, headers=DICOM) for _ in range(2))
            assert first.status_code == again.status_code == 200
            assert first.content == again.content == (b"" if accel else data)
            changing = {"date"}
            assert {k: v for k, v in first.headers.items() if k not in changing} == {
                k: v for k, v in again.headers.items() if k not in changing
            }
            # What is not the whole object goes the long way.
            tag = {"If-None-Match": again.headers["etag"]}
            assert client.get(address, headers=DICOM | tag).status_code == 304
            if not accel:
                part = client.get(address, headers=DICOM | {"Range": "bytes=5-9"})
                assert (part.status_code, part.content) == (206, data[5:10])
            assert client.head(address, headers=DICOM).headers["etag"] == again.headers["etag"]


def test_an_object_that_is_replaced_or_goes_is_not_given_any_more(tmp_path: Path) -> None:
    with running(tmp_path) as gateway, gateway.client() as client:
        told = event("1.2.7.1", "1.2.7", "1.2.7.0", b"old" * 100)
        gateway.store(told, b"old" * 100)
        assert statuses(client, told) == ["accepted"]
        address = f"{file_address(told)}/file"
        assert [client.get(address).content for _ in range(2)] == [b"old" * 100] * 2
        newer = event("1.2.7.1", "1.2.7", "1.2.7.0", b"new" * 100, generation=1)
        gateway.store(newer, b"new" * 100)
        assert statuses(client, newer) == ["accepted"]
        answer = client.get(address)
        assert (answer.content, answer.headers["etag"]) == (b"new" * 100, f'"{newer["sha256"]}"')
        # A file of another size is in place before its event is here.
        gateway.store(newer, b"newest" * 100)
        answer = client.get(address)
        assert (answer.content, "etag" in answer.headers) == (b"newest" * 100, False)
        (gateway.storage / newer["path"]).unlink()
        assert client.get(address).status_code == 404


def test_a_facility_learns_nothing_of_what_others_have_asked_for(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    made = {
        facility: new(tokens, facility.lower(), "--scopes", "read", "--facilities", facility)
        for facility in ("NORTH", "SOUTH")
    }
    env = {"NOCTIS_TOKENS_FILE": str(tokens), "NOCTIS_FACILITIES": "CT1=NORTH", "NOCTIS_READ_ACCESS": "closed"}
    with running(tmp_path, **env) as gateway, gateway.client() as client:
        told = event("1.2.7.1", "1.2.7", "1.2.7.0", b"x" * 200)
        gateway.store(told, b"x" * 200)
        assert statuses(client, told) == ["accepted"]
        address = f"{file_address(told)}/file"

        def status(headers: dict[str, str]) -> int:
            answer: httpx.Response = client.get(address, headers=headers)
            return answer.status_code

        for _ in range(2):
            assert [status(made["NORTH"]), status(BEARER), status(made["SOUTH"])] == [200, 200, 404]
            assert status({}) == 403


def test_a_series_is_known_after_two_of_its_objects(tmp_path: Path) -> None:
    with running(tmp_path) as gateway, gateway.client() as client:
        all_told = [event(f"1.2.7.{number}", "1.2.7", "1.2.7.0", bytes([number]) * 200) for number in range(1, 9)]
        for number, told in enumerate(all_told, 1):
            gateway.store(told, bytes([number]) * 200)
        assert set(statuses(client, all_told)) == {"accepted"}
        for number, told in enumerate(all_told, 1):
            assert client.get(f"{file_address(told)}/file").content == bytes([number]) * 200
        assert client.get("/studies/1.2.7/series/1.2.7.0/instances/1.2.7.99/file").status_code == 404
