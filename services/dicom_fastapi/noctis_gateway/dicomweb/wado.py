"""WADO-RS (PS3.18, 10.4): objects and their metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from noctis_gateway import sending
from noctis_gateway.context import Context, Ctx, See
from noctis_gateway.dicom.worker import BULK_MARK
from noctis_gateway.dicomweb import accept, parts, reading
from noctis_gateway.dicomweb.parts import Part
from noctis_gateway.dicomweb.qido import root_url
from noctis_gateway.files import answer_with
from noctis_gateway.index import StoredFile
from noctis_gateway.storage import Storage
from noctis_gateway.studies import NOT_FOUND, Responses, UidInPath

router = APIRouter(tags=["WADO-RS"])

DICOM = "application/dicom"

OBJECTS: Responses = {
    200: {
        "description": "The objects, as they are stored",
        "content": {'multipart/related; type="application/dicom"': {}},
    },
    406: {"description": "The client takes no DICOM, or none of a stored transfer syntax"},
    **NOT_FOUND,
}
METADATA: Responses = {
    200: {"description": "DICOM JSON", "content": {"application/dicom+json": {"schema": {"type": "array"}}}},
    406: {"description": "The client takes no JSON"},
    **NOT_FOUND,
}

MANY_AT_ONCE = 64
"""Headers that are read ahead of a stream of metadata."""


def stored_files(
    context: Context, sight: See, study: str, series: str | None, instance: str | None
) -> list[StoredFile]:
    """The objects below an address; 404 when there are none."""
    found = context.index.files(sight, study, series, instance)
    if not found:
        raise HTTPException(404, "nothing of that name was received")
    return found


def whole(storage: Storage, path: str) -> Iterator[bytes]:
    """The bytes of an object in pieces; raises `NotThere` at the first."""
    opened = storage.open(path)
    yield from opened.pieces_and_close(0, opened.size)


def _retrieve(request: Request, context: Context, found: list[StoredFile]) -> Response:
    takers = [media for media in accept.parse(request.headers.get("accept")) if media.covers_part(DICOM)]
    if not takers:
        raise HTTPException(406, 'these are multipart/related; type="application/dicom"')
    syntaxes = {stored.transfer_syntax_uid for stored in found}
    if not any(all(media.covers_syntax(syntax) for syntax in syntaxes) for media in takers):
        raise HTTPException(406, f"stored as {', '.join(sorted(syntaxes))}; this service does not convert")
    missing = context.settings.storage.missing(stored.path for stored in found)
    if missing:
        raise HTTPException(404, f"{missing} of {len(found)} objects are not in the storage any more")
    root = root_url(request, context.settings.public_url)
    storage = context.settings.storage
    message = (
        Part(
            f"{DICOM}; transfer-syntax={stored.transfer_syntax_uid}",
            f"{root}{stored.address}",
            partial(whole, storage, stored.path),
        )
        for stored in found
    )
    return parts.answer(message, DICOM)


@router.get("/studies/{study}", response_class=Response, responses=OBJECTS)
def study(request: Request, context: Ctx, sight: See, study: UidInPath) -> Response:
    """The objects of a study."""
    return _retrieve(request, context, stored_files(context, sight, study, None, None))


@router.get("/studies/{study}/series/{series}", response_class=Response, responses=OBJECTS)
def series(request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath) -> Response:
    """The objects of a series."""
    return _retrieve(request, context, stored_files(context, sight, study, series, None))


INSTANCE = "/studies/{study}/series/{series}/instances/{instance}"


@router.head(INSTANCE, include_in_schema=False)
@router.get(
    INSTANCE,
    response_class=Response,
    responses=OBJECTS
    | {
        206: {"description": "A range of a single part"},
        304: {"description": "The client has it"},
        416: {"description": "The range lies outside the file"},
    },
)
def instance(
    request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath, instance: UidInPath
) -> Response:
    """One object: `application/dicom` with ranges and a strong ETag for a client that takes it so, else multipart."""
    (stored,) = stored_files(context, sight, study, series, instance)
    for media in accept.parse(request.headers.get("accept")):
        # A client that takes everything gets it plain: PS3.18, 8.7.3.5 allows a single part.
        if media.covers(DICOM) and media.covers_syntax(stored.transfer_syntax_uid):
            return answer_with(request, context, stored)
        if media.covers_part(DICOM):
            break
    return _retrieve(request, context, [stored])


def _metadata(request: Request, context: Context, found: list[StoredFile]) -> Response:
    media = accept.json_type(request.headers.get("accept"))
    root = root_url(request, context.settings.public_url)
    if len(found) == 1:
        tag = f'"{found[0].sha256}-json"'
        if sending.is_known(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers={"ETag": tag})
        body = b"[" + _one(context, root, found[0]) + b"]"
        headers = {"Cache-Control": "private, no-cache", "ETag": tag}
        return Response(body, media_type=media, headers=headers)
    missing = context.settings.storage.missing(stored.path for stored in found)
    if missing:
        raise HTTPException(404, f"{missing} of {len(found)} objects are not in the storage any more")
    return StreamingResponse(_stream(context, root, found), media_type=media)


def _one(context: Context, root: str, stored: StoredFile) -> bytes:
    with reading.of_storage():
        return _with_addresses(context.headers.describe(stored).text, root, stored)


def _stream(context: Context, root: str, found: list[StoredFile]) -> Iterator[bytes]:
    """One array; headers are read a little ahead. Ends the connection when one cannot be read: nothing is left out."""
    separator = b"["
    for first in range(0, len(found), MANY_AT_ONCE):
        some = found[first : first + MANY_AT_ONCE]
        for stored, result in [(stored, context.headers.describe_later(stored)) for stored in some]:
            yield separator + _with_addresses(result().text, root, stored)
            separator = b","
    yield b"]"


def _with_addresses(text: bytes, root: str, stored: StoredFile) -> bytes:
    base = json.dumps(f"{root}{stored.address}/bulkdata/")[:-1].encode()
    return text.replace(f'"BulkDataURI":"{BULK_MARK}'.encode(), b'"BulkDataURI":' + base)


@router.get("/studies/{study}/metadata", response_class=Response, responses=METADATA)
def study_metadata(request: Request, context: Ctx, sight: See, study: UidInPath) -> Response:
    """The metadata of a study's objects."""
    return _metadata(request, context, stored_files(context, sight, study, None, None))


@router.get("/studies/{study}/series/{series}/metadata", response_class=Response, responses=METADATA)
def series_metadata(request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath) -> Response:
    """The metadata of a series' objects."""
    return _metadata(request, context, stored_files(context, sight, study, series, None))


@router.get(
    f"{INSTANCE}/metadata",
    response_class=Response,
    responses=METADATA | {304: {"description": "The client has it"}, 422: {"description": "Not readable as DICOM"}},
)
def instance_metadata(
    request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath, instance: UidInPath
) -> Response:
    """The metadata of an object."""
    return _metadata(request, context, stored_files(context, sight, study, series, instance))
