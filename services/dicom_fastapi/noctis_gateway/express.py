"""Whole objects the short way: one whose place is known, as a file that is in memory, needs no routing and no thread.

What is not answered here goes on to the application, whose answers are the same.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from noctis_gateway.context import Context
from noctis_gateway.sending import WHOLE_BYTES
from noctis_gateway.storage import NotThere, OpenedFile, Tree

OBJECT: Final = re.compile(
    r"(?P<web>/dicomweb)?/studies/(?P<study>[0-9.]{1,64})/series/(?P<series>[0-9.]{1,64})"
    r"/instances/(?P<instance>[0-9.]{1,64})(?(web)|/file)"
)
OTHERWISE: Final = frozenset({b"range", b"if-none-match", b"if-range"})
"""Requests with one of these fields are the application's."""
Fields = list[tuple[bytes, bytes]]
"""Of a header."""
HEADERS: Final[Fields] = [
    (b"content-type", b"application/dicom"),
    (b"cache-control", b"private, no-cache"),
]


class Express:
    """Between the gate and the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        found = _asked(scope)
        answer = _answer(scope["state"]["context"], scope, found) if found else None
        if answer is None:
            await self._app(scope, receive, send)
            return
        more, body = answer
        headers = [*HEADERS, *more, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _asked(scope: Scope) -> re.Match[str] | None:
    """The object that is asked for, in one piece and as it is."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    found = OBJECT.fullmatch(scope["path"])
    if found is None:
        return None
    accept = b"application/dicom"
    for name, value in scope["headers"]:
        if name in OTHERWISE:
            return None
        if name == b"accept" and found["web"]:
            accept = value
    return found if accept == b"application/dicom" else None


def _answer(context: Context, scope: Scope, found: re.Match[str]) -> tuple[Fields, bytes | bytearray] | None:
    storage = context.settings.storage
    if not isinstance(storage, Tree):
        return None
    key = found["study"], found["series"], found["instance"]
    stored = context.index.recent.find(scope["state"]["caller"].sight, key)
    if stored is None or stored.size > WHOLE_BYTES:
        return None
    try:
        opened = storage.open(stored.path)
    except NotThere:
        return None
    with opened:
        if opened.size != stored.size:
            return None
        tag = (b"etag", f'"{stored.sha256}"'.encode())
        prefix = context.settings.accel_redirect
        if prefix:
            return [tag, (b"x-accel-redirect", f"{prefix}/{stored.path}".encode())], b""
        body = _in_memory(opened)
    return None if body is None else ([(b"accept-ranges", b"bytes"), tag], body)


def _in_memory(opened: OpenedFile) -> bytearray | None:
    """All bytes of a file if nobody has to wait for the disk."""
    body = bytearray(opened.size)
    try:
        return body if opened.read_at_once(body) == opened.size else None
    except OSError:
        return None
