"""What the gateway answers: the rows of the index as JSON. Absent values are null."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from noctis_gateway.event import IngestEvent


class _Answer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)


class Study(_Answer):
    """One study, with the patient as the newest event of the study told it."""

    study_instance_uid: str
    patient_name: str | None
    patient_id: str | None
    study_date: str | None
    study_time: str | None
    accession_number: str | None
    study_description: str | None
    modalities: list[str]
    series_count: int
    instance_count: int
    updated: str
    """When the newest of its objects was stored (RFC 3339, UTC)."""
    canary: bool
    """All of its objects are tests, not to be shown as clinical."""


class Series(_Answer):
    """One series of a study."""

    series_instance_uid: str
    modality: str | None
    series_number: int | None
    series_description: str | None
    instance_count: int


class Instance(_Answer):
    """One object: enough to sort slices by position before their bytes are here."""

    sop_instance_uid: str
    instance_number: int | None
    rows: int | None
    columns: int | None
    number_of_frames: int | None
    image_position_patient: list[float] | None
    """Centre of the first pixel, LPS millimetres."""
    image_orientation_patient: list[float] | None
    transfer_syntax_uid: str
    size: int
    """Bytes of the file."""
    sha256: str
    time: str
    """When the receiver stored it (RFC 3339, UTC, microseconds)."""
    canary: bool
    """A test object, not to be shown as clinical."""
    url: str
    """Where its bytes are, relative to the gateway."""


class LiveInstance(Instance):
    """The data of an `instance.stored` event of the stream."""

    study_instance_uid: str
    series_instance_uid: str


class Studies(_Answer):
    """The study list, newest first."""

    studies: list[Study]


class SeriesList(_Answer):
    """The series of a study, by number."""

    series: list[Series]


class Instances(_Answer):
    """The objects of a series, by instance number."""

    instances: list[Instance]


class DeadLetter(_Answer):
    """An event that Django refused for good. Nothing of a patient."""

    sequence: int
    event_id: str
    study_instance_uid: str
    attempts: int
    reason: str


class DeadLetters(_Answer):
    """The dead letters, oldest first."""

    dead_letters: list[DeadLetter]


def file_url(study: str, series: str, instance: str) -> str:
    """The address of an object's bytes."""
    return f"/studies/{study}/series/{series}/instances/{instance}/file"


def live_instance(event: IngestEvent) -> LiveInstance:
    """What subscribers are told about an event."""
    index = event.index
    return LiveInstance(
        study_instance_uid=event.study_instance_uid,
        series_instance_uid=event.series_instance_uid,
        sop_instance_uid=event.sop_instance_uid,
        instance_number=index.instance_number,
        rows=index.rows,
        columns=index.columns,
        number_of_frames=index.number_of_frames,
        image_position_patient=index.image_position_patient,
        image_orientation_patient=index.image_orientation_patient,
        transfer_syntax_uid=event.transfer_syntax_uid,
        size=event.size,
        sha256=event.sha256,
        time=event.time,
        canary=event.canary,
        url=file_url(event.study_instance_uid, event.series_instance_uid, event.sop_instance_uid),
    )
