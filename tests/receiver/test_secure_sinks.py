"""Events and objects over TLS: each sink trusts the authority that it is told, and no other."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from rx_brokers import Broker, NatsServer, RedisServer
from rx_harness import TOKEN, Listener, Receiver, StartReceiver, eventually
from rx_objects import Sample, ct, dataset_of
from rx_s3 import S3Server, SecureDoor
from rx_tls import Site
from rx_wire import COMMAND, DATA, LAST, Wire, p_data, pdv, store_rq


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(tmp_path_factory.mktemp("certificates"))


def send(receiver: Receiver, sample: Sample) -> None:
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()


def test_a_webhook_over_tls(
    start_receiver: StartReceiver, site: Site, tmp_path: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(site.receiver.certificate, site.receiver.key)
    listener = Listener(secure=context)
    try:
        sample = ct(tmp_path)
        settings = {"webhook_url": listener.url, "webhook_token": TOKEN}
        receiver = start_receiver(**settings, webhook_ca=str(site.ca))
        send(receiver, sample)
        eventually(receiver.settled, "all settled")
        assert listener.instances() == [sample.sop_instance]
        assert listener.requests[0][0] == f"Bearer {TOKEN}"
        # The authorities of the system do not know this listener.
        wary = start_receiver(**settings)
        send(wary, sample)
        eventually(lambda: "trying again" in wary.log.read_text(), "it is refused")
        assert len(listener.requests) == 1, "the token was not shown"
        assert wary.depth() == {"ready": 1}
    finally:
        listener.close()


@pytest.mark.parametrize("kind", ["redis", "nats"])
def test_brokers_over_tls(
    start_receiver: StartReceiver, site: Site, tmp_path: Path, kind: str
) -> None:
    server: Broker
    if kind == "redis":
        server = RedisServer(tmp_path / kind, site)
        url = f"rediss://127.0.0.1:{server.port}/"
    else:
        server = NatsServer(tmp_path / kind, site)
        url = server.url
    server.start()
    try:
        settings = {
            f"{kind}_url": url,
            f"{kind}_backoff_min_ms": "20",
            f"{kind}_backoff_max_ms": "200",
        }
        first, second = ct(tmp_path), ct(tmp_path)
        receiver = start_receiver(**settings, **{f"{kind}_ca": str(site.ca)})
        send(receiver, first)
        eventually(receiver.settled, "all settled")
        wary = start_receiver(**settings)
        send(wary, second)
        eventually(lambda: "trying again" in wary.log.read_text(), "it is refused")
        assert wary.depth() == {"ready": 1}
        arrived = [event["sop_instance_uid"] for _, _, event in server.arrived()]
        assert arrived == [first.sop_instance]
    finally:
        server.kill()


def test_an_object_store_over_tls(
    start_over_bucket: StartReceiver,
    s3_server: S3Server,
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = SecureDoor(tmp_path / "nginx", site, s3_server)
    door.start()
    try:
        for name, value in door.environment().items():
            monkeypatch.setenv(name, value)
        # One by one request, one in the parts of an upload.
        samples = [ct(tmp_path), ct(tmp_path, size=2400)]
        receiver = start_over_bucket()
        for sample in samples:
            send(receiver, sample)
        stored = {sop: dataset_of(path) for sop, path in receiver.files().items()}
        assert stored == {one.sop_instance: one.dataset for one in samples}
        # The authorities of the system do not know this door: the store counts as
        # away, and is waited for until the receiver stops.
        monkeypatch.delenv("SSL_CERT_FILE")
        wary = start_over_bucket()
        with Wire(wary.port) as wire:
            wire.associate()
            one = ct(tmp_path)
            wire.send(p_data(pdv(1, COMMAND | LAST, store_rq(one.sop_instance))))
            wire.send(p_data(pdv(1, DATA | LAST, one.dataset)))
            eventually(lambda: "backing off" in wary.log.read_text(), "it is refused")
            assert wary.stop() == 0
        assert one.sop_instance not in wary.files()
    finally:
        door.kill()
