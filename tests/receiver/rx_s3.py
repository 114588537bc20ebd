"""A real S3 server over a folder, which can be killed, held and started again; its objects are files."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from rx_brokers import Broker
from rx_harness import REPOSITORY

KEY, SECRET = "receiver", "not-a-secret"
BUCKET, PREFIX = "images", "site/received"


def tool(name: str) -> Path:
    """A program that the setup has built."""
    programs = os.environ.get("NOCTIS_PROGRAMS", REPOSITORY / "target" / "debug")
    path = Path(programs).parent / "tools" / "bin" / name
    assert path.exists(), f"{path} is missing: cargo xtask setup"
    return path


class S3Server(Broker):
    """s3s-fs, with one bucket."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / BUCKET).mkdir()

    def command(self) -> list[str]:
        return [
            *(str(tool("s3s-fs")), "--host", "127.0.0.1", "--port", str(self.port)),
            *("--access-key", KEY, "--secret-key", SECRET, str(self.folder)),
        ]

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    @property
    def objects(self) -> Path:
        """Where the objects of the receivers lie."""
        return self.folder / BUCKET / PREFIX

    def uploads(self) -> list[Path]:
        """What the server keeps of uploads that are not finished."""
        return list(self.folder.glob(".upload*"))

    def hold(self) -> None:
        """It does nothing any more, and its connections stay."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def environment(self) -> dict[str, str]:
        """What a receiver needs to use it."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }
