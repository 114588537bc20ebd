"""deploy/systemd/ROLLBACK.md step by step: our receiver, one in Python (pynetdicom's), the gateway, DCMTK that sends.

There is no systemd here: what `systemctl` does to a unit is done to its process.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pydicom
from pydicom.data import get_testdata_file
from pydicom.uid import UID

from tests.gateway import BEARER, SERVICE, Gateway
from tests.receiver import PROGRAM, echo, free_port, store

PAGE = (SERVICE / "../../deploy/systemd/ROLLBACK.md").resolve()
COMMANDS = [
    "systemctl disable --now noctis-pro-dicom-rust",
    "noctis-dicom-rx outbox --config /etc/noctis/receiver.toml list --state ready,dead",
    "NOCTIS_RX_LISTEN=127.0.0.1:0 noctis-dicom-rx run --config /etc/noctis/receiver.toml",
    "noctis-dicom-rx outbox --config /etc/noctis/receiver.toml export --state ready --to events.jsonl",
    "systemctl enable --now noctis-pro-dicom",
    "echoscu -aec TITLE HOST PORT",
    "noctis-parity FORMER OURS",
    "systemctl enable --now noctis-pro-dicom-rust",
]
"""Those of the page, in its order: what this test does."""

NAMES = ("CT_small.dcm", "MR_small.dcm", "rtplan.dcm", "waveform_ecg.dcm")


def eventually(what: Callable[[], bool], words: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"not within {seconds} s: {words}"
        time.sleep(0.05)


class Site:
    """The processes of a site, and the address that modalities know."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.gateway = Gateway(folder)
        self.gateway_port = free_port()
        self.former = folder / "former"
        self.former.mkdir()
        self.config = folder / "receiver.toml"
        lines = [
            f'listen = "127.0.0.1:{self.port}"',
            f'storage = "{folder / "storage"}"',
            f'outbox = "{folder / "outbox.sqlite3"}"',
            'events = ["instance.stored"]',
            "[webhook]",
            f'url = "http://127.0.0.1:{self.gateway_port}/ingest"',
            "backoff_min_ms = 20",
            "backoff_max_ms = 200",
        ]
        self.config.write_text("\n".join(lines))
        self.processes: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str, **env: str) -> subprocess.Popen[bytes]:
        """Start a process of the site."""
        (self.folder / "log").touch()
        with (self.folder / "log").open("ab") as log:
            variables = {"PATH": "/usr/bin:/bin", "NOCTIS_FASTAPI_TOKEN": "a-token-for-tests"} | env
            process = subprocess.Popen(command, cwd=self.folder, env=variables, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def start_ours(self, **env: str) -> subprocess.Popen[bytes]:
        """Our receiver."""
        return self.run(str(PROGRAM), "run", "--config", str(self.config), **env)

    def start_former(self, port: int) -> subprocess.Popen[bytes]:
        """The receiver in Python."""
        options = ["-aet", "NOCTIS", "-od", str(self.former), "-q", str(port)]
        return self.run(sys.executable, "-m", "pynetdicom", "storescp", *options)

    def outbox(self, command: str, *arguments: str) -> str:
        """What the receiver's command says."""
        words = [str(PROGRAM), "outbox", "--config", str(self.config), command, *arguments]
        return subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def start_gateway(self) -> None:
        """The listener."""
        self.gateway.process = self.gateway.command("main.py", "--host", "127.0.0.1", "--port", str(self.gateway_port))
        assert self.gateway.process.stdout
        self.gateway.url = self.gateway.process.stdout.readline().removeprefix("listening on ").strip()

    def events(self) -> int:
        """How many the gateway has taken."""
        answer = httpx.get(f"{self.gateway.url}/stats", headers=BEARER, trust_env=False)
        return int(answer.json()["events"])

    def waiting(self) -> int:
        """Events that have not been taken."""
        return len(self.outbox("list", "--state", "ready,dead", "--json").splitlines())

    def compare(self) -> subprocess.CompletedProcess[str]:
        """The parity report of the two storage folders."""
        command = [sys.executable, "-m", "noctis_gateway.parity", str(self.former), str(self.folder / "storage")]
        return subprocess.run(command, cwd=SERVICE, capture_output=True, text=True, check=False)

    def close(self) -> None:
        """End what runs."""
        for process in self.processes:
            process.kill()
            process.wait(10)
        if self.gateway.process:
            self.gateway.kill()


def file_of(name: str) -> str:
    return str(get_testdata_file(name))


def stop(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(30)


def test_the_page_says_what_is_tried_here() -> None:
    text = PAGE.read_text()
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", text)]
    assert [span for span in spans if re.match(r"systemctl|noctis-|NOCTIS_|echoscu", span)] == COMMANDS
    assert len(re.findall(r"^\d\. ", text, re.MULTILINE)) == 5


def side_by_side(site: Site) -> subprocess.Popen[bytes]:
    """A parallel run, as before a cut-over: both receivers agree in every object. Ours goes on."""
    site.start_gateway()
    ours, beside = site.start_ours(), free_port()
    former = site.start_former(beside)
    for port in (site.port, beside):
        eventually(partial(echo, port), "the receiver answers")
        for name in NAMES:
            store(port, file_of(name))
    eventually(lambda: site.events() == len(NAMES), "the gateway has the events")
    done = site.compare()
    assert done.returncode == 0, done.stdout
    assert "0 different, 0 only left, 0 only right, 0 unreadable" in done.stdout
    stop(former)
    return ours


def while_the_listener_is_down(site: Site) -> None:
    """Objects go on coming in."""
    site.gateway.stop()
    changed = pydicom.dcmread(file_of("CT_small.dcm"))
    for number in range(3):
        changed.SOPInstanceUID = changed.file_meta.MediaStorageSOPInstanceUID = UID(f"1.2.3.{number + 1}")
        changed.save_as(site.folder / "more.dcm")
        store(site.port, str(site.folder / "more.dcm"))


def test_back_to_the_former_receiver_and_forward_again(tmp_path: Path) -> None:
    site = Site(tmp_path)
    try:
        ours = side_by_side(site)
        while_the_listener_is_down(site)

        # 1. Stop taking objects.
        assert stop(ours) == 0
        assert not echo(site.port)

        # 2. Let the events out: some by hand, all by the receiver on another port.
        assert site.waiting() == 3
        site.outbox("export", "--state", "ready", "--to", "events.jsonl")
        events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
        assert len(events) == 3
        site.start_gateway()
        answer = httpx.post(f"{site.gateway.url}/ingest", json=events[:2], headers=BEARER, trust_env=False)
        assert [result["status"] for result in answer.json()["results"]] == ["accepted", "accepted"]
        again = site.start_ours(NOCTIS_RX_LISTEN="127.0.0.1:0")
        eventually(lambda: site.waiting() == 0, "nothing waits any more")
        assert stop(again) == 0
        assert site.events() == len(NAMES) + 3

        # 3. Start the former receiver on the same address, 4. and check.
        former = site.start_former(site.port)
        eventually(lambda: echo(site.port), "the former receiver answers")
        before = len(list(site.former.iterdir()))
        store(site.port, file_of("examples_rgb_color.dcm"))
        assert len(list(site.former.iterdir())) == before + 1

        # 5. Compare: what the former one has taken alone is missing here, and all the rest is not.
        done = site.compare()
        assert done.returncode == 1
        assert "0 different, 1 only left, 3 only right" in done.stdout, done.stdout

        # Forward again: nothing is announced twice.
        stop(former)
        site.start_ours()
        eventually(lambda: echo(site.port), "our receiver answers")
        assert site.waiting() == 0
        store(site.port, file_of("MR_small.dcm"))
        store(site.port, file_of("rtdose.dcm"))
        eventually(lambda: site.events() >= len(NAMES) + 4, "the new object is announced")
        time.sleep(0.3)
        assert site.events() == len(NAMES) + 4
    finally:
        site.close()
