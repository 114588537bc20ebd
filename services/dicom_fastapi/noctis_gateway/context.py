"""What the endpoints share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from noctis_gateway.events import Hub
from noctis_gateway.index import Index
from noctis_gateway.settings import Settings
from noctis_gateway.writer import Writer


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running gateway."""

    settings: Settings
    index: Index
    writer: Writer
    hub: Hub


async def _context(request: Request) -> Context:
    context: Context = request.state.context
    return context


Ctx = Annotated[Context, Depends(_context)]
