"""The receiver as a unit of systemd, over D-Bus."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus

from noctis_gateway.control.manager import Action, ReceiverState, Refused, State

NAME: Final = "org.freedesktop.systemd1"
MANAGER: Final = "org.freedesktop.systemd1.Manager"
PATH: Final = "/org/freedesktop/systemd1"

METHODS: Final[dict[Action, str]] = {
    "start": "StartUnit",
    "stop": "StopUnit",
    "drain": "StopUnit",  # SIGTERM, and the unit's own time to end
    "restart": "RestartUnit",
    "reload": "ReloadUnit",
}
STATES: Final[dict[str, State]] = {
    "active": "running",
    "reloading": "running",
    "inactive": "stopped",
    "failed": "failed",
    "activating": "starting",
    "deactivating": "draining",
}
ANSWER_S: Final = 10.0


class Systemd:
    """One unit. Connects when it is asked something, and again when the bus has gone."""

    def __init__(self, unit: str, address: str | None) -> None:
        self._unit, self._address = unit, address
        self._bus: MessageBus | None = None
        self._lock = asyncio.Lock()

    async def state(self) -> ReceiverState:
        """How the unit is."""
        try:
            (path,) = await self._call(PATH, MANAGER, "LoadUnit", "s", self._unit)
            unit = await self._properties(path, "org.freedesktop.systemd1.Unit")
            service = await self._properties(path, "org.freedesktop.systemd1.Service")
        except Refused:
            return ReceiverState(manager="systemd", state="unknown")
        changed = unit.get("StateChangeTimestamp") or 0
        since = datetime.fromtimestamp(changed / 1e6, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if changed else None
        return ReceiverState(
            manager="systemd",
            state=STATES.get(str(unit.get("ActiveState")), "unknown"),
            pid=service.get("MainPID") or None,
            since=since,
            restarts=service.get("NRestarts") or 0,
            last_exit=service.get("ExecMainStatus"),
        )

    async def act(self, action: Action) -> None:
        """Queue a job for the unit."""
        await self._call(PATH, MANAGER, METHODS[action], "ss", self._unit, "replace")

    async def close(self) -> None:
        """The unit goes on."""
        if self._bus:
            self._bus.disconnect()

    async def _properties(self, path: str, interface: str) -> dict[str, Any]:
        (found,) = await self._call(path, "org.freedesktop.DBus.Properties", "GetAll", "s", interface)
        return {name: variant.value for name, variant in found.items()}

    async def _call(self, path: str, interface: str, member: str, signature: str, *body: str) -> list[Any]:
        message = Message(
            destination=NAME, path=path, interface=interface, member=member, signature=signature, body=list(body)
        )
        async with self._lock:
            try:
                async with asyncio.timeout(ANSWER_S):
                    if self._bus is None or not self._bus.connected:
                        self._bus = await MessageBus(self._address, BusType.SYSTEM).connect()
                    reply = await self._bus.call(message)
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self._bus = None
                raise Refused(f"systemd cannot be reached over D-Bus ({type(error).__name__})") from None
        if reply is None or reply.message_type == MessageType.ERROR:
            raise Refused(f"systemd refuses: {reply.error_name if reply else 'no reply'}")
        found: list[Any] = reply.body
        return found
