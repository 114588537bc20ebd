"""Exit codes, and the sample configuration of `deploy`."""

from __future__ import annotations

import os
import subprocess

from rx_harness import REPOSITORY, StartReceiver, binary


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith("NOCTIS_")
    } | variables
    command = [str(binary()), *arguments]
    return subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )


def test_the_sample_configuration_can_be_used_and_the_token_is_not_shown() -> None:
    sample = str(REPOSITORY / "deploy" / "receiver.toml")
    checked = run(
        "check-config", "--config", sample, NOCTIS_FASTAPI_TOKEN="very-secret"
    )
    assert checked.returncode == 0, checked.stderr
    assert 'ae_title: "NOCTIS"' in checked.stdout
    assert "very-secret" not in checked.stdout + checked.stderr


def test_bad_usage_and_bad_configuration_are_2() -> None:
    assert run().returncode == 2
    assert run("run", "--config", "/nonexistent.toml").returncode == 2
    assert run("run", NOCTIS_RX_MAX_PDU="1").returncode == 2
    misspelt = run("run", NOCTIS_RX_CALLED_AE_TITLE="NOCTIS")
    assert misspelt.returncode == 2 and "CALLED_AE_TITLE" in misspelt.stderr


def test_what_is_in_use_is_1(start_receiver: StartReceiver) -> None:
    receiver = start_receiver()
    address = {"NOCTIS_RX_LISTEN": f"127.0.0.1:{receiver.port}"}
    taken = run(
        "run", **address, NOCTIS_RX_STORAGE=str(receiver.storage.parent / "other")
    )
    assert taken.returncode == 1 and "listen on" in taken.stderr
    shared = run(
        "run", NOCTIS_RX_LISTEN="127.0.0.1:0", NOCTIS_RX_OUTBOX=str(receiver.outbox)
    )
    assert shared.returncode == 1 and "held by another receiver" in shared.stderr
