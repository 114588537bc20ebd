"""Who asks, and what they may see and do."""

from __future__ import annotations

from dataclasses import dataclass


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
