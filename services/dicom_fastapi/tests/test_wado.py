"""Objects, metadata, frames and bulk data over DICOMweb, held against pydicom."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom import encaps
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pixel_array, unpack_bits

from tests.gateway import SERIES, Gateway, event, running, statuses
from tests.library import FILES, PACKED, Stored, fill

UNCOMPRESSED = 'multipart/related; type="application/octet-stream"'
AS_STORED = "multipart/related; type=application/octet-stream; transfer-syntax=*"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with pydicom's files."""
    with running(tmp_path_factory.mktemp("wado")) as gateway, gateway.client() as client:
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


def parts(answer: httpx.Response) -> list[tuple[dict[str, str], bytes]]:
    """The parts of a multipart message: header fields and bytes."""
    assert answer.status_code == 200, answer.text
    head, _, boundary = answer.headers["Content-Type"].partition("boundary=")
    assert head.startswith("multipart/related; type=")
    pieces = answer.content.split(f"--{boundary}".encode())
    assert (pieces[0], pieces[-1]) == (b"", b"--\r\n")
    found = []
    for piece in pieces[1:-1]:
        fields, _, body = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in fields.decode().split("\r\n"))
        found.append((lines, body.removesuffix(b"\r\n")))
    return found


def test_objects_by_the_client_of_others(peer: DICOMwebClient, library: dict[str, Stored]) -> None:
    for stored in library.values():
        everything = (("application/dicom", "*"),)
        found = peer.retrieve_instance(stored.study, stored.series, stored.sop, media_types=everything)
        assert found.to_json_dict() == stored.dataset.to_json_dict(), stored.name
        series = peer.retrieve_series(stored.study, stored.series, media_types=everything)
        assert str(stored.dataset.get("SOPInstanceUID")) in {str(item.get("SOPInstanceUID")) for item in series}
        same = [other for other in library.values() if other.study == stored.study]
        assert len(peer.retrieve_study(stored.study, media_types=everything)) == len(same)


def test_the_bytes_of_a_study_are_the_files(web: httpx.Client, library: dict[str, Stored]) -> None:
    for stored in library.values():
        accept = {"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'}
        found = parts(web.get(f"/dicomweb/studies/{stored.study}", headers=accept))
        assert stored.data in [body for _, body in found]
        for fields, body in found:
            dataset = pydicom.dcmread(io.BytesIO(body), stop_before_pixels=True)
            syntax = dataset.file_meta.TransferSyntaxUID
            assert fields["Content-Type"] == f"application/dicom; transfer-syntax={syntax}"


def test_one_object_as_one_part(web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["CT_small.dcm"]
    for accept in (
        "application/dicom",
        "*/*",
        "application/dicom; transfer-syntax=*",
        "text/html, application/dicom;q=0.5",
    ):
        answer = web.get(stored.address, headers={"Accept": accept})
        assert (answer.status_code, answer.content == stored.data) == (200, True)
        assert answer.headers["Content-Type"] == "application/dicom"
        assert answer.headers["ETag"] == f'"{hashlib.sha256(stored.data).hexdigest()}"'
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert web.get(stored.address, headers=tag).status_code == 304
    part = web.get(stored.address, headers={"Range": "bytes=128-131"})
    assert (part.status_code, part.content) == (206, b"DICM")
    assert web.head(stored.address).headers["Content-Length"] == str(len(stored.data))


@pytest.mark.parametrize(
    ("name", "accept", "status"),
    [
        ("CT_small.dcm", "image/png", 406),
        ("CT_small.dcm", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90", 406),
        ("CT_small.dcm", 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1', 200),
        ("JPEG2000.dcm", 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1', 406),
        ("JPEG2000.dcm", "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.91", 200),
        ("JPEG2000.dcm", "application/dicom;q=0", 406),
    ],
)
def test_nothing_is_sent_that_the_client_does_not_take(
    web: httpx.Client, library: dict[str, Stored], name: str, accept: str, status: int
) -> None:
    assert web.get(library[name].address, headers={"Accept": accept}).status_code == status


def expected_metadata(stored: Stored) -> dict[str, Any]:
    """What pydicom says of the object, without file meta and pixel data."""
    found: dict[str, Any] = json.loads(stored.dataset.to_json(bulk_data_threshold=1024, bulk_data_element_handler=str))
    return {tag: element for tag, element in found.items() if tag < "7FE0" and tag[4:] != "0000"}


def without_bulk(value: Any) -> Any:  # noqa: ANN401
    """The same with every address of bulk data blotted out."""
    if isinstance(value, dict):
        value = {name: inner for name, inner in value.items() if name != "Value" or inner}  # pydicom has empty lists
        return {name: "bulk" if name == "BulkDataURI" else without_bulk(inner) for name, inner in value.items()}
    return [without_bulk(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", FILES)
def test_metadata_is_what_pydicom_reads(web: httpx.Client, library: dict[str, Stored], name: str) -> None:
    stored = library[name]
    answer = web.get(f"{stored.address}/metadata")
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()
    pixels = {tag: found.pop(tag) for tag in list(found) if tag.startswith("7FE0")}
    assert without_bulk(found) == without_bulk(expected_metadata(stored))
    if "PixelData" in stored.dataset and name != "image_dfl.dcm":
        assert pixels["7FE00010"]["BulkDataURI"].endswith(f"{stored.address}/bulkdata/7FE00010")
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert web.get(f"{stored.address}/metadata", headers=tag).status_code == 304


def test_metadata_of_studies_and_series(peer: DICOMwebClient, web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["MR_small.dcm"]
    same = [other for other in library.values() if other.study == stored.study]
    found = [Dataset.from_json(item) for item in peer.retrieve_study_metadata(stored.study)]
    assert {str(item.SOPInstanceUID) for item in found} == {other.sop for other in same}
    (instance,) = peer.retrieve_series_metadata(stored.study, stored.series)[:1]
    assert instance["00080060"]["Value"] == ["MR"]
    assert peer.retrieve_instance_metadata(stored.study, stored.series, stored.sop)["00280011"]["Value"] == [64]


def frames_of(stored: Stored) -> list[bytes]:
    """The frames as pydicom finds them."""
    dataset = stored.dataset
    count = int(dataset.get("NumberOfFrames") or 1)
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        return list(encaps.generate_frames(dataset.PixelData, number_of_frames=count))
    size = dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * dataset.BitsAllocated // 8
    return [dataset.PixelData[number * size : (number + 1) * size] for number in range(count)]


@pytest.mark.parametrize(
    ("name", "syntax", "media"),
    [
        ("CT_small.dcm", "1.2.840.10008.1.2.1", "application/octet-stream"),
        ("rtdose.dcm", "1.2.840.10008.1.2.1", "application/octet-stream"),
        ("SC_rgb_small_odd.dcm", "1.2.840.10008.1.2.1", "application/octet-stream"),
        ("MR_small_RLE.dcm", "1.2.840.10008.1.2.5", "image/dicom-rle"),
        ("SC_rgb_rle_2frame.dcm", "1.2.840.10008.1.2.5", "image/dicom-rle"),
        ("rtdose_rle.dcm", "1.2.840.10008.1.2.5", "image/dicom-rle"),
        ("MR_small_jpeg_ls_lossless.dcm", "1.2.840.10008.1.2.4.80", "image/jls"),
        ("JPEG2000.dcm", "1.2.840.10008.1.2.4.91", "image/jp2"),
        ("JPEG-lossy.dcm", "1.2.840.10008.1.2.4.51", "image/jpeg"),
        ("examples_ybr_color.dcm", "1.2.840.10008.1.2.4.50", "image/jpeg"),
    ],
)
def test_frames_are_what_is_stored(
    web: httpx.Client, library: dict[str, Stored], name: str, syntax: str, media: str
) -> None:
    stored = library[name]
    frames = frames_of(stored)
    numbers = list(range(1, len(frames) + 1))
    address = f"{stored.address}/frames/{','.join(map(str, numbers))}"
    for accept, part_type in (
        (AS_STORED, "application/octet-stream"),
        (f'multipart/related; type="{media}"', media),
        ("multipart/related", media),
    ):
        found = parts(web.get(address, headers={"Accept": accept}))
        assert [hashlib.sha256(body).digest() for _, body in found] == [hashlib.sha256(f).digest() for f in frames]
        assert {fields["Content-Type"] for fields, _ in found} == {f"{part_type}; transfer-syntax={syntax}"}
        assert found[-1][0]["Content-Location"].endswith(f"/frames/{numbers[-1]}")
    last = len(frames)
    single = web.get(f"{stored.address}/frames/{last}", headers={"Accept": f"{media}; transfer-syntax={syntax}"})
    assert (single.content, single.headers["Content-Type"]) == (frames[-1], f"{media}; transfer-syntax={syntax}")
    some = web.get(f"{stored.address}/frames/{last}", headers={"Accept": media, "Range": "bytes=4-9"})
    assert (some.status_code, some.content) == (206, frames[-1][4:10])
    assert web.get(f"{stored.address}/frames/{last + 1}").status_code == 404
    uncompressed = web.get(f"{stored.address}/frames/1", headers={"Accept": UNCOMPRESSED})
    assert uncompressed.status_code == (200 if media == "application/octet-stream" else 406)
    bulk = parts(web.get(f"{stored.address}/bulkdata/7FE00010", headers={"Accept": AS_STORED}))
    assert b"".join(body for _, body in bulk) == b"".join(frames)


def test_frames_by_the_client_of_others(peer: DICOMwebClient, library: dict[str, Stored]) -> None:
    stored = library["rtdose_rle.dcm"]
    wanted = (("image/x-dicom-rle", "1.2.840.10008.1.2.5"), ("image/dicom-rle", "1.2.840.10008.1.2.5"))
    found = peer.retrieve_instance_frames(stored.study, stored.series, stored.sop, [2, 7], media_types=wanted[1:])
    assert found == [frames_of(stored)[1], frames_of(stored)[6]]
    stored = library["CT_small.dcm"]
    (frame,) = peer.retrieve_instance_frames(stored.study, stored.series, stored.sop, [1])
    array = np.frombuffer(frame, "<i2").reshape(128, 128)
    assert (array == pixel_array(stored.dataset)).all()


def test_packed_frames_that_begin_within_a_byte(web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library[PACKED]
    dataset = stored.dataset
    assert dataset.Rows * dataset.Columns % 8
    expected = pixel_array(dataset)
    for number, frame in enumerate(expected, 1):
        answer = web.get(f"{stored.address}/frames/{number}", headers={"Accept": "application/octet-stream"})
        found = np.asarray(unpack_bits(answer.content))[: frame.size].reshape(frame.shape)
        assert (found == frame).all()


@pytest.mark.parametrize(
    ("name", "status"),
    [("rtplan.dcm", 404), ("waveform_ecg.dcm", 404), ("image_dfl.dcm", 404), ("ExplVR_BigEnd.dcm", 406)],
)
def test_objects_without_frames_to_serve_say_why(
    web: httpx.Client, library: dict[str, Stored], name: str, status: int
) -> None:
    answer = web.get(f"{library[name].address}/frames/1")
    assert answer.status_code == status
    assert answer.json()["detail"]


def test_bulk_data_by_its_address(peer: DICOMwebClient, web: httpx.Client, library: dict[str, Stored]) -> None:
    stored = library["waveform_ecg.dcm"]
    (metadata,) = web.get(f"{stored.address}/metadata").json()
    address = metadata["54000100"]["Value"][1]["54001010"]["BulkDataURI"]
    assert address.endswith("/bulkdata/54000100/1/54001010")
    expected = stored.dataset.WaveformSequence[1].WaveformData
    assert web.get(address).content == expected
    assert peer.retrieve_bulkdata(address, media_types=(("application/octet-stream", "*"),)) == [expected]
    for path in ("00100010", "54000100/9/54001010", "54000100/0/00100010", "7FE00010"):
        assert web.get(f"{stored.address}/bulkdata/{path}").status_code == 404
    for path in ("x", "54000100/54001010", "54000100/-1/54001010"):
        assert web.get(f"{stored.address}/bulkdata/{path}").status_code in (404, 422)


def test_a_file_that_is_no_dicom_and_one_that_is_gone(site: Gateway, web: httpx.Client, study: str) -> None:
    broken, gone = event("1.5", study, data=b"x" * 500), event("1.6", study)
    site.store(broken, b"x" * 500)
    assert statuses(web, [broken, gone]) == ["accepted", "accepted"]
    base = f"/dicomweb/studies/{study}/series/{SERIES}"
    for path in ("metadata", "frames/1", "bulkdata/00420011"):
        answer = web.get(f"{base}/instances/1.5/{path}")
        assert (answer.status_code, "header cannot be read" in answer.json()["detail"]) == (422, True)
        assert web.get(f"{base}/instances/1.6/{path}").status_code == 404
    for path in (f"/dicomweb/studies/{study}", base, f"{base}/metadata"):
        answer = web.get(path, headers={"Accept": "multipart/related, application/json"})
        assert (answer.status_code, "1 of 2" in answer.json()["detail"]) == (404, True)


def test_truncated_files_never_end_the_service(site: Gateway, web: httpx.Client, library: dict[str, Stored]) -> None:
    for name in ("CT_small.dcm", "rtdose_rle.dcm", "waveform_ecg.dcm"):
        data = library[name].data
        for cut in range(140, len(data), max(len(data) // 12, 1)):
            content = event(f"1.9.{cut}", f"1.9.{len(data)}", data=data[:cut])
            site.store(content, data[:cut])
            assert statuses(web, content) == ["accepted"]
            base = f"/dicomweb/studies/1.9.{len(data)}/series/{SERIES}/instances/1.9.{cut}"
            for path in ("metadata", "frames/1"):
                assert web.get(f"{base}/{path}").status_code in (200, 404, 406, 422)


def test_the_manifest_is_the_list_in_columns(web: httpx.Client, study: str) -> None:
    events = [
        event(f"{study}.{number}", study, data=os.urandom(200), instance_number=number, rows=64, columns=32)
        for number in range(1, 41)
    ]
    assert set(statuses(web, events)) == {"accepted"}
    address = f"/studies/{study}/series/{SERIES}"
    answer = web.get(f"{address}/manifest")
    content = answer.json()
    rows = web.get(f"{address}/instances").json()["instances"]
    assert content["count"] == 40
    assert content["shared"]["rows"] == 64
    for position, row in enumerate(rows):
        found = content["shared"] | {name: values[position] for name, values in content["columns"].items()}
        found["url"] = content["url"].replace("{sop_instance_uid}", found["sop_instance_uid"])
        assert found == row
    assert len(answer.content) < len(web.get(f"{address}/instances").content) / 2
    again = web.get(f"{address}/manifest", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    statuses(web, event(f"{study}.41", study, instance_number=41))
    assert web.get(f"{address}/manifest").headers["ETag"] != answer.headers["ETag"]
    assert web.get(f"/studies/{study}/series/9.9/manifest").status_code == 404


NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen unix:{folder}/nginx.sock;
    location / {{ proxy_pass {url}; proxy_set_header Host localhost; }}
    location /stored/ {{
      internal; alias {storage}/; disable_symlinks on from={storage}; etag off; add_header ETag $upstream_http_etag;
    }}
  }}
}}
"""


def test_nginx_sends_the_file_that_the_gateway_names(tmp_path: Path, library: dict[str, Stored]) -> None:
    import subprocess  # noqa: PLC0415
    import time  # noqa: PLC0415

    stored = library["CT_small.dcm"]
    with (
        running(tmp_path, NOCTIS_ACCEL_REDIRECT="/stored", NOCTIS_READ_ACCESS="open") as gateway,
        gateway.client() as client,
    ):
        gateway.store(stored.event, stored.data)
        statuses(client, stored.event)
        direct = client.get(stored.address)
        assert (direct.content, direct.headers["X-Accel-Redirect"]) == (b"", f"/stored/{stored.event['path']}")
        config = tmp_path / "nginx.conf"
        config.write_text(NGINX.format(folder=tmp_path, url=gateway.url, storage=gateway.storage))
        nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", str(tmp_path), "-c", str(config)])
        try:
            while not (tmp_path / "nginx.sock").exists():
                time.sleep(0.02)
                assert nginx.poll() is None
            transport = httpx.HTTPTransport(uds=str(tmp_path / "nginx.sock"))
            with httpx.Client(base_url="http://localhost", transport=transport) as web:
                answer = web.get(stored.address)
                assert (answer.status_code, answer.content == stored.data) == (200, True)
                assert answer.headers["Content-Type"] == "application/dicom"
                assert answer.headers["ETag"] == direct.headers["ETag"]
                assert answer.headers["Cache-Control"] == "private, no-cache"
                tag = {"If-None-Match": answer.headers["ETag"]}
                assert web.get(stored.address, headers=tag).status_code == 304
                part = web.get(stored.address, headers={"Range": "bytes=128-131"})
                assert (part.status_code, part.content) == (206, b"DICM")
                assert web.get(f"/stored/{stored.event['path']}").status_code == 404, "not from outside"
                (gateway.storage / stored.event["path"]).unlink()
                assert web.get(stored.address).status_code == 404
        finally:
            nginx.terminate()
            nginx.wait()
