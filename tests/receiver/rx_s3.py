"""A real S3 server over a folder, which can be killed, held and started again; its objects are files."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

from rx_brokers import Broker, program
from rx_harness import REPOSITORY
from rx_tls import Site

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
        return _listens(self.port)

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


class SecureDoor(Broker):
    """nginx, which speaks TLS before the server and changes nothing that is signed."""

    def __init__(self, folder: Path, site: Site, server: S3Server) -> None:
        super().__init__(folder, site)
        self.server = server

    def command(self) -> list[str]:
        assert self.site is not None
        pair = self.site.receiver
        configuration = self.folder / "nginx.conf"
        configuration.write_text(f"""
            daemon off; error_log stderr; pid {self.folder}/nginx.pid; events {{}}
            http {{
                access_log off; client_max_body_size 0; proxy_request_buffering off;
                client_body_temp_path body; proxy_temp_path proxy;
                fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                server {{
                    listen 127.0.0.1:{self.port} ssl;
                    ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key};
                    location / {{
                        proxy_pass http://127.0.0.1:{self.server.port};
                        proxy_http_version 1.1; proxy_set_header Host $http_host;
                    }}
                }}
            }}
        """)
        return [program("nginx"), "-p", str(self.folder), "-c", str(configuration)]

    def answers(self) -> bool:
        return _listens(self.port)

    def environment(self) -> dict[str, str]:
        """What a receiver needs to use the server by this door; no more than TLS is allowed."""
        assert self.site is not None
        return self.server.environment() | {
            "AWS_ENDPOINT": f"https://127.0.0.1:{self.port}",
            "AWS_ALLOW_HTTP": "false",
            "SSL_CERT_FILE": str(self.site.ca),
        }


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
