"""Time, as the forwarder sees it; a test may have another."""

from __future__ import annotations

import asyncio
import contextlib
import time


class Clock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Until the event is set, or for some seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
