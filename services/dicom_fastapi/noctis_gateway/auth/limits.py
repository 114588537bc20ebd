"""Rate limits: a bucket for each caller, filled at a steady rate."""

from __future__ import annotations

import math
import time

MAX_KEYS = 20_000


class Buckets:
    """How much each key may still do."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._rate, self._burst = per_second, burst
        self._levels: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, *, take: bool = True) -> int:
        """0 when the key may go on, else the seconds until it may. Takes one unless told to look only."""
        now = time.monotonic()
        level, then = self._levels.get(key, (self._burst, now))
        level = min(self._burst, level + (now - then) * self._rate)
        if level < 1:
            return math.ceil((1 - level) / self._rate)
        if take:
            if len(self._levels) >= MAX_KEYS:
                # Those that are full again need no entry.
                full = [
                    name for name, (old, at) in self._levels.items() if old + (now - at) * self._rate >= self._burst
                ]
                for name in full or list(self._levels)[: MAX_KEYS // 2]:
                    del self._levels[name]
            self._levels[key] = (level - 1, now)
        return 0
