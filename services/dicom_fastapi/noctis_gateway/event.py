"""The ingest event, version 1, as in `schemas/ingest-event.v1.json` (a test holds the two together)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

UID_PATTERN = r"^[0-9]+(\.[0-9]+)*$"
"""A DICOM UID in the lenient form that devices send (PS3.5, 9.1): safe as the name of a file or folder."""


def _given(value: object) -> object:
    if value is None:
        raise ValueError("absent values are left out, never null")
    return value


Given = BeforeValidator(_given)
"""For a value that may be left out, but not be null."""

Uid = Annotated[str, Field(pattern=UID_PATTERN, max_length=64)]
Text = Annotated[str, Field(min_length=1)]
AeTitle = Annotated[str, Field(min_length=1, max_length=16)]
# An integer of the schema has no bounds; one of the database has these.
Integer = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Pixels = Annotated[int, Field(ge=0, le=0xFFFF)]


class Strict(BaseModel):
    """A part of an event: nothing more, nothing less, nothing converted."""

    # The input may be patient data: it has no place in the text of an error.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class EventIndex(Strict):
    """What the receiver read from the object: the only part of an event with patient data. Never in a log."""

    modality: Annotated[Text | None, Given] = None
    instance_number: Annotated[Integer | None, Given] = None
    series_number: Annotated[Integer | None, Given] = None
    rows: Annotated[Pixels | None, Given] = None
    columns: Annotated[Pixels | None, Given] = None
    number_of_frames: Annotated[Annotated[int, Field(ge=0, lt=2**63)] | None, Given] = None
    image_position_patient: Annotated[Annotated[list[float], Field(min_length=3, max_length=3)] | None, Given] = None
    image_orientation_patient: Annotated[Annotated[list[float], Field(min_length=6, max_length=6)] | None, Given] = None
    study_date: Annotated[Text | None, Given] = None
    study_time: Annotated[Text | None, Given] = None
    accession_number: Annotated[Text | None, Given] = None
    study_description: Annotated[Text | None, Given] = None
    study_id: Annotated[Text | None, Given] = None
    referring_physician_name: Annotated[Text | None, Given] = None
    series_description: Annotated[Text | None, Given] = None
    patient_id: Annotated[Text | None, Given] = None
    patient_name: Annotated[Text | None, Given] = None


class IngestEvent(Strict):
    """One fact that a receiver announces."""

    schema_: Literal["noctis.ingest/1"] = Field(alias="schema")
    event_id: str = Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
    type: Literal["instance.stored"]
    time: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$")
    receiver: Text
    calling_aet: AeTitle
    called_aet: AeTitle
    remote_address: str = Field(min_length=2)
    canary: bool
    study_instance_uid: Uid
    series_instance_uid: Uid
    sop_instance_uid: Uid
    sop_class_uid: Uid
    transfer_syntax_uid: Uid
    path: str
    size: int = Field(ge=132, lt=2**63)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    index: EventIndex

    @model_validator(mode="after")
    def _path_is_the_place_of_the_object(self) -> Self:
        # More than the schema can say. It also keeps the path inside the storage: the UIDs are digits and single dots.
        if self.path != f"{self.study_instance_uid}/{self.series_instance_uid}/{self.sop_instance_uid}.dcm":
            raise ValueError("path must be <study UID>/<series UID>/<SOP instance UID>.dcm")
        return self


class EventSchema(GenerateJsonSchema):
    """Writes the JSON schema of the event, in which what may be left out is not null either."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401 (a core schema, of pydantic's own type)
        """The schema of the value itself."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401
        """The schema without the null that stands for an absent value."""
        return self.generate_inner(schema["schema"])
