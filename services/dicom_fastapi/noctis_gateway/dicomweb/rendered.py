"""Rendered resources and thumbnails (PS3.18, 8.3.5 and 10.4.1.1.3): pictures of frames, drawn by viewer-core."""

from __future__ import annotations

import math
from typing import Annotated, Literal, cast

from fastapi import APIRouter, HTTPException, Path, Query, Request
from starlette.responses import Response

from noctis_gateway import sending
from noctis_gateway.context import Context, Ctx, See
from noctis_gateway.dicom.worker import NoCore, Rendering
from noctis_gateway.dicomweb import accept, reading
from noctis_gateway.dicomweb.wado import INSTANCE, stored_files
from noctis_gateway.index import StoredFile
from noctis_gateway.studies import NOT_FOUND, Responses, UidInPath

router = APIRouter(tags=["WADO-RS"])

FORMS = {"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}
"""The default of PS3.18, 8.7.4 first."""
MAX_SIDE = 4096
THUMBNAIL_SIDE = 256

PICTURE: Responses = {
    200: {"description": "The picture", "content": {key: {} for key in FORMS}},
    304: {"description": "The client has it"},
    400: {"description": "Not a window or a viewport that can be drawn"},
    406: {"description": "The client takes no picture that is made here"},
    422: {"description": "No picture can be made of the object"},
    501: {"description": "noctis_dicom_core is not installed"},
    **NOT_FOUND,
}

Number = Annotated[int, Path(ge=1, le=9_999_999, description="The frame, from 1")]
Viewport = Annotated[
    str | None, Query(description="Width and height into which the picture is fitted", examples=["512,512"])
]
Window = Annotated[str | None, Query(description="Center, width and `linear`", examples=["40,400,linear"])]
Quality = Annotated[int, Query(ge=1, le=100, description="Of a JPEG")]


def _form(request: Request) -> tuple[str, Literal["jpeg", "png", "webp"]]:
    for media in accept.parse(request.headers.get("accept")):
        for name, form in FORMS.items():
            if media.covers(name):
                return name, cast(Literal["jpeg", "png", "webp"], form)
    raise HTTPException(406, f"pictures are {', '.join(FORMS)}")


def _side(viewport: str | None) -> int | None:
    if viewport is None:
        return None
    try:
        width, height = (int(number) for number in viewport.split(","))
    except ValueError:
        raise HTTPException(400, "viewport is WIDTH,HEIGHT; a region of the picture cannot be chosen here") from None
    if not (min(width, height) >= 1 and max(width, height) <= MAX_SIDE):
        raise HTTPException(400, f"a viewport has 1 to {MAX_SIDE} pixels a side")
    return min(width, height)


def _window(window: str | None) -> tuple[float, float] | None:
    if window is None:
        return None
    center, _, rest = window.partition(",")
    width, _, function = rest.partition(",")
    if function.lower() not in ("", "linear"):
        raise HTTPException(400, "the function of a window is linear here")
    try:
        found = float(center), float(width)
    except ValueError:
        raise HTTPException(400, "window is CENTER,WIDTH,linear") from None
    if not (math.isfinite(found[0]) and 1 <= found[1] < math.inf):
        raise HTTPException(400, "a linear window is at least 1 wide (PS3.3, C.11.2.1.2)")
    return found


def _picture(request: Request, context: Context, stored: StoredFile, how: Rendering, name: str) -> Response:
    try:
        with reading.of_storage():
            body = context.headers.picture(stored, how)
    except NoCore:
        raise HTTPException(501, "pictures are drawn by noctis_dicom_core, which is not installed here") from None
    headers = {"Content-Type": name, "Cache-Control": "private, no-cache", "Vary": "Accept"}
    how_text = "-".join(str(part).replace(" ", "") for part in how)
    return sending.answer_bytes(request, body, headers, f'"{stored.sha256}-{how_text}"')


def _rendered(
    request: Request,
    context: Context,
    stored: StoredFile,
    frame: int,
    viewport: str | None,
    window: str | None,
    quality: int,
) -> Response:
    name, form = _form(request)
    how = Rendering(frame - 1, _side(viewport), form, quality, _window(window))
    return _picture(request, context, stored, how, name)


def _thumbnail(
    request: Request, context: Context, stored: StoredFile, frame: int | None, viewport: str | None
) -> Response:
    name, form = _form(request)
    how = Rendering(frame and frame - 1, _side(viewport) or THUMBNAIL_SIDE, form, 85, None)
    return _picture(request, context, stored, how, name)


@router.get(f"{INSTANCE}/rendered", response_class=Response, responses=PICTURE)
def instance(
    request: Request,
    context: Ctx,
    sight: See,
    study: UidInPath,
    series: UidInPath,
    instance: UidInPath,
    viewport: Viewport = None,
    window: Window = None,
    quality: Quality = 85,
) -> Response:
    """The picture of an object, of several frames the first."""
    (stored,) = stored_files(context, sight, study, series, instance)
    return _rendered(request, context, stored, 1, viewport, window, quality)


@router.get(f"{INSTANCE}/frames/{{frame}}/rendered", response_class=Response, responses=PICTURE)
def frame(
    request: Request,
    context: Ctx,
    sight: See,
    study: UidInPath,
    series: UidInPath,
    instance: UidInPath,
    frame: Number,
    viewport: Viewport = None,
    window: Window = None,
    quality: Quality = 85,
) -> Response:
    """The picture of a frame."""
    (stored,) = stored_files(context, sight, study, series, instance)
    return _rendered(request, context, stored, frame, viewport, window, quality)


@router.get("/studies/{study}/thumbnail", response_class=Response, responses=PICTURE)
def study_thumbnail(
    request: Request, context: Ctx, sight: See, study: UidInPath, viewport: Viewport = None
) -> Response:
    """A small picture of a study: of the object in the middle."""
    found = stored_files(context, sight, study, None, None)
    return _thumbnail(request, context, found[len(found) // 2], None, viewport)


@router.get("/studies/{study}/series/{series}/thumbnail", response_class=Response, responses=PICTURE)
def series_thumbnail(
    request: Request, context: Ctx, sight: See, study: UidInPath, series: UidInPath, viewport: Viewport = None
) -> Response:
    """A small picture of a series: of the object in the middle."""
    found = stored_files(context, sight, study, series, None)
    return _thumbnail(request, context, found[len(found) // 2], None, viewport)


@router.get(f"{INSTANCE}/thumbnail", response_class=Response, responses=PICTURE)
def instance_thumbnail(
    request: Request,
    context: Ctx,
    sight: See,
    study: UidInPath,
    series: UidInPath,
    instance: UidInPath,
    viewport: Viewport = None,
) -> Response:
    """A small picture of an object, of several frames the one in the middle."""
    (stored,) = stored_files(context, sight, study, series, instance)
    return _thumbnail(request, context, stored, None, viewport)


@router.get(f"{INSTANCE}/frames/{{frame}}/thumbnail", response_class=Response, responses=PICTURE)
def frame_thumbnail(
    request: Request,
    context: Ctx,
    sight: See,
    study: UidInPath,
    series: UidInPath,
    instance: UidInPath,
    frame: Number,
    viewport: Viewport = None,
) -> Response:
    """A small picture of a frame."""
    (stored,) = stored_files(context, sight, study, series, instance)
    return _thumbnail(request, context, stored, frame, viewport)
