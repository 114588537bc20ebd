"""What the endpoints share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from noctis_gateway.arrivals import Arrivals
from noctis_gateway.caller import Caller, Sight
from noctis_gateway.control.figures import Figures
from noctis_gateway.control.manager import Manager
from noctis_gateway.db.engine import Database
from noctis_gateway.db.writer import Writer
from noctis_gateway.dicom.pool import Headers
from noctis_gateway.events import Hub
from noctis_gateway.forwarding.forwarder import Forwarder
from noctis_gateway.index import Index
from noctis_gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running gateway."""

    settings: Settings
    database: Database
    index: Index
    writer: Writer
    hub: Hub
    headers: Headers
    forwarder: Forwarder | None
    manager: Manager | None
    figures: Figures
    arrivals: Arrivals
    denied: Counter[int]


async def _context(request: Request) -> Context:
    context: Context = request.state.context
    return context


Ctx = Annotated[Context, Depends(_context)]


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


Who = Annotated[Caller, Depends(_caller)]


async def _sight(caller: Who) -> Sight:
    return caller.sight


See = Annotated[Sight, Depends(_sight)]
"""What the one who asks may see."""
