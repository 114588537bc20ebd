"""Dead letters: seen, tried again, dropped."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field

from noctis_gateway.context import Ctx
from noctis_gateway.db.writer import WriteFailed
from noctis_gateway.forwarding import outbox
from noctis_gateway.models import DeadLetters
from noctis_gateway.studies import Responses

router = APIRouter(prefix="/control/dead-letters", tags=["control"])

ANSWERS: Responses = {
    401: {"description": "No token"},
    403: {"description": "A token without this scope"},
    503: {"description": "The database does not answer; try again"},
}

Sequences = Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(min_length=1, max_length=1000)]


class Selection(BaseModel):
    """Which dead letters; all of them when none are named."""

    sequences: Sequences | None = None


class Named(BaseModel):
    """Which dead letters."""

    sequences: Sequences


class Count(BaseModel):
    """How many it were."""

    count: int


@router.get("", responses=ANSWERS)
def dead_letters(context: Ctx, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> DeadLetters:
    """Events that Django refused for good, oldest first."""
    return DeadLetters(dead_letters=outbox.dead_letters(context.database.reading, limit))


@router.post("/retry", responses=ANSWERS)
async def retry(context: Ctx, selection: Selection) -> Count:
    """Send dead letters again."""
    try:
        count = await context.writer.run(lambda connection: outbox.revive(connection, selection.sequences))
    except WriteFailed:
        raise HTTPException(503, "the database does not answer; try again", {"Retry-After": "1"}) from None
    if context.forwarder:
        context.forwarder.wake()
    return Count(count=count)


@router.post("/drop", responses=ANSWERS)
async def drop(context: Ctx, selection: Named) -> Count:
    """Forget dead letters. The objects stay; only Django is not told of them."""
    try:
        return Count(count=await context.writer.run(lambda connection: outbox.drop(connection, selection.sequences)))
    except WriteFailed:
        raise HTTPException(503, "the database does not answer; try again", {"Retry-After": "1"}) from None
