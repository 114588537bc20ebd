"""Files as answers: entity tags, single ranges, HEAD, and no way out of a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

WHOLE_BYTES = 4 * 1024 * 1024
"""Up to this size a body is read and sent as one piece."""
CHUNK_BYTES = 1024 * 1024


class NotThere(Exception):
    """There is no plain file at that place, or the way to it leads through a symbolic link."""


def open_inside(root: Path, relative: str) -> BinaryIO:
    """Open a file below a folder. No part of the way may be a link, `..` or hidden; raises `NotThere`."""
    parts = relative.split("/")
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        raise NotThere
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    folder = -1
    try:
        folder = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in parts[:-1]:
            inner = os.open(part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            os.close(folder)
            folder = inner
        file = os.fdopen(os.open(parts[-1], flags, dir_fd=folder), "rb", buffering=0)
    except OSError:
        raise NotThere from None
    finally:
        if folder >= 0:
            os.close(folder)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NotThere
    return file


def is_there(root: Path, relative: str) -> bool:
    """Whether there is a plain file at that place."""
    try:
        open_inside(root, relative).close()
    except NotThere:
        return False
    return True


def read_inside(root: Path, relative: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The bytes of a part of a file, or of all of it, in pieces; raises `NotThere` at the first."""
    file = open_inside(root, relative)
    end = os.fstat(file.fileno()).st_size if length is None else offset + length
    return _pieces(file, offset, end)


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


def answer(request: Request, file: BinaryIO, headers: dict[str, str], etag: str | None) -> Response:
    """The answer to a GET or HEAD of a file: 200, 206, 304 or 416. Closes the file. Blocks: not for the event loop."""
    size = os.fstat(file.fileno()).st_size
    headers = headers | {"Accept-Ranges": "bytes"} | ({"ETag": etag} if etag else {})
    if etag and is_known(request.headers.get("if-none-match"), etag):
        file.close()
        return Response(status_code=304, headers=headers)
    status, start, end = 200, 0, size
    wanted = request.headers.get("range")
    if wanted and request.headers.get("if-range", etag) == etag:
        span = _span(wanted, size)
        if span == (0, 0):
            file.close()
            raise HTTPException(416, f"the file has {size} bytes", {"Content-Range": f"bytes */{size}"})
        if span:
            status, (start, end) = 206, span
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        file.close()
        return Response(status_code=status, headers=headers)
    pieces = _pieces(file, start, end)
    if end - start <= WHOLE_BYTES:
        return Response(b"".join(pieces), status, headers)
    return StreamingResponse(pieces, status, headers)


def _pieces(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with file:
        position = start
        while position < end:
            piece = os.pread(file.fileno(), min(CHUNK_BYTES, end - position), position)
            if not piece:
                raise OSError("the file became shorter while it was read")
            position += len(piece)
            yield piece


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
