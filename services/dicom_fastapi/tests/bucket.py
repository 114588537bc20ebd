"""An S3 server over a folder, which `cargo xtask setup` builds."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gateway import SERVICE
from tests.receiver import free_port

PROGRAM: Path = (SERVICE / "../../target/tools/bin/s3s-fs").resolve()
KEY, SECRET = "access", "a-secret-for-tests"


class Server:
    """The server, and what a client needs to know of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """The standard variables."""
        return {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def start(self) -> None:
        """Start it, and wait until it listens."""
        place = ["--host", "127.0.0.1", "--port", str(self.port)]
        keys = ["--access-key", KEY, "--secret-key", SECRET]
        env = os.environ | {"RUST_LOG": "error"}
        self.process = subprocess.Popen([PROGRAM, *place, *keys, self.folder], env=env)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the S3 server does not listen")

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server for one test; its buckets are the folders in `folder`."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: cargo xtask setup"
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
