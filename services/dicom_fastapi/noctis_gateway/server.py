"""How the application is served: uvicorn, with a bound on the size of a request's head."""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path
from typing import Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES: Final = 64 * 1024
"""A connection whose request line and headers go on beyond this is refused (the parser itself knows no end)."""


def without_query(record: logging.LogRecord) -> bool:
    """Takes the query off the address of a line of the access log: a search names the patient."""
    if isinstance(record.args, tuple) and len(record.args) > 2:
        client, method, address, *others = record.args
        record.args = (client, method, str(address).partition("?")[0], *others)
    return True


def unix_socket(path: Path) -> socket.socket:
    """A Unix socket for the user and the group of the gateway; one that is left over is replaced."""
    if path.is_socket():
        path.unlink()
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o117)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(128)
    return listener


class Server(uvicorn.Server):
    """Says on standard output where it listens, once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        print(f"listening on http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 by llhttp: twice the requests of uvicorn's pure Python parser."""

    _head_is_open = False
    _head_bytes = 0

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._head_is_open, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """It ends."""
        self._head_is_open = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        super().data_received(data)
        if self._head_is_open:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The head of the request is too large.")
