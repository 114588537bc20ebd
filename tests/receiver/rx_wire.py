"""The upper layer protocol by hand, so that a test can break every rule of it."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass, field
from typing import Self

CT = "1.2.840.10008.5.1.4.1.1.2"
VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"

DATA, COMMAND, LAST = 0, 1, 2
Context = tuple[int, str, list[str]]


def item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(body)) + body


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBI", kind, 0, len(body)) + body


def associate_rq(
    *,
    called: bytes = b"NOCTIS",
    calling: bytes = b"TEST",
    contexts: list[Context] | None = None,
    version: int = 1,
    application_context: str = "1.2.840.10008.3.1.1.1",
    max_pdu: int = 0,
    items: bytes = b"",
) -> bytes:
    body = (
        struct.pack(">HH", version, 0)
        + called.ljust(16)
        + calling.ljust(16)
        + bytes(32)
    )
    body += item(0x10, application_context.encode())
    for number, abstract, syntaxes in contexts or [
        (1, CT, [EXPLICIT]),
        (3, VERIFICATION, [IMPLICIT]),
    ]:
        syntax_items = b"".join(item(0x40, one.encode()) for one in syntaxes)
        body += item(
            0x20,
            struct.pack("4B", number, 0, 0, 0)
            + item(0x30, abstract.encode())
            + syntax_items,
        )
    user = item(0x51, struct.pack(">I", max_pdu)) + item(0x52, b"1.2.3") + items
    body += item(0x50, user)
    return pdu(1, body)


def pdv(context: int, control: int, data: bytes) -> bytes:
    return struct.pack(">IBB", len(data) + 2, context, control) + data


def p_data(*values: bytes) -> bytes:
    return pdu(4, b"".join(values))


def command(**elements: bytes) -> bytes:
    """A command set; `e0100=...` is element (0000,0100)."""
    body = b""
    for name, value in sorted(elements.items()):
        body += struct.pack("<HHI", 0, int(name[1:], 16), len(value)) + value
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def us(value: int) -> bytes:
    return struct.pack("<H", value)


def even(uid: str) -> bytes:
    return uid.encode() + b"\0" * (len(uid) % 2)


def store_rq(
    sop_instance: str, sop_class: str = CT, message_id: int = 1, **changes: bytes | None
) -> bytes:
    elements: dict[str, bytes | None] = {
        "e0002": even(sop_class),
        "e0100": us(0x0001),
        "e0110": us(message_id),
        "e0700": us(0),
        "e0800": us(1),
        "e1000": even(sop_instance),
    }
    elements |= changes
    return command(
        **{name: value for name, value in elements.items() if value is not None}
    )


def echo_rq(message_id: int = 1) -> bytes:
    return command(
        e0002=even(VERIFICATION),
        e0100=us(0x0030),
        e0110=us(message_id),
        e0800=us(0x0101),
    )


@dataclass
class Response:
    """A command set that came back."""

    context: int
    elements: dict[int, bytes] = field(default_factory=dict)

    def short(self, element: int) -> int:
        (value,) = struct.unpack("<H", self.elements[element])
        return int(value)

    @property
    def status(self) -> int:
        return self.short(0x0900)


class Wire:
    """A connection that says exactly what it is told."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError(f"closed after {len(data)} of {count} bytes")
            data += piece
        return data

    def pdu(self) -> tuple[int, bytes]:
        kind, _, length = struct.unpack(">BBI", self._exactly(6))
        return kind, self._exactly(length)

    def associate(self, request: bytes | None = None) -> dict[int, tuple[int, str]]:
        """Result and transfer syntax of each context."""
        self.send(request or associate_rq())
        kind, body = self.pdu()
        assert kind == 2, f"no acceptance: {kind} {body.hex()}"
        results, rest = {}, body[68:]
        while rest:
            sub, _, length = struct.unpack(">BBH", rest[:4])
            value, rest = rest[4 : 4 + length], rest[4 + length :]
            if sub == 0x21:
                results[value[0]] = (value[2], value[8:].decode())
        return results

    def response(self) -> Response:
        """The next response; its fragments are put together."""
        data = b""
        while True:
            kind, body = self.pdu()
            assert kind == 4, f"no response: PDU type {kind}, {body.hex()}"
            length, context, control = struct.unpack(">IBB", body[:6])
            assert length == len(body) - 4, "one value in a PDU"
            data += body[6:]
            if control & LAST:
                break
        response = Response(context)
        while data:
            group, element, length = struct.unpack("<HHI", data[:8])
            assert group == 0
            response.elements[element] = data[8 : 8 + length]
            data = data[8 + length :]
        return response

    def store(
        self, sop_instance: str, dataset: bytes, command_set: bytes | None = None
    ) -> Response:
        """C-STORE in PDUs of 64 KiB."""
        self.send(p_data(pdv(1, COMMAND | LAST, command_set or store_rq(sop_instance))))
        pieces = [dataset[at : at + 65536] for at in range(0, len(dataset), 65536)] or [
            b""
        ]
        for piece in pieces[:-1]:
            self.send(p_data(pdv(1, DATA, piece)))
        self.send(p_data(pdv(1, DATA | LAST, pieces[-1])))
        return self.response()

    def ending(self) -> tuple[int, ...] | None:
        """Type and codes of the A-ABORT or A-ASSOCIATE-RJ that comes; None when the connection closes."""
        try:
            kind, body = self.pdu()
        except ConnectionError:
            return None
        return (kind, *body[2:]) if kind == 7 else (kind, *body[1:])

    def release(self) -> None:
        self.send(pdu(5, bytes(4)))
        assert self.pdu() == (6, bytes(4))
        assert self.socket.recv(1) == b""
