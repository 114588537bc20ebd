"""`/control`: the receiver, steered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from noctis_gateway.context import Context, Ctx, Who
from noctis_gateway.control import configuration
from noctis_gateway.control.manager import Action, Manager, ReceiverState, Refused
from noctis_gateway.log import audit
from noctis_gateway.studies import Responses

router = APIRouter(prefix="/control/receiver", tags=["control"])

ANSWERS: Responses = {
    401: {"description": "No token"},
    403: {"description": "A token without this scope"},
    409: {"description": "It cannot be done now"},
}

Title = Annotated[str, Field(pattern=r"^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$")]


class Canary(BaseModel):
    """Whether objects are taken as tests."""

    on: bool
    titles: list[Title] | None = Field(None, max_length=64)
    """Calling or called titles; the receiver's own, which makes a test of everything, when none are named."""


class CanaryState(BaseModel):
    """The titles whose objects are tests."""

    on: bool
    titles: list[str]


class Configuration(BaseModel):
    """The configuration with secrets hidden."""

    file: str | None
    settings: dict[str, Any]
    environment: dict[str, str]


def _manager(context: Context) -> Manager:
    if context.manager is None:
        raise HTTPException(409, "NOCTIS_RECEIVER is not set: this gateway runs no receiver")
    return context.manager


@router.get("", responses=ANSWERS)
async def state(context: Ctx) -> ReceiverState:
    """How the receiver is."""
    return await context.manager.state() if context.manager else ReceiverState(manager="none", state="unknown")


@router.post("/{action}", responses=ANSWERS)
async def act(context: Ctx, caller: Who, action: Action) -> ReceiverState:
    """Start, stop, drain (associations may end), restart, or reload the configuration."""
    manager = _manager(context)
    audit(f"{caller.name}: receiver {action}")
    try:
        await manager.act(action)
    except Refused as refused:
        raise HTTPException(409, str(refused)) from None
    return await manager.state()


@router.get("/configuration", responses=ANSWERS)
def settings(context: Ctx) -> Configuration:
    """The receiver's configuration file and the variables over it, secrets hidden."""
    try:
        return Configuration.model_validate(configuration.shown(context.settings.receiver_config))
    except Refused as refused:
        raise HTTPException(409, str(refused)) from None


@router.get("/canary", responses=ANSWERS)
def canary(context: Ctx) -> CanaryState:
    """The titles whose objects are tests."""
    try:
        titles = configuration.canary_titles(context.settings.receiver_config)
    except Refused as refused:
        raise HTTPException(409, str(refused)) from None
    return CanaryState(on=bool(titles), titles=titles)


@router.put("/canary", responses=ANSWERS)
async def set_canary(context: Ctx, caller: Who, wanted: Canary) -> CanaryState:
    """Say whose objects are tests, for the associations to come."""
    manager, path = _manager(context), context.settings.receiver_config
    titles: list[str] = []
    try:
        if wanted.on and path is not None:
            titles = list(wanted.titles or [configuration.own_title(path)])
        await run_in_threadpool(configuration.set_canary, path, context.settings.receiver_program, titles)
        audit(f"{caller.name}: canary {'on' if titles else 'off'}")
        if (await manager.state()).state == "running":
            await manager.act("reload")
    except Refused as refused:
        raise HTTPException(409, str(refused)) from None
    return CanaryState(on=bool(titles), titles=titles)
