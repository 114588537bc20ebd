"""Orthanc sends objects and asks for storage commitment; its result comes to Orthanc's own DICOM port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.uid import CTImageStorage
from rx_harness import StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_orthanc import Orthanc
from rx_tls import Site


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with Orthanc(tmp_path_factory.mktemp("peer") / "orthanc") as server:
        yield server


def know(orthanc: Orthanc, port: int, tls: bool = False) -> None:
    orthanc.put(
        "/modalities/noctis",
        {
            "AET": "NOCTIS",
            "Host": "localhost",
            "Port": port,
            "AllowStorageCommitment": True,
            "UseDicomTls": tls,
        },
    )


def sent(orthanc: Orthanc, samples: list[Sample]) -> str:
    """Transaction UID of the commitment that Orthanc asked for after sending."""
    answer = orthanc.post(
        "/modalities/noctis/store",
        {
            "Resources": [orthanc.upload(sample.path) for sample in samples],
            "StorageCommitment": True,
        },
    )
    assert answer["FailedInstancesCount"] == 0, answer
    return str(answer["StorageCommitmentTransactionUID"])


def test_what_orthanc_sends_is_committed(
    start_receiver: StartReceiver, orthanc: Orthanc, tmp_path: Path
) -> None:
    receiver = start_receiver(
        commitment_peers=f"{orthanc.title}=127.0.0.1:{orthanc.dicom_port}"
    )
    know(orthanc, receiver.port)
    samples = [ct(tmp_path) for _ in range(3)]
    report = orthanc.commitment(sent(orthanc, samples))
    assert report["Status"] == "Success"
    assert {one["SOPInstanceUID"] for one in report["Success"]} == {
        sample.sop_instance for sample in samples
    }
    assert report["Failures"] == []
    for sample in samples:
        assert dataset_of(receiver.files()[sample.sop_instance]) == sample.dataset
    eventually(lambda: receiver.leftovers() == [], "the request is settled")


def test_orthanc_hears_of_what_is_not_held(
    start_receiver: StartReceiver, orthanc: Orthanc, tmp_path: Path
) -> None:
    receiver = start_receiver(
        commitment_peers=f"{orthanc.title}=127.0.0.1:{orthanc.dicom_port}"
    )
    know(orthanc, receiver.port)
    held, gone = ct(tmp_path), ct(tmp_path)
    orthanc.commitment(sent(orthanc, [held, gone]))
    receiver.files()[gone.sop_instance].unlink()
    asked = orthanc.post(
        "/modalities/noctis/storage-commitment",
        {
            "DicomInstances": [
                {"SOPClassUID": CTImageStorage, "SOPInstanceUID": one.sop_instance}
                for one in (held, gone)
            ]
        },
    )
    report = orthanc.commitment(asked["ID"])
    assert report["Status"] == "Failure"
    assert [one["SOPInstanceUID"] for one in report["Success"]] == [held.sop_instance]
    (failure,) = report["Failures"]
    assert failure["SOPInstanceUID"] == gone.sop_instance
    assert failure["FailureReason"] == 0x0112, failure


def test_request_and_result_over_tls(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    """Orthanc shows a certificate and wants one, as a client and as a server."""
    site = Site(tmp_path)
    own = site.authority.issue("orthanc")
    with Orthanc(
        tmp_path / "orthanc",
        DicomTlsEnabled=True,
        DicomTlsCertificate=str(own.certificate),
        DicomTlsPrivateKey=str(own.key),
        DicomTlsTrustedCertificates=str(site.ca),
        DicomTlsRemoteCertificateRequired=True,
    ) as orthanc:
        receiver = start_receiver(
            **site.settings(tls_only="true"),
            commitment_peers=f"{orthanc.title}=tls://localhost:{orthanc.dicom_port}",
        )
        know(orthanc, receiver.port, tls=True)
        sample = ct(tmp_path)
        report = orthanc.commitment(sent(orthanc, [sample]))
        assert report["Status"] == "Success"
        (held,) = report["Success"]
        assert held["SOPInstanceUID"] == sample.sop_instance
