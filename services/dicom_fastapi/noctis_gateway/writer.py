"""The write side of the index: one thread, and one commit for all the requests that wait for it."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from noctis_gateway import database, tables
from noctis_gateway.event import IngestEvent
from noctis_gateway.tables import Accepted

log = logging.getLogger(__name__)

MAX_GROUP = 1000
"""Events of one commit, beyond which waiting requests go into the next."""


class WriteFailed(Exception):
    """The events could not be made durable; nothing of them is in the index."""


@dataclass(slots=True)
class _Request:
    events: list[IngestEvent]
    answer: asyncio.Future[list[bool]]


class Writer:
    """Makes events durable in the order of `submit`, then tells `publish` (on the event loop) what is new."""

    def __init__(self, path: Path, publish: Callable[[list[Accepted]], None]) -> None:
        self._publish = publish
        self._connection = database.connect(path)
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
            answers: list[list[bool]] = []
            try:
                answers = self._commit(group, accepted)
            except Exception as failure:  # whatever it is, the requests get their answer and the thread goes on
                name = getattr(failure, "sqlite_errorname", type(failure).__name__)
                log.error("index: the commit of %d request(s) failed: %s", len(group), name)
                error = WriteFailed()
            self._loop.call_soon_threadsafe(self._settle, group, answers, accepted, error)
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

    def _commit(self, group: list[_Request], accepted: list[Accepted]) -> list[list[bool]]:
        cursor = self._connection.cursor()
        cursor.execute("BEGIN IMMEDIATE")
        try:
            answers = [[tables.add(cursor, event, accepted) for event in request.events] for request in group]
            cursor.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                cursor.execute("ROLLBACK")
            raise
        return answers

    def _settle(
        self, group: list[_Request], answers: list[list[bool]], accepted: list[Accepted], error: Exception | None
    ) -> None:
        for position, request in enumerate(group):
            if request.answer.done():  # the client has gone
                continue
            if error is None:
                request.answer.set_result(answers[position])
            else:
                request.answer.set_exception(error)
        if error is None and accepted:
            self._publish(accepted)
