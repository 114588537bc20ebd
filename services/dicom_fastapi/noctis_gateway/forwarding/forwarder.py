"""Sends the outbox to Django, one request at a time, for as long as the gateway runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from typing import Protocol

import httpx
from starlette.concurrency import run_in_threadpool

from noctis_gateway.auth import signing
from noctis_gateway.db.engine import Database
from noctis_gateway.db.writer import WriteFailed, Writer
from noctis_gateway.forwarding import outbox
from noctis_gateway.forwarding.answer import Later, OneByOne, judge
from noctis_gateway.forwarding.outbox import Due, Outcome
from noctis_gateway.settings import Settings

log = logging.getLogger(__name__)

BATCH = 100
BACKOFF_MIN_S, BACKOFF_MAX_S = 0.5, 60.0


class _Clock(Protocol):
    def now_ms(self) -> int: ...

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None: ...


class Forwarder:
    """Lives on the event loop. `wake` tells it that there is something new."""

    def __init__(self, settings: Settings, database: Database, writer: Writer, clock: _Clock) -> None:
        self._settings, self._database, self._writer, self._clock = settings, database, writer, clock
        self._news = asyncio.Event()
        self._failures = 0
        self.counts: Counter[str] = Counter()
        """Events by what became of them, and failed requests, since the start."""
        self._client = httpx.AsyncClient(timeout=30.0, trust_env=False, follow_redirects=False)
        self._task = asyncio.create_task(self._run())

    def wake(self) -> None:
        """There may be something to send."""
        self._news.set()

    async def close(self) -> None:
        """Stop; what was sent and not answered will be sent again."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task
        await self._client.aclose()

    async def _run(self) -> None:
        while True:
            self._news.clear()
            try:
                pause = await self._round()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # the database is locked or gone: the next round may do better
                log.error("forwarding: %s", type(error).__name__)
                pause = self._backoff()
            if pause is None or pause > 0:
                await self._clock.wait(self._news, pause)

    async def _round(self) -> float | None:
        """Send what is due; the seconds until the next round, None when only news can bring one."""
        due = await run_in_threadpool(outbox.due, self._database.reading, self._clock.now_ms(), BATCH)
        if not due:
            first = await run_in_threadpool(outbox.next_ms, self._database.reading)
            return None if first is None else max((first - self._clock.now_ms()) / 1000, 0.01)
        failed = await self._deliver(due)
        if failed is None:
            self._failures = 0
            return 0
        self.counts["failed"] += 1
        if self._failures == 0:
            log.warning("forwarding: Django does not take events (%s); trying again", failed)
        pause = self._backoff()
        # News do not shorten the pause: they would go where nobody answers.
        await self._clock.wait(asyncio.Event(), pause)
        return 0

    async def _deliver(self, due: list[Due]) -> str | None:
        """Send events and write what became of them; why not, when all of them have to wait."""
        body = f"[{','.join(event.payload for event in due)}]".encode()
        secret, key = self._settings.django_secret, self._settings.django_api_key
        headers = signing.headers(
            body, secret.get_secret_value() if secret else "", key.get_secret_value() if key else ""
        )
        if len(due) == 1:
            headers["Idempotency-Key"] = due[0].event_id
        try:
            response = await self._client.post(str(self._settings.django_url), content=body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__
        again_ms = self._clock.now_ms() + int(1000 * _pause(max(event.attempts for event in due)))
        verdict = judge(due, response.status_code, response.content, again_ms)
        if isinstance(verdict, Later):
            return verdict.why
        if isinstance(verdict, OneByOne):
            for event in due:
                failed = await self._deliver([event])
                if failed is not None:
                    return failed
            return None
        await self._settle(verdict)
        return None

    async def _settle(self, outcomes: list[Outcome]) -> None:
        try:
            await self._writer.run(lambda connection: outbox.settle(connection, outcomes))
        except WriteFailed:
            # Django has them, and will be told again: one effect per event id is its part of the contract.
            log.warning("forwarding: what became of %d events could not be written", len(outcomes))
            return
        for outcome in outcomes:
            kind = "dead" if outcome.reason else "again" if outcome.again_ms is not None else "delivered"
            self.counts[kind] += 1
            if outcome.reason:
                log.warning("forwarding: event %d is a dead letter", outcome.sequence)

    def _backoff(self) -> float:
        pause = _pause(self._failures)
        self._failures += 1
        return pause


def _pause(failures: int) -> float:
    """Grows to a minute, and is never the same for all."""
    longest: float = min(BACKOFF_MAX_S, BACKOFF_MIN_S * 2 ** min(failures, 20))
    return longest * random.uniform(0.7, 1.0)  # noqa: S311 (no secret)
