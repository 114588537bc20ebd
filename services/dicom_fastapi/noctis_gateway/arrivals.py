"""How much comes in."""

from __future__ import annotations

import time
from collections import Counter, deque

MINUTES = 60


class Arrivals:
    """How many objects came, by minute. Lives on the event loop."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self._counts: deque[tuple[int, int]] = deque(maxlen=MINUTES)
        self.events: Counter[str] = Counter()
        """Events of `POST /ingest` by their result, since the start."""

    def add(self, count: int) -> None:
        """Objects came."""
        minute = int(time.monotonic() // 60)
        if self._counts and self._counts[-1][0] == minute:
            count += self._counts.pop()[1]
        self._counts.append((minute, count))

    def per_minute(self) -> list[int]:
        """The last hour by minute, the newest last."""
        now = int(time.monotonic() // 60)
        known = dict(self._counts)
        return [known.get(now - ago, 0) for ago in reversed(range(MINUTES))]
