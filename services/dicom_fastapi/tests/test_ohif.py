"""The requests of OHIF's DICOMweb data source, as its code makes them (extensions/default/src/DicomWebDataSource)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.gateway import Gateway, running
from tests.library import Stored, fill

STUDY_FIELDS = "00081030,00080060,00080090,00100030"
"""Those of its study list, by comma; the index has some of them."""
SERIES_FIELDS = "0008103E,00080021"
JSON = {"Accept": "application/dicom+json"}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, dict[str, Stored]]]:
    with running(tmp_path_factory.mktemp("ohif")) as gateway:
        assert isinstance(gateway, Gateway)
        with gateway.client() as client:
            yield client, fill(gateway, client)


def uids(answer: httpx.Response, tag: str) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {one[tag]["Value"][0] for one in answer.json()}


def test_the_study_list(web: tuple[httpx.Client, dict[str, Stored]]) -> None:
    client, library = web
    ct = library["CT_small.dcm"]
    page = {"limit": "101", "offset": "0", "fuzzymatching": "false", "includefield": STUDY_FIELDS}
    every = client.get("/dicomweb/studies", params=page, headers=JSON)
    assert uids(every, "0020000D") == {stored.study for stored in library.values()}
    ours = next(one for one in every.json() if one["0020000D"]["Value"] == [ct.study])
    # What its list shows: name, id, date, time, accession, modalities, counts.
    for tag in ("00100010", "00100020", "00080020", "00080030", "00080050", "00080061", "00201206", "00201208"):
        assert "vr" in ours[tag], tag
    date = str(ct.dataset.StudyDate)
    for more in (
        {"PatientName": "*compressedsamples*"},
        {"00100020": f"*{ct.dataset.PatientID}*"},
        {"StudyDescription": f"*{str(ct.dataset.StudyDescription)[2:]}"},
        {"StudyDate": f"{date}-{date}"},
        {"ModalitiesInStudy": "CT"},
        {"ModalitiesInStudy": "CT,MR"},
        {"StudyInstanceUID": ct.study},
        {"StudyInstanceUID": f"{ct.study}\\{library['MR_small.dcm'].study}"},
        {"StudyDate": f"19700102-{date}"},
    ):
        assert ct.study in uids(client.get("/dicomweb/studies", params=page | more, headers=JSON), "0020000D"), more
    none = client.get("/dicomweb/studies", params=page | {"AccessionNumber": "*no such number*"}, headers=JSON)
    assert none.status_code == 204 or none.json() == []
    described = {"StudyDescription": "*no such description*"}
    assert client.get("/dicomweb/studies", params=page | described, headers=JSON).json() == []
    assert ours["00081030"]["Value"] == [ct.dataset.StudyDescription]


def test_a_study_is_opened(web: tuple[httpx.Client, dict[str, Stored]]) -> None:
    client, library = web
    ct = library["CT_small.dcm"]
    series = client.get(f"/dicomweb/studies/{ct.study}/series", params={"includefield": SERIES_FIELDS}, headers=JSON)
    assert uids(series, "0020000E") == {ct.series}
    instances = client.get(f"/dicomweb/studies/{ct.study}/series/{ct.series}/instances", headers=JSON)
    assert uids(instances, "00080018") == {ct.sop}
    metadata = client.get(f"/dicomweb/studies/{ct.study}/series/{ct.series}/metadata", headers=JSON)
    (described,) = metadata.json()
    for tag in ("00280010", "00280011", "00280100", "00280030", "00200037", "00200032", "00281050", "00281053"):
        assert tag in described or tag in ("00281050",), tag
    # Its loader asks for frames with a type of any transfer syntax.
    accept = {"Accept": "multipart/related; type=application/octet-stream; transfer-syntax=*"}
    frame = client.get(f"{ct.address}/frames/1", headers=accept)
    assert frame.status_code == 200
    assert ct.dataset.PixelData in frame.content
    coded = library["JPEG2000.dcm"]
    frame = client.get(f"{coded.address}/frames/1", headers=accept)
    assert frame.status_code == 200
    assert b"transfer-syntax=1.2.840.10008.1.2.4.9" in frame.content[:400]
    thumbnail = client.get(f"{ct.address}/rendered", headers={"Accept": "image/jpeg"})
    assert thumbnail.content.startswith(b"\xff\xd8")
