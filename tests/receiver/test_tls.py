"""DICOM over TLS: DCMTK as the sender, OpenSSL as the authority."""

from __future__ import annotations

import shutil
import signal
import ssl
import subprocess
from pathlib import Path

import pytest
from pynetdicom import AE
from rx_harness import Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_tls import Pair, Site, negotiated, subject
from rx_wire import CT, EXPLICIT, Wire


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("certificates"))


def secure_port(receiver: Receiver) -> int:
    assert receiver.process is not None and receiver.process.stdout is not None
    line = receiver.process.stdout.readline()
    assert line.startswith("listening on 127.0.0.1:") and line.endswith(" (TLS)\n")
    return int(line.removesuffix(" (TLS)\n").rsplit(":", 1)[1])


def storescu(
    port: int, sample: Sample, site: Site, pair: Pair | None, *options: str
) -> bool:
    identity = (
        ["+tls", str(pair.key), str(pair.certificate)] if pair is not None else ["+tla"]
    )
    run = subprocess.run(
        [
            *("storescu", "-v", *identity, "+cf", str(site.ca), *options),
            *("127.0.0.1", str(port), str(sample.path)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return "Received Store Response (Success)" in run.stdout + run.stderr


@pytest.mark.parametrize("profile", ["bcp195", "bcp195-nd", "bcp195-ex"])
def test_dcmtk_sends_with_its_profiles(
    start_receiver: StartReceiver, site: Site, tmp_path: Path, profile: str
) -> None:
    receiver = start_receiver(**site.settings(tls_profile=profile))
    port = secure_port(receiver)
    for option in ("+px", "+py", "+pz"):
        sample = ct(tmp_path, size=300)
        assert storescu(port, sample, site, site.sender, option), option
        stored = receiver.files()[sample.sop_instance]
        assert dataset_of(stored) == sample.dataset


def test_plain_and_secure_side_by_side(
    start_receiver: StartReceiver, site: Site, tmp_path: Path
) -> None:
    receiver = start_receiver(**site.settings())
    port = secure_port(receiver)
    first, second = ct(tmp_path), ct(tmp_path)
    assert storescu(port, first, site, site.sender)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(second.sop_instance, second.dataset).status == 0
        wire.release()
    assert len(receiver.files()) == 2
    with Wire(port) as wire:
        wire.send(b"\x01\x00\x00\x00\x00\x04plain")
        assert wire.socket.recv(1) in (b"\x15", b""), "an alert, or nothing"


def test_without_a_plain_listener(
    start_receiver: StartReceiver, site: Site, tmp_path: Path
) -> None:
    receiver = start_receiver(**site.settings(tls_only="true"))
    assert storescu(receiver.port, ct(tmp_path), site, site.sender)


@pytest.mark.parametrize(
    ("auth", "nobody", "stranger"),
    [
        ("require", False, False),
        ("optional", True, False),
        ("none", True, True),
    ],
)
def test_who_must_show_a_certificate(
    start_receiver: StartReceiver,
    site: Site,
    tmp_path: Path,
    auth: str,
    nobody: bool,
    stranger: bool,
) -> None:
    receiver = start_receiver(**site.settings(tls_client_auth=auth))
    port = secure_port(receiver)
    assert storescu(port, ct(tmp_path), site, site.sender)
    assert storescu(port, ct(tmp_path), site, None, "-ic") == nobody
    assert storescu(port, ct(tmp_path), site, site.stranger) == stranger
    assert len(receiver.files()) == 1 + nobody + stranger


def test_versions_and_suites(start_receiver: StartReceiver, site: Site) -> None:
    settings = site.settings(tls_client_auth="none")
    port = secure_port(start_receiver(**settings))
    chacha = "ECDHE-RSA-CHACHA20-POLY1305"
    assert negotiated(port) == "TLSv1.3 TLS_AES_256_GCM_SHA384"
    assert negotiated(port, "-tls1_2", "-cipher", chacha) == f"TLSv1.2 {chacha}"
    assert negotiated(port, "-tls1_2", "-cipher", "AES128-SHA") is None
    assert negotiated(port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0") is None
    extended = secure_port(start_receiver(**settings, tls_profile="bcp195-ex"))
    assert negotiated(extended, "-tls1_2", "-cipher", chacha) is None
    assert negotiated(extended, "-tls1_2") == "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384"


def test_certificates_are_reloaded_without_a_restart(
    start_receiver: StartReceiver, site: Site, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"

    def use(pair: Pair) -> None:
        shutil.copy(pair.key, key)
        shutil.copy(pair.certificate, certificate)

    use(site.receiver)
    settings = site.settings(
        tls_key=str(key), tls_certificate=str(certificate), tls_client_auth="none"
    )
    receiver = start_receiver(**settings)
    port = secure_port(receiver)
    assert subject(port) == "receiver"
    context = ssl.create_default_context(cafile=str(site.ca))
    entity = AE("SENDER")
    entity.add_requested_context(CT, EXPLICIT)
    association = entity.associate("127.0.0.1", port, tls_args=(context, "localhost"))
    assert association.is_established

    use(site.authority.issue("renewed"))
    assert receiver.process is not None
    receiver.process.send_signal(signal.SIGHUP)
    eventually(lambda: subject(port) == "renewed", "the new certificate is shown")
    sample = ct(tmp_path)
    assert association.send_c_store(sample.path).Status == 0, "what is open goes on"
    association.release()

    certificate.write_text("not a certificate")
    receiver.process.send_signal(signal.SIGHUP)
    eventually(
        lambda: "certificates stay as they were" in receiver.log.read_text(),
        "the reload is refused",
    )
    assert subject(port) == "renewed"


def test_a_handshake_that_does_not_end_is_ended(
    start_receiver: StartReceiver, site: Site, tmp_path: Path
) -> None:
    receiver = start_receiver(**site.settings(tls_handshake_s="1"))
    port = secure_port(receiver)
    silent = [Wire(port) for _ in range(40)]
    for wire in silent:
        wire.send(b"\x16\x03\x01")
    assert storescu(port, ct(tmp_path), site, site.sender), (
        "others are served meanwhile"
    )
    for wire in silent:
        assert wire.socket.recv(1) == b""
        wire.socket.close()


def test_a_certificate_may_be_revoked(
    start_receiver: StartReceiver, site: Site, tmp_path: Path
) -> None:
    """OpenSSL keeps the list; it is read again with the certificates."""
    lost = site.authority.issue("lost")
    revoked = site.authority.revocations(tmp_path)
    receiver = start_receiver(**site.settings(tls_client_crl=str(revoked)))
    port = secure_port(receiver)
    assert storescu(port, ct(tmp_path), site, lost)
    site.authority.revocations(tmp_path, lost)
    assert receiver.process is not None
    receiver.process.send_signal(signal.SIGHUP)
    eventually(
        lambda: "certificates reloaded" in receiver.log.read_text(), "the list is read"
    )
    assert not storescu(port, ct(tmp_path), site, lost)
    assert storescu(port, ct(tmp_path), site, site.sender)
    assert len(receiver.files()) == 2


def test_certificates_that_cannot_be_used_are_told_at_the_start(site: Site) -> None:
    from test_command_line import run

    variables = {
        f"NOCTIS_RX_{name.upper()}": value
        for name, value in site.settings(tls_key=str(site.sender.key)).items()
    }
    told = run(
        "run",
        NOCTIS_RX_LISTEN="127.0.0.1:0",
        NOCTIS_RX_STORAGE=str(site.ca),
        **variables,
    )
    assert told.returncode == 1 and "certificate and key" in told.stderr
