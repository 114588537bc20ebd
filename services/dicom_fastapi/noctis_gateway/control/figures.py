"""What the receiver says of itself on its status page."""

from __future__ import annotations

import time
from typing import Any

import httpx

HELD_S = 1.0


class Figures:
    """The receiver's figures, asked at most once a second. Lives on the event loop."""

    def __init__(self, url: str | None) -> None:
        self.url = url
        self._client = httpx.AsyncClient(timeout=2.0, trust_env=False)
        self._last: tuple[float, dict[str, Any] | None] = (0.0, None)

    async def read(self) -> dict[str, Any] | None:
        """`/stats` and `/ready` of the receiver; None when it does not answer or is not asked."""
        if self.url is None:
            return None
        until, known = self._last
        if until > time.monotonic():
            return known
        found: dict[str, Any] | None
        try:
            stats, ready = await self._client.get(f"{self.url}/stats"), await self._client.get(f"{self.url}/ready")
            found = stats.json() | {"ready": ready.json()}
        except (httpx.HTTPError, ValueError, TypeError):
            found = None
        self._last = (time.monotonic() + HELD_S, found)
        return found

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()
