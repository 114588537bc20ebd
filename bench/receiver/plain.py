"""A C-STORE receiver without any care for its socket: what a sender gains that leaves Nagle's algorithm on.

`plain.py PORT FOLDER` takes every context that is proposed and writes each object to a file, without a sync.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
from pathlib import Path

COMMAND, LAST = 1, 2
C_STORE_RSP, NO_DATASET, SUCCESS = 0x8001, 0x0101, 0


def exactly(connection: socket.socket, count: int) -> bytes:
    data = connection.recv(count, socket.MSG_WAITALL)
    if len(data) < count:
        os._exit(0)
    return data


def items(data: bytes) -> list[tuple[int, bytes]]:
    """Sub-items of an association PDU."""
    found = []
    while data:
        kind, _, length = struct.unpack(">BBH", data[:4])
        found.append((kind, data[4 : 4 + length]))
        data = data[4 + length :]
    return found


def item(kind: int, value: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(value)) + value


def acceptance(request: bytes) -> bytes:
    """Every context with the first syntax that it proposes."""
    answer = request[:68] + item(0x10, b"1.2.840.10008.3.1.1.1")
    for kind, value in items(request[68:]):
        if kind == 0x20:
            syntax = next(one for sub, one in items(value[4:]) if sub == 0x40)
            answer += item(0x21, value[:1] + bytes(3) + item(0x40, syntax))
    user = item(0x51, struct.pack(">I", 131072)) + item(0x52, b"2.25.1")
    answer += item(0x50, user)
    return struct.pack(">BBI", 2, 0, len(answer)) + answer


def response(command: bytes, context: int) -> bytes:
    fields = {}
    while command:
        _, element, length = struct.unpack("<HHI", command[:8])
        fields[element] = command[8 : 8 + length]
        command = command[8 + length :]

    def field(element: int, value: bytes) -> bytes:
        return struct.pack("<HHI", 0, element, len(value)) + value

    answer = b"".join(
        [
            field(0x0002, fields[0x0002]),
            field(0x0100, struct.pack("<H", C_STORE_RSP)),
            field(0x0120, fields[0x0110]),
            field(0x0800, struct.pack("<H", NO_DATASET)),
            field(0x0900, struct.pack("<H", SUCCESS)),
            field(0x1000, fields[0x1000]),
        ]
    )
    answer = field(0x0000, struct.pack("<I", len(answer))) + answer
    value = struct.pack(">IBB", len(answer) + 2, context, COMMAND | LAST) + answer
    return struct.pack(">BBI", 4, 0, len(value)) + value


def serve(connection: socket.socket, folder: Path) -> None:
    """Runs in a process of its own."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    command, number = b"", 0
    file = (folder / f"{os.getpid()}-{number}").open("wb")
    while True:
        kind, _, length = struct.unpack(">BBI", exactly(connection, 6))
        body = exactly(connection, length)
        if kind == 1:
            connection.sendall(acceptance(body))
        if kind == 5:
            connection.sendall(struct.pack(">BBI", 6, 0, 4) + bytes(4))
            return
        while kind == 4 and body:
            size, context, control = struct.unpack(">IBB", body[:6])
            value, body = body[6 : 4 + size], body[4 + size :]
            if control & COMMAND:
                command += value
                continue
            file.write(value)
            if control & LAST:
                file.close()
                connection.sendall(response(command, context))
                command, number = b"", number + 1
                file = (folder / f"{os.getpid()}-{number}").open("wb")


if __name__ == "__main__":
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
        while True:
            accepted, _ = server.accept()
            if os.fork() == 0:
                serve(accepted, Path(sys.argv[2]))
                os._exit(0)
            accepted.close()
