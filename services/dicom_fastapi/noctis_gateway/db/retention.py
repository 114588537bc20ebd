"""What is forgotten with time. Without that the table of events would grow for ever."""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, func, select

from noctis_gateway.db.schema import events, outbox
from noctis_gateway.forwarding.outbox import DEAD

BATCH = 1000
"""Events of one transaction, so that who sends events never waits for long."""


def forget_dead_letters(connection: Connection, before_ms: int) -> int:
    """Drop dead letters whose events came before then, at most a batch; how many it were."""
    old = (
        select(outbox.c.sequence)
        .join(events, events.c.sequence == outbox.c.sequence)
        .where(outbox.c.state == DEAD, events.c.received_ms < before_ms)
        .order_by(outbox.c.sequence)
        .limit(BATCH)
    )
    return connection.execute(delete(outbox).where(outbox.c.sequence.in_(old.scalar_subquery()))).rowcount


def forget_events(connection: Connection, before_ms: int) -> int:
    """Forget events that came before then, at most a batch; how many it were. Those that wait in the outbox stay.

    The newest stays as well: the numbers of later ones go on from it.
    """
    newest = connection.execute(select(func.max(events.c.sequence))).scalar()
    if newest is None:
        return 0
    waits = exists(select(outbox.c.sequence).where(outbox.c.sequence == events.c.sequence))
    # In the order of their numbers, which is that of their coming: no index over the times is needed.
    first = (
        select(events.c.sequence, events.c.received_ms)
        .where(events.c.sequence < newest, ~waits)
        .order_by(events.c.sequence)
        .limit(BATCH)
    )
    old = [row.sequence for row in connection.execute(first) if row.received_ms < before_ms]
    if old:
        connection.execute(delete(events).where(events.c.sequence.in_(old)))
    return len(old)
