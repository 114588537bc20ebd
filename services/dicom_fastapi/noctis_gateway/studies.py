"""What has been received: studies, their series, their objects; and the stream of what is new."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Path, Query
from starlette.responses import Response

from noctis_gateway.context import Ctx, See, Who
from noctis_gateway.event import UID_PATTERN
from noctis_gateway.events import EventStream
from noctis_gateway.models import Instances, SeriesList, Studies

UidInPath = Annotated[str, Path(pattern=UID_PATTERN, max_length=64, examples=["1.2.840.10008.1"])]

MAX_SEQUENCE = 2**63 - 1

Responses = dict[int | str, dict[str, Any]]
"""What an endpoint may answer, by status."""

NOT_FOUND: Responses = {404: {"description": "No event told of it"}}

router = APIRouter()


@router.get("/studies")
def studies(
    context: Ctx,
    sight: See,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Studies:
    """The study list, newest first."""
    return Studies(studies=context.index.studies(sight, limit, offset))


@router.get("/studies/{study}/series", responses=NOT_FOUND)
def series(context: Ctx, sight: See, study: UidInPath) -> SeriesList:
    """The series of a study, by series number."""
    found = context.index.series(sight, study)
    if not found:
        raise HTTPException(404, "no such study")
    return SeriesList(series=found)


@router.get("/studies/{study}/series/{series}/instances", responses=NOT_FOUND)
def instances(context: Ctx, sight: See, study: UidInPath, series: UidInPath) -> Instances:
    """The objects of a series, by instance number."""
    found = context.index.instances(sight, study, series)
    if not found:
        raise HTTPException(404, "no such series")
    return Instances(instances=found)


SIGHT_S = 2
"""How long nginx may keep the word that somebody sees a study, whole seconds: a token that is taken away ends behind it
within three."""


@router.get(
    "/sight/{study}",
    response_class=Response,
    status_code=204,
    responses={403: {"description": "The caller does not see it, or there is no such study"}},
)
def sight_of(context: Ctx, sight: See, study: UidInPath) -> Response:
    """Whether the caller sees a study: what nginx asks before it sends an object (`auth_request`)."""
    if not context.index.sees(sight, study):
        raise HTTPException(403, "no such study")
    return Response(status_code=204, headers={"X-Accel-Expires": str(SIGHT_S)})


@router.get(
    "/events",
    response_class=Response,
    responses={200: {"description": "Server-sent events", "content": {"text/event-stream": {}}}},
)
async def events(
    context: Ctx,
    caller: Who,
    after: Annotated[int | None, Query(ge=0, le=MAX_SEQUENCE)] = None,
    last_event_id: Annotated[int | None, Header(ge=0, le=MAX_SEQUENCE)] = None,
) -> Response:
    """`instance.stored` events after Last-Event-ID, else after `after`, else from now on."""
    start = after if last_event_id is None else last_event_id
    return EventStream(context.hub, context.index, caller, start, context.settings)
