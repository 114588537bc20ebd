"""The read side of the index. Every method runs in the calling thread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Engine, RowMapping, Select, func, select, true

from noctis_gateway.caller import Sight
from noctis_gateway.db.apply import Accepted
from noctis_gateway.db.schema import events, instances, series, studies
from noctis_gateway.event import IngestEvent
from noctis_gateway.models import Instance, Series, Study, file_url
from noctis_gateway.recent import Recent

SERIES_OF_STUDIES = series.join(studies, studies.c.id == series.c.study)
TREE = instances.join(series, series.c.id == instances.c.series).join(studies, studies.c.id == series.c.study)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where an object's bytes are and what they must be."""

    study: str
    series: str
    instance: str
    path: str
    """Relative to the storage root."""
    size: int
    sha256: str
    transfer_syntax_uid: str

    @property
    def address(self) -> str:
        """Of the object, below the DICOMweb service."""
        return f"/studies/{self.study}/series/{self.series}/instances/{self.instance}"


def visible(sight: Sight) -> ColumnElement[bool]:
    """The condition on `studies` that the reader may see the study."""
    facility = true() if sight.all else studies.c.facility.in_(sorted(sight.facilities))
    return facility if sight.study is None else facility & (studies.c.uid == sight.study)


class Index:
    """What has been received, as the events told it, as far as the reader may see it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.recent = Recent()
        self._missed: tuple[str, str] | None = None

    def rows(self, statement: Select[Any]) -> list[RowMapping]:
        """The rows of a query."""
        with self._engine.connect() as connection:
            return list(connection.execute(statement).mappings())

    def studies(self, sight: Sight, limit: int, offset: int) -> list[Study]:
        """The newest studies first."""
        newest = select(studies).order_by(studies.c.updated.desc(), studies.c.id.desc()).limit(limit).offset(offset)
        rows = self.rows(newest.where(visible(sight)))
        parts: dict[int, list[RowMapping]] = {row["id"]: [] for row in rows}
        for part in self.rows(select(series).where(series.c.study.in_(parts))):
            parts[part["study"]].append(part)
        return [
            Study(
                study_instance_uid=row["uid"],
                patient_name=row["patient_name"],
                patient_id=row["patient_id"],
                study_date=row["study_date"],
                study_time=row["study_time"],
                accession_number=row["accession_number"],
                study_description=row["study_description"],
                modalities=sorted({part["modality"] for part in parts[row["id"]] if part["modality"] is not None}),
                series_count=len(parts[row["id"]]),
                instance_count=sum(part["instance_count"] for part in parts[row["id"]]),
                updated=row["updated"],
                canary=row["canary"],
            )
            for row in rows
        ]

    def sees(self, sight: Sight, study: str) -> bool:
        """Whether there is such a study, for this reader."""
        return bool(self.rows(select(studies.c.id).where(studies.c.uid == study, visible(sight))))

    def series(self, sight: Sight, study: str) -> list[Series]:
        """The series of a study by number; empty when the study is unknown."""
        rows = self.rows(
            select(series)
            .select_from(SERIES_OF_STUDIES)
            .where(studies.c.uid == study, visible(sight))
            .order_by(series.c.series_number.is_(None), series.c.series_number, series.c.id)
        )
        return [
            Series(
                series_instance_uid=row["uid"],
                modality=row["modality"],
                series_number=row["series_number"],
                series_description=row["series_description"],
                instance_count=row["instance_count"],
            )
            for row in rows
        ]

    def instances(self, sight: Sight, study: str, series_uid: str) -> list[Instance]:
        """The objects of a series by instance number; empty when the series is unknown."""
        number = instances.c.instance_number
        rows = self.rows(
            select(instances)
            .select_from(TREE)
            .where(studies.c.uid == study, series.c.uid == series_uid, visible(sight))
            .order_by(number.is_(None), number, instances.c.uid)
        )
        return [
            Instance(
                sop_instance_uid=row["uid"],
                instance_number=row["instance_number"],
                rows=row["rows"],
                columns=row["columns"],
                number_of_frames=row["number_of_frames"],
                image_position_patient=_vector(row["image_position_patient"]),
                image_orientation_patient=_vector(row["image_orientation_patient"]),
                transfer_syntax_uid=row["transfer_syntax_uid"],
                size=row["size"],
                sha256=row["sha256"],
                time=row["time"],
                canary=row["canary"],
                url=file_url(study, series_uid, row["uid"]),
            )
            for row in rows
        ]

    def files(self, sight: Sight, study: str, series_uid: str | None, instance: str | None) -> list[StoredFile]:
        """Where the objects of a study, a series or one object are; empty when no event told of them."""
        if series_uid is None or instance is None:
            return self._files(sight, study, series_uid, instance)
        known = self.recent.find(sight, (study, series_uid, instance))
        if known is not None:
            return [known]
        begun = self.recent.begin()
        # Who asks for two objects of a series goes on to the others.
        again, self._missed = self._missed == (study, series_uid), (study, series_uid)
        found = self._files(sight, study, series_uid, None if again else instance)
        for stored in found:
            self.recent.put(sight, (study, series_uid, stored.instance), stored, begun)
        return [stored for stored in found if stored.instance == instance]

    def _files(self, sight: Sight, study: str, series_uid: str | None, instance: str | None) -> list[StoredFile]:
        number = instances.c.instance_number
        columns = (
            studies.c.uid.label("study"),
            series.c.uid.label("series"),
            instances.c.uid.label("instance"),
            *(instances.c[name] for name in ("path", "size", "sha256", "transfer_syntax_uid")),
        )
        statement = select(*columns).select_from(TREE).where(studies.c.uid == study, visible(sight))
        if series_uid is not None:
            statement = statement.where(series.c.uid == series_uid)
        if instance is not None:
            statement = statement.where(instances.c.uid == instance)
        else:
            statement = statement.order_by(series.c.id, number.is_(None), number, instances.c.uid)
        return [StoredFile(**row) for row in self.rows(statement)]

    def last_sequence(self) -> int:
        """The sequence number of the newest event, 0 when there is none."""
        return int(self.rows(select(func.coalesce(func.max(events.c.sequence), 0).label("last")))[0]["last"])

    def has_all_after(self, sequence: int) -> bool:
        """Whether no event that follows a sequence number is forgotten: numbers have no gaps."""
        later = select(events.c.sequence).where(events.c.sequence > sequence).subquery()
        count = func.count(), func.coalesce(func.max(later.c.sequence), sequence)
        with self._engine.connect() as connection:
            kept, last = connection.execute(select(*count).select_from(later)).one()
        return int(last) - sequence == int(kept)

    def events_after(self, sequence: int, limit: int) -> list[Accepted]:
        """The events that follow a sequence number, in order, whoever may see them."""
        later = select(events).where(events.c.sequence > sequence).order_by(events.c.sequence).limit(limit)
        return [
            Accepted(row["sequence"], IngestEvent.model_validate_json(row["payload"]), row["facility"])
            for row in self.rows(later)
        ]


def _vector(text: str | None) -> list[float] | None:
    return None if text is None else json.loads(text)
