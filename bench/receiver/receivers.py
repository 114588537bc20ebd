"""The receivers that are compared, each as it is told to be fast and to keep what it is sent."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TITLE = "BENCH"
START_S = 60
FINISH_S = 30


class Receiver:
    """A receiver as a process that writes into a folder of its own."""

    name = ""
    durable = False
    # Whether its senders leave Nagle's algorithm on, as most do that are not told otherwise.
    nagle = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def variables(self) -> dict[str, str]:
        return {}

    @classmethod
    def missing(cls) -> str | None:
        """What this machine lacks for it."""
        return None

    def start(self) -> None:
        self.folder.mkdir(parents=True)
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith("NOCTIS_")
        }
        self.process = subprocess.Popen(
            self.command(),
            cwd=self.folder,
            env=environment | {"TCP_NODELAY": "1"} | self.variables(),
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("wb"),
        )
        limit = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > limit or self.process.poll() is not None:
                    log = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"{self.name} does not listen\n{log}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(FINISH_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def peak_kib(self) -> int:
        """Peak resident size of the process itself (of the largest, where it forks)."""
        assert self.process is not None
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(
            int(line.split()[1])
            for line in text.splitlines()
            if line.startswith("VmHWM")
        )

    def stored(self) -> int:
        """Objects of the run that lie in the folder, told by their size; the databases beside them may be as large."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sum(
            path.stat().st_size > 500_000
            and not path.name.startswith(("outbox", "index"))
            for path in found
        )


class Noctis(Receiver):
    """Ours: success only after object and event are durable."""

    name = "noctis, full"
    durable = True
    durability = "full"

    def command(self) -> list[str]:
        return [os.environ["NOCTIS_RX_RELEASE"], "run"]

    def variables(self) -> dict[str, str]:
        return {
            "NOCTIS_RX_LISTEN": f"127.0.0.1:{self.port}",
            "NOCTIS_RX_STORAGE": str(self.folder / "received"),
            "NOCTIS_RX_OUTBOX": str(self.folder / "outbox.sqlite3"),
            "NOCTIS_RX_DURABILITY": self.durability,
            "RUST_LOG": "warn",
        }


class NoctisNone(Noctis):
    """Ours without any sync, beside those that never sync."""

    name = "noctis, none"
    durable = False
    durability = "none"


class NoctisNagle(NoctisNone):
    """The same, from senders that wait for acknowledgements: it acknowledges at once."""

    name = "noctis, Nagle"
    nagle = True


class PlainNagle(Receiver):
    """A plain loop over a socket, from the same senders."""

    name = "plain, Nagle"
    nagle = True

    def command(self) -> list[str]:
        program = str(HERE / "plain.py")
        return [sys.executable, program, str(self.port), str(self.folder)]


class Dcmtk(Receiver):
    """A process for each association; no sync."""

    name = "dcmtk --fork"

    def command(self) -> list[str]:
        return [
            "storescp",
            "--fork",
            "+xa",
            "-pdu",
            "131072",
            "-od",
            str(self.folder),
            str(self.port),
        ]

    @classmethod
    def missing(cls) -> str | None:
        return None if shutil.which("storescp") else "storescp (Debian: dcmtk)"


class Pynetdicom(Receiver):
    """The application of the library; a thread for each association, no sync."""

    name = "pynetdicom"

    def command(self) -> list[str]:
        options = ["-od", str(self.folder), "--max-pdu", "131072", "-q"]
        return [
            sys.executable,
            "-m",
            "pynetdicom",
            "storescp",
            *options,
            str(self.port),
        ]


class Orthanc(Receiver):
    """Four threads; the file is synced, its folder is not."""

    name = "orthanc"

    def command(self) -> list[str]:
        settings = {
            "StorageDirectory": str(self.folder / "storage"),
            "IndexDirectory": str(self.folder / "index"),
            "DicomPort": self.port,
            "DicomAet": TITLE,
            "HttpServerEnabled": False,
            "DicomAlwaysAllowStore": True,
            "MaximumPduLength": 131072,
            "Plugins": [],
        }
        path = self.folder / "orthanc.json"
        path.write_text(json.dumps(settings))
        return [self.program() or "Orthanc", str(path)]

    @staticmethod
    def program() -> str | None:
        return shutil.which("Orthanc", path=f"{os.environ['PATH']}:/usr/sbin")

    @classmethod
    def missing(cls) -> str | None:
        return None if cls.program() else "Orthanc (Debian: orthanc)"


class Floor(Receiver):
    """Raw TCP to a file, synced, renamed, folder synced; no DICOM, no outbox."""

    name = "floor, full"
    durable = True
    mode = "full"

    def command(self) -> list[str]:
        return [
            sys.executable,
            str(HERE / "floor.py"),
            self.mode,
            str(self.port),
            str(self.folder),
        ]


class FloorPromise(Floor):
    """The same with a digest of each object, which is noted durably before the object gets its name."""

    name = "floor, promise"
    mode = "promise"


class FloorNone(Floor):
    """The same without the syncs."""

    name = "floor, none"
    durable = False
    mode = "none"


ALL: tuple[type[Receiver], ...] = (
    Floor,
    FloorPromise,
    FloorNone,
    Noctis,
    NoctisNone,
    NoctisNagle,
    PlainNagle,
    Dcmtk,
    Pynetdicom,
    Orthanc,
)
