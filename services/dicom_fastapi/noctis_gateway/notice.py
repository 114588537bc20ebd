"""Events beside `instance.stored`, as in `schemas/`. The index keeps nothing of them; they are taken and settled."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from noctis_gateway.event import AeTitle, Given, Strict, Text, Uid

Time = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")]
Count = Annotated[int, Field(ge=0)]
_EVENT_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_PATH = r"^[0-9.]{1,64}/[0-9.]{1,64}/[0-9.]{1,64}\.dcm$"


class _Head(Strict):
    schema_: Literal["noctis.ingest/1"] = Field(alias="schema")
    event_id: str = Field(pattern=_EVENT_ID)
    time: Time
    receiver: Text


class _Sent(_Head):
    calling_aet: AeTitle
    called_aet: AeTitle
    remote_address: str = Field(min_length=2)
    canary: bool


class InstanceDuplicate(_Sent):
    """An instance was sent that was there already."""

    type: Literal["instance.duplicate"]
    study_instance_uid: Uid
    series_instance_uid: Uid
    sop_instance_uid: Uid
    sop_class_uid: Uid
    transfer_syntax_uid: Uid
    path: str = Field(pattern=_PATH)


class InstanceRejected(_Sent):
    """A C-STORE was answered with a failure."""

    type: Literal["instance.rejected"]
    sop_class_uid: Annotated[Uid | None, Given] = None
    sop_instance_uid: Annotated[Uid | None, Given] = None
    status: str = Field(pattern=r"^[0-9A-F]{4}$")
    reason: str = Field(max_length=1024)


class AssociationClosed(_Sent):
    """An association that was accepted is over."""

    type: Literal["association.closed"]
    started: Time
    end: Literal["released", "aborted", "closed", "silent", "fault"]
    stored: Count
    duplicates: Count
    rejected: Count
    echoes: Count


class SeriesQuiet(_Head):
    """Nothing new came to a series for some time."""

    type: Literal["series.quiet"]
    study_instance_uid: Uid
    series_instance_uid: Uid
    instances: int = Field(ge=1)
    first_stored: Time
    last_stored: Time


Notice = InstanceDuplicate | InstanceRejected | AssociationClosed | SeriesQuiet

NOTICE: TypeAdapter[Notice] = TypeAdapter(Annotated[Notice, Field(discriminator="type")])

TYPES = frozenset({"instance.duplicate", "instance.rejected", "association.closed", "series.quiet"})


def is_notice(content: Any) -> bool:  # noqa: ANN401 (whatever JSON gave)
    """Whether this is meant to be one."""
    return isinstance(content, dict) and isinstance(content.get("type"), str) and content["type"] in TYPES
