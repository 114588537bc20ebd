"""What `deploy` holds for the gateway fits it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import httpx
import yaml

from tests.gateway import BEARER, SERVICE, running
from tests.receiver import configure

DEPLOY = (SERVICE / "../../deploy").resolve()


def named(text: str) -> set[str]:
    """The metrics that a query names."""
    return set(re.findall(r"noctis_(?:rx|gateway)_[a-z_]+", text))


def test_alerts_fire_when_they_should_and_only_then() -> None:
    for command in (
        ["promtool", "check", "rules", "alerts.yml"],
        ["promtool", "test", "rules", "alerts.test.yml"],
        ["promtool", "check", "config", "--syntax-only", "scrape.yml"],
    ):
        done = subprocess.run(command, cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried_firing() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    tests = yaml.safe_load((DEPLOY / "prometheus/alerts.test.yml").read_text())["tests"]
    fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert fired == {rule["alert"] for rule in rules}
    assert all(rule["annotations"]["action"] for rule in rules)


def test_alerts_and_dashboard_ask_for_metrics_that_there_are(tmp_path: Path) -> None:
    _, _, env = configure(tmp_path)
    with running(tmp_path, **env) as gateway, gateway.client(headers=BEARER) as client:
        theirs = httpx.get(f"{env['NOCTIS_RECEIVER_STATUS_URL']}/metrics", trust_env=False).text
        text = client.get("/metrics").text + theirs
    known = set(re.findall(r"^([a-z_]+)[ {]", text, re.MULTILINE))
    asked = named((DEPLOY / "prometheus/alerts.yml").read_text())
    panels = json.loads((DEPLOY / "grafana/gateway.json").read_text())["panels"]
    for panel in panels:
        asked |= named(panel["targets"][0]["expr"])
    assert asked <= known, asked - known
    assert len(asked) >= 12
    assert len(panels) == len({panel["id"] for panel in panels}) == 9


def test_the_unit_is_well_enclosed() -> None:
    unit = DEPLOY / "systemd/noctis-fastapi-gateway.service"
    command = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    level = re.search(r"Overall exposure level for .*: ([0-9.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    assert float(level[1]) < 3
