"""How the gateway is: `/stats` for people, `/metrics` for Prometheus, `/readyz` for who sends it work."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import BaseModel
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool

from noctis_gateway import VERSION
from noctis_gateway.context import Context, Ctx
from noctis_gateway.control.manager import ReceiverState
from noctis_gateway.db.writer import WriteFailed
from noctis_gateway.forwarding import outbox
from noctis_gateway.forwarding.outbox import Depth
from noctis_gateway.storage import Tree
from noctis_gateway.studies import Responses

router = APIRouter(tags=["figures"])

READY_S = 3.0
ANSWERS: Responses = {401: {"description": "No token"}, 403: {"description": "A token without this scope"}}


class Outbox(BaseModel):
    """What waits for Django."""

    forwarding: bool
    ready: int
    dead: int
    oldest: str | None
    delivered: int
    failed_requests: int


class Disk(BaseModel):
    """The storage's file system."""

    free_bytes: int
    total_bytes: int


class Stats(BaseModel):
    """Figures for people."""

    version: str
    uptime_seconds: int
    database: str
    events: int
    """In the index."""
    ingested: dict[str, int]
    arrivals_per_minute: list[int]
    streams: int
    outbox: Outbox
    storage: Disk | None
    object_store: bool
    """Whether the objects are in a store, whose space nobody knows."""
    receiver: ReceiverState
    receiver_figures: dict[str, Any] | None
    """What the receiver says of itself; null when it does not answer or is not asked."""


class Ready(BaseModel):
    """Whether the gateway takes events."""

    ready: bool
    database: bool
    storage: bool
    receiver: bool | None
    """Whether the receiver says that it is ready: for information; null when it is not asked."""


def disk(context: Context) -> Disk | None:
    """Space of the storage, for this user; None when it is not there, and for an object store."""
    found = context.settings.storage.space()
    return found and Disk(free_bytes=found[0], total_bytes=found[1])


@router.get("/health", include_in_schema=False)
@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"model": Ready, "description": "Not now"}})
async def readyz(context: Ctx, response: Response) -> Ready:
    """Whether events are taken: the database commits, the storage is there."""
    try:
        await asyncio.wait_for(context.writer.run(lambda connection: connection.execute(text("SELECT 1"))), READY_S)
        database = True
    except (WriteFailed, TimeoutError):
        database = False
    storage = await run_in_threadpool(context.settings.storage.is_ready)
    figures = await context.figures.read()
    receiver = None if context.figures.url is None else bool(figures and figures["ready"].get("ready"))
    ready = Ready(ready=database and storage, database=database, storage=storage, receiver=receiver)
    response.status_code = 200 if ready.ready else 503
    return ready


@router.get("/stats", responses=ANSWERS)
async def stats(context: Ctx) -> Stats:
    """Figures of gateway and receiver."""
    depth: Depth = await run_in_threadpool(outbox.depth, context.database.reading)
    counts = context.forwarder.counts if context.forwarder else Counter[str]()
    receiver = ReceiverState(manager="none", state="unknown")
    return Stats(
        version=VERSION,
        uptime_seconds=int(time.monotonic() - context.arrivals.started),
        database=context.database.engine.dialect.name,
        events=await run_in_threadpool(context.index.last_sequence),
        ingested=dict(context.arrivals.events),
        arrivals_per_minute=context.arrivals.per_minute(),
        streams=len(context.hub.subscribers),
        outbox=Outbox(
            forwarding=context.forwarder is not None,
            ready=depth.ready,
            dead=depth.dead,
            oldest=depth.oldest,
            delivered=counts["delivered"],
            failed_requests=counts["failed"],
        ),
        storage=await run_in_threadpool(disk, context),
        object_store=not isinstance(context.settings.storage, Tree),
        receiver=await context.manager.state() if context.manager else receiver,
        receiver_figures=await context.figures.read(),
    )


class _Figures(Collector):
    """The figures of one moment."""

    def __init__(self, context: Context, depth: Depth, receiver: dict[str, Any] | None) -> None:
        self._context, self._depth, self._receiver = context, depth, receiver

    def collect(self) -> list[Any]:
        """All families; what has not happened is 0, not left out."""
        context, space = self._context, disk(self._context)
        ingested = CounterMetricFamily("noctis_gateway_ingested", "Events of POST /ingest by result", labels=["result"])
        for result in ("accepted", "duplicate", "rejected", "failed"):
            ingested.add_metric([result], context.arrivals.events[result])
        forwarded = CounterMetricFamily(
            "noctis_gateway_forwarded", "Events sent to Django by result", labels=["result"]
        )
        counts = context.forwarder.counts if context.forwarder else Counter[str]()
        for result in ("delivered", "dead", "again"):
            forwarded.add_metric([result], counts[result])
        waiting = GaugeMetricFamily("noctis_gateway_outbox", "Events for Django by state", labels=["state"])
        waiting.add_metric(["ready"], self._depth.ready)
        waiting.add_metric(["dead"], self._depth.dead)
        denied = CounterMetricFamily("noctis_gateway_denied", "Requests that the gate refused", labels=["status"])
        for status in (401, 403, 429, 503):
            denied.add_metric([str(status)], context.denied[status])
        up = self._receiver is not None
        singles = {
            "index_failing": ("Whether the last commit of the index failed", float(context.writer.failing)),
            "event_streams": ("Open event streams", len(context.hub.subscribers)),
            "receiver_up": ("Whether the receiver's status page answers", float(up)),
            "uptime_seconds": ("Since the start", time.monotonic() - context.arrivals.started),
        }
        if isinstance(context.settings.storage, Tree):
            singles["storage_free_bytes"] = ("Free space for objects", space.free_bytes if space else 0)
        gauges = [GaugeMetricFamily(f"noctis_gateway_{n}", words, value=v) for n, (words, v) in singles.items()]
        failed = CounterMetricFamily("noctis_gateway_forward_failures", "Requests that Django did not take")
        failed.add_metric([], counts["failed"])
        build = GaugeMetricFamily("noctis_gateway_build_info", "Version of the gateway", labels=["version"])
        build.add_metric([VERSION], 1)
        return [ingested, forwarded, waiting, denied, failed, build, *gauges]


@router.get("/metrics", response_class=Response, responses=ANSWERS | {200: {"content": {"text/plain": {}}}})
async def metrics(context: Ctx) -> Response:
    """Figures for Prometheus. Nothing of a patient; no label holds what a peer chose."""
    depth: Depth = await run_in_threadpool(outbox.depth, context.database.reading)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(context, depth, await context.figures.read()))
    body = await run_in_threadpool(generate_latest, registry)
    return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")
