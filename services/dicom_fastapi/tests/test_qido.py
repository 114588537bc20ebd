"""Searches over DICOMweb, by dicomweb-client and in the shapes that OHIF asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom.dataset import Dataset

from tests.gateway import Gateway, event, running, statuses
from tests.library import Stored, fill

MRS = {"MR_small.dcm", "MR_small_RLE.dcm", "MR_small_jpeg_ls_lossless.dcm"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with pydicom's files."""
    with running(tmp_path_factory.mktemp("qido")) as gateway, gateway.client() as client:
        gateway.library = fill(gateway, client)  # type: ignore[attr-defined]
        yield gateway


@pytest.fixture(scope="module")
def library(site: Gateway) -> dict[str, Stored]:
    """What it holds."""
    return site.library  # type: ignore[attr-defined, no-any-return]


@pytest.fixture(scope="module")
def peer(site: Gateway) -> DICOMwebClient:
    """The client of others."""
    return DICOMwebClient(f"{site.url}/dicomweb")


@pytest.fixture
def web(site: Gateway) -> Iterator[httpx.Client]:
    """A plain client."""
    with site.client() as client:
        yield client


def uids(found: list[dict[str, Any]], keyword: str = "StudyInstanceUID") -> list[str]:
    return [str(Dataset.from_json(item)[keyword].value) for item in found]


def test_every_study_with_its_attributes(peer: DICOMwebClient, library: dict[str, Stored]) -> None:
    found = {str(ds.StudyInstanceUID): ds for ds in map(Dataset.from_json, peer.search_for_studies())}
    assert found.keys() == {stored.study for stored in library.values()}
    for stored in library.values():
        study = found[stored.study]
        same = [other for other in library.values() if other.study == stored.study]
        assert study.NumberOfStudyRelatedInstances == len(same)
        assert study.NumberOfStudyRelatedSeries == len({other.series for other in same})
        assert study.RetrieveURL.endswith(f"/dicomweb/studies/{stored.study}")
        assert study.InstanceAvailability == "ONLINE"
        if len(same) == 1:
            for keyword in ("StudyDate", "StudyTime", "PatientID", "AccessionNumber", "PatientName"):
                assert (study[keyword].value or None) == (stored.dataset.get(keyword) or None), keyword
            assert study.ModalitiesInStudy == stored.event["index"].get("modality", "")


def test_foreign_names_come_in_their_groups(web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["chrH31.dcm"]
    (found,) = web.get("/dicomweb/studies", params={"StudyInstanceUID": stored.study}).json()
    assert found["00100010"]["Value"] == [
        {"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"PatientID": "4MR1"}, MRS),
        ({"PatientID": "4mr1"}, set()),
        ({"00100020": "?MR*"}, MRS),
        ({"PatientName": "compressedsamples^mr*"}, MRS),
        ({"PatientName": "CompressedSamples^CT1", "StudyDate": "20040119"}, {"CT_small.dcm"}),
        ({"StudyDate": "20040101-20040131", "ModalitiesInStudy": "CT"}, {"CT_small.dcm"}),
        ({"StudyDate": "20040827-20040827", "StudyTime": "1857-"}, set()),
        ({"PatientName": "%"}, set()),
        ({"PatientName": "Compressed_amples*"}, set()),
        ({"PatientName": "' OR 1=1 --"}, set()),
        ({"ModalitiesInStudy": "RTDOSE,RTPLAN"}, {"rtdose.dcm", "rtplan.dcm", "rtdose_rle.dcm"}),
        ({"ModalitiesInStudy": "RTD*"}, {"rtdose.dcm", "rtdose_rle.dcm"}),
    ],
)
def test_matching(web: httpx.Client, library: dict[str, Stored], query: dict[str, str], names: set[str]) -> None:
    answer = web.get("/dicomweb/studies", params=query)
    assert answer.status_code == 200, answer.text
    assert set(uids(answer.json())) == {library[name].study for name in names}


def test_series_and_instances_at_every_address(peer: DICOMwebClient, library: dict[str, Stored]) -> None:
    for stored in library.values():
        (series,) = peer.search_for_series(stored.study, search_filters={"SeriesInstanceUID": stored.series})
        assert Dataset.from_json(series).Modality == stored.event["index"].get("modality", "")
        found = peer.search_for_instances(stored.study, stored.series)
        assert stored.sop in uids(found, "SOPInstanceUID")
        (one,) = peer.search_for_instances(search_filters={"SOPInstanceUID": stored.sop})
        instance = Dataset.from_json(one)
        assert instance.RetrieveURL.endswith(stored.address)
        assert instance.AvailableTransferSyntaxUID == stored.dataset.file_meta.TransferSyntaxUID
        for keyword in ("SOPClassUID", "Rows", "Columns", "InstanceNumber", "NumberOfFrames"):
            if keyword in stored.dataset and stored.dataset[keyword].value is not None:
                assert instance[keyword].value == stored.dataset[keyword].value, (stored.name, keyword)
    assert len(peer.search_for_instances()) == len(library)
    assert len(peer.search_for_series()) == len({(stored.study, stored.series) for stored in library.values()})


def test_pages_are_whole_and_say_when_there_is_more(web: httpx.Client, peer: DICOMwebClient) -> None:
    everything = uids(peer.search_for_studies())
    pages: list[str] = []
    for offset in range(0, len(everything) + 3, 3):
        answer = web.get(f"/dicomweb/studies?limit=3&offset={offset}")
        assert ("Warning" in answer.headers) == (offset + 3 < len(everything))
        pages += uids(answer.json())
    assert pages == everything
    assert len(set(pages)) == len(pages) > 9
    assert uids(peer.search_for_studies(limit=2, get_remaining=True)) == everything


def test_what_ohif_asks_for(web: httpx.Client, library: dict[str, Stored]) -> None:
    """The requests of OHIF's dicomweb data source: work list, a study by its UID, its series, their metadata."""
    stored = library["CT_small.dcm"]
    for path in (
        "studies?limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060",
        "studies?limit=101&offset=0&fuzzymatching=false&includefield=00081030%2C00080060"
        "&00100010=*Compressed*&00100020=*CT*&ModalitiesInStudy=CT&StudyDate=20040101-20041231",
        f"studies?limit=101&offset=0&includefield=00081030%2C00080060&StudyInstanceUID={stored.study}",
    ):
        answer = web.get(f"/dicomweb/{path}", headers={"Accept": "application/dicom+json"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/dicom+json")
        assert stored.study in uids(answer.json())
    path = f"studies/{stored.study}/series?includefield=00080021%2C00080031%2C0008103E%2C00200011"
    (series,) = web.get(f"/dicomweb/{path}", headers={"Accept": "application/dicom+json"}).json()
    assert series["00080060"]["Value"] == ["CT"]
    assert series["00201209"]["Value"] == [1]
    path = f"studies/{stored.study}/series/{stored.series}/metadata"
    (metadata,) = web.get(f"/dicomweb/{path}", headers={"Accept": "application/dicom+json"}).json()
    assert metadata["00280010"]["Value"] == [128]


@pytest.mark.parametrize(
    "query",
    [
        *(
            "limit=x",
            "limit=-1",
            "offset=1.5",
            "fuzzymatching=maybe",
            "PatientBirthDate=20000101",
            "Rows=512",
            "nothing=1",
        ),
        *("StudyDate=yesterday", "StudyDate=-", "StudyDate=2004", "StudyTime=x", "NumberOfStudyRelatedSeries=1"),
        "StudyInstanceUID=" + ",".join(["1.2"] * 501),
    ],
)
def test_what_cannot_be_searched_is_refused_not_ignored(web: httpx.Client, query: str) -> None:
    answer = web.get(f"/dicomweb/studies?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_optional_fields_and_forms(web: httpx.Client, library: dict[str, Stored], site: Gateway) -> None:
    content = event("1.77.3", "1.77.1", "1.77.2", image_position_patient=[1.5, 2, -3e-3])
    with site.client() as sender:
        statuses(sender, content)
    base = "/dicomweb/studies/1.77.1/instances"
    (plain,) = web.get(base).json()
    assert "00200032" not in plain
    for field in ("00200032", "ImagePositionPatient", "all", "Unknown,ImagePositionPatient"):
        (found,) = web.get(base, params={"includefield": field}).json()
        assert found["00200032"] == {"vr": "DS", "Value": [1.5, 2.0, -0.003]}
    assert web.get(base, headers={"Accept": "application/dicom+xml"}).status_code == 406
    assert web.get(base, headers={"Accept": "application/json"}).headers["Content-Type"] == "application/json"
    assert web.get("/dicomweb/studies/9.9.9/series").json() == []
