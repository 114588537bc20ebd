"""The ingest event, version 1, as in `schemas/ingest-event.v1.json` (a test holds the two together)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

UID_PATTERN = r"^[0-9]+(\.[0-9]+)*$"
"""A DICOM UID in the lenient form that devices send (PS3.5, 9.1): safe as the name of a file or folder."""

Uid = Annotated[str, Field(pattern=UID_PATTERN, max_length=64)]
AeTitle = Annotated[str, Field(max_length=16)]
Count = Annotated[int, Field(ge=0, le=0xFFFF_FFFF)]


class _Strict(BaseModel):
    # The input may be patient data: it has no place in the text of an error.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class EventIndex(_Strict):
    """What the receiver read from the object: the only part of an event with patient data. Never in a log."""

    modality: str | None = Field(default=None, max_length=16)
    instance_number: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None
    series_number: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = None
    rows: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    columns: Annotated[int, Field(ge=0, le=0xFFFF)] | None = None
    number_of_frames: Count | None = None
    image_position_patient: Annotated[list[float], Field(min_length=3, max_length=3)] | None = None
    image_orientation_patient: Annotated[list[float], Field(min_length=6, max_length=6)] | None = None
    study_date: str | None = Field(default=None, max_length=64)
    study_time: str | None = Field(default=None, max_length=64)
    accession_number: str | None = Field(default=None, max_length=256)
    patient_id: str | None = Field(default=None, max_length=256)
    patient_name: str | None = Field(default=None, max_length=1024)


class IngestEvent(_Strict):
    """One fact that a receiver announces."""

    schema_: Literal["noctis.ingest/1"] = Field(alias="schema")
    event_id: str = Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
    type: Literal["instance.stored"]
    time: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")
    receiver: str = Field(max_length=256)
    calling_aet: AeTitle
    called_aet: AeTitle
    remote_address: str = Field(max_length=256)
    canary: bool
    study_instance_uid: Uid
    series_instance_uid: Uid
    sop_instance_uid: Uid
    sop_class_uid: Uid
    transfer_syntax_uid: Uid
    path: str = Field(max_length=256)
    size: int = Field(ge=0, lt=2**53)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    index: EventIndex

    @model_validator(mode="after")
    def _path_is_the_place_of_the_object(self) -> Self:
        if self.path != f"{self.study_instance_uid}/{self.series_instance_uid}/{self.sop_instance_uid}.dcm":
            raise ValueError("path must be <study UID>/<series UID>/<SOP instance UID>.dcm")
        return self
