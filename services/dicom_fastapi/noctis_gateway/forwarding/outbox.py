"""The outbox: events that Django has not taken yet, and those that it never will (dead letters)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, delete, func, select, update

from noctis_gateway.db.schema import events, outbox
from noctis_gateway.models import DeadLetter

READY, DEAD = "ready", "dead"


class Due(NamedTuple):
    """An event whose turn it is."""

    sequence: int
    event_id: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an event: taken, refused for good with a reason, or to be tried again at a time."""

    sequence: int
    reason: str | None = None
    again_ms: int | None = None


class Depth(NamedTuple):
    """How much waits."""

    ready: int
    dead: int
    oldest: str | None
    """`time` of the oldest event that waits."""


def due(engine: Engine, now_ms: int, limit: int) -> list[Due]:
    """The events whose turn it is, in order; none of a study of which an earlier one has to wait."""
    waiting = select(outbox.c.study).where(outbox.c.state == READY, outbox.c.next_ms > now_ms)
    statement = (
        select(outbox.c.sequence, events.c.event_id, events.c.payload, outbox.c.attempts)
        .join(events, events.c.sequence == outbox.c.sequence)
        .where(outbox.c.state == READY, outbox.c.study.not_in(waiting))
        .order_by(outbox.c.sequence)
        .limit(limit)
    )
    with engine.connect() as connection:
        return [Due(*row) for row in connection.execute(statement)]


def next_ms(engine: Engine) -> int | None:
    """When the first event that has to wait may be tried again; None when none has to."""
    with engine.connect() as connection:
        found = connection.execute(select(func.min(outbox.c.next_ms)).where(outbox.c.state == READY)).scalar()
    return None if found is None else int(found)


def settle(connection: Connection, outcomes: list[Outcome]) -> None:
    """Write what became of events. The caller holds the transaction."""
    done = [outcome.sequence for outcome in outcomes if outcome.reason is None and outcome.again_ms is None]
    if done:
        connection.execute(delete(outbox).where(outbox.c.sequence.in_(done)))
    changed: list[dict[str, Any]] = [
        {
            "key": outcome.sequence,
            "to": READY if outcome.again_ms is not None else DEAD,
            "at": outcome.again_ms or 0,
            "why": outcome.reason,
        }
        for outcome in outcomes
        if outcome.reason is not None or outcome.again_ms is not None
    ]
    if changed:
        statement = update(outbox).where(outbox.c.sequence == bindparam("key"))
        values: dict[str, Any] = {"state": bindparam("to"), "next_ms": bindparam("at"), "reason": bindparam("why")}
        connection.execute(statement.values(values | {"attempts": outbox.c.attempts + 1}), changed)


def depth(engine: Engine) -> Depth:
    """How much waits, and since when."""
    with engine.connect() as connection:
        states = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        counts = {str(state): int(count) for state, count in states}
        first = select(func.min(outbox.c.sequence)).where(outbox.c.state == READY).scalar_subquery()
        payload = connection.execute(select(events.c.payload).where(events.c.sequence == first)).scalar()
    oldest = None if payload is None else str(payload).partition('"time":"')[2][:27]
    return Depth(counts.get(READY, 0), counts.get(DEAD, 0), oldest)


def dead_letters(engine: Engine, limit: int) -> list[DeadLetter]:
    """The dead letters, oldest first; without anything of a patient."""
    statement = (
        select(outbox.c.sequence, events.c.event_id, outbox.c.study, outbox.c.attempts, outbox.c.reason)
        .join(events, events.c.sequence == outbox.c.sequence)
        .where(outbox.c.state == DEAD)
        .order_by(outbox.c.sequence)
        .limit(limit)
    )
    with engine.connect() as connection:
        return [
            DeadLetter(
                sequence=row["sequence"],
                event_id=row["event_id"],
                study_instance_uid=row["study"],
                attempts=row["attempts"],
                reason=row["reason"] or "",
            )
            for row in connection.execute(statement).mappings()
        ]


def revive(connection: Connection, sequences: list[int] | None) -> int:
    """Make dead letters ready again, these or all; how many it were."""
    statement = update(outbox).where(outbox.c.state == DEAD).values(state=READY, next_ms=0, attempts=0)
    if sequences is not None:
        statement = statement.where(outbox.c.sequence.in_(sequences))
    return connection.execute(statement).rowcount


def drop(connection: Connection, sequences: list[int]) -> int:
    """Forget dead letters for good."""
    return connection.execute(delete(outbox).where(outbox.c.state == DEAD, outbox.c.sequence.in_(sequences))).rowcount
