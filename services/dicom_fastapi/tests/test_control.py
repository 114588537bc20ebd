"""The receiver steered: as a real child process, and as a unit of a stand-in for systemd on a private bus."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pydicom.data import get_testdata_file
from pynetdicom import AE

from tests.django_site import eventually
from tests.gateway import BEARER, SERVICE, Gateway, event, running, statuses
from tests.receiver import configure, echo, store


@contextmanager
def both(folder: Path, **keys: str) -> Iterator[tuple[Gateway, httpx.Client, int, Path]]:
    """A gateway with a receiver of its own, over a Unix socket; a client with the token; the DICOM port; the file."""
    path, port, env = configure(folder, **keys)
    gateway = Gateway(folder, env)
    command = ("main.py", "--host", "127.0.0.1", "--port", "0", "--socket", str(folder / "gateway.sock"))
    gateway.process = gateway.command(*command)
    assert gateway.process.stdout
    line = gateway.process.stdout.readline()
    assert line.startswith("listening on "), gateway.log
    gateway.url = line.removeprefix("listening on ").strip()
    try:
        with gateway.client(headers=BEARER) as client:
            yield gateway, client, port, path
    finally:
        gateway.stop()


def state(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/control/receiver").json()
    return found


def act(client: httpx.Client, action: str) -> httpx.Response:
    return client.post(f"/control/receiver/{action}", timeout=30)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_is_started_stopped_restarted_and_kept(tmp_path: Path) -> None:
    with both(tmp_path) as (gateway, client, port, _):
        first = state(client)
        assert (first["manager"], first["state"], first["listening"]) == ("child", "running", [f"127.0.0.1:{port}"])
        assert echo(port)
        store(port, str(get_testdata_file("CT_small.dcm")))
        eventually(lambda: client.get("/studies").json()["studies"], "the object came through the Unix socket")
        assert act(client, "start").status_code == 409
        assert act(client, "restart").json()["pid"] != first["pid"]
        assert echo(port)
        pid = state(client)["pid"]
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: state(client)["restarts"] == 1 and state(client)["state"] == "running", "it is up again")
        assert state(client)["last_exit"] == -9
        assert echo(port)
        assert act(client, "stop").json()["state"] == "stopped"
        assert not echo(port)
        assert act(client, "stop").status_code == 200
        assert act(client, "reload").status_code == act(client, "drain").status_code == 409
        assert act(client, "explode").status_code == 422
        assert act(client, "start").json()["state"] == "running"
        assert echo(port)
        assert "audit: token first: receiver restart" in gateway.log
        pid = state(client)["pid"]
    eventually(lambda: not alive(pid), "it ends with the gateway")


def test_draining_lets_an_association_end(tmp_path: Path) -> None:
    with both(tmp_path) as (_, client, port, _):
        ae = AE("SCU")
        ae.add_requested_context("1.2.840.10008.1.1")
        association = ae.associate("127.0.0.1", port, ae_title="NOCTIS")
        assert association.is_established
        assert act(client, "drain").json()["state"] == "draining"
        assert act(client, "start").status_code == 409
        eventually(lambda: not echo(port), "nobody new is taken")
        assert association.send_c_echo().Status == 0
        association.release()
        eventually(lambda: state(client)["state"] == "stopped", "it has ended")
        assert state(client)["last_exit"] == 0


def test_a_killed_gateway_takes_its_receiver_along(tmp_path: Path) -> None:
    with both(tmp_path) as (gateway, client, _, _):
        pid = state(client)["pid"]
        gateway.kill()
        eventually(lambda: not alive(pid), "it ends too")


def test_a_receiver_that_cannot_start_does_not_keep_the_gateway_from_it(tmp_path: Path) -> None:
    with both(tmp_path, durability="sometimes") as (_, client, _, _):
        found = state(client)
        assert (found["state"], found["last_exit"], found["restarts"]) == ("failed", 2, 0)
        assert act(client, "start").status_code == 409
        assert client.get("/readyz").json() == {"ready": True, "database": True, "storage": True, "receiver": False}


def test_canary_on_and_off(tmp_path: Path) -> None:
    with both(tmp_path) as (_, client, port, path):
        pid = state(client)["pid"]

        def objects() -> list[bool]:
            return [study["canary"] for study in client.get("/studies").json()["studies"]]

        assert client.get("/control/receiver/canary").json() == {"on": False, "titles": []}
        on = client.put("/control/receiver/canary", json={"on": True})
        assert on.json() == {"on": True, "titles": ["NOCTIS"]}
        assert "# A comment that stays." in path.read_text()
        time.sleep(0.3)  # a signal has no answer
        store(port, str(get_testdata_file("CT_small.dcm")))
        eventually(lambda: objects() == [True], "it is a test")
        assert client.put("/control/receiver/canary", json={"on": False}).json() == {"on": False, "titles": []}
        time.sleep(0.3)
        store(port, str(get_testdata_file("MR_small.dcm")))
        eventually(lambda: sorted(objects()) == [False, True], "it is none")
        assert state(client)["pid"] == pid, "without a restart"
        titles = client.put("/control/receiver/canary", json={"on": True, "titles": ["CANARY", "TEST 1"]})
        assert titles.json()["titles"] == ["CANARY", "TEST 1"]
        for bad in ("", "A" * 17, "A\\B", " A", "Ä"):
            answer = client.put("/control/receiver/canary", json={"on": True, "titles": [bad]})
            assert answer.status_code == 422, bad
        assert client.get("/control/receiver/canary").json()["titles"] == ["CANARY", "TEST 1"]
        assert not list(path.parent.glob(".receiver.toml.*"))


def test_the_configuration_is_shown_without_secrets(tmp_path: Path) -> None:
    with both(tmp_path) as (gateway, client, _, path):
        text = path.read_text().replace("# url = ...", 'url = "redis://me:hidden-word@127.0.0.1/"')
        path.write_text(text.replace("[webhook]", '[webhook]\ntoken = "hidden-word"'))
        answer = client.get("/control/receiver/configuration")
        assert answer.json()["settings"]["webhook"]["token"] == "(hidden)"  # noqa: S105 (it is)
        assert answer.json()["settings"]["redis"]["url"] == "redis://(hidden)@127.0.0.1/"
        assert answer.json()["settings"]["drain_s"] == 20
        assert "hidden-word" not in answer.text
        path.write_text("not TOML = = hidden-word")
        answer = client.get("/control/receiver/configuration")
        assert (answer.status_code, "hidden-word" in answer.text) == (409, False)
        assert "hidden-word" not in gateway.log


def test_only_who_may_control_does(client: httpx.Client) -> None:
    for method, path in (("GET", ""), ("POST", "/stop"), ("GET", "/configuration"), ("PUT", "/canary")):
        assert client.request(method, f"/control/receiver{path}", json={"on": True}).status_code == 401
    assert client.post("/control/receiver/stop", headers=BEARER).status_code == 409


def test_figures_of_both(tmp_path: Path) -> None:
    with both(tmp_path) as (_, client, port, _):
        store(port, str(get_testdata_file("CT_small.dcm")))
        eventually(lambda: client.get("/stats").json()["events"] == 1, "it is in the index")
        statuses(client, [event("1.1"), event("1.1"), {"event_id": "x"}])
        time.sleep(1.1)
        stats = client.get("/stats").json()
        assert stats["ingested"] == {"accepted": 2, "duplicate": 1, "rejected": 1}
        assert sum(stats["arrivals_per_minute"]) == 2
        assert stats["receiver"]["state"] == "running"
        assert stats["receiver_figures"]["outbox"]["done"] == 1
        assert stats["receiver_figures"]["ready"]["ready"] is True
        assert stats["storage"]["total_bytes"] > stats["storage"]["free_bytes"] > 0
        assert client.get("/readyz").json() == {"ready": True, "database": True, "storage": True, "receiver": True}
        families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
        samples = {
            (sample.name, *sample.labels.values()): sample.value
            for family in families.values()
            for sample in family.samples
        }
        assert samples["noctis_gateway_ingested_total", "accepted"] == 2
        assert samples["noctis_gateway_receiver_up",] == 1
        assert samples["noctis_gateway_outbox", "dead"] == 0
        assert client.get("/health").json() == client.get("/healthz").json() == {"status": "ok"}
        shutil.rmtree(tmp_path / "storage")
        not_ready = client.get("/readyz")
        assert (not_ready.status_code, not_ready.json()["storage"]) == (503, False)


STAND_IN = """
import asyncio, sys
from dbus_fast import Variant
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, PropertyAccess

state = {"active": "inactive", "pid": 0}

class Unit(ServiceInterface):
    @dbus_property(access=PropertyAccess.READ)
    def ActiveState(self) -> "s": return state["active"]
    @dbus_property(access=PropertyAccess.READ)
    def StateChangeTimestamp(self) -> "t": return 1_800_000_000_000_000

class Service(ServiceInterface):
    @dbus_property(access=PropertyAccess.READ)
    def MainPID(self) -> "u": return state["pid"]
    @dbus_property(access=PropertyAccess.READ)
    def NRestarts(self) -> "u": return 2
    @dbus_property(access=PropertyAccess.READ)
    def ExecMainStatus(self) -> "i": return 0

class Manager(ServiceInterface):
    def job(self, what, unit, mode, active, pid):
        print(what, unit, mode, flush=True)
        state.update(active=active, pid=pid)
        return "/org/freedesktop/systemd1/job/1"
    @dbus_method()
    def LoadUnit(self, name: "s") -> "o": return "/org/freedesktop/systemd1/unit/rx"
    @dbus_method()
    def StartUnit(self, name: "s", mode: "s") -> "o": return self.job("start", name, mode, "active", 42)
    @dbus_method()
    def StopUnit(self, name: "s", mode: "s") -> "o": return self.job("stop", name, mode, "deactivating", 42)
    @dbus_method()
    def RestartUnit(self, name: "s", mode: "s") -> "o": return self.job("restart", name, mode, "active", 43)

async def main():
    bus = await MessageBus(sys.argv[1]).connect()
    bus.export("/org/freedesktop/systemd1", Manager("org.freedesktop.systemd1.Manager"))
    bus.export("/org/freedesktop/systemd1/unit/rx", Unit("org.freedesktop.systemd1.Unit"))
    bus.export("/org/freedesktop/systemd1/unit/rx", Service("org.freedesktop.systemd1.Service"))
    await bus.request_name("org.freedesktop.systemd1")
    print("ready", flush=True)
    await bus.wait_for_disconnect()

asyncio.run(main())
"""
"""Answers as systemd does, as far as the gateway asks it; not systemd itself, which does not run in a container."""


def test_a_unit_over_dbus(tmp_path: Path) -> None:
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],  # noqa: S607
        stdout=subprocess.PIPE,
        text=True,
    )
    assert bus.stdout
    address = bus.stdout.readline().strip()
    stand_in = subprocess.Popen(
        [sys.executable, "-c", STAND_IN, address], stdout=subprocess.PIPE, text=True, cwd=SERVICE
    )
    assert stand_in.stdout
    assert stand_in.stdout.readline() == "ready\n"
    env = {"NOCTIS_RECEIVER": "systemd", "NOCTIS_DBUS_ADDRESS": address}
    unit = "noctis-pro-dicom-rust.service"
    try:
        with running(tmp_path, **env) as gateway, gateway.client(headers=BEARER) as client:
            assert state(client)["state"] == "stopped"
            assert act(client, "start").json() == {
                "manager": "systemd",
                "state": "running",
                "pid": 42,
                "since": "2027-01-15T08:00:00Z",
                "restarts": 2,
                "last_exit": 0,
                "listening": [],
            }
            assert stand_in.stdout.readline() == f"start {unit} replace\n"
            assert act(client, "restart").json()["pid"] == 43
            assert stand_in.stdout.readline() == f"restart {unit} replace\n"
            assert act(client, "drain").json()["state"] == "draining"
            assert stand_in.stdout.readline() == f"stop {unit} replace\n"
            refused = act(client, "reload")
            assert (refused.status_code, bool(re.search("systemd refuses", refused.text))) == (409, True)
            stand_in.kill()
            bus.kill()
            bus.wait()
            eventually(lambda: state(client)["state"] == "unknown", "the bus has gone")
            assert act(client, "start").status_code == 409
    finally:
        for process in (stand_in, bus):
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
