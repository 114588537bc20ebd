"""Objects in an S3 bucket are given as those of a folder are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from dicomweb_client import DICOMwebClient

from noctis_gateway.settings import Settings, SettingsError
from tests.bucket import Server, serving
from tests.gateway import BEARER, Gateway, running, statuses
from tests.library import Stored, read

NAMES = ("CT_small.dcm", "JPEG2000.dcm", "SC_rgb_rle_2frame.dcm", "rtplan.dcm")


class Stand:
    """A gateway over a bucket that holds files."""

    def __init__(self, server: Server, gateway: Gateway, client: httpx.Client) -> None:
        self.server, self.gateway, self.client = server, gateway, client
        self.library: dict[str, Stored] = {}

    def place(self, stored: Stored) -> Path:
        """Where the server keeps an object."""
        return Path(self.server.folder, "media/dicom/received", stored.event["path"])

    def put(self, stored: Stored) -> None:
        """Store and announce an object."""
        path = self.place(stored)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stored.data)
        assert statuses(self.client, stored.event) == ["accepted"]
        self.library[stored.name] = stored


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("bucket")
    (folder / "s3").mkdir()
    with serving(folder / "s3") as server:
        env = server.env | {"NOCTIS_STORAGE": "s3://media/dicom/received/"}
        with running(folder, **env) as gateway, gateway.client() as client:
            stand = Stand(server, gateway, client)
            for name in NAMES:
                stand.put(read(name))
            yield stand


def test_files_with_ranges_and_strong_tags(stand: Stand) -> None:
    stored = stand.library["CT_small.dcm"]
    address = f"/studies/{stored.study}/series/{stored.series}/instances/{stored.sop}/file"
    whole = stand.client.get(address)
    assert (whole.status_code, whole.content) == (200, stored.data)
    tag = f'"{stored.event["sha256"]}"'
    assert whole.headers["etag"] == tag
    assert stand.client.get(address, headers={"If-None-Match": tag}).status_code == 304
    part = stand.client.get(address, headers={"Range": "bytes=1000-1099"})
    assert (part.status_code, part.content) == (206, stored.data[1000:1100])
    end = stand.client.get(address, headers={"Range": "bytes=-7"})
    assert end.content == stored.data[-7:]
    assert stand.client.head(address).headers["content-length"] == str(len(stored.data))
    assert stand.client.get(address, headers={"Range": f"bytes={len(stored.data)}-"}).status_code == 416


def test_dicomweb(stand: Stand) -> None:
    client = DICOMwebClient(f"{stand.gateway.url}/dicomweb")
    for stored in stand.library.values():
        found = client.retrieve_instance(stored.study, stored.series, stored.sop)
        assert found.SOPInstanceUID == stored.sop
        metadata = client.retrieve_instance_metadata(stored.study, stored.series, stored.sop)
        assert metadata["00080018"]["Value"] == [stored.sop]
    native, coded = stand.library["CT_small.dcm"], stand.library["JPEG2000.dcm"]
    (frame,) = client.retrieve_instance_frames(native.study, native.series, native.sop, [1])
    assert frame == native.dataset.PixelData
    answer = stand.client.get(f"{coded.address}/frames/1", headers={"Accept": "image/jp2"})
    assert answer.status_code == 200
    assert answer.content[:4] in (b"\xff\x4f\xff\x51", b"\0\0\0\x0c")
    two = stand.library["SC_rgb_rle_2frame.dcm"]
    both = stand.client.get(
        f"{two.address}/frames/1,2", headers={"Accept": 'multipart/related; type="image/dicom-rle"'}
    )
    assert both.status_code == 200
    assert both.content.count(b"Content-Location") == 2
    assert client.retrieve_series(native.study, native.series)[0].SOPInstanceUID == native.sop
    picture = stand.client.get(f"{native.address}/rendered", headers={"Accept": "image/png"})
    assert picture.content.startswith(b"\x89PNG")


def test_a_large_object_is_streamed(stand: Stand) -> None:
    small = read("CT_small.dcm")
    data = small.data + b"\0" * (9 << 20)
    event = small.event | {"event_id": "f2ad7a3c-5f3c-5c66-a3c4-0b6a2a7a6a11", "size": len(data), "sha256": "0" * 64}
    for key in ("study_instance_uid", "series_instance_uid", "sop_instance_uid"):
        event[key] = f"{event[key]}.7"
    event["path"] = (
        "/".join(event[key] for key in ("study_instance_uid", "series_instance_uid", "sop_instance_uid")) + ".dcm"
    )
    large = Stored("large", data, event)
    stand.put(large)
    address = f"/studies/{large.study}/series/{large.series}/instances/{large.sop}/file"
    assert stand.client.get(address).content == data


def test_what_is_not_there_and_a_store_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "s3/media").mkdir(parents=True)
    with serving(tmp_path / "s3") as server:
        env = server.env | {"NOCTIS_STORAGE": "s3://media/received"}
        with running(tmp_path, **env) as gateway, gateway.client() as client:
            stored = read("CT_small.dcm")
            assert statuses(client, stored.event) == ["accepted"]
            address = f"/studies/{stored.study}/series/{stored.series}/instances/{stored.sop}/file"
            assert client.get(address).status_code == 404
            assert client.get(f"{stored.address}/metadata").status_code == 404
            assert client.get("/readyz").json()["storage"] is True
            stats = client.get("/stats", headers=BEARER).json()
            assert (stats["storage"], stats["object_store"]) == (None, True)
            assert "storage_free_bytes" not in client.get("/metrics", headers=BEARER).text
            server.stop()
            for path in (address, f"{stored.address}/metadata", f"{stored.address}/frames/1"):
                answer = client.get(path)
                assert (answer.status_code, "retry-after" in answer.headers) == (503, True), path
            assert client.get("/readyz").status_code == 503
            server.start()
            assert client.get(address).status_code == 404
            assert server.env["AWS_SECRET_ACCESS_KEY"] not in gateway.log


def test_what_cannot_be_combined_is_refused() -> None:
    env = {"NOCTIS_FASTAPI_TOKEN": "x", "NOCTIS_STORAGE": "s3://media/received", "NOCTIS_ACCEL_REDIRECT": "/stored"}
    with pytest.raises(SettingsError, match="NOCTIS_ACCEL_REDIRECT"):
        Settings.from_env(env)
    with pytest.raises(SettingsError, match="NOCTIS_STORAGE"):
        Settings.from_env(env | {"NOCTIS_STORAGE": "gopher://media"})
