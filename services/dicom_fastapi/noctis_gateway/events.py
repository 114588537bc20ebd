"""`GET /events`: what was stored, as it is stored, and from any point in the past without a gap.

A subscriber gets new events from memory. One that is new, or too slow for its queue, reads from the database by
sequence number until it has caught up, so nothing is lost and nothing piles up.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from noctis_gateway.caller import Caller
from noctis_gateway.db.apply import Accepted
from noctis_gateway.index import Index
from noctis_gateway.models import live_instance
from noctis_gateway.settings import Settings

QUEUE_EVENTS = 1000
"""New events that wait in memory for one subscriber; with more it reads from the database."""
REPLAY_EVENTS = 500
"""Events of one read from the database."""
FAREWELL_S = 0.5
"""How long the end of a stream may wait for a reader that does not read."""


class Frame(NamedTuple):
    """An event on the wire, with what decides who may see it."""

    sequence: int
    facility: str | None
    study: str
    body: bytes


class Subscriber:
    """The queue of one stream. `behind` says that it holds no longer all that is new."""

    def __init__(self) -> None:
        self.queue: deque[Frame] = deque()
        self.behind = True
        self.wake = asyncio.Event()

    def take(self, after: int) -> list[Frame]:
        """What waits and was not sent yet."""
        frames = [frame for frame in self.queue if frame.sequence > after]
        self.queue.clear()
        return frames


class Hub:
    """The subscribers of a gateway. Lives on the event loop."""

    def __init__(self) -> None:
        self.subscribers: set[Subscriber] = set()
        self.closed = asyncio.Event()

    def publish(self, accepted: list[Accepted]) -> None:
        """Hand new events, already on the disk, to everyone. Sequence numbers only grow from call to call."""
        if not self.subscribers:
            return
        frames = _frames(accepted)
        for subscriber in self.subscribers:
            if len(subscriber.queue) + len(frames) > QUEUE_EVENTS:
                subscriber.queue.clear()
                subscriber.behind = True
            elif not subscriber.behind:
                subscriber.queue.extend(frames)
            subscriber.wake.set()

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self.closed.set()


def _frames(accepted: list[Accepted]) -> list[Frame]:
    return [
        Frame(
            sequence,
            facility,
            event.study_instance_uid,
            f"id: {sequence}\nevent: {event.type}\ndata: {live_instance(event).model_dump_json()}\n\n".encode(),
        )
        for sequence, event, facility in accepted
    ]


class EventStream(Response):
    """Server-sent events after a sequence number, or from now on when there is none."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, index: Index, caller: Caller, after: int | None, settings: Settings) -> None:
        # No call of the parent: this response has no body that is known beforehand.
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._hub, self._index, self._caller, self._after = hub, index, caller, after
        self._heartbeat_s, self._recheck_s = settings.heartbeat_s, max(settings.session_ttl_s, 1.0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the client leaves or the gateway stops."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        subscriber = Subscriber()
        self._hub.subscribers.add(subscriber)
        tasks = [
            asyncio.create_task(self._pump(subscriber, send)),
            asyncio.create_task(_disconnected(receive)),
            asyncio.create_task(self._hub.closed.wait()),
            asyncio.create_task(self._watch()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.subscribers.discard(subscriber)
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        failure = ended[0]
        if isinstance(failure, Exception):
            raise failure
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(send({"type": "http.response.body", "body": b""}), FAREWELL_S)

    async def _watch(self) -> None:
        """Ends when the reader may read no more: a session that is over, a token that was taken away."""
        while not self._hub.closed.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hub.closed.wait(), self._recheck_s)
            if self._caller.still is not None and not await self._caller.still():
                return

    async def _pump(self, subscriber: Subscriber, send: Send) -> None:
        async def write(body: bytes) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": True})

        async def show(frames: list[Frame]) -> int:
            seen = [frame.body for frame in frames if self._caller.sight.sees(frame.facility, frame.study)]
            if seen:
                await write(b"".join(seen))
            return frames[-1].sequence

        newest = await run_in_threadpool(self._index.last_sequence)
        # A number from the future is one of another database: start that reader from the beginning.
        sent = newest if self._after is None else self._after if self._after <= newest else 0
        # Where the stream begins: a browser keeps the id, a page that opens it anew can name it with `?after=`.
        await write(f"retry: 1000\nid: {sent}\nevent: position\ndata: {sent}\n\n".encode())
        if sent < newest and not await run_in_threadpool(self._index.has_all_after, sent):
            # Some of what follows is forgotten: only the lists tell everything.
            await write(f"event: gap\ndata: {sent}\n\n".encode())
        while True:
            if subscriber.behind:
                subscriber.behind = False  # from here on the queue fills; what it gets twice, `take` leaves out
                while page := await run_in_threadpool(self._index.events_after, sent, REPLAY_EVENTS):
                    sent = await show(_frames(page))
            elif frames := subscriber.take(sent):
                sent = await show(frames)
            else:
                subscriber.wake.clear()
                try:
                    await asyncio.wait_for(subscriber.wake.wait(), self._heartbeat_s)
                except TimeoutError:
                    await write(b": still here\n\n")


async def _disconnected(receive: Receive) -> None:
    while True:
        message: dict[str, Any] = dict(await receive())
        if message["type"] == "http.disconnect":
            return
