"""What `deploy` holds fits the program."""

from __future__ import annotations

import json
import re
import subprocess

import httpx
from rx_harness import REPOSITORY, StartReceiver, free_port

UNIT = REPOSITORY / "deploy/systemd/noctis-pro-dicom-rust.service"
DASHBOARD = REPOSITORY / "deploy/grafana/receiver.json"


def test_the_exposure_of_the_unit_is_what_its_readme_says() -> None:
    analyzed = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    level = re.search(r"Overall exposure level for .*: ([0-9.]+)", analyzed.stdout)
    assert level is not None, analyzed.stdout + analyzed.stderr
    assert f"**{level[1]} OK**" in (UNIT.parent / "README.md").read_text()
    assert float(level[1]) < 2


def test_the_dashboard_asks_for_metrics_that_there_are(
    start_receiver: StartReceiver,
) -> None:
    port = free_port()
    start_receiver(status_listen=f"127.0.0.1:{port}")
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    families = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = {
        re.sub(r"_(total|bucket|count|sum)$", "", name)
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"noctis_rx_\w+", target["expr"])
    }
    assert len(panels) == len({panel["id"] for panel in panels}) >= 10
    assert asked <= families, asked - families
