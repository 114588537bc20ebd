"""Forgets events and dead letters when their time has come, for as long as the gateway runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from sqlalchemy import Connection

from noctis_gateway.db import retention
from noctis_gateway.db.writer import WriteFailed, Writer
from noctis_gateway.forwarding.clock import Clock
from noctis_gateway.settings import Settings

log = logging.getLogger(__name__)

EVERY_S = 3600.0
DAY_MS = 86_400_000


class Tidying:
    """Lives on the event loop; begins at the start, then once an hour."""

    def __init__(self, settings: Settings, writer: Writer, clock: Clock) -> None:
        self._settings, self._writer, self._clock = settings, writer, clock
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(WriteFailed):  # the writer has logged it; in an hour it may do better
                await self._forget("dead letters", self._settings.keep_dead_letters_days, retention.forget_dead_letters)
                await self._forget("events", self._settings.keep_events_days, retention.forget_events)
            await asyncio.sleep(EVERY_S)

    async def _forget(self, what: str, days: float, forget: Callable[[Connection, int], int]) -> None:
        if days == 0:
            return
        before_ms = self._clock.now_ms() - int(days * DAY_MS)
        count = 0
        while more := await self._writer.run(lambda connection: forget(connection, before_ms)):
            count += more
        if count:
            log.info("%d %s of more than %g days ago are forgotten", count, what, days)
