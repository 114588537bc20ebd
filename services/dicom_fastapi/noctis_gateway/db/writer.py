"""The write side of the index: one thread, and one commit for all the requests that wait for it."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from noctis_gateway.db import apply
from noctis_gateway.db.apply import Accepted
from noctis_gateway.db.engine import Database
from noctis_gateway.event import IngestEvent

log = logging.getLogger(__name__)

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


class Writer:
    """Makes events durable in the order of `submit`, then tells `publish` (on the event loop) what is new."""

    def __init__(
        self,
        database: Database,
        publish: Callable[[list[Accepted]], None],
        facility_of: Callable[[IngestEvent], str],
    ) -> None:
        self._database = database
        self._publish = publish
        self._facility_of = facility_of
        self._connection: Connection | None = None
        self._requests: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
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

    async def close(self) -> None:
        """End the thread after what was submitted is written."""
        self._requests.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            accepted: list[Accepted] = []
            error: Exception | None = None
            try:
                accepted = self._commit(group)
            except Exception as failure:  # whatever it is, the requests get their answer and the thread goes on
                cause = failure.orig if isinstance(failure, DBAPIError) else failure
                name = getattr(cause, "sqlite_errorname", type(cause).__name__)
                log.error("index: the commit of %d request(s) failed: %s", len(group), name)
                error = WriteFailed()
            self._loop.call_soon_threadsafe(self._settle, group, accepted, error)
        if self._connection is not None:
            self._connection.close()

    def _next_group(self) -> list[_Request] | None:
        """Waits for a request and takes what else has come in; None is the end."""
        request = self._requests.get()
        if request is None:
            return None
        group, count = [request], len(request.events)
        while count < MAX_GROUP:
            try:
                request = self._requests.get_nowait()
            except queue.Empty:
                break
            if request is None:
                self._requests.put(None)
                break
            group.append(request)
            count += len(request.events)
        return group

    def _commit(self, group: list[_Request]) -> list[Accepted]:
        if self._connection is None or self._connection.closed or self._connection.invalidated:
            self._connection = self._connect()
        try:
            with self._connection.begin():
                events = [event for request in group for event in request.events]
                return apply.add(self._connection, events, self._facility_of)
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
