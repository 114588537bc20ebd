"""What the machine can do: bytes from a socket into a file that is as durable as the receiver makes its own.

`floor.py full|none|promise PORT FOLDER` receives; `floor.py send PORT FILE...` sends. An object is eight bytes of length
and its bytes; its answer is one byte. `promise` does what anyone must do who announces objects as the receiver does: it
digests them, and notes each durably before it gets its name.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
from pathlib import Path

CHUNK = 1 << 20


def serve(connection: socket.socket, folder: Path, mode: str) -> None:
    """Runs in a process of its own."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    view = memoryview(bytearray(CHUNK))
    directory = os.open(folder, os.O_RDONLY)
    number = 0
    durable, promised = mode != "none", mode == "promise"
    if promised:
        notes = os.open(folder / f"{os.getpid()}.notes", os.O_WRONLY | os.O_CREAT)
    while length := int.from_bytes(connection.recv(8, socket.MSG_WAITALL), "big"):
        name = folder / f"{os.getpid()}-{number}"
        number += 1
        part = os.open(f"{name}.part", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
        digest = hashlib.sha256()
        while length:
            count = connection.recv_into(view[: min(CHUNK, length)])
            if count == 0:
                return
            os.write(part, view[:count])
            if promised:
                digest.update(view[:count])
            length -= count
        if durable:
            os.fdatasync(part)
        os.close(part)
        if promised:
            os.write(notes, f"{name} {digest.hexdigest()}\n".encode())
            os.fdatasync(notes)
        os.rename(f"{name}.part", name)
        if durable:
            os.fsync(directory)
        connection.sendall(b"\1")


def receive(port: int, folder: Path, mode: str) -> None:
    """A process for each connection."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                serve(connection, folder, mode)
                os._exit(0)
            connection.close()


def send(port: int, files: list[Path]) -> None:
    """One connection, one object after the other."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for file in files:
            content = file.read_bytes()
            connection.sendall(len(content).to_bytes(8, "big"))
            connection.sendall(content)
            if connection.recv(1) != b"\1":
                sys.exit("no answer")


if __name__ == "__main__":
    what, at, *rest = sys.argv[1:]
    if what == "send":
        send(int(at), [Path(file) for file in rest])
    else:
        receive(int(at), Path(rest[0]), what)
