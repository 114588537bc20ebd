"""A TCP balancer: each connection goes to the next receiver that listens."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading

from rx_harness import Receiver


class Balancer:
    def __init__(self, receivers: list[Receiver]) -> None:
        self.receivers = receivers
        self.turns = itertools.count()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                server = self._connect()
                if server is None:
                    connection.close()
                    continue
                for pair in [(connection, server), (server, connection)]:
                    threading.Thread(target=_pump, args=pair, daemon=True).start()

    def _connect(self) -> socket.socket | None:
        first = next(self.turns)
        for number in range(len(self.receivers)):
            receiver = self.receivers[(first + number) % len(self.receivers)]
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", receiver.port))
        return None

    def close(self) -> None:
        self.listener.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Until one of them is closed; then both are."""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
