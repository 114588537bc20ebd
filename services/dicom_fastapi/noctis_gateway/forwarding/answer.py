"""What an answer of Django means for the events that were sent: the same rules as the receiver's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from noctis_gateway.forwarding.outbox import Due, Outcome

LATER = frozenset({401, 403, 408, 425, 429})


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    event_id: str | None
    status: Literal["accepted", "duplicate", "rejected"]
    reason: str | None = None


class _Results(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    results: list[_Result]


@dataclass(frozen=True, slots=True)
class Later:
    """All of it again after a pause."""

    why: str


class OneByOne:
    """The batch is refused as a whole: which event it is shows one by one."""


def judge(sent: list[Due], status: int, body: bytes, again_ms: int) -> list[Outcome] | Later | OneByOne:
    """Judge an answer. An event that it does not name is tried again, as are all later ones of its study."""
    if 200 <= status < 300 or status == 409:
        try:
            named = {result.event_id: result for result in _Results.model_validate_json(body).results}
        except ValidationError:
            return Later("an answer without results")
        return [_outcome(due, named.get(due.event_id), again_ms) for due in sent]
    if status in LATER or status >= 500 or status < 400:
        return Later(f"status {status}")
    if len(sent) > 1:
        return OneByOne()
    return [Outcome(sent[0].sequence, reason=f"status {status}")]


def _outcome(due: Due, result: _Result | None, again_ms: int) -> Outcome:
    if result is None:
        return Outcome(due.sequence, again_ms=again_ms)
    if result.status == "rejected":
        return Outcome(due.sequence, reason=(result.reason or "rejected")[:500])
    return Outcome(due.sequence)
