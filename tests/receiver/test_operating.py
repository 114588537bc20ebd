"""Status page, reload, conformance statement, draining."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from pathlib import Path

import httpx
import pynetdicom.presentation
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from rx_harness import Receiver, StartReceiver, binary, eventually, free_port
from rx_objects import ct
from rx_wire import Wire, associate_rq


def status_of(start_receiver: StartReceiver, **settings: str) -> tuple[Receiver, str]:
    port = free_port()
    receiver = start_receiver(status_listen=f"127.0.0.1:{port}", **settings)
    return receiver, f"http://127.0.0.1:{port}"


def samples_of(page: str) -> dict[tuple[str, ...], float]:
    """By name and values of the labels."""
    text = httpx.get(f"{page}/metrics").text
    return {
        (sample.name, *sorted(sample.labels.values())): float(sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_status_page_counts_what_happened(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver, page = status_of(start_receiver)
    assert httpx.get(f"{page}/health").status_code == 200
    ready = httpx.get(f"{page}/ready")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)
    sample = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        assert wire.store("1.2.3", sample.dataset).status == 0xA900
        assert samples_of(page)["noctis_rx_associations_active",] == 1
        wire.release()
    eventually(
        lambda: samples_of(page)["noctis_rx_associations_active",] == 0,
        "the association is over",
    )
    found = samples_of(page)
    assert found["noctis_rx_cstore_total", "0000"] == 2
    assert found["noctis_rx_cstore_total", "A900"] == 1
    assert found["noctis_rx_cstore_bytes_total",] >= 2 * len(sample.dataset)
    assert found["noctis_rx_duplicates_total", "same"] == 1
    assert found["noctis_rx_associations_total", "released"] == 1
    assert found["noctis_rx_outbox_depth", "ready"] == 1
    assert found["noctis_rx_fsync_seconds_count",] >= 1
    assert found["noctis_rx_outbox_commit_seconds_count",] >= 1
    assert found["noctis_rx_disk_free_bytes",] > 0
    stats = httpx.get(f"{page}/stats").json()
    assert stats["outbox"]["ready"] == 1 and stats["associations"] == 0
    shown = httpx.get(f"{page}/metrics").text + json.dumps(stats)
    assert "SECRET-4711" not in shown and sample.sop_instance not in shown
    assert httpx.get(f"{page}/other").status_code == 404
    assert httpx.post(f"{page}/stats").status_code == 405


def test_rejections_are_counted_by_reason(start_receiver: StartReceiver) -> None:
    receiver, page = status_of(start_receiver, called_ae_titles="OTHER")
    with Wire(receiver.port) as wire:
        wire.send(associate_rq())
        assert wire.pdu()[0] == 3, "A-ASSOCIATE-RJ"
    key = (
        "noctis_rx_association_rejects_total",
        "CalledAETitleNotRecognized",
        "ServiceUser",
    )
    assert samples_of(page)[key] == 1


def test_a_full_disk_is_not_ready(start_receiver: StartReceiver) -> None:
    _, page = status_of(start_receiver, objects_min_free_bytes=str(1 << 60))
    ready = httpx.get(f"{page}/ready")
    assert (ready.status_code, ready.json()["storage"]) == (503, False)


def test_a_stopping_receiver_is_not_ready_and_lets_associations_end(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    receiver, page = status_of(start_receiver, drain_s="20")
    sample = ct(tmp_path)
    with Wire(receiver.port) as wire:
        wire.associate()
        assert receiver.process is not None
        receiver.process.send_signal(signal.SIGTERM)
        eventually(
            lambda: httpx.get(f"{page}/ready").status_code == 503, "it is stopping"
        )
        assert wire.store(sample.sop_instance, sample.dataset).status == 0
        wire.release()
    assert receiver.process.wait(timeout=15) == 0
    assert list(receiver.files()) == [sample.sop_instance]
    receiver.process = None


def test_titles_are_reloaded_by_sighup(
    start_receiver: StartReceiver, tmp_path: Path
) -> None:
    file = tmp_path / "receiver.toml"
    file.write_text('called_ae_titles = ["OTHER"]\n')
    receiver = start_receiver()
    assert receiver.stop() == 0
    command = [str(binary()), "run", "--config", str(file)]
    settings = {
        "NOCTIS_RX_LISTEN": "127.0.0.1:0",
        "NOCTIS_RX_STORAGE": str(receiver.storage),
        "NOCTIS_RX_OUTBOX": str(receiver.outbox),
        "NOCTIS_RX_DRAIN_S": "0",
    }
    process = subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    log: list[str] = []
    assert process.stdout is not None and process.stderr is not None
    reader = threading.Thread(target=lambda: log.extend(process.stderr or []))
    reader.start()
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])

        def accepted() -> bool:
            try:
                with Wire(port) as wire:
                    wire.associate()
                    wire.release()
            except Exception:  # noqa: BLE001 (a rejection, in whatever form)
                return False
            return True

        assert not accepted()
        file.write_text("called_ae_titles = nonsense\n")
        process.send_signal(signal.SIGHUP)
        eventually(lambda: "stays as it was" in "".join(log), "the mistake is told")
        assert not accepted()
        file.write_text("called_ae_titles = []\n")
        process.send_signal(signal.SIGHUP)
        eventually(accepted, "the new titles count")
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0
        reader.join(timeout=5)


def test_the_conformance_statement_names_what_is_accepted() -> None:
    def statement(**variables: str) -> str:
        return subprocess.run(
            [str(binary()), "conformance"],
            env=variables,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout

    text = statement(NOCTIS_RX_AE_TITLE="HERE")
    assert "| AE title | HERE |" in text
    for context in pynetdicom.presentation.AllStoragePresentationContexts:
        assert f"- {context.abstract_syntax} " in text, context.abstract_syntax
    everything = statement(NOCTIS_RX_TRANSFER_SYNTAXES="pynetdicom-all")
    for syntax in pynetdicom.ALL_TRANSFER_SYNTAXES:
        assert f"- {syntax}\n" in everything
    few = statement(NOCTIS_RX_TRANSFER_SYNTAXES="pynetdicom-default")
    assert "1.2.840.10008.1.2.4.50" not in few
