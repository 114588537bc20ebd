"""A real nginx before a gateway, by the sample in `deploy/nginx`."""

from __future__ import annotations

import getpass
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gateway import SERVICE

SAMPLE = (SERVICE / "../../deploy/nginx/noctis-viewer.conf").resolve()

AROUND = """
daemon off; {user} worker_processes auto; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 100000;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
{sample}
}}
"""


def configuration(folder: Path, gateway: str, listen: str, storage: Path) -> str:
    """The sample, fitted to a test: places, and no TLS."""
    sample = SAMPLE.read_text()
    for there, here in (
        (r"server 127\.0\.0\.1:8000;", f"server {gateway.removeprefix('http://')};"),
        (r"listen 443 ssl;", f"listen {listen};"),
        (r"ssl_certificate.*;\n", ""),
        (r"/var/cache/nginx/noctis", f"{folder}/cache"),
        (r"/var/lib/noctis/received", str(storage)),
    ):
        sample, count = re.subn(there, here, sample)
        assert count, there
    # Its workers are to read what is here for this user only.
    user = f"user {getpass.getuser()};" if os.getuid() == 0 else ""
    return AROUND.format(user=user, folder=folder, sample=sample)


@contextmanager
def running(folder: Path, gateway: str, listen: str, storage: Path) -> Iterator[None]:
    """The server for as long as it is needed."""
    folder.mkdir()
    (folder / "nginx.conf").write_text(configuration(folder, gateway, listen, storage))
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        while not (folder / "pid").exists():
            assert process.poll() is None
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait()
