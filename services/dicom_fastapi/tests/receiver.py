"""The real receiver beside the gateway, and DCMTK that sends to it."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from tests.gateway import SERVICE

PROGRAM = Path(os.environ.get("NOCTIS_PROGRAMS") or SERVICE / "../../target/debug").resolve() / "noctis-dicom-rx"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configure(folder: Path, **keys: str) -> tuple[Path, int, dict[str, str]]:
    """A configuration file, the DICOM port, and the gateway's settings for this receiver as its child."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: cargo build -p noctis-dicom-rx"
    port, status = free_port(), free_port()
    lines = [
        "# A comment that stays.",
        f'listen = "127.0.0.1:{port}"',
        f'storage = "{folder / "storage"}"',
        f'outbox = "{folder / "outbox.sqlite3"}"',
        f'status_listen = "127.0.0.1:{status}"',
        'events = ["instance.stored"]',
        "drain_s = 20",
        *(f'{name} = "{value}"' for name, value in keys.items()),
        "[webhook]",
        'url = "http://localhost/ingest"',
        f'socket = "{folder / "gateway.sock"}"',
        "backoff_min_ms = 20",
        "backoff_max_ms = 200",
        "[redis]",
        "# url = ...",
        "",
    ]
    path = folder / "receiver.toml"
    path.write_text("\n".join(lines))
    env = {
        "NOCTIS_RECEIVER": "child",
        "NOCTIS_RECEIVER_PROGRAM": str(PROGRAM),
        "NOCTIS_RECEIVER_CONFIG": str(path),
        "NOCTIS_RECEIVER_STATUS_URL": f"http://127.0.0.1:{status}",
    }
    return path, port, env


def echo(port: int) -> bool:
    """Whether a C-ECHO is answered."""
    command = ["echoscu", "-aec", "NOCTIS", "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, check=False, timeout=20).returncode == 0


def store(port: int, file: str) -> None:
    """Send a file."""
    command = ["storescu", "-xe", "-aec", "NOCTIS", "127.0.0.1", str(port), file]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
