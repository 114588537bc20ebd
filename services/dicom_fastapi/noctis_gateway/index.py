"""The read side of the index. Every method runs in the calling thread, over one connection a thread."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

from noctis_gateway import database
from noctis_gateway.event import IngestEvent
from noctis_gateway.models import Instance, Series, Study, file_url


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where an object's bytes are and what they must be."""

    path: str
    """Relative to the storage root."""
    size: int
    sha256: str


class Index:
    """What has been received, as the events told it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def _rows(self, sql: str, *parameters: object) -> list[sqlite3.Row]:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = database.connect(self._path)
        return connection.execute(sql, parameters).fetchall()

    def studies(self, limit: int, offset: int) -> list[Study]:
        """The newest studies first."""
        rows = self._rows(
            """
            SELECT studies.*, count(series.id) AS series_count, sum(instance_count) AS instance_count,
                   json_group_array(DISTINCT modality) FILTER (WHERE modality IS NOT NULL) AS modalities
            FROM (SELECT * FROM studies ORDER BY updated DESC, id DESC LIMIT ? OFFSET ?) AS studies
            JOIN series ON series.study = studies.id
            GROUP BY studies.id ORDER BY updated DESC, studies.id DESC
            """,
            limit,
            offset,
        )
        return [
            Study(
                study_instance_uid=row["uid"],
                patient_name=row["patient_name"],
                patient_id=row["patient_id"],
                study_date=row["study_date"],
                study_time=row["study_time"],
                accession_number=row["accession_number"],
                modalities=sorted(json.loads(row["modalities"])),
                series_count=row["series_count"],
                instance_count=row["instance_count"],
                updated=row["updated"],
            )
            for row in rows
        ]

    def series(self, study: str) -> list[Series]:
        """The series of a study by number; empty when the study is unknown."""
        rows = self._rows(
            """
            SELECT series.* FROM series JOIN studies ON studies.id = series.study WHERE studies.uid = ?
            ORDER BY series_number IS NULL, series_number, series.id
            """,
            study,
        )
        return [
            Series(
                series_instance_uid=row["uid"],
                modality=row["modality"],
                series_number=row["series_number"],
                instance_count=row["instance_count"],
            )
            for row in rows
        ]

    def instances(self, study: str, series: str) -> list[Instance]:
        """The objects of a series by instance number; empty when the series is unknown."""
        rows = self._rows(
            """
            SELECT instances.* FROM instances
            JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study
            WHERE studies.uid = ? AND series.uid = ?
            ORDER BY instance_number IS NULL, instance_number, instances.uid
            """,
            study,
            series,
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
                url=file_url(study, series, row["uid"]),
            )
            for row in rows
        ]

    def file(self, study: str, series: str, instance: str) -> StoredFile | None:
        """Where an object is, or None when no event told of it."""
        rows = self._rows(
            """
            SELECT instances.path, instances.size, instances.sha256 FROM instances
            JOIN series ON series.id = instances.series JOIN studies ON studies.id = series.study
            WHERE studies.uid = ? AND series.uid = ? AND instances.uid = ?
            """,
            study,
            series,
            instance,
        )
        return StoredFile(rows[0]["path"], rows[0]["size"], rows[0]["sha256"]) if rows else None

    def last_sequence(self) -> int:
        """The sequence number of the newest event, 0 when there is none."""
        return int(self._rows("SELECT coalesce(max(sequence), 0) AS last FROM events")[0]["last"])

    def events_after(self, sequence: int, limit: int) -> list[tuple[int, IngestEvent]]:
        """The events that follow a sequence number, in order."""
        rows = self._rows(
            "SELECT sequence, payload FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?", sequence, limit
        )
        return [(row["sequence"], IngestEvent.model_validate_json(row["payload"])) for row in rows]


def _vector(text: str | None) -> list[float] | None:
    return None if text is None else json.loads(text)
