"""A real Orthanc as a sender that asks for storage commitment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Self

import httpx
from rx_brokers import program
from rx_harness import eventually, free_port

START_S = 60


class Orthanc:
    """A server with a folder of its own, its HTTP API and its DICOM port on this machine."""

    title = "ORTHANC"

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.dicom_port, http_port = free_port(), free_port()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{http_port}", timeout=START_S
        )
        self.settings = {
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "index"),
            "DicomAet": self.title,
            "DicomPort": self.dicom_port,
            "HttpPort": http_port,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "Plugins": [],
        } | settings
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir()
        configuration = self.folder / "orthanc.json"
        configuration.write_text(json.dumps(self.settings))
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [program("Orthanc"), "--verbose", str(configuration)],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        eventually(self._answers, "Orthanc answers", START_S)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.client.close()

    def _answers(self) -> bool:
        try:
            return self.client.get("/system").status_code == 200
        except httpx.TransportError:
            return False

    def post(self, path: str, body: object) -> Any:
        answer = self.client.post(path, json=body)
        assert answer.status_code == 200, f"{answer.text}\n{self.log()}"
        return answer.json()

    def put(self, path: str, body: object) -> None:
        answer = self.client.put(path, json=body)
        assert answer.status_code == 200, f"{answer.text}\n{self.log()}"

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        return answer.json() if answer.status_code == 200 else None

    def upload(self, path: Path) -> str:
        """Orthanc's own id of the instance."""
        answer = self.client.post("/instances", content=path.read_bytes())
        assert answer.status_code == 200, answer.text
        return str(answer.json()["ID"])

    def commitment(self, transaction: str) -> dict[str, Any]:
        """The report of a transaction, once it has come."""
        found: dict[str, Any] = {}

        def reported() -> bool:
            report = self.get(f"/storage-commitment/{transaction}") or {}
            found.update(report)
            return report.get("Status") not in (None, "Pending")

        eventually(reported, "the commitment result arrives", START_S)
        return found

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]
