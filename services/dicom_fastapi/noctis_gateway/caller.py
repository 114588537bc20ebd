"""Who asks, and what they may see and do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

Scope = Literal["ingest", "read", "stats", "control"]
"""What a caller may do: send events; see studies; see figures; steer the receiver and the outbox."""

SCOPES: frozenset[Scope] = frozenset(get_args(Scope))


@dataclass(frozen=True, slots=True)
class Sight:
    """Which studies somebody may see."""

    all: bool = False
    """Every study of every facility."""
    facilities: frozenset[str] = frozenset()
    """Else those of these facilities."""
    study: str | None = None
    """And of those only this one, where there is one."""

    def sees(self, facility: str | None, study: str) -> bool:
        """Whether a study of this facility is among them."""
        return (self.all or facility in self.facilities) and self.study in (None, study)


EVERYTHING = Sight(all=True)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. The name is for the log: no person's."""

    name: str
    scopes: frozenset[Scope]
    sight: Sight
    still: Callable[[], Awaitable[bool]] | None = field(default=None, compare=False)
    """Asks again whether all this holds; None where it does for as long as the connection."""
