"""The bytes of an object."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from noctis_gateway import sending
from noctis_gateway.context import Context, Ctx, See
from noctis_gateway.index import StoredFile
from noctis_gateway.storage import NotThere
from noctis_gateway.studies import NOT_FOUND, UidInPath

ADDRESS = "/studies/{study}/series/{series}/instances/{instance}/file"

router = APIRouter()


@router.head(ADDRESS, include_in_schema=False)
@router.get(
    ADDRESS,
    response_class=Response,
    responses={
        200: {"description": "A DICOM file (PS3.10)", "content": {"application/dicom": {}}},
        206: {"description": "A range of it"},
        304: {"description": "The client has it"},
        416: {"description": "The range lies outside the file"},
        **NOT_FOUND,
    },
)
def file(
    request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath, instance: UidInPath
) -> Response:
    """The file as the receiver stored it. Its strong ETag is its SHA-256."""
    found = context.index.files(sight, study, series, instance)
    if not found:
        raise HTTPException(404, "no such object")
    return answer_with(request, context, found[0])


def answer_with(request: Request, context: Context, stored: StoredFile) -> Response:
    """The bytes of an object: from here, or by the web server before us (X-Accel-Redirect) where it is told to."""
    try:
        opened = context.settings.storage.open(stored.path)
    except NotThere:
        raise HTTPException(404, "the object was received, but its file is not in the storage any more") from None
    headers = {"Content-Type": "application/dicom", "Cache-Control": "private, no-cache"}
    if opened.size == stored.size:
        prefix, tag = context.settings.accel_redirect, f'"{stored.sha256}"'
        if prefix and not sending.is_known(request.headers.get("if-none-match"), tag):
            opened.close()
            return Response(headers=headers | {"ETag": tag, "X-Accel-Redirect": f"{prefix}/{stored.path}"})
        return sending.answer(request, opened, headers, tag)
    # A newer generation is in place and its event still on the way: its bytes, but under no name.
    return sending.answer(request, opened, headers | {"Cache-Control": "no-store"}, None)
