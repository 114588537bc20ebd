"""The entry of the gateway: `python main.py --host 127.0.0.1 --port 8000`, or `uvicorn main:app`."""

from __future__ import annotations

import argparse
import contextlib
import functools
import logging
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from noctis_gateway.app import create_app
from noctis_gateway.server import Protocol, Server, unix_socket, without_query
from noctis_gateway.settings import Settings, SettingsError


@functools.cache
def _create() -> FastAPI:
    try:
        return create_app(Settings.from_env())
    except SettingsError as error:
        sys.exit(f"noctis gateway: {error}")


def __getattr__(name: str) -> FastAPI:
    """`main:app` for uvicorn; made when asked for, so that `main.py --help` needs no settings."""
    if name == "app":
        return _create()
    raise AttributeError(name)


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description="The gateway of Noctis Viewer. Settings: see README.md.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--access-log", action="store_true", help="log every request")
    parser.add_argument(
        "--socket", type=Path, help="a Unix socket to listen on as well, such as /run/noctis/gateway.sock"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("uvicorn.access").addFilter(without_query)
    config = uvicorn.Config(
        _create(),
        host=options.host,
        port=options.port,
        http=Protocol,
        ws="none",
        access_log=options.access_log,
        log_config=None,
        proxy_headers=False,  # a client is who connects; access.py knows a proxy by its headers
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    sockets = None
    if options.socket:
        tcp = config.bind_socket()
        sockets = [tcp, unix_socket(options.socket)]
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets)


if __name__ == "__main__":
    main()
