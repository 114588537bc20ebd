"""`POST /ingest`: events in, one result for each, and no answer before they are on the disk."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect

from noctis_gateway.context import Ctx
from noctis_gateway.db.writer import WriteFailed
from noctis_gateway.event import IngestEvent
from noctis_gateway.notice import NOTICE, is_notice

MAX_EVENTS = 1000
MAX_BODY_BYTES = 4 * 1024 * 1024
SMALL_BODY_BYTES = 64 * 1024
MAX_DRAINED_BYTES = 64 * 1024 * 1024
"""How much of a body that is too large is still read, so that its sender sees the answer."""

router = APIRouter()


class Result(BaseModel):
    """What became of one event. Accepted and duplicate events are on the disk."""

    event_id: str | None = None
    """As the event named itself; left out where it did not."""
    status: Literal["accepted", "duplicate", "rejected"]
    reason: str | None = None


class Results(BaseModel):
    """One result for each event, in their order."""

    results: list[Result]


def _body_schema() -> dict[str, Any]:
    event = {"$ref": "#/components/schemas/IngestEvent"}
    schema = {"oneOf": [event, {"type": "array", "items": event, "maxItems": MAX_EVENTS}]}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


@router.post(
    "/ingest",
    response_model_exclude_none=True,
    openapi_extra={"requestBody": _body_schema(), "security": [{"bearer": []}]},
    responses={
        400: {"description": "The body is not JSON"},
        401: {"description": "The service token is missing or wrong"},
        413: {"description": "Too many bytes or events"},
        503: {"description": "The events could not be stored now; send them again"},
    },
)
async def ingest(request: Request, context: Ctx) -> Results:
    """Take one event or an array of events. Other events than `instance.stored` are settled without effect."""
    body = await _read(request)
    # A large batch would hold up everyone else; for a small one the way to a thread is the longer.
    parsed = await run_in_threadpool(_parse, body) if len(body) > SMALL_BODY_BYTES else _parse(body)
    events = [event for event in parsed if isinstance(event, IngestEvent)]
    try:
        added = iter(await context.writer.submit(events) if events else [])
    except WriteFailed:
        context.arrivals.events["failed"] += len(events)
        detail = "the events could not be stored; none of them is; send them again"
        raise HTTPException(503, detail, {"Retry-After": "1"}) from None
    results = Results(
        results=[
            Result(event_id=event.event_id, status="accepted" if next(added) else "duplicate")
            if isinstance(event, IngestEvent)
            else event
            for event in parsed
        ]
    )
    context.arrivals.events.update(result.status for result in results.results)
    return results


async def _read(request: Request) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > MAX_DRAINED_BYTES:
                break
            if size <= MAX_BODY_BYTES:
                chunks.append(chunk)
    except ClientDisconnect:
        raise HTTPException(400, "the client left before the end of the body") from None
    if size > MAX_BODY_BYTES:
        raise HTTPException(413, f"the body is larger than {MAX_BODY_BYTES} bytes; send fewer events at once")
    return b"".join(chunks)


def _parse(body: bytes) -> list[IngestEvent | Result]:
    """The events of a body; in the place of a bad one, its result."""
    try:
        content = from_json(body, allow_inf_nan=False)
    except ValueError:
        raise HTTPException(400, "the body is not JSON in UTF-8") from None
    items = content if isinstance(content, list) else [content]
    if len(items) > MAX_EVENTS:
        raise HTTPException(413, f"more than {MAX_EVENTS} events; send fewer at once")
    return [_event(item) for item in items]


def _event(item: object) -> IngestEvent | Result:
    try:
        if is_notice(item):
            # The index has nothing to keep of it: it is settled, as often as it comes.
            return Result(event_id=NOTICE.validate_python(item).event_id, status="accepted")
        return IngestEvent.model_validate(item)
    except ValidationError as error:
        given = item.get("event_id") if isinstance(item, dict) else None
        event_id = given[:64] if isinstance(given, str) else None
        return Result(event_id=event_id, status="rejected", reason=_reason(error))


def _reason(error: ValidationError) -> str:
    """What is wrong where, without the values: those may be the patient's."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    texts = [f"{'.'.join(str(part)[:64] for part in problem['loc'])}: {problem['msg']}" for problem in problems[:3]]
    more = [f"and {len(problems) - 3} more"] if len(problems) > 3 else []
    return "; ".join(texts + more).removeprefix(": ")
