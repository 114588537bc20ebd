"""A real gateway process, and the events that a receiver would send it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

SERVICE = Path(__file__).resolve().parents[1]
TOKEN = "a-token-for-tests"  # noqa: S105 (of no use anywhere)
BEARER = {"Authorization": f"Bearer {TOKEN}"}

STUDY, SERIES = "1.2.826.0.1.3680043.8.498.1", "1.2.826.0.1.3680043.8.498.1.1"
PATIENT = "SECRET^PATIENT"

Event = dict[str, Any]


def event(
    sop: str, study: str = STUDY, series: str = SERIES, data: bytes = b"\0" * 200, generation: int = 0, **index: object
) -> Event:
    """What the receiver announces for an object with these bytes."""
    sha256 = hashlib.sha256(data).hexdigest()
    return {
        "schema": "noctis.ingest/1",
        "event_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"instance.stored {study} {sop} {sha256} {generation}")),
        "type": "instance.stored",
        "time": f"2026-11-24T10:00:{generation:02}.000001Z",
        "receiver": "test",
        "calling_aet": "CT1",
        "called_aet": "NOCTIS",
        "remote_address": "192.0.2.7",
        "canary": False,
        "study_instance_uid": study,
        "series_instance_uid": series,
        "sop_instance_uid": sop,
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.2",
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "path": f"{study}/{series}/{sop}.dcm",
        "size": len(data),
        "sha256": sha256,
        "index": {"modality": "CT", "instance_number": 1, "patient_name": PATIENT} | index,
    }


@dataclass
class Gateway:
    """A gateway over a folder of its own, which outlives its processes."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    url: str = ""

    @property
    def storage(self) -> Path:
        """The receiver's storage root."""
        return self.folder / "storage"

    @property
    def log(self) -> str:
        """What all processes wrote on standard error."""
        return (self.folder / "log").read_text()

    def command(self, *command: str) -> subprocess.Popen[str]:
        """Start the process, `main.py` if nothing else is said, without waiting for it."""
        for name in ("storage", "wasm", "page"):
            (self.folder / name).mkdir(exist_ok=True)
        env = {name: value for name, value in os.environ.items() if not name.startswith("NOCTIS_")} | {
            "NOCTIS_FASTAPI_TOKEN": TOKEN,
            "NOCTIS_STORAGE": str(self.storage),
            "NOCTIS_GATEWAY_DATABASE": str(self.folder / "index.sqlite"),
            "NOCTIS_WASM_ROOT": str(self.folder / "wasm"),
            "NOCTIS_PAGE_ROOT": str(self.folder / "page"),
            "NOCTIS_READ_ACCESS": "loopback",
        }
        with (self.folder / "log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, *(command or ("main.py", "--host", "127.0.0.1", "--port", "0"))],
                cwd=SERVICE,
                env=env | self.env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> None:
        """Start, and wait until it says that it listens."""
        self.process = self.command()
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), f"{line!r}\n{self.log}"
        self.url = line.removeprefix("listening on ").strip()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(10)
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None

    def client(self, **options: Any) -> httpx.Client:  # noqa: ANN401
        """A client of this gateway."""
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, **options)

    def store(self, content: Event, data: bytes) -> None:
        """Put a file where the receiver would have."""
        path = self.storage / content["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextmanager
def running(folder: Path, **env: str) -> Iterator[Gateway]:
    """A gateway for one test."""
    gateway = Gateway(folder, env)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


def ingest(client: httpx.Client, body: Event | list[Any]) -> list[dict[str, Any]]:
    """Send events and return their results."""
    answer = client.post("/ingest", json=body, headers=BEARER)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def statuses(client: httpx.Client, body: Event | list[Any]) -> list[str]:
    """Send events and return the status of each."""
    return [result["status"] for result in ingest(client, body)]
