"""schemathesis over the gateway's own OpenAPI document: no 5xx, nothing that the document does not say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.gateway import TOKEN, running
from tests.library import fill

CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"


def test_nothing_that_the_document_does_not_say(tmp_path: Path) -> None:
    with running(tmp_path, NOCTIS_RATE_PER_S="100000") as gateway, gateway.client() as client:
        fill(gateway, client)
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{gateway.url}/openapi.json"),
            *("--header", f"Authorization: Bearer {TOKEN}"),
            *("--exclude-path", "/events"),  # it does not end
            *("--checks", CHECKS, "--max-examples", "25", "--seed", "1", "--phases", "examples,coverage,fuzzing"),
            *("--generation-database", "none", "--no-color"),
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=900)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        assert "Traceback" not in gateway.log
        assert client.get("/readyz").status_code == 200
