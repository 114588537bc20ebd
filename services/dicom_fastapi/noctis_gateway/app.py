"""The parts of the gateway, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import TypedDict

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from noctis_gateway import VERSION, files, ingest, manifest, operator, page, stats, studies
from noctis_gateway.access import Gate
from noctis_gateway.arrivals import Arrivals
from noctis_gateway.auth.sessions import Sessions
from noctis_gateway.auth.tokens import Tokens
from noctis_gateway.context import Context
from noctis_gateway.control import routes as control
from noctis_gateway.control import studies as removed
from noctis_gateway.control.child import Child
from noctis_gateway.control.figures import Figures
from noctis_gateway.control.manager import Manager, Refused
from noctis_gateway.control.systemd import Systemd
from noctis_gateway.db.apply import Accepted
from noctis_gateway.db.engine import Database
from noctis_gateway.db.writer import Writer
from noctis_gateway.dicom.pool import Headers
from noctis_gateway.dicomweb import frames, qido, rendered, wado
from noctis_gateway.event import EventSchema, IngestEvent
from noctis_gateway.events import Hub
from noctis_gateway.express import Express
from noctis_gateway.forwarding import routes as dead_letters
from noctis_gateway.forwarding.clock import Clock
from noctis_gateway.forwarding.forwarder import Forwarder
from noctis_gateway.index import Index
from noctis_gateway.settings import Settings
from noctis_gateway.storage import StorageFailed
from noctis_gateway.tidying import Tidying

log = logging.getLogger(__name__)


class State(TypedDict):
    """What a request finds in its state."""

    context: Context


def create_app(settings: Settings) -> FastAPI:
    """The application over its index, which is opened and locked here; raises `SettingsError`."""
    tokens = Tokens(settings.token.get_secret_value(), settings.tokens_file)
    database = Database(settings)
    sessions = Sessions(settings)
    denied: Counter[int] = Counter()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        hub, arrivals, index = Hub(), Arrivals(), Index(database.reading)
        forwarder: Forwarder | None = None

        def publish(accepted: list[Accepted]) -> None:
            index.recent.forget(accepted)
            hub.publish(accepted)
            arrivals.add(len(accepted))
            if forwarder:
                forwarder.wake()

        forward = settings.django_url is not None
        writer = Writer(database, publish, lambda event: settings.facility(event.calling_aet), forward=forward)
        if forward:
            forwarder = Forwarder(settings, database, writer, Clock())
        tidying = Tidying(settings, writer, Clock())
        _close_at_signals(hub)
        headers = Headers(settings.storage, settings.header_processes)
        manager, figures = _manager(settings), Figures(settings.receiver_status_url)
        if isinstance(manager, Child):
            with contextlib.suppress(Refused):  # the log and /control say why; the gateway is of use without it
                await manager.act("start")
        context = Context(
            settings, database, index, writer, hub, headers, forwarder, manager, figures, arrivals, denied
        )
        yield {"context": context}
        if manager:
            await manager.close()
        await figures.close()
        await tidying.close()
        if forwarder:
            await forwarder.close()
        await writer.close()
        await sessions.close()
        headers.close()
        database.close()

    app = FastAPI(
        title="Noctis Viewer gateway",
        version=VERSION,
        description="Takes the receiver's events, and gives what was received to viewers, live.",
        lifespan=lifespan,
        docs_url=None,  # these pages load scripts of other hosts
        redoc_url=None,
    )
    app.add_exception_handler(StorageFailed, _storage_failed)
    app.add_middleware(Express)
    app.add_middleware(Gate, settings=settings, tokens=tokens, sessions=sessions, denied=denied)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(settings.cors_origins),
            allow_credentials=True,
            allow_methods=["GET", "HEAD"],
            allow_headers=["Authorization", "Range", "If-None-Match", "Last-Event-ID"],
            expose_headers=["ETag", "Content-Range", "Accept-Ranges", "Warning", "Retry-After"],
        )
    for dicomweb in (qido, wado, frames, rendered):
        app.include_router(dicomweb.router, prefix="/dicomweb")
    for part in (ingest, studies, manifest, files, stats, dead_letters, control, removed, operator, page):
        app.include_router(part.router)
    _describe(app)
    return app


async def _storage_failed(_: Request, error: Exception) -> JSONResponse:
    log.error("the storage does not answer: %s", error)
    return JSONResponse({"detail": "the storage does not answer now; try again"}, 503, {"Retry-After": "2"})


def _manager(settings: Settings) -> Manager | None:
    if settings.receiver == "child":
        return Child(settings.receiver_program, settings.receiver_config)
    if settings.receiver == "systemd":
        return Systemd(settings.receiver_unit, settings.dbus_address)
    return None


def _close_at_signals(hub: Hub) -> None:
    """End the event streams as soon as the server is told to stop: it waits for open answers before it ends."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def handler(number: int, frame: FrameType | None, before: object = before) -> None:
            loop.call_soon_threadsafe(hub.close)
            if callable(before):
                before(number, frame)

        signal.signal(number, handler)


def _describe(app: FastAPI) -> None:
    """Add to the OpenAPI document what the ingest endpoint reads by itself."""
    document = app.openapi()
    parts = document["components"]
    schema = IngestEvent.model_json_schema(
        by_alias=True, ref_template="#/components/schemas/{model}", schema_generator=EventSchema
    )
    parts["schemas"].update(schema.pop("$defs"))
    parts["schemas"]["IngestEvent"] = schema
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
