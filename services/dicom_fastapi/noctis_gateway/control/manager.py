"""What can be done with a receiver, whoever runs it."""

from __future__ import annotations

from typing import Literal, Protocol

from pydantic import BaseModel

State = Literal["stopped", "starting", "running", "draining", "failed", "unknown"]
Action = Literal["start", "stop", "drain", "restart", "reload"]


class ReceiverState(BaseModel):
    """How the receiver is."""

    manager: Literal["none", "child", "systemd"]
    state: State
    pid: int | None = None
    since: str | None = None
    """When it came into this state (RFC 3339, UTC)."""
    restarts: int = 0
    """How often it was started again after it ended by itself."""
    last_exit: int | None = None
    """Exit code of the last process, negative for a signal."""
    listening: list[str] = []
    """The addresses that it named."""


class Refused(Exception):
    """The manager does not do that now; the text says why."""


class Manager(Protocol):
    """Who runs the receiver."""

    async def state(self) -> ReceiverState:
        """How it is."""
        ...

    async def act(self, action: Action) -> None:
        """Do something with it; raises `Refused`. Draining goes on after this returns."""
        ...

    async def close(self) -> None:
        """The gateway ends."""
        ...
