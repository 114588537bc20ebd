"""The bytes of objects: exactly what lies in the storage, and nothing that lies elsewhere."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

from tests.gateway import SERIES, Event, Gateway, event, statuses


def address(content: Event) -> str:
    return (
        f"/studies/{content['study_instance_uid']}/series/{content['series_instance_uid']}"
        f"/instances/{content['sop_instance_uid']}/file"
    )


def stored(gateway: Gateway, client: httpx.Client, study: str, data: bytes, sop: str = "1.1") -> Event:
    """An object that is in the storage and in the index."""
    content = event(sop, study, data=data)
    gateway.store(content, data)
    assert statuses(client, content) == ["accepted"]
    return content


def ct_slice(study: str, number: int) -> bytes:
    """A real DICOM file."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID(f"{study}.{number}")
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, SERIES
    dataset.Modality, dataset.InstanceNumber, dataset.PatientName = "CT", number, "PHANTOM^NOCTIS"
    dataset.Rows, dataset.Columns, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 64, 64, 16, 16, 15
    dataset.SamplesPerPixel, dataset.PixelRepresentation, dataset.PhotometricInterpretation = 1, 0, "MONOCHROME2"
    dataset.PixelData = np.full((64, 64), number, "<u2").tobytes()
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return file.getvalue()


def test_a_series_of_dicom_files_through_list_and_bytes(gateway: Gateway, client: httpx.Client, study: str) -> None:
    files = {f"{study}.{number}": ct_slice(study, number) for number in range(1, 13)}
    for number, (sop, data) in enumerate(files.items(), 1):
        content = event(sop, study, data=data, instance_number=number)
        gateway.store(content, data)
        assert statuses(client, content) == ["accepted"]
    rows = client.get(f"/studies/{study}/series/{SERIES}/instances").json()["instances"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda row: client.get(row["url"]), rows))
    assert len(answers) == 12
    for number, (row, answer) in enumerate(zip(rows, answers, strict=True), 1):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/dicom"
        assert answer.headers["ETag"] == f'"{row["sha256"]}"' == f'"{hashlib.sha256(answer.content).hexdigest()}"'
        dataset = pydicom.dcmread(io.BytesIO(answer.content))
        assert dataset.InstanceNumber == number
        assert (dataset.pixel_array == number).all()


@pytest.mark.parametrize("size", [1000, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 9 * 1024 * 1024 + 7])
def test_every_size_and_ranges_of_it(gateway: Gateway, client: httpx.Client, study: str, size: int) -> None:
    data = os.urandom(size)
    url = address(stored(gateway, client, study, data))
    answer = client.get(url)
    assert (answer.status_code, answer.content == data) == (200, True)
    assert answer.headers["Accept-Ranges"] == "bytes"
    spans = {"0-0": (0, 1), "5-99": (5, 100), "100-": (100, size), f"-{size}": (0, size), "-7": (size - 7, size)}
    spans |= {f"{size - 1}-{size + 10}": (size - 1, size), f"-{size + 5}": (0, size), "3-999999999999": (3, size)}
    for text, (start, end) in spans.items():
        answer = client.get(url, headers={"Range": f"bytes={text}"})
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        assert answer.content == data[start:end]
    for text in (f"{size}-", "-0", f"{size + 1}-{size + 2}"):
        answer = client.get(url, headers={"Range": f"bytes={text}"})
        assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{size}")
        assert str(size) in answer.json()["detail"]
        assert answer.headers["Content-Type"] == "application/json"
    for text in (
        "bytes=x-y",
        "bytes=9-5",
        "items=0-1",
        "bytes=0-1,3-4",
        "bytes=-",
        "bytes 0-1",
        "bytes=" + "9" * 30 + "-",
    ):
        assert client.get(url, headers={"Range": text}).status_code == 200


def test_an_entity_tag_saves_the_bytes(gateway: Gateway, client: httpx.Client, study: str) -> None:
    url = address(stored(gateway, client, study, b"a" * 500))
    first = client.get(url)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = client.get(url, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(url, headers={"Range": "bytes=0-1", "If-Range": tag}).status_code == 206
    assert client.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).content == b"a" * 500


def test_head_is_a_get_without_the_body(gateway: Gateway, client: httpx.Client, study: str) -> None:
    url = address(stored(gateway, client, study, b"a" * 500))
    head, get = client.head(url), client.get(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Cache-Control"):
        assert head.headers[name] == get.headers[name]


def test_what_is_not_there(gateway: Gateway, client: httpx.Client, study: str) -> None:
    content = stored(gateway, client, study, b"a" * 500)
    assert client.get(address(content | {"sop_instance_uid": "1.9"})).json() == {"detail": "no such object"}
    (gateway.storage / content["path"]).unlink()
    answer = client.get(address(content))
    assert answer.status_code == 404
    assert "not in the storage" in answer.json()["detail"]
    (gateway.storage / content["path"]).mkdir()
    assert client.get(address(content)).status_code == 404


def test_a_link_is_not_followed(gateway: Gateway, client: httpx.Client, study: str) -> None:
    outside = gateway.folder / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "1.1.dcm").write_bytes(b"s" * 500)
    content = event("1.1", study, data=b"s" * 500)
    assert statuses(client, content) == ["accepted"]
    place = gateway.storage / content["path"]
    place.parent.mkdir(parents=True)
    place.symlink_to(outside / "1.1.dcm")
    assert client.get(address(content)).status_code == 404
    place.unlink()
    place.parent.rmdir()
    place.parent.symlink_to(outside)
    assert client.get(address(content)).status_code == 404
    assert (gateway.storage / content["path"]).read_bytes() == b"s" * 500  # the link itself leads there


def test_a_replaced_file_has_its_name_once_its_event_is_here(
    gateway: Gateway, client: httpx.Client, study: str
) -> None:
    old = stored(gateway, client, study, b"o" * 500)
    new = event("1.1", study, data=b"n" * 600, generation=1)
    gateway.store(new, b"n" * 600)
    early = client.get(address(old))
    assert (early.content, "ETag" in early.headers) == (b"n" * 600, False)
    assert early.headers["Cache-Control"] == "no-store"
    assert statuses(client, new) == ["accepted"]
    assert client.get(address(old)).headers["ETag"] == f'"{new["sha256"]}"'
