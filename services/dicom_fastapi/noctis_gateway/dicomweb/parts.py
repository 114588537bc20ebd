"""Multipart messages (RFC 2046; PS3.18, 8.6.1), streamed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from starlette.responses import StreamingResponse


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its header fields, and its bytes when they are needed."""

    content_type: str
    location: str
    read: Callable[[], Iterable[bytes]]


def answer(parts: Iterable[Part], part_type: str) -> StreamingResponse:
    """The answer that carries the parts. `part_type` is the media type without its parameters."""
    boundary = f"noctis-{secrets.token_hex(12)}"
    media_type = f'multipart/related; type="{part_type}"; boundary={boundary}'
    return StreamingResponse(_message(parts, boundary), headers={"Content-Type": media_type})


def _message(parts: Iterable[Part], boundary: str) -> Iterator[bytes]:
    for part in parts:
        head = f"--{boundary}\r\nContent-Type: {part.content_type}\r\nContent-Location: {part.location}\r\n\r\n"
        yield head.encode()
        yield from part.read()
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()
