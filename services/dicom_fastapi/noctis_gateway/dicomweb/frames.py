"""Frames and bulk data (PS3.18, 10.4.1.1.6 and 10.4.1.1.5), as they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import Response

from noctis_gateway import sending
from noctis_gateway.context import Context, Ctx, See
from noctis_gateway.dicom.header import Pixels
from noctis_gateway.dicomweb import accept, parts, reading
from noctis_gateway.dicomweb.parts import Part
from noctis_gateway.dicomweb.qido import root_url
from noctis_gateway.dicomweb.wado import INSTANCE, stored_files
from noctis_gateway.index import StoredFile
from noctis_gateway.studies import NOT_FOUND, Responses, UidInPath

router = APIRouter(tags=["WADO-RS"])

BYTES = "application/octet-stream"

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"

IMAGE_TYPES = (
    ("1.2.840.10008.1.2.5", "image/dicom-rle"),
    ("1.2.840.10008.1.2.4.5", "image/jpeg"),
    ("1.2.840.10008.1.2.4.7", "image/jpeg"),
    ("1.2.840.10008.1.2.4.8", "image/jls"),
    ("1.2.840.10008.1.2.4.90", "image/jp2"),
    ("1.2.840.10008.1.2.4.91", "image/jp2"),
    ("1.2.840.10008.1.2.4.92", "image/jpx"),
    ("1.2.840.10008.1.2.4.93", "image/jpx"),
    ("1.2.840.10008.1.2.4.110", "image/jxl"),
    ("1.2.840.10008.1.2.4.111", "image/jxl"),
    ("1.2.840.10008.1.2.4.112", "image/jxl"),
    ("1.2.840.10008.1.2.4.20", "image/jphc"),
)
"""Beginnings of transfer syntaxes and what their frames are (PS3.18, table 8.7.3-5)."""

FRAMES: Responses = {
    200: {"description": "The frames, one part each", "content": {"multipart/related": {}, BYTES: {}}},
    206: {"description": "A range of a single part"},
    304: {"description": "The client has it"},
    400: {"description": "Not a list of frame numbers"},
    406: {"description": "The client does not take them as they are stored"},
    416: {"description": "The range lies outside the value"},
    422: {"description": "Not readable as DICOM"},
    **NOT_FOUND,
}

FrameList = Annotated[str, Path(pattern=r"^[1-9][0-9]{0,6}(,[1-9][0-9]{0,6}){0,999}$", examples=["1"])]
BulkPath = Annotated[str, Path(pattern=r"^([0-9A-Fa-f]{8}/[0-9]{1,6}/){0,16}[0-9A-Fa-f]{8}$", examples=["7FE00010"])]


def image_type(transfer_syntax: str) -> str:
    """The media type of a compressed frame."""
    return next((name for begin, name in IMAGE_TYPES if transfer_syntax.startswith(begin)), BYTES)


def _content_type(request: Request, pixels: Pixels) -> tuple[str, str]:
    """The media type of a part and its transfer syntax, by what the client takes; 406 when it takes neither."""
    # Native frames are the same bytes in implicit and explicit VR.
    syntax = pixels.transfer_syntax if pixels.encapsulated else EXPLICIT_LITTLE_ENDIAN
    names = [image_type(syntax), BYTES] if pixels.encapsulated else [BYTES]
    for media in accept.parse(request.headers.get("accept")):
        for name in names:
            # Bytes without a named syntax are uncompressed ones (PS3.18, table 8.7.3-1).
            named = media.transfer_syntax is not None or name != BYTES or not pixels.encapsulated or media.name == "*/*"
            if (media.covers_part(name) or media.covers(name)) and media.covers_syntax(syntax) and named:
                return name, syntax
    raise HTTPException(406, f"the frames are stored as {syntax}; this service does not convert")


def _pixels(context: Context, stored: StoredFile) -> Pixels:
    with reading.of_storage():
        pixels = context.headers.pixels(stored)
    if pixels is None:
        raise HTTPException(404, "no pixel data is served of this object (it has none, or is deflated)")
    if pixels.why_not:
        raise HTTPException(406, f"no frames are served of this object: {pixels.why_not}")
    return pixels


def _read(context: Context, stored: StoredFile, pixels: Pixels, number: int) -> Iterator[bytes]:
    if pixels.frame_bits:
        yield _packed(context, stored, pixels, number)
        return
    with context.settings.storage.open(stored.path) as opened:
        for offset, length in pixels.spans[number - 1]:
            yield from opened.pieces(offset, offset + length)


def _packed(context: Context, stored: StoredFile, pixels: Pixels, number: int) -> bytes:
    """A frame of 1-bit pixels that begins within a byte of the value (PS3.5, 8.1.1): its bits, in bytes of its own."""
    first, last = (number - 1) * pixels.frame_bits, number * pixels.frame_bits
    start, end = first // 8, (last + 7) // 8
    with context.settings.storage.open(stored.path) as opened:
        packed = b"".join(opened.pieces(pixels.start + start, pixels.start + end))
    bits = int.from_bytes(packed, "little") >> (first - start * 8)
    return (bits & ((1 << pixels.frame_bits) - 1)).to_bytes((pixels.frame_bits + 7) // 8, "little")


def _frames(request: Request, context: Context, stored: StoredFile, numbers: list[int] | None) -> Response:
    pixels = _pixels(context, stored)
    wanted = numbers or list(range(1, len(pixels.spans) + 1))
    if max(wanted) > len(pixels.spans):
        raise HTTPException(404, f"the object has {len(pixels.spans)} frame(s)")
    name, syntax = _content_type(request, pixels)
    # Only after the file is known to be there may an answer begin.
    if context.settings.storage.missing([stored.path]):
        raise HTTPException(404, reading.GONE)
    content_type = f"{name}; transfer-syntax={syntax}"
    takers = accept.parse(request.headers.get("accept"))
    if len(wanted) == 1 and any(media.name == name for media in takers):
        headers = {"Content-Type": content_type, "Cache-Control": "private, no-cache"}
        body = b"".join(_read(context, stored, pixels, wanted[0]))
        return sending.answer_bytes(request, body, headers, f'"{stored.sha256}-{wanted[0]}"')
    root = root_url(request, context.settings.public_url)
    message = (
        Part(content_type, f"{root}{stored.address}/frames/{number}", partial(_read, context, stored, pixels, number))
        for number in wanted
    )
    return parts.answer(message, name)


@router.get(f"{INSTANCE}/frames/{{frames}}", response_class=Response, responses=FRAMES)
def frames(
    request: Request,
    context: Ctx,
    sight: See,
    study: UidInPath,
    series: UidInPath,
    instance: UidInPath,
    frames: FrameList,
) -> Response:
    """Frames by number, from 1; native ones as little endian bytes, others as the streams that are stored."""
    (stored,) = stored_files(context, sight, study, series, instance)
    return _frames(request, context, stored, [int(number) for number in frames.split(",")])


@router.get(f"{INSTANCE}/bulkdata/{{path:path}}", response_class=Response, responses=FRAMES)
def bulkdata(
    request: Request,
    context: Ctx,
    sight: See,
    study: UidInPath,
    series: UidInPath,
    instance: UidInPath,
    path: BulkPath,
) -> Response:
    """A value that the metadata names by its address; for pixel data, all frames."""
    (stored,) = stored_files(context, sight, study, series, instance)
    if path.upper() in ("7FE00008", "7FE00009", "7FE00010"):
        return _frames(request, context, stored, None)
    takers = accept.parse(request.headers.get("accept"))
    if not any(media.covers(BYTES) or media.covers_part(BYTES) for media in takers):
        raise HTTPException(406, f"bulk data is {BYTES}")
    with reading.of_storage():
        value = context.headers.bulk(stored, path)
    if value is None:
        raise HTTPException(404, "the object has no such binary value")
    if any(media.name in (BYTES, "*/*") for media in takers):
        headers = {"Content-Type": BYTES, "Cache-Control": "private, no-cache"}
        return sending.answer_bytes(request, value, headers, f'"{stored.sha256}-{path.upper()}"')
    address = f"{root_url(request, context.settings.public_url)}{stored.address}/bulkdata/{path}"
    return parts.answer([Part(BYTES, address, lambda: [value])], BYTES)
