"""Studies that somebody took out of the storage are taken out of the index: when asked to, never by itself."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from sqlalchemy import Connection, delete, select

from noctis_gateway.context import Ctx
from noctis_gateway.db.schema import instances, series, studies
from noctis_gateway.db.writer import WriteFailed
from noctis_gateway.forwarding.routes import ANSWERS, Count
from noctis_gateway.index import TREE
from noctis_gateway.storage import Storage
from noctis_gateway.studies import Responses, UidInPath

router = APIRouter(prefix="/control/studies", tags=["control"])

FORGET: Responses = ANSWERS | {
    404: {"description": "There is no such study"},
    409: {"description": "Objects of it are still in the storage, or the storage is not there"},
}


def _forget(connection: Connection, storage: Storage, study: str) -> tuple[int, int]:
    """Take a study out of the index; its objects, and those of them that are in the storage, for which nothing is done.

    All in one transaction of the only writer: no object can come in meanwhile.
    """
    paths = list(connection.execute(select(instances.c.path).select_from(TREE).where(studies.c.uid == study)).scalars())
    there = len(paths) - (storage.missing(paths) if storage.is_ready() else 0)
    if not there:
        below = select(series.c.id).join(studies, studies.c.id == series.c.study).where(studies.c.uid == study)
        connection.execute(delete(instances).where(instances.c.series.in_(below)))
        connection.execute(delete(series).where(series.c.id.in_(below)))
        connection.execute(delete(studies).where(studies.c.uid == study))
    return len(paths), there


@router.post("/{study}/forget", responses=FORGET)
async def forget(context: Ctx, study: UidInPath) -> Count:
    """Take a study out of the index whose files are gone from the storage: its rows, not its events, which age."""
    storage = context.settings.storage
    try:
        count, there = await context.writer.run(lambda connection: _forget(connection, storage, study))
    except WriteFailed:
        raise HTTPException(503, "the database does not answer; try again", {"Retry-After": "1"}) from None
    if count == 0:
        raise HTTPException(404, "no such study")
    if there:
        raise HTTPException(409, f"{there} of its {count} objects are in the storage, or the storage is not there")
    context.index.recent.forget_study(study)
    return Count(count=count)
