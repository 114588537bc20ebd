"""The write side of the index: one thread, and one commit for all the requests that wait for it."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from noctis_gateway.db import apply
from noctis_gateway.db.apply import Accepted
from noctis_gateway.db.engine import Database
from noctis_gateway.event import IngestEvent

log = logging.getLogger(__name__)

T = TypeVar("T")

MAX_JOBS = 100
MAX_GROUP = 1000
"""Events of one commit, beyond which waiting requests go into the next."""


class WriteFailed(Exception):
    """The events could not be made durable; nothing of them is in the index."""


class _LockLost(Exception):
    """Another gateway has taken the database meanwhile."""


@dataclass(slots=True)
class _Request:
    events: list[IngestEvent]
    answer: asyncio.Future[list[bool]]


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    answer: asyncio.Future[Any]


class Writer:
    """Makes events durable in the order of `submit`, then tells `publish` (on the event loop) what is new."""

    def __init__(
        self,
        database: Database,
        publish: Callable[[list[Accepted]], None],
        facility_of: Callable[[IngestEvent], str],
        *,
        forward: bool = False,
    ) -> None:
        self._database = database
        self._publish = publish
        self._facility_of = facility_of
        self._forward = forward
        self.failing = False
        """Whether the last commit failed."""
        self._connection: Connection | None = None
        self._requests: queue.SimpleQueue[_Request | _Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="index-writer", daemon=True)
        self._thread.start()

    async def submit(self, events: list[IngestEvent]) -> list[bool]:
        """Add events; the answer, one for each event, is False for one that was there already.

        Returns when the events are on the disk; raises `WriteFailed` when they are not.
        """
        request = _Request(events, self._loop.create_future())
        self._requests.put(request)
        return await request.answer

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Do other work on the tables, in a transaction of its own; raises `WriteFailed` when it is not durable."""
        job = _Job(work, self._loop.create_future())
        self._requests.put(job)
        result: T = await job.answer
        return result

    async def close(self) -> None:
        """End the thread after what was submitted is written."""
        self._requests.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while (taken := self._next_group()) is not None:
            group, jobs = taken
            if group:
                events = [event for request in group for event in request.events]
                accepted, error = self._try(
                    lambda connection, events=events: apply.add(  # type: ignore[misc] # mypy knows no such default
                        connection, events, self._facility_of, forward=self._forward
                    )
                )
                self._loop.call_soon_threadsafe(self._settle, group, accepted or [], error)
            for job in jobs:
                self._loop.call_soon_threadsafe(_settle_job, job, *self._try(job.work))
        if self._connection is not None:
            self._connection.close()

    def _try(self, work: Callable[[Connection], Any]) -> tuple[Any, Exception | None]:
        """Whatever happens, who waits gets an answer and the thread goes on."""
        try:
            result = self._commit(work)
        except Exception as failure:
            cause = failure.orig if isinstance(failure, DBAPIError) else failure
            log.error("index: a commit failed: %s", getattr(cause, "sqlite_errorname", type(cause).__name__))
            self.failing = True
            return None, WriteFailed()
        self.failing = False
        return result, None

    def _next_group(self) -> tuple[list[_Request], list[_Job]] | None:
        """Waits for something to do and takes what else has come in; None is the end."""
        taken = self._requests.get()
        if taken is None:
            return None
        group: list[_Request] = []
        jobs: list[_Job] = []
        count = 0
        while True:
            if isinstance(taken, _Job):
                jobs.append(taken)
            else:
                group.append(taken)
                count += len(taken.events)
            if count >= MAX_GROUP or len(jobs) >= MAX_JOBS:
                return group, jobs
            try:
                taken = self._requests.get_nowait()
            except queue.Empty:
                return group, jobs
            if taken is None:
                self._requests.put(None)
                return group, jobs

    def _commit(self, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 (what the work returns)
        if self._connection is None or self._connection.closed or self._connection.invalidated:
            self._connection = self._connect()
        try:
            with self._connection.begin():
                return work(self._connection)
        except DBAPIError:
            # Whether it was the connection's fault or not: the next group gets a new one, and with it the lock.
            self._connection.close()
            raise

    def _connect(self) -> Connection:
        connection = self._database.engine.connect()
        if not self._database.lock(connection):
            connection.close()
            raise _LockLost
        return connection

    def _settle(self, group: list[_Request], accepted: list[Accepted], error: Exception | None) -> None:
        # An event that is in the group twice is new once, and known the second time.
        fresh = {event.event_id for _, event, _ in accepted}
        for request in group:
            answers = []
            for event in request.events:
                answers.append(event.event_id in fresh)
                fresh.discard(event.event_id)
            if request.answer.done():  # the client has gone
                continue
            if error is None:
                request.answer.set_result(answers)
            else:
                request.answer.set_exception(error)
        if error is None and accepted:
            self._publish(accepted)


def _settle_job(job: _Job, result: object, error: Exception | None) -> None:
    if job.answer.done():
        return
    if error is None:
        job.answer.set_result(result)
    else:
        job.answer.set_exception(error)
