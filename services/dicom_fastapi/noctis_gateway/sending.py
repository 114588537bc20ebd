"""Stored objects as answers: entity tags, single ranges, HEAD."""

from __future__ import annotations

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from noctis_gateway.storage import Opened

WHOLE_BYTES = 4 * 1024 * 1024
"""Up to this size a body is read and sent as one piece."""


def answer_bytes(request: Request, body: bytes, headers: dict[str, str], etag: str) -> Response:
    """The answer to a GET of bytes that are here: 200, 206, 304 or 416."""
    headers = headers | {"Accept-Ranges": "bytes", "ETag": etag}
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    span = _span(wanted, len(body)) if wanted and request.headers.get("if-range", etag) == etag else None
    if span == (0, 0):
        raise HTTPException(416, f"the value has {len(body)} bytes", {"Content-Range": f"bytes */{len(body)}"})
    if span:
        headers["Content-Range"] = f"bytes {span[0]}-{span[1] - 1}/{len(body)}"
        return Response(body[slice(*span)], 206, headers)
    return Response(body, 200, headers)


def answer(request: Request, opened: Opened, headers: dict[str, str], etag: str | None) -> Response:
    """The answer to a GET or HEAD of an object: 200, 206, 304 or 416. Closes it. Blocks: not for the event loop."""
    size = opened.size
    headers = headers | {"Accept-Ranges": "bytes"} | ({"ETag": etag} if etag else {})
    if etag and is_known(request.headers.get("if-none-match"), etag):
        opened.close()
        return Response(status_code=304, headers=headers)
    status, start, end = 200, 0, size
    wanted = request.headers.get("range")
    if wanted and request.headers.get("if-range", etag) == etag:
        span = _span(wanted, size)
        if span == (0, 0):
            opened.close()
            raise HTTPException(416, f"the file has {size} bytes", {"Content-Range": f"bytes */{size}"})
        if span:
            status, (start, end) = 206, span
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        opened.close()
        return Response(status_code=status, headers=headers)
    pieces = opened.pieces_and_close(start, end)
    if end - start <= WHOLE_BYTES:
        return Response(b"".join(pieces), status, headers)
    return StreamingResponse(pieces, status, headers)


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has what the tag names."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


def _span(text: str, size: int) -> tuple[int, int] | None:
    """The half-open range that a Range header asks for.

    (0, 0) when it lies outside the file; None when the header is not a single range of bytes and is to be ignored
    (RFC 9110, 14.2).
    """
    unit, _, span = text.partition("=")
    first, dash, last = (part.strip() for part in span.partition("-"))
    if unit.strip().lower() != "bytes" or not dash:
        return None
    if any(part and not (part.isascii() and part.isdigit() and len(part) < 19) for part in (first, last)):
        return None
    if not first:
        if not last:
            return None
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    return (start, end) if start < end else (0, 0)
