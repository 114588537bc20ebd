"""The real receiver as a process, and a real HTTP listener for its events."""

from __future__ import annotations

import json
import os
import signal
import socket
import socketserver
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
TOKEN = "test-token"
Event = dict[str, Any]
# Status and results for a batch of events.
Script = Callable[[list[Event]], tuple[int, list[dict[str, str]] | None]]


def binary() -> Path:
    default = REPOSITORY / "target" / "debug" / "noctis-dicom-rx"
    path = Path(os.environ.get("NOCTIS_RX_BIN", default))
    assert path.exists(), (
        f"{path} is missing: cargo build -p noctis-dicom-rx, or set NOCTIS_RX_BIN"
    )
    return path


def eventually(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Waits for something that must happen; the limit only keeps a broken build from hanging."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"never happened: {what}"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Receiver:
    """One receiver with a folder of its own; may be started again after it ended."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.storage = folder / "received"
        self.outbox = folder / "outbox.sqlite3"
        self.log = folder / "receiver.log"
        self.settings = settings
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self, *prefix: str) -> Receiver:
        """Starts it, under another program if one is given, and waits until it listens."""
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith("NOCTIS_")
        }
        environment |= {
            "NOCTIS_RX_LISTEN": "127.0.0.1:0",
            "NOCTIS_RX_STORAGE": str(self.storage),
            "NOCTIS_RX_OUTBOX": str(self.outbox),
            "NOCTIS_RX_WEBHOOK_BACKOFF_MIN_MS": "20",
            "NOCTIS_RX_WEBHOOK_BACKOFF_MAX_MS": "200",
            "NOCTIS_RX_DRAIN_S": "0",
            # What the tests count; those of the other events ask for them.
            "NOCTIS_RX_EVENTS": "instance.stored",
            "RUST_LOG": "debug",
            **{
                f"NOCTIS_RX_{key.upper()}": value
                for key, value in self.settings.items()
            },
        }
        with self.log.open("a") as log:
            command = [*prefix, str(binary()), "run"]
            self.process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening on 127.0.0.1:"), (
            f"{line!r}\n{self.log.read_text()}"
        )
        self.port = int(line.removesuffix(" (TLS)\n").rsplit(":", 1)[1])
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def stop(self) -> int:
        return self.end(signal.SIGTERM)

    def files(self) -> dict[str, Path]:
        """Stored objects by SOP Instance UID."""
        return {path.stem: path for path in self.storage.glob("*/*/*.dcm")}

    def leftovers(self) -> list[Path]:
        """Everything in the storage that is neither an object, nor kept on purpose, nor the receiver's own lock."""
        kept = {".quarantine", ".superseded", ".generations", ".locks"}
        inside = [
            path
            for path in self.storage.rglob("*")
            if path.is_file() and path.relative_to(self.storage).parts[0] not in kept
        ]
        objects = set(self.files().values())
        empty = [
            path for path in self.storage.glob("[0-9]*/**/") if not any(path.iterdir())
        ]
        return [
            path for path in inside if path not in objects and path.name != ".lock"
        ] + empty

    def quarantined(self) -> list[tuple[Path, dict[str, Any]]]:
        """Refused objects and why they were, oldest first."""
        notes = [
            (path.with_suffix(".dcm"), json.loads(path.read_text()))
            for path in (self.storage / ".quarantine").glob("*.json")
        ]
        return sorted(notes, key=lambda note: str(note[1]["time"]))

    def depth(self) -> dict[str, int]:
        """Events by state."""
        with sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True) as connection:
            return dict(
                connection.execute("SELECT state, count(*) FROM events GROUP BY state")
            )

    def settled(self) -> bool:
        return set(self.depth()) <= {"done", "dead"}


# Takes settings as keywords: `webhook_url=...` is NOCTIS_RX_WEBHOOK_URL.
StartReceiver = Callable[..., Receiver]


def accept_all(events: list[Event]) -> tuple[int, list[dict[str, str]] | None]:
    return 200, [
        {"event_id": event["event_id"], "status": "accepted"} for event in events
    ]


class _Server(ThreadingHTTPServer):
    def __init__(self, address: Any, handler: type[BaseHTTPRequestHandler]) -> None:
        if isinstance(address, str):
            self.address_family = socket.AF_UNIX
        super().__init__(address, handler)

    def server_bind(self) -> None:
        if self.address_family == socket.AF_UNIX:
            socketserver.TCPServer.server_bind(self)
            self.server_name, self.server_port = "gateway", 0
        else:
            super().server_bind()

    def get_request(self) -> Any:
        connection, address = self.socket.accept()
        return connection, address or ("unix", 0)

    def handle_error(self, request: object, client_address: object) -> None:
        """A receiver that is killed resets its connection; that is no error of a test."""


class Listener:
    """Takes events as the gateway does; `script` may answer otherwise."""

    def __init__(
        self,
        port: int = 0,
        unix: Path | None = None,
        secure: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[tuple[str | None, list[Event]]] = []
        self.accepted: list[Event] = []
        self.script: Script = accept_all
        listener = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                events = json.loads(
                    self.rfile.read(int(self.headers["Content-Length"]))
                )
                status, results = listener.take(
                    self.headers.get("Authorization"), events
                )
                body = json.dumps(
                    {"results": results} if results is not None else {}
                ).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: the tests look at what arrived."""

        address = ("127.0.0.1", port) if unix is None else str(unix)
        self.server = _Server(address, Handler)
        self.scheme = "http"
        if secure is not None:
            self.scheme = "https"
            self.server.socket = secure.wrap_socket(
                self.server.socket, server_side=True
            )
        self.lock = threading.Lock()
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        )
        self.thread.start()

    def take(
        self, authorization: str | None, events: list[Event]
    ) -> tuple[int, list[dict[str, str]] | None]:
        with self.lock:
            self.requests.append((authorization, events))
            status, results = self.script(events)
            done = {
                one["event_id"] for one in results or [] if one["status"] == "accepted"
            }
            self.accepted += [event for event in events if event["event_id"] in done]
            return status, results

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}/ingest"

    def instances(self) -> list[str]:
        with self.lock:
            return [event["sop_instance_uid"] for event in self.accepted]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
